"""The leader's sheet as a PDF on A4, by Typst: in the reader's language, black on white."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from borderops.boundary.queries import UnitFacts
from borderops.core.errors import Unavailable
from borderops.core.messages import N_
from borderops.patrols.documents.handheld import way_name
from borderops.patrols.proposals.named_places import degrees_told
from borderops.patrols.proposals.planned import Planned, PlannedPlace, teams_name
from borderops.patrols.proposals.walking_by import walking_said
from borderops.patrols.rules import PatrolKind
from borderops.patrols.schemas import Team
from borderops.ui.frame import PACKAGE
from borderops.ui.languages import Translator

TEMPLATE = Path(__file__).parent / "typst" / "leader.typ"
FONTS = PACKAGE / "ui" / "static" / "vendor" / "@expo-google-fonts"

NOTE_LINES = 6

NAME_SHARE = 0.07
"""A name takes so much of the strip's length; one that would lie over another is left out."""


def leader_sheet(
    planned: Planned, *, units: Mapping[str, UnitFacts], translator: Translator, now: datetime
) -> bytes:
    """The sheet as a PDF. The same plan at the same moment makes the same file, to the byte."""
    if not FONTS.is_dir():
        raise Unavailable(N_("The fonts of printed sheets are missing; run scripts/assets.py."))
    return typst.compile(
        str(TEMPLATE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"told": json.dumps(_told(planned, units, translator, now), ensure_ascii=False)},
        format="pdf",
        timestamp=int(now.timestamp()),
    )


def _told(planned: Planned, units: Mapping[str, UnitFacts], say: Translator, now: datetime) -> dict[str, Any]:
    held = planned.held
    plan = held.plan
    return {
        "language": say.language,
        "title": f"{held.code} · {held.sections}",
        "made": say.t(N_("Printed %(at)s"), at=now),
        "unit": " · ".join(_unit(unit, units, say) for unit in (held.unit_id, held.other_unit_id) if unit),
        "heading": say.label("patrol_kind", held.kind),
        "sections": say.t(N_("From marker to marker: %(sections)s"), sections=held.sections),
        "code": held.code,
        "state": say.label("patrol_state", held.state),
        "facts": _facts(planned, say),
        "teams": [_team(team, planned, units, say) for team in plan.teams],
        "crossings": [
            [crossing.team, crossing.where, say.label("side", crossing.to_side), crossing.note or ""]
            for crossing in plan.crossings
        ],
        "ways": [
            {
                "name": f"{way_name(way.day, way.teams, say)} · {say.date(way.on)}",
                "hours": say.t(way.hours_said) if way.hours_said else "",
                "limits": [say.t(limit) for limit in way.limits_said],
                "places": [_place(place, say) for place in way.places],
            }
            for way in planned.ways
        ],
        "others": [_place(place, say)[1:] for place in planned.others],
        "strip": _strip(planned, say),
        "note_lines": NOTE_LINES,
        "words": _words(say, joint=held.kind == PatrolKind.JOINT),
    }


def _words(say: Translator, *, joint: bool) -> dict[str, Any]:
    return {
        "teams": say.t(N_("Teams")),
        "team_columns": [
            say.t(N_("Team")),
            say.t(N_("Unit")),
            say.t(N_("Leader")),
            say.t(N_("Strength")),
            say.t(N_("Sets out from")),
        ],
        "crossings": say.t(N_("Crossing the line")),
        "crossing_columns": [say.t(N_("Team")), say.t(N_("Where")), say.t(N_("To")), say.t(N_("Note"))],
        "daylight": say.t(N_("Daylight:")),
        "way_columns": [
            "",
            say.t(N_("Time")),
            say.t(N_("Place")),
            say.t(N_("State")),
            say.t(N_("To do")),
            "✓",
        ],
        "others": say.t(N_("Features on the section")),
        "other_columns": [say.t(N_("Time")), say.t(N_("Place")), say.t(N_("State")), say.t(N_("To do")), "✓"],
        "strip": say.t(N_("The section from north to south")),
        "notes": say.t(N_("Notes")),
        "notes_about": say.t(N_("About the line and its markers only; name nobody but the leaders.")),
        "signed_ours": say.t(N_("Leader of our team")),
        "signed_theirs": say.t(N_("Leader of the other side's team")) if joint else "",
    }


def _facts(planned: Planned, say: Translator) -> list[list[str]]:
    plan = planned.held.plan
    meeting = plan.meeting_point or ""
    if plan.meeting_at:
        meeting = f"{meeting} · {plan.meeting_at:%H:%M}"
    rows = [
        (N_("Dates"), f"{say.date(plan.starts_on)} – {say.date(plan.ends_on)}"),
        (N_("Meeting point"), meeting),
        (N_("Objectives"), plan.objectives or ""),
        (N_("What to do"), ", ".join(say.label("task", task) for task in plan.tasks)),
        (N_("Supplies"), plan.supplies or ""),
        (N_("Camps"), ", ".join(camp.name for camp in plan.camps)),
        (
            N_("Reports by radio"),
            ""
            if planned.held.given
            else say.t(N_("every %(hours)s hours"), hours=say.number(plan.radio_every_hours, 1)),
        ),
        (N_("Walking times"), say.t(walking_said(plan.walking_by)) if plan.walking_by else ""),
    ]
    return [[say.t(name), value] for name, value in rows if value]


def _team(team: Team, planned: Planned, units: Mapping[str, UnitFacts], say: Translator) -> list[str]:
    others = [other.key for group in planned.groups if team in group for other in group if other != team]
    key = f"{team.key}\n{say.t(N_('with %(others)s'), others=', '.join(others))}" if others else team.key
    named = ", ".join(_unit(unit, units, say) for unit in (team.unit, *team.others))
    return [key, named, team.leader, str(team.strength), team.start or ""]


def _unit(unit_id: str, units: Mapping[str, UnitFacts], say: Translator) -> str:
    return units[unit_id].name(say.language) if unit_id in units else unit_id


def _place(place: PlannedPlace, say: Translator) -> list[str]:
    """Order, time, place, state, what to do."""
    where = ""
    said = place.point is not None and place.name == degrees_told(*place.point)
    if place.point is not None and place.kind not in {"part", "back"} and not said:
        accuracy = place.feature.feature.accuracy_m if place.feature else None
        where = f"\n{degrees_told(*place.point)}" + (
            f" {say.accuracy(accuracy)}" if accuracy is not None else ""
        )
        if place.feature is not None and place.feature.feature.schematic:
            where += f" ({say.t(N_('schematic position'))})"
    kind = "" if place.kind == "visit" else f" ({say.label('stop', place.kind)})"
    # Where each team goes its own way, whose it is.
    whose = f"{teams_name(place.teams)}: " if place.kind in {"start", "back"} else ""
    tasks = ", ".join(say.label("task", task) for task in place.tasks)
    return [
        str(place.order or ""),
        place.at.strftime("%H:%M") if place.at else "",
        f"{whose}{place.name}{kind}{where}",
        say.label("state", place.feature.feature.state) if place.feature and place.kind == "visit" else "",
        " · ".join(word for word in (tasks, place.note or "") if word),
    ]


def _strip(planned: Planned, say: Translator) -> list[dict[str, Any]]:
    """Each section as a straight line with its features; filled are those that a way leads to."""
    found = []
    on_way = {place.name for way in planned.ways for place in way.places if place.kind == "visit"}
    features = {place.feature.label: place.feature for place in planned.places if place.feature is not None}
    for section in planned.held.plan.sections:
        if section.from_m is None or section.to_m is None or not section.from_m < section.to_m:
            continue
        inside = sorted(
            (one.chainage_m, name)
            for name, one in features.items()
            if section.from_m - 1 <= one.chainage_m <= section.to_m + 1
        )
        length_m = section.to_m - section.from_m
        found.append(
            {
                "marks": _marks(
                    [((chainage_m - section.from_m) / length_m, name) for chainage_m, name in inside],
                    planned=on_way,
                ),
                "words": f"{section} · {say.length(length_m)} "
                + say.t(N_("along the drawn line, north on the left")),
            }
        )
    return found


def _marks(places: Sequence[tuple[float, str]], *, planned: Collection[str]) -> list[dict[str, Any]]:
    """Signs along a section (shares of its length), names above and below by turns where there is room."""
    ends = {False: -1.0, True: -1.0}
    marks = []
    for number, (share, name) in enumerate(places):
        low = number % 2 == 1
        room = share - ends[low] >= NAME_SHARE
        if room:
            ends[low] = share
        marks.append(
            {
                "name": name if room else "",
                "share": share,
                "planned": name in planned or not planned,
                "low": low,
            }
        )
    return marks
