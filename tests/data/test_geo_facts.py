"""The founding data says what the sources say: footnote 2 of 2024, communes by date, gates; and no more."""

from collections import defaultdict

import pytest

from borderops.boundary.rules import UnitKind
from borderops.core.columns import Mark
from borderops.inspections.rules import Finding, Occasion
from borderops.markers.numbers import parse_number, parse_range
from borderops.markers.rules import GateAspect, Kind
from tests.data.geo_tables import FEATURES, GATES, TABLES, UNITS


def test_old_communes_end_when_the_new_ones_begin() -> None:
    communes = [row for row in UNITS.values() if row["kind"] == UnitKind.COMMUNE]
    old = [row for row in communes if row["valid_to"]]
    new = {row["id"]: row for row in communes if row["valid_from"]}
    assert len(old) + len(new) == len(communes)
    for row in old:
        assert row["valid_to"] == new[row["successor"]]["valid_from"] == "2025-07-01"
        assert UNITS[row["parent"]]["kind"] == UnitKind.DISTRICT
    assert {row["successor"] for row in old} == new.keys()
    border = {row["unit"] for row in TABLES["border_communes"]}
    assert len(new) == 21
    assert border >= new.keys()
    assert len(border - new.keys()) == 27
    assert border <= {row["id"] for row in communes}


def test_old_border_communes_by_district() -> None:
    counts: dict[str, int] = defaultdict(int)
    for row in TABLES["border_communes"]:
        counts[UNITS[row["unit"]]["parent"]] += 1
    assert counts == {
        "nghe-an": 21,
        "ky-son-district": 11,
        "tuong-duong-district": 4,
        "que-phong-district": 4,
        "con-cuong-district": 2,
        "anh-son-district": 1,
        "thanh-chuong-district": 5,
    }


def test_two_names_that_differ_in_a_tone_are_two_units() -> None:
    for kind, first, second in (("xa", "Nậm Cắn", "Nậm Càn"), ("don", "Nậm Cắn", "Nậm Càn")):
        ids = {row["id"] for row in UNITS.values() if row["id"].startswith(kind)}
        with_names = {
            name: {unit for unit in ids if UNITS[unit]["name_vi"].endswith(name)} for name in (first, second)
        }
        assert with_names[first]
        assert with_names[second]
        assert with_names[first].isdisjoint(with_names[second])


def test_a_multiple_position_has_no_plain_marker_beside() -> None:
    numbers = [parse_number(row["number"]) for row in TABLES["features"] if row["number"]]
    multiple = {str(number.position_number) for number in numbers if number.marker is not None}
    assert multiple == {"397", "405", "410"}
    assert multiple.isdisjoint(FEATURES)


def units_by_number(number: str, day: str, kind: UnitKind) -> set[str]:
    """The units of a kind that the rows given by numbers put a marker in on a day."""
    found = set()
    for row in TABLES["unit_sections"]:
        if not row["from_number"] or UNITS[row["unit"]]["kind"] != kind:
            continue
        section = parse_range(f"{row['from_number']}–{row['to_number']}")
        in_force = (row["valid_from"] or day) <= day and (not row["valid_to"] or day < row["valid_to"])
        if in_force and section.contains(parse_number(number)):
            found.add(row["unit"])
    return found


@pytest.mark.parametrize(
    ("number", "district", "before", "since"),
    [
        ("409", "ky-son-district", "xa-ta-ca-cu", "xa-muong-xen"),
        ("405(1)", "ky-son-district", "xa-nam-can-cu", "xa-nam-can"),
        ("397(1)", "ky-son-district", "xa-my-ly-cu", "xa-my-ly"),
        ("397(2)", "ky-son-district", "xa-my-ly-cu", "xa-my-ly"),
        ("397(3)", "ky-son-district", "xa-my-ly-cu", "xa-my-ly"),
        ("390", "tuong-duong-district", "xa-mai-son-cu", "xa-nhon-mai"),
    ],
)
def test_the_commune_of_a_marker_changes_in_july_2025(
    number: str, district: str, before: str, since: str
) -> None:
    assert units_by_number(number, "2024-06-30", UnitKind.DISTRICT) == {district}
    assert units_by_number(number, "2025-06-30", UnitKind.COMMUNE) == {before}
    assert units_by_number(number, "2025-07-01", UnitKind.COMMUNE) == {since}
    assert units_by_number(number, "2026-01-01", UnitKind.DISTRICT) == set()


def test_every_numbered_feature_lies_in_one_lao_province() -> None:
    for number in FEATURES.keys() - GATES:
        assert len(units_by_number(number, "2024-06-30", UnitKind.LAO_PROVINCE)) == 1


#: Footnote 2 of 2024: component, level, cause, action; is the date the damage's own; whose duty, which unit.
FOOTNOTE_2 = {
    "390": ("unspecified", "severe", "people", "decide", "yes", "UNSETTLED", ""),
    "397(1)": ("unspecified", "severe", "unknown", "rebuild", "no", "LA", "houaphanh"),
    "397(2)": ("unspecified", "severe", "unknown", "rebuild", "no", "VN", "nghe-an"),
    "397(3)": ("foundation", "poor", "unknown", "reinforce", "no", "VN", "nghe-an"),
    "405(1)": ("unspecified", "poor", "unknown", "repair", "no", "VN", "nghe-an"),
    "409": ("unspecified", "severe", "unknown", "rebuild", "no", "LA", "xiangkhouang"),
    "410(1)": ("unspecified", "severe", "unknown", "rebuild", "no", "VN", "nghe-an"),
}


def test_what_the_programme_of_2024_says_and_no_more() -> None:
    duties = {row["feature"]: row for row in TABLES["duties"]}
    said = {}
    for row in TABLES["conditions"]:
        if row["level"] or row["component"]:
            assert row["source"] == "ct-doi-ngoai-2024"
            assert row["occasion"] == Occasion.DOCUMENT
            duty = duties[row["feature"]]
            condition = (row["component"], row["level"], row["cause"], row["action"], row["event_onset"])
            assert row["feature"] not in said
            said[row["feature"]] = (*condition, duty["side"], duty["unit"])
    assert said == FOOTNOTE_2
    assert duties.keys() == FOOTNOTE_2.keys()


def test_only_the_smashing_of_390_has_a_date_of_its_own() -> None:
    dated = {
        row["feature"]: row["observed_on"] for row in TABLES["conditions"] if row["event_onset"] == "yes"
    }
    assert dated == {"390": "2018-01-01"}


def test_a_patrol_says_that_it_was_there_and_nothing_of_the_condition() -> None:
    for row in TABLES["conditions"]:
        if row["occasion"] == Occasion.PATROL:
            assert row["finding"] == Finding.SEEN
            assert not any(row[column] for column in ("position", "component", "level", "cause", "action"))


def test_thanh_thuy_is_main_for_vietnam_and_secondary_for_the_pair() -> None:
    classes = {
        row["side"]: row["value"]
        for row in TABLES["gate_decisions"]
        if row["gate"] == "thanh-thuy" and row["aspect"] == GateAspect.CLASS
    }
    assert classes == {"VN": "main", "LA": "secondary", "PAIR": "secondary"}


def test_settings_without_a_known_rule_say_so() -> None:
    settings = {row["key"]: row for row in TABLES["settings"]}
    for kind in Kind:
        assert settings[f"inspection.interval_days.{kind.value}"]["value"] == "365"
        assert settings[f"inspection.interval_days.{kind.value}"]["mark"] == Mark.UNKNOWN
    assert settings["line.nghe-an.official_length_km"]["value"] == "468.281"
    assert all(row["legal_basis"] for row in settings.values())
