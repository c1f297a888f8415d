"""A recorded wave small enough to read: two hospitals, three patients."""

from pathlib import Path

HOSPITALS = "hospital_id,name,lat,lon,beds_isolation\nA,Alpha,51.10,71.40,2\nB,Beta,51.20,71.50,5\n"
INITIAL = "patient_id,hospital_id,bed_class,in_bed_at,stay_hours\nI1,A,isolation,2020-06-01T00:00:00,40\n"
DEMAND = (
    "patient_id,called_at,lat,lon,bed_class,stream,stay_hours\n"
    "P1,2020-06-01T01:00:00,51.10,71.40,isolation,confirmed,100\n"
    "P2,2020-06-01T02:00:00,51.10,71.40,isolation,confirmed,30\n"
    "P3,2020-06-01T03:00:00,51.19,71.49,isolation,confirmed,50\n"
)


def write_wave(folder: Path, **files: str) -> Path:
    """Write the wave into `folder`, with some of its files replaced."""
    folder.mkdir(exist_ok=True)
    for name, text in {"hospitals": HOSPITALS, "initial": INITIAL, "demand": DEMAND, **files}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
