"""A wave of two hospitals and a few patients, whose files a test may spoil."""

import pytest

HOSPITALS = """\
hospital_id,name,lat,lon,beds_oxygen,beds_intensive
A,First,51.1,71.4,2,1
B,Second,51.2,71.4,3,0
"""
INITIAL = """\
patient_id,hospital_id,bed_class,in_bed_at,stay_hours
F1,A,oxygen,2020-06-17T00:00:00,30.5
F2,B,oxygen,2020-06-17T00:00:00,0
"""
DEMAND = """\
patient_id,called_at,lat,lon,bed_class,stay_hours
P1,2020-06-17T01:00:00,51.11,71.4,oxygen,10
P2,2020-06-17T02:00:00,51.19,71.4,oxygen,20
P3,2020-06-17T02:00:00,51.12,71.4,intensive,5
"""


@pytest.fixture
def wave_folder(tmp_path):
    """A folder with a small wave that is as it should be."""
    for name, text in (("hospitals", HOSPITALS), ("initial", INITIAL), ("demand", DEMAND)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path
