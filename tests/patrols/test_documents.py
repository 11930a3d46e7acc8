"""The plan as files: each is opened by another program than ours."""

import json
import shutil
import subprocess
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from PIL import Image
from sqlalchemy.orm import Session

from borderops.boundary.queries import list_units
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.patrols.documents.handheld import plan_geopackage, plan_gpx, plan_kml
from borderops.patrols.documents.leader_sheet import leader_sheet
from borderops.patrols.documents.plan_geojson import planned_geojson
from borderops.patrols.proposals.planned import Planned, lay_out
from borderops.patrols.rules import Task
from borderops.patrols.schemas import Crossing, DayHours, LimitSaid, Place, Stop, StopKind
from borderops.ui.languages import get_translator
from tests.patrols.making import a_plan, drafted

MADE = datetime(2026, 3, 9, 2, tzinfo=UTC)
CAMP = Place(lon=104.05, lat=19.33, name="Suối <Huồi> & Thơm")


@pytest.fixture
def planned(founded: Session) -> Planned:
    held = drafted(
        founded,
        meeting_point="Mốc 420",
        meeting_at=time(7, 30),
        camps=[CAMP],
        crossings=[Crossing(team="la", where="420", to_side="VN", note="cùng đi")],
        tasks=[Task.CHECK, Task.CLEAR],
        stops=[
            Stop(day=1, team="vn", feature="420", at=time(8), minutes=30, tasks=[Task.CHECK]),
            Stop(day=1, team="vn", feature="421", at=time(13, 15), tasks=[Task.REPAINT], note="sơn đỏ"),
            Stop(day=1, team="vn", kind=StopKind.CAMP, place=CAMP, at=time(16)),
            Stop(day=2, team="vn", feature="422", at=time(9)),
            Stop(day=2, team="la", feature="421", at=time(9)),
        ],
    )
    return lay_out(founded, viewer=LOCAL_OPERATOR, held=held)


def test_the_plan_lies_on_the_ground(planned: Planned) -> None:
    assert [(way.day, way.name, len(way.places)) for way in planned.ways] == [
        (1, "vn", 3),
        (2, "la", 1),
        (2, "vn", 1),
    ]
    assert planned.meeting is not None
    assert planned.meeting.point is not None
    assert planned.others == []
    (section,) = planned.sections.values()
    assert len(section) > 10
    told = json.loads(planned_geojson(planned))
    assert {one["properties"]["what"] for one in told["features"]} == {
        "section",
        "way",
        "visit",
        "camp",
        "meet",
        "cross",
    }


def test_gpx_kml_and_geopackage_open_in_gdal(planned: Planned, tmp_path: Path) -> None:
    say = get_translator("vi")
    gpx, kml, gpkg = (tmp_path / f"plan.{ending}" for ending in ("gpx", "kml", "gpkg"))
    gpx.write_bytes(plan_gpx(planned, translator=say, made_at=MADE))
    kml.write_bytes(plan_kml(planned, translator=say))
    gpkg.write_bytes(plan_geopackage(planned))
    names = _column(gpx, "waypoints", "name")
    assert {"420", "421", "422", CAMP.name} <= set(names)
    assert len(_geometry(gpx, "routes")) == 3
    layers = [layer for layer, _kind in pyogrio.list_layers(kml)]
    points = [name for layer in layers for name in _column(kml, layer, "Name")]
    assert {"420", "421", "422", CAMP.name} <= set(points)
    assert [tuple(one) for one in pyogrio.list_layers(gpkg)] == [
        ("sections", "LineString"),
        ("ways", "LineString"),
        ("places", "Point"),
    ]
    assert pyogrio.read_info(gpkg, layer="places")["crs"] == "EPSG:4326"
    assert list(_column(gpkg, "ways", "date")) == [date(2026, 3, 10).isoformat()]
    assert CAMP.name in _column(gpkg, "places", "name")
    assert np.isclose(pyogrio.read_info(gpkg, layer="places")["total_bounds"][0], 104.0, atol=0.3)


def _column(file: Path, layer: str, name: str) -> list[str]:
    return list(pyogrio.raw.read(file, layer=layer, columns=[name])[3][0])


def _geometry(file: Path, layer: str) -> list[bytes]:
    return list(pyogrio.raw.read(file, layer=layer, columns=[])[2])


@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_the_sheet_is_black_on_white_a4_and_the_same_every_time(
    founded: Session, planned: Planned, tmp_path: Path, language: str
) -> None:
    units = list_units(founded, viewer=LOCAL_OPERATOR)
    say = get_translator(language)
    content = leader_sheet(planned, units=units, translator=say, now=MADE)
    assert content == leader_sheet(planned, units=units, translator=say, now=MADE)
    file = tmp_path / f"sheet-{language}.pdf"
    file.write_bytes(content)
    pdftoppm = shutil.which("pdftoppm")
    assert pdftoppm, "poppler-utils is needed to look at printed sheets"
    subprocess.run([pdftoppm, "-r", "60", "-png", file, tmp_path / language], check=True)
    pages = sorted(tmp_path.glob(f"{language}-*.png"))
    assert 1 <= len(pages) <= 3
    for page in pages:
        with Image.open(page) as picture:
            assert picture.size == (497, 702)
            pixels = np.asarray(picture.convert("RGB"), dtype=np.int16)
            assert int((pixels.max(axis=2) - pixels.min(axis=2)).max()) < 12, "a colour is lost in print"
            ink = (pixels.mean(axis=2) < 128).sum()
            assert ink > 500, "the page is empty"
            edge = pixels[:, [0, 1, -2, -1]]
            assert edge.min() > 250, "something runs off the page"
    text = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, check=True
    ).stdout.decode()
    assert "420" in text
    assert "Nguyễn Văn A" in text


def test_a_day_s_heading_stands_with_its_table(founded: Session, tmp_path: Path) -> None:
    """Whatever stands above: at the foot of a page there is no heading without what it heads."""
    units, say = list_units(founded, viewer=LOCAL_OPERATOR), get_translator("vi")
    pdftotext = shutil.which("pdftotext")
    assert pdftotext, "poppler-utils is needed to look at printed sheets"
    hours = [DayHours(day=1, sets_out=time(6, 7), back_by=time(17, 2))]
    stops = [Stop(day=1, team="vn", feature="421", at=time(9, 47))]
    # The heading comes to the foot of the page at 32 lines.
    for lines in range(29, 38):
        held = drafted(founded, objectives="\n".join(["Phát quang"] * lines), hours=hours, stops=stops)
        content = leader_sheet(
            lay_out(founded, viewer=LOCAL_OPERATOR, held=held), units=units, translator=say, now=MADE
        )
        file = tmp_path / f"{lines}.pdf"
        file.write_bytes(content)
        told = subprocess.run([pdftotext, "-layout", file, "-"], check=True, capture_output=True).stdout
        (page,) = [one for one in told.decode().split("\f") if "Giờ đi ban ngày" in one]
        assert "09:47" in page.partition("Giờ đi ban ngày")[2], lines


def test_both_sides_ways_are_on_the_sheet_and_in_the_receiver(founded: Session, tmp_path: Path) -> None:
    """Who walks with whom, each team's own way, the hours and the season; a route for each team."""
    starts = ("420", f"{CAMP.lat}, {CAMP.lon}")
    ours, theirs = (
        team.model_copy(update={"start": start}) for team, start in zip(a_plan().teams, starts, strict=True)
    )
    held = drafted(
        founded,
        teams=[ours, theirs],
        hours=[
            DayHours(
                day=1,
                sets_out=time(6, 7),
                back_by=time(17, 2),
                sunrise=time(6, 7),
                sunset=time(18, 2),
                limits=[LimitSaid(name="Mùa mưa", pace=1.4, closed=["421–422"])],
            )
        ],
        stops=[
            Stop(day=1, team="vn", kind=StopKind.START, feature="420", at=time(6, 7)),
            Stop(day=1, team="la", kind=StopKind.START, place=CAMP, at=time(6, 30)),
            Stop(day=1, team="vn", together=["la"], kind=StopKind.MEET, feature="420", at=time(7)),
            Stop(day=1, team="vn", together=["la"], feature="421", at=time(9), tasks=[Task.CHECK]),
            Stop(day=1, team="vn", together=["la"], kind=StopKind.PART, feature="420", at=time(12)),
            Stop(day=1, team="la", kind=StopKind.BACK, place=CAMP, at=time(13)),
        ],
    )
    planned = lay_out(founded, viewer=LOCAL_OPERATOR, held=held)
    say = get_translator("en")
    units = list_units(founded, viewer=LOCAL_OPERATOR)
    file = tmp_path / "sheet.pdf"
    file.write_bytes(leader_sheet(planned, units=units, translator=say, now=MADE))
    text = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, check=True
    ).stdout.decode()
    for said in (
        "vn + la",
        "with la",
        "out from 06:07, back by 17:02",
        "1.4 times as long",
        "closed 421–422",
    ):
        assert said in text, said
    routes = plan_gpx(planned, translator=say, made_at=MADE).decode()
    assert routes.count("<rte>") == 2
    assert routes.count("<rtept") == 4 + 5
