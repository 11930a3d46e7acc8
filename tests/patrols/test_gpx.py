"""GPX files: what is read, and what is said of those that cannot be."""

from datetime import UTC, datetime
from pathlib import Path

import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.patrols.recording.gpx import NotGpx, Route, Waypoint, read_gpx, write_gpx

HEAD = '<?xml version="1.0"?>\n<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">\n'


def gpx(points: str) -> bytes:
    return f"{HEAD}<trk><name>Tổ 1</name><trkseg>\n{points}\n</trkseg></trk>\n</gpx>".encode()


def test_points_times_and_accuracy_are_read() -> None:
    track = read_gpx(
        gpx(
            '<trkpt lat="19.5" lon="104.1"><ele>900</ele><time>2026-03-10T01:02:03.1234567Z</time>'
            '<hdop>1.4</hdop></trkpt>\n<trkpt lat="19.6" lon="104.2"><time>2026-03-10T01:03:03</time></trkpt>'
        )
    )
    assert track.name == "Tổ 1"
    (segment,) = track.segments
    assert (segment[0].lon, segment[0].lat, segment[0].accuracy_m) == (104.1, 19.5, 7.0)
    assert segment[0].at == datetime(2026, 3, 10, 1, 2, 3, 123456, tzinfo=UTC)
    assert segment[1].at == datetime(2026, 3, 10, 1, 3, 3, tzinfo=UTC)


def test_gpx_1_0_and_a_file_without_namespace_are_read() -> None:
    for head in ('<gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0">', "<gpx>"):
        content = f'{head}<trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>'
        assert read_gpx(content.encode()).points == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"not a file", "line 1"),
        (gpx('<trkpt lat="19.5" lon="104.1">'), "line 5"),
        (b"<kml><Document/></kml>", "no GPX"),
        (f'{HEAD}<wpt lat="1" lon="2"/></gpx>'.encode(), "only waypoints"),
        (gpx('<trkpt lat="19.5"/>'), "Line 4: a track point has no lon"),
        (gpx('<trkpt lat="north" lon="104"/>'), '"north" is no lat'),
        (gpx('<trkpt lat="19,5" lon="104"/>'), '"19,5" is no lat'),
        (gpx('<trkpt lat="95" lon="104"/>'), '"95" is no lat'),
        (gpx('<trkpt lat="nan" lon="104"/>'), '"nan" is no lat'),
        (gpx('<trkpt lat="1" lon="2"><time>yesterday</time></trkpt>'), '"yesterday" is no time'),
        (f'{HEAD}<trk><trkpt lat="1" lon="2"/></trk></gpx>'.encode(), "outside a track's segment"),
        (
            b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaa">]><gpx>&a;</gpx>',
            "declares a document type",
        ),
    ],
)
def test_a_bad_file_is_told_what_is_wrong_with_it(content: bytes, said: str) -> None:
    with pytest.raises(NotGpx) as error:
        read_gpx(content)
    assert said in str(error.value)
    assert error.value.field == "track"


@given(st.binary(max_size=300) | st.text(max_size=100).map(gpx))
def test_whatever_the_file_holds_it_is_read_or_refused(content: bytes) -> None:
    try:
        track = read_gpx(content)
    except NotGpx:
        return
    assert track.points > 0


def test_what_is_written_opens_in_gdal(tmp_path: Path) -> None:
    points = [Waypoint(104.1, 19.5, "397(1)", "kiểm tra <đế> & chân"), Waypoint(104.2, 19.6, "ຫຼັກ 398")]
    file = tmp_path / "plan.gpx"
    file.write_bytes(
        write_gpx(
            name="TT", made_at=datetime(2026, 3, 1, tzinfo=UTC), waypoints=points, routes=[Route("1", points)]
        )
    )
    assert {name for name, _kind in pyogrio.list_layers(file)} >= {"waypoints", "routes"}
    _meta, _index, geometry, fields = pyogrio.raw.read(file, layer="waypoints", columns=["name", "desc"])
    assert list(fields[0]) == ["397(1)", "ຫຼັກ 398"]
    assert fields[1][0] == "kiểm tra <đế> & chân"
    assert len(geometry) == 2
    assert len(pyogrio.raw.read(file, layer="route_points", columns=["name"])[2]) == 2
