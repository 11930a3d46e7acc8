"""The other side's statements over HTTP."""

from fastapi import APIRouter, Depends, status

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.cooperation import actions
from borderops.cooperation.schemas import StatementIn, StatementOut
from borderops.core.web import NowDep, SessionDep
from borderops.ui.problems import problems_documented

router = APIRouter(prefix="/api/v1/statements", tags=["cooperation"])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=problems_documented(404, 409, 422),
    dependencies=[Depends(requires(Permission.STATE_VIEW))],
)
def state_view(session: SessionDep, viewer: ViewerDep, now: NowDep, sent: StatementIn) -> StatementOut:
    """State your side's view of the condition of a feature, or of whose duty it is."""
    return StatementOut.model_validate(actions.state_view(session, viewer=viewer, sent=sent, now=now))
