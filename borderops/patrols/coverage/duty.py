"""What the duty officer watches: the patrols under way, and which has not reported by its radio time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from borderops.core.viewer import Viewer
from borderops.patrols.models import PatrolRadio
from borderops.patrols.queries import HeldPatrol, list_patrols, list_radio, started_at
from borderops.patrols.rules import PatrolState, RadioStanding, radio_standing


@dataclass(frozen=True)
class OnDuty:
    """A patrol under way: when it set out, when it was last heard of and must be again."""

    held: HeldPatrol
    started_at: datetime
    heard: Sequence[PatrolRadio]
    standing: RadioStanding
    late_by: timedelta | None

    @property
    def late_minutes(self) -> int | None:
        """By how many minutes its report is late, or None where it is not."""
        return None if self.late_by is None else int(self.late_by.total_seconds() // 60)

    @property
    def back_by(self) -> date:
        """The day on which it should be back."""
        return self.held.plan.ends_on


def list_under_way(session: Session, *, viewer: Viewer, now: datetime) -> list[OnDuty]:
    """The viewer's patrols under way at `now`, those that are late first."""
    found = []
    for held in list_patrols(session, viewer=viewer, states=[PatrolState.UNDER_WAY]):
        started = started_at(session, patrol_id=held.id)
        if held.given or started is None:
            continue
        heard = list_radio(session, patrol_id=held.id)
        standing = radio_standing(
            started_at=started,
            heard_at=[one.heard_at for one in heard],
            every_hours=held.plan.radio_every_hours,
        )
        found.append(OnDuty(held, started, heard, standing, standing.late_by(now)))
    return sorted(found, key=lambda one: one.standing.due_at)
