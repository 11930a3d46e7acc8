"""What the other side does here: state its view."""

from datetime import datetime

from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.cooperation.models import Statement
from borderops.cooperation.rules import SHARED_AS, Answer
from borderops.cooperation.schemas import StatementIn
from borderops.core.clock import today
from borderops.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.markers.scope import find_anywhere, find_shared


def state_view(session: Session, *, viewer: Viewer, sent: StatementIn, now: datetime) -> Statement:
    """Keep what the other side states about a feature. What we hold is not changed by it.

    Raises NotAllowed for whoever does not speak for a Lao province, or of what was not shared with it,
    NotFound for a feature that is not shared with it, InvalidInput and Conflict.
    """
    if not viewer.may("state_view"):
        raise NotAllowed(N_("Only the other side states its view."))
    share = find_shared(session, viewer=viewer, address=sent.feature)
    if share is None:
        raise NotFound(
            N_("There is no feature %(address)s in the register."), field="feature", address=sent.feature
        )
    if SHARED_AS[sent.about] not in share.parts:
        raise NotAllowed(N_("This was not shared with you."), field="about")
    if sent.answer != Answer.AGREES and not sent.words:
        raise InvalidInput(N_("Say it in your own words."), field="words")
    stated_on = sent.stated_on or today(now)
    if stated_on > today(now):
        raise InvalidInput(N_("The day of the statement lies in the future."), field="stated_on")
    values = {
        "feature_id": share.feature_id,
        "audience": viewer.audience,
        "about": sent.about.value,
        "answer": sent.answer.value,
        "words": sent.words or None,
        "stated_on": stated_on,
        "stated_by": sent.stated_by,
    }
    held = find_anywhere(session, Statement, sent.id)
    if held is not None:
        if all(getattr(held, name) == value for name, value in values.items()):
            return held
        raise Conflict(N_("Another statement was recorded under this id."), field="id")
    made = Statement(id=sent.id, known_since=now, recorded_by=viewer.name, **values)
    session.add(made)
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action="state_view",
        subject_kind="feature",
        subject_id=share.feature_id,
        after={**sent.model_dump(mode="json"), "audience": viewer.audience},
    )
    return made
