"""Disclosures over HTTP: list what is shared with the other side, share, take back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, status

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.web import NowDep, SessionDep
from borderops.register.actions import add_disclosure, end_disclosure
from borderops.register.disclosure_schemas import DisclosureIn, DisclosureOut, EndIn
from borderops.register.disclosures import disclosure_out, get_disclosure, list_disclosures
from borderops.register.schemas import LaoProvince
from borderops.ui.problems import problems_documented

router = APIRouter(
    prefix="/api/v1/disclosures",
    tags=["disclosures"],
    dependencies=[Depends(requires(Permission.DISCLOSE))],
)


@router.get("", responses=problems_documented(422))
def list_shared(
    session: SessionDep,
    viewer: ViewerDep,
    audience: Annotated[LaoProvince | None, Query(description="Lao province.")] = None,
    ended: Annotated[bool, Query(description="Also what was taken back.")] = False,
) -> list[DisclosureOut]:
    """What is shared with the Lao provinces, by which decision."""
    held = list_disclosures(session, viewer=viewer, audience=audience, ended=ended)
    return [disclosure_out(one) for one in held]


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems_documented(404, 409, 422))
def disclose(session: SessionDep, viewer: ViewerDep, now: NowDep, sent: DisclosureIn) -> DisclosureOut:
    """Share a feature, or by a rule a part of the line, with a Lao province."""
    made = add_disclosure(session, viewer=viewer, sent=sent, now=now)
    return disclosure_out(get_disclosure(session, viewer=viewer, disclosure_id=made.id))


@router.post("/{disclosure_id}/end", responses=problems_documented(404, 422))
def end(
    session: SessionDep, viewer: ViewerDep, now: NowDep, disclosure_id: UUID, sent: EndIn
) -> DisclosureOut:
    """Take back what was shared; that it was shared stays on record."""
    end_disclosure(session, viewer=viewer, disclosure_id=disclosure_id, reason=sent.reason, now=now)
    return disclosure_out(get_disclosure(session, viewer=viewer, disclosure_id=disclosure_id))
