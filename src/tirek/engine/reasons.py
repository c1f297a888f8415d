"""Why a hospital was proposed: message ids with values, and their sentences in three languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Because(StrEnum):
    """Ids of the sentences."""

    NEAREST = "nearest"
    NEARER_FULL = "nearer_full"
    NEARER_NEEDED = "nearer_needed"
    EVENER = "evener"
    NEARER_UNSURE = "nearer_unsure"
    NEARER_UNUSABLE = "nearer_unusable"
    ALL_FULL = "all_full"
    NOBODY = "nobody"
    BY_RULE = "by_rule"


@dataclass(frozen=True)
class Reason:
    """A sentence by its id, with the values that it names."""

    id: Because
    values: Mapping[str, str | float] = field(default_factory=dict)

    def say(self, language: str, names: Mapping[str, str] | None = None) -> str:
        """The sentence in `kk`, `ru` or `en`; `names` gives hospitals' names by id."""
        values = dict(self.values)
        if names and "nearer" in values:
            values["nearer"] = names.get(str(values["nearer"]), values["nearer"])
        return SENTENCES[language][self.id].format_map(values)


SENTENCES: Mapping[str, Mapping[Because, str]] = {
    "en": {
        Because.NEAREST: "The nearest with a free bed: {minutes:.0f} min, load {load:.0%} after.",
        Because.NEARER_FULL: "{nearer} is full; {extra:.0f} min farther there is a bed, load {load:.0%} after.",
        Because.NEARER_NEEDED: "Beds at {nearer} will run short in the next days; {extra:.0f} min farther "
        "there is room, load {load:.0%} after.",
        Because.EVENER: "{nearer} would be at {nearer_load:.0%}; {extra:.0f} min farther the load is only {load:.0%} after.",
        Because.NEARER_UNSURE: "{nearer} last reported {age:.0f} h ago and may have no bed left; "
        "{extra:.0f} min farther a bed is surer, load {load:.0%} after.",
        Because.NEARER_UNUSABLE: "{nearer} is closed or has not reported; {extra:.0f} min farther there is a bed, "
        "load {load:.0%} after.",
        Because.ALL_FULL: "Every hospital within reach is full; here it does the least harm: "
        "{minutes:.0f} min, load {load:.0%} after.",
        Because.NOBODY: "No open hospital that has reported takes this patient.",
        Because.BY_RULE: "Chosen by the rule {policy}: {minutes:.0f} min, load {load:.0%} after.",
    },
    "ru": {
        Because.NEAREST: "Ближайшая со свободной койкой: {minutes:.0f} мин, загрузка станет {load:.0%}.",
        Because.NEARER_FULL: "{nearer}: мест нет; на {extra:.0f} мин дальше койка есть, загрузка станет {load:.0%}.",
        Because.NEARER_NEEDED: "{nearer}: в ближайшие дни коек не хватит; на {extra:.0f} мин дальше место есть, "
        "загрузка станет {load:.0%}.",
        Because.EVENER: "{nearer}: загрузка станет {nearer_load:.0%}; на {extra:.0f} мин дальше она станет лишь {load:.0%}.",
        Because.NEARER_UNSURE: "{nearer}: сводке {age:.0f} ч, свободной койки может уже не быть; "
        "на {extra:.0f} мин дальше она надёжнее, загрузка станет {load:.0%}.",
        Because.NEARER_UNUSABLE: "{nearer}: закрыта или нет сводки; на {extra:.0f} мин дальше койка есть, "
        "загрузка станет {load:.0%}.",
        Because.ALL_FULL: "Все больницы в пределах досягаемости заполнены; здесь вред наименьший: "
        "{minutes:.0f} мин, загрузка станет {load:.0%}.",
        Because.NOBODY: "Нет открытой больницы со сводкой, которая примет этого пациента.",
        Because.BY_RULE: "Выбрано по правилу {policy}: {minutes:.0f} мин, загрузка станет {load:.0%}.",
    },
    "kk": {
        Because.NEAREST: "Бос төсегі бар ең жақын аурухана: {minutes:.0f} мин, жүктеме {load:.0%} болады.",
        Because.NEARER_FULL: "{nearer}: орын жоқ; {extra:.0f} мин алысырақта төсек бар, жүктеме {load:.0%} болады.",
        Because.NEARER_NEEDED: "{nearer}: таяу күндері төсек жетпейді; {extra:.0f} мин алысырақта орын бар, "
        "жүктеме {load:.0%} болады.",
        Because.EVENER: "{nearer}: жүктемесі {nearer_load:.0%} болады; {extra:.0f} мин алысырақта ол небәрі {load:.0%}.",
        Because.NEARER_UNSURE: "{nearer}: соңғы мәліметке {age:.0f} сағ болды, бос төсек қалмауы мүмкін; "
        "{extra:.0f} мин алысырақта төсек сенімдірек, жүктеме {load:.0%} болады.",
        Because.NEARER_UNUSABLE: "{nearer}: жабық немесе мәлімет бермеген; {extra:.0f} мин алысырақта төсек бар, "
        "жүктеме {load:.0%} болады.",
        Because.ALL_FULL: "Жетуге болатын ауруханалардың бәрі толы; мұнда зияны ең аз: "
        "{minutes:.0f} мин, жүктеме {load:.0%} болады.",
        Because.NOBODY: "Бұл пациентті қабылдайтын, мәлімет берген ашық аурухана жоқ.",
        Because.BY_RULE: "{policy} ережесімен таңдалды: {minutes:.0f} мин, жүктеме {load:.0%} болады.",
    },
}
