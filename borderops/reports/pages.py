"""The pages of reports: the repair status of a Lao province's part of the line."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.audit.actions import record_read
from borderops.audit.bundles import MEDIA_TYPE
from borderops.audit.rules import Read
from borderops.boundary.queries import UnitFacts, list_units
from borderops.core.errors import BorderopsError, NotFound
from borderops.core.messages import N_
from borderops.core.web import NowDep, SessionDep
from borderops.register.asking import read_dates
from borderops.register.presentation import lao_provinces, read_partial
from borderops.reports import queries
from borderops.reports.bundles import report_bundle
from borderops.reports.rules import CHANGE_LABELS, CHANGE_TEXTS, SIDES
from borderops.reports.schemas import RepairItem, RepairStatus
from borderops.reports.sheet import write_sheet
from borderops.ui.frame import render, request_translator

router = APIRouter(include_in_schema=False)


def request_units(session: SessionDep, viewer: ViewerDep) -> Mapping[str, UnitFacts]:
    """The units of the line, by id."""
    return list_units(session, viewer=viewer)


UnitsDep = Annotated[Mapping[str, UnitFacts], Depends(request_units)]


def request_report(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, units: UnitsDep, province: str
) -> RepairStatus:
    """The report that an address names. Raises NotFound."""
    if province not in lao_provinces(units):
        raise NotFound(N_("There is no Lao province %(province)s on this line."), province=province)
    at, _problems = read_dates(request.query_params, moment=now)
    return queries.repair_status(session, viewer=viewer, province=province, at=at, previous=None, now=now)


ReportDep = Annotated[RepairStatus, Depends(request_report)]


@router.get("/reports", name="repair_status", dependencies=[Depends(requires(Permission.READ_REGISTER))])
@router.get(
    "/reports/repair-status/{province}",
    name="repair_status_of",
    dependencies=[Depends(requires(Permission.READ_REGISTER))],
)
def repair_status(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    now: NowDep,
    units: UnitsDep,
    province: str | None = None,
) -> Response:
    """What is damaged on a Lao province's part of the line, side by side of whose duty it is."""
    provinces = lao_provinces(units)
    chosen = province or next(iter(provinces), None)
    if chosen is None or chosen not in provinces:
        raise NotFound(N_("There is no Lao province %(province)s on this line."), province=province or "–")
    at, problems = read_dates(request.query_params, moment=now)
    previous, problems = _read_previous(request.query_params.get("previous"), problems)
    report = queries.repair_status(session, viewer=viewer, province=chosen, at=at, previous=previous, now=now)
    return render(
        request,
        "reports/repair_status.html",
        report=report,
        sides=[(side, held) for side in SIDES if (held := _of_side(report.items, side))],
        units=units,
        provinces=provinces,
        problems=problems,
        partial=read_partial,
        change_texts=CHANGE_TEXTS,
        change_labels=CHANGE_LABELS,
    )


@router.get(
    "/reports/repair-status/{province}/sheet.csv",
    name="repair_status_csv",
    dependencies=[Depends(requires(Permission.EXPORT))],
)
def repair_status_csv(
    request: Request, session: SessionDep, viewer: ViewerDep, report: ReportDep, units: UnitsDep
) -> Response:
    """The same as a CSV file."""
    record_read(
        session,
        viewer=viewer,
        read=Read.REPORT_SHEET,
        subject_kind="report",
        subject_id=f"repair-status/{report.province}",
        question={"as_of": report.as_of.isoformat(), "known_at": report.known_at.isoformat()},
        features=len(report.items),
    )
    return Response(
        write_sheet(report, units=units, translator=request_translator(request)),
        media_type="text/csv; charset=utf-8",
        headers=_as_file(report, "csv"),
    )


@router.get(
    "/reports/repair-status/{province}/signed.zip",
    name="repair_status_signed",
    dependencies=[Depends(requires(Permission.EXPORT))],
)
def repair_status_signed(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    now: NowDep,
    report: ReportDep,
    units: UnitsDep,
) -> Response:
    """The same in all formats as one signed file."""
    return Response(
        report_bundle(
            session, viewer=viewer, report=report, units=units, keys=request.app.state.keys, now=now
        ),
        media_type=MEDIA_TYPE,
        headers=_as_file(report, "zip"),
    )


def _as_file(report: RepairStatus, ending: str) -> dict[str, str]:
    name = f"repair-status-{report.province}-{report.as_of}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _of_side(items: list[RepairItem], side: str) -> list[RepairItem]:
    return [item for item in items if item.responsible_side == side]


def _read_previous(
    text: str | None, problems: list[BorderopsError]
) -> tuple[date | None, list[BorderopsError]]:
    if not text:
        return None, problems
    try:
        return date.fromisoformat(text), problems
    except ValueError:
        wrong = BorderopsError(N_("Give a date such as 2024-06-30."), field="previous")
        return None, [*problems, wrong]
