"""Why a crew was proposed, or none: message ids with values, and their sentences in three languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Why(StrEnum):
    """Ids of the sentences."""

    NEAREST = "nearest"
    KEEPS_COVERAGE = "keeps_coverage"
    NEAREST_BUT_LATE = "nearest_but_late"
    NO_IDLE_CREW = "no_idle_crew"
    HELD = "held"
    NO_ROAD = "no_road"
    MOST_URGENT = "most_urgent"
    NOTHING_WAITS = "nothing_waits"


@dataclass(frozen=True)
class DispatchReason:
    """A sentence by its id, with the values that it names."""

    id: Why
    values: Mapping[str, str | float] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """The sentence in `kk`, `ru` or `en`; times in minutes."""
        return SENTENCES[language][self.id].format_map(self.values)


SENTENCES: Mapping[str, Mapping[Why, str]] = {
    "en": {
        Why.NEAREST: "The nearest idle crew: {minutes:.0f} min, target {target:.0f}.",
        Why.KEEPS_COVERAGE: "Arrives in {minutes:.0f} min, within the target; {nearest} is nearer "
        "({nearest_minutes:.0f} min), but without it {coverage_kept:.0%} more of the city has no crew "
        "in reach.",
        Why.NEAREST_BUT_LATE: "The nearest idle crew, {minutes:.0f} min; {late:.0f} min past the target, "
        "and none is nearer.",
        Why.NO_IDLE_CREW: "No crew is idle: the call waits.",
        Why.HELD: "{idle:.0f} idle crews are kept for categories 1 and 2: the call waits.",
        Why.NO_ROAD: "No idle crew can get there by road.",
        Why.MOST_URGENT: "The most urgent of {waiting:.0f} waiting calls: category {category:.0f}, "
        "waiting {waited:.0f} min, target {target:.0f}.",
        Why.NOTHING_WAITS: "No call waits for this crew.",
    },
    "ru": {
        Why.NEAREST: "Ближайшая свободная бригада: {minutes:.0f} мин, норматив {target:.0f}.",
        Why.KEEPS_COVERAGE: "Прибудет за {minutes:.0f} мин, в пределах норматива; {nearest} ближе "
        "({nearest_minutes:.0f} мин), но без неё ещё {coverage_kept:.0%} города останется без бригады рядом.",
        Why.NEAREST_BUT_LATE: "Ближайшая свободная бригада, {minutes:.0f} мин; на {late:.0f} мин позже "
        "норматива, ближе никого нет.",
        Why.NO_IDLE_CREW: "Свободных бригад нет: вызов ждёт.",
        Why.HELD: "Свободные бригады ({idle:.0f}) оставлены для категорий 1 и 2: вызов ждёт.",
        Why.NO_ROAD: "Ни одна свободная бригада не может туда доехать.",
        Why.MOST_URGENT: "Самый срочный из ждущих вызовов ({waiting:.0f}): категория {category:.0f}, "
        "ждёт {waited:.0f} мин, норматив {target:.0f}.",
        Why.NOTHING_WAITS: "Ждущих вызовов для этой бригады нет.",
    },
    "kk": {
        Why.NEAREST: "Ең жақын бос бригада: {minutes:.0f} мин, норматив {target:.0f}.",
        Why.KEEPS_COVERAGE: "{minutes:.0f} минутта жетеді, норматив ішінде; {nearest} жақынырақ "
        "({nearest_minutes:.0f} мин), бірақ онсыз қаланың тағы {coverage_kept:.0%} бөлігінің қасында "
        "бригада қалмайды.",
        Why.NEAREST_BUT_LATE: "Ең жақын бос бригада, {minutes:.0f} мин; нормативтен {late:.0f} мин кеш, "
        "одан жақыны жоқ.",
        Why.NO_IDLE_CREW: "Бос бригада жоқ: шақыру күтеді.",
        Why.HELD: "Бос бригадалар ({idle:.0f}) 1 және 2-санаттарға сақталған: шақыру күтеді.",
        Why.NO_ROAD: "Бос бригадалардың ешқайсысы ол жерге жолмен жете алмайды.",
        Why.MOST_URGENT: "Күтіп тұрған {waiting:.0f} шақырудың ең шұғылы: {category:.0f}-санат, "
        "{waited:.0f} мин күтті, норматив {target:.0f}.",
        Why.NOTHING_WAITS: "Бұл бригаданы күтіп тұрған шақыру жоқ.",
    },
}
