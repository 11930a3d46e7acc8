"""Seasons and closed stretches over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, status

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.clock import today
from borderops.core.texts import Day
from borderops.core.web import NowDep, SessionDep
from borderops.patrols.limits.actions import add_limit, end_limit, limit_out, list_limits
from borderops.patrols.limits.schemas import LimitEndIn, LimitIn, LimitOut
from borderops.ui.problems import problems_documented

router = APIRouter(prefix="/api/v1/patrol-limits", tags=["patrols"])

OWN = [Depends(requires(Permission.READ_HISTORY))]
PLANS = [Depends(requires(Permission.PLAN_PATROL))]


@router.get("", dependencies=OWN, responses=problems_documented(403, 422))
def read_limits(
    session: SessionDep,
    viewer: ViewerDep,
    now: NowDep,
    on: Annotated[Day | None, Query(description="Say what holds on this day; today if left out.")] = None,
) -> list[LimitOut]:
    """All seasons and closed stretches, those that were ended too."""
    day = on or today(now)
    return [limit_out(limit, on=day) for limit in list_limits(session, viewer=viewer)]


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=PLANS, responses=problems_documented(403, 409, 422)
)
def enter_limit(session: SessionDep, viewer: ViewerDep, now: NowDep, sent: LimitIn) -> LimitOut:
    """Enter a season or a closed stretch; every plan that is calculated from now on keeps to it."""
    return limit_out(add_limit(session, viewer=viewer, sent=sent), on=today(now))


@router.post("/{limit_id}/end", dependencies=PLANS, responses=problems_documented(403, 404, 409, 422))
def close_limit(
    session: SessionDep, viewer: ViewerDep, now: NowDep, limit_id: UUID, sent: LimitEndIn
) -> LimitOut:
    """Say that it holds no longer after a day; it stays in the list."""
    return limit_out(end_limit(session, viewer=viewer, limit_id=limit_id, sent=sent), on=today(now))
