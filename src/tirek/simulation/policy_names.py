"""Policies as readers of reports know them."""

from collections.abc import Mapping

from tirek.simulation.record import Text

NAMES: Mapping[str, Text] = {
    "nearest": Text("ең жақын ауруханаға", "всегда в ближайшую", "always the nearest"),
    "nearest-with-room": Text("бос төсегі бар ең жақынына", "в ближайшую с местом", "the nearest with a bed"),
    "least-loaded": Text("ең аз жүктелгеніне", "в наименее загруженную", "always the least loaded"),
    "least-loaded-when-full": Text(
        "жақыны толса, ең аз жүктелгеніне",
        "ближайшая полна – в наименее загруженную",
        "the least loaded once the nearest is full",
    ),
    "round-robin": Text("кезекпен", "по очереди", "each in turn"),
    "random": Text("жеребе бойынша", "по жребию", "by lot"),
}
"""Baselines; Tirek's own name carries the setting of its lever."""


def policy_name(policy: str, evenness: float) -> Text:
    """Name of a policy, with the lever's setting where it has one."""
    if policy in NAMES:
        return NAMES[policy]
    value = f"{evenness:g}"
    return Text(f"Тірек, теңдік {value}", f"Тирек, равномерность {value}", f"Tirek, evenness {value}")
