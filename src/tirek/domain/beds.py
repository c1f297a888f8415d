"""Kinds of beds, and who may lie in which."""

from enum import StrEnum
from typing import NamedTuple, Self


class Stream(StrEnum):
    """Flows of patients that never share a ward."""

    INFECTIOUS = "infectious"
    """The infection is confirmed."""
    PROVISIONAL = "provisional"
    """Suspected; waits for the test, apart from the confirmed."""
    QUARANTINE = "quarantine"
    """Contacts, not ill."""
    GENERAL = "general"
    """Not infectious."""


class BedClass(StrEnum):
    """What a bed can do for a patient, from the least to the most."""

    ISOLATION = "isolation"
    OXYGEN = "oxygen"
    HIGH_DEPENDENCY = "high_dependency"
    """High-dependency care, non-invasive ventilation."""
    INTENSIVE = "intensive_care"
    """Intensive care with invasive ventilation."""
    ECMO = "ecmo"


class CareGroup(StrEnum):
    """Patients who need staff and equipment of their own."""

    ADULT = "adult"
    CHILD = "child"
    MATERNITY = "maternity"
    DIALYSIS = "dialysis"


class BedKind(NamedTuple):
    """One line of a hospital's beds: stream, class and group together; written `infectious/oxygen/adult`."""

    stream: Stream
    bed_class: BedClass
    group: CareGroup = CareGroup.ADULT

    def __str__(self) -> str:
        """The written form that `parse` reads."""
        return f"{self.stream}/{self.bed_class}/{self.group}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `stream/class` or `stream/class/group`; ValueError names the part that is unknown."""
        parts = text.split("/")
        if len(parts) not in {2, 3}:
            raise ValueError(f"'{text}' is not stream/class or stream/class/group")
        group = CareGroup(parts[2]) if len(parts) == 3 else CareGroup.ADULT
        return cls(Stream(parts[0]), BedClass(parts[1]), group)
