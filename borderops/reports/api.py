"""Reports over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.audit.actions import record_read
from borderops.audit.rules import Read
from borderops.core.web import NowDep, SessionDep
from borderops.reports import queries
from borderops.reports.schemas import RepairStatus, RepairStatusQuery
from borderops.ui.problems import problems_documented

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])


@router.get(
    "/repair-status",
    responses=problems_documented(422),
    dependencies=[Depends(requires(Permission.READ_REGISTER))],
)
def get_repair_status(
    session: SessionDep, viewer: ViewerDep, now: NowDep, asked: Annotated[RepairStatusQuery, Query()]
) -> RepairStatus:
    """What is damaged in a Lao province's part of the line, since when, why, and whose duty repair is."""
    report = queries.repair_status(
        session, viewer=viewer, province=asked.province, at=asked.at(now), previous=asked.previous, now=now
    )
    record_read(
        session,
        viewer=viewer,
        read=Read.REPORT,
        subject_kind="report",
        subject_id=f"repair-status/{asked.province}",
        question=asked.model_dump(mode="json", exclude_unset=True),
        features=len(report.items),
    )
    return report
