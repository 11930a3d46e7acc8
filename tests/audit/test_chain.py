"""The chain on a real database: it grows without fork or gap, and follows the transaction."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.audit.models import Event
from borderops.core.viewer import LOCAL_OPERATOR


def test_an_event_hangs_on_the_one_before(session: Session) -> None:
    for name in ("a", "b"):
        record_event(session, viewer=LOCAL_OPERATOR, action="try", subject_kind="thing", subject_id=name)
    assert session.scalars(select(Event)).all() == []
    session.commit()
    first, second = session.scalars(select(Event).order_by(Event.seq)).all()
    assert (first.seq, second.seq) == (1, 2)
    assert second.previous == first.hash
