"""Where the hand-made town is and where its numbered junctions lie."""

from pathlib import Path

from tirek.domain.place import Point

TOWN = Path(__file__).with_name("town.osm")
CORNERS = {
    number: Point(
        round(50.010 - 0.005 * ((number - 1) // 3), 4), round(70.000 + 0.005 * ((number - 1) % 3), 4)
    )
    for number in range(1, 10)
}
