"""Patrols and tracks for tests: between 420 and 422, where the post Na Ngoi and company 222 walk."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from borderops.boundary.line import Line
from borderops.core.viewer import LOCAL_OPERATOR, Sees, Viewer
from borderops.patrols.actions import approve_patrol, draft_patrol
from borderops.patrols.queries import HeldPatrol
from borderops.patrols.recording.actions import start_patrol
from borderops.patrols.recording.schemas import StartIn
from borderops.patrols.rules import PatrolKind
from borderops.patrols.schemas import PatrolIn, Plan, Section, Team

NOW = datetime(2026, 3, 12, 3, tzinfo=UTC)
START = datetime(2026, 3, 10, 0, tzinfo=UTC)

COUNTERPART = Viewer(
    name="lao-officer",
    sees=Sees.SHARED,
    permissions=frozenset({"read_register", "read_patrols", "state_view", "answer_patrol"}),
    audience="xiangkhouang",
    side="LA",
    roles=("counterpart_officer",),
)


def commander(unit: str) -> Viewer:
    """The commander of a post."""
    return Viewer(
        name=f"commander-{unit}",
        sees=Sees.UNITS,
        permissions=frozenset(
            {
                "read_register",
                "read_history",
                "read_patrols",
                "plan_patrol",
                "approve_patrol",
                "record_patrol",
                "record_inspection",
            }
        ),
        reads=frozenset({unit}),
        writes=frozenset({unit}),
        roles=("commander",),
    )


def a_plan(**changes: Any) -> Plan:
    given: dict[str, Any] = {
        "starts_on": date(2026, 3, 10),
        "ends_on": date(2026, 3, 11),
        "sections": [Section(first="420", last="422")],
        "teams": [
            Team(key="vn", side="VN", unit="don-na-ngoi", leader="Thiếu tá Nguyễn Văn A", strength=8),
            Team(key="la", side="LA", unit="dai-doi-222", leader="ຮ້ອຍເອກ ບຸນມີ", strength=6),
        ],
        "meeting_point": "Mốc 420",
        "objectives": "Kiểm tra đường biên, mốc quốc giới; phát quang 421.",
        "supplies": "Nước, máy GPS, sơn",
    }
    return Plan.model_validate({**given, **changes})


def drafted(session: Session, *, viewer: Viewer = LOCAL_OPERATOR, **changes: Any) -> HeldPatrol:
    """A joint patrol as a draft, or our own where `kind` says so."""
    kind = changes.pop("kind", PatrolKind.JOINT)
    joint = kind == PatrolKind.JOINT
    if not joint:
        changes.setdefault("teams", [a_plan().teams[0]])
    return draft_patrol(
        session,
        viewer=viewer,
        sent=PatrolIn(
            id=changes.pop("id", uuid4()),
            kind=kind,
            unit=changes.pop("unit", "don-na-ngoi"),
            other_unit="dai-doi-222" if joint else None,
            plan=a_plan(**changes),
        ),
        now=NOW,
    )


def under_way(session: Session, *, viewer: Viewer = LOCAL_OPERATOR) -> HeldPatrol:
    """A patrol of our own side that has set out."""
    held = drafted(session, viewer=viewer, kind=PatrolKind.OWN_SIDE)
    approve_patrol(session, viewer=viewer, patrol_id=held.id, now=NOW)
    return start_patrol(session, viewer=viewer, patrol_id=held.id, sent=StartIn(happened_at=START), now=NOW)


def gpx_along(
    line: Line, from_m: float, to_m: float, *, start: datetime = START, back: bool = False
) -> bytes:
    """A GPX track along the line, a point every hundred metres and two minutes; `back` also returns."""
    count = max(2, round(abs(to_m - from_m) / 100))
    places = [from_m + (to_m - from_m) * number / count for number in range(count + 1)]
    return gpx_at(line, [*places, *reversed(places)] if back else places, start=start)


def gpx_at(line: Line, chainages: Sequence[float], *, start: datetime = START) -> bytes:
    points = "\n".join(
        f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>'
        f"{(start + timedelta(minutes=2 * number)).strftime('%Y-%m-%dT%H:%M:%SZ')}</time></trkpt>"
        for number, (lon, lat) in enumerate(line.point_at(chainage_m) for chainage_m in chainages)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="test"'
        f' xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'
    ).encode()


def new_id() -> UUID:
    return uuid4()
