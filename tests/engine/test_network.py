"""The hospitals of a city as rows of the ledger."""

import math

from tirek.domain.beds import BedClass, BedKind, CareGroup, Stream
from tirek.domain.hospital import Hospital
from tirek.domain.place import Names, Point
from tirek.engine.network import network_of

OXYGEN = BedKind(Stream.INFECTIOUS, BedClass.OXYGEN)
CHILD = BedKind(Stream.INFECTIOUS, BedClass.OXYGEN, CareGroup.CHILD)


def hospital(name, **beds):
    return Hospital(
        name, Names(), Point(51, 71), {{"adult": OXYGEN, "child": CHILD}[k]: n for k, n in beds.items()}
    )


def test_every_kind_of_every_hospital_is_one_line():
    """Absent is not zero: a kind not named has no line, one without a number is unknown, none is none."""
    net = network_of([hospital("A", child=None, adult=7), hospital("B", adult=0), hospital("C")])
    assert net.hospital_ids == ("A", "B", "C")
    assert set(net.line_of) == {("A", str(OXYGEN)), ("A", str(CHILD)), ("B", str(OXYGEN))}
    assert net.staffed[net.line_of["A", str(OXYGEN)]] == 7
    assert net.staffed[net.line_of["B", str(OXYGEN)]] == 0
    assert math.isnan(net.staffed[net.line_of["A", str(CHILD)]])


def test_lines_are_found_by_kind_and_hospital():
    """The look-ups agree with the columns."""
    net = network_of([hospital("A", adult=7, child=1), hospital("B", child=3)])
    for (name, kind), line in net.line_of.items():
        assert net.hospital[line] == net.hospital_index[name]
        assert line in net.lines_by_kind[kind]
    assert sum(lines.size for lines in net.lines_by_kind.values()) == net.kind.size == 3


def test_a_city_without_hospitals_is_empty():
    """No line, no kind, no failure."""
    assert network_of([]).kind.size == 0
