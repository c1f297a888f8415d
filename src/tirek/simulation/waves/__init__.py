"""Recorded waves that ship with Tirek, one folder each."""

from pathlib import Path

from tirek.domain.errors import InputError


def wave_folder(name_or_folder: str) -> Path:
    """Folder of a wave: one that ships, by its name, or any other by its path."""
    shipped = Path(__file__).parent / name_or_folder
    if name_or_folder.isidentifier() and shipped.is_dir():
        return shipped
    folder = Path(name_or_folder)
    if not folder.is_dir():
        names = ", ".join(shipped_waves())
        raise InputError(
            f"no such folder, and no wave of that name ships (there are: {names})", name_or_folder
        )
    return folder


def shipped_waves() -> list[str]:
    """Names of the waves that ship."""
    return sorted(p.name for p in Path(__file__).parent.iterdir() if (p / "demand.csv").is_file())
