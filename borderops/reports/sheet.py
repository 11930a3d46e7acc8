"""The repair-status report as a CSV file, one line for each damaged feature."""

import csv
from collections.abc import Mapping
from io import StringIO

from borderops.boundary.queries import UnitFacts
from borderops.core.messages import N_
from borderops.register.sheet import safe_cell
from borderops.reports.schemas import RepairItem, RepairStatus
from borderops.ui.languages import Translator

#: Headings in order, in the reader's language; with `lang=en` programs may rely on them.
COLUMNS = (
    N_("As of"),
    N_("Lao province"),
    N_("Number"),
    N_("Kind"),
    N_("State"),
    N_("Damaged since"),
    N_("Parts"),
    N_("Cause"),
    N_("Duty to repair"),
    N_("Responsible unit"),
    N_("Legal basis"),
    N_("Planned work"),
    N_("Last visit"),
    N_("Commune"),
    N_("Vietnamese district"),
    N_("Lao district"),
    N_("Source"),
    N_("Note"),
    N_("Head of the chain of events"),
)


def write_sheet(report: RepairStatus, *, units: Mapping[str, UnitFacts], translator: Translator) -> bytes:
    """The report as CSV: UTF-8 with a byte order mark, lines ended as spreadsheets expect."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_cell(translator.t(column)) for column in COLUMNS])
    for item in report.items:
        writer.writerow([safe_cell(cell) for cell in _cells(report, item, units, translator)])
    return text.getvalue().encode("utf-8-sig")


def _cells(
    report: RepairStatus, item: RepairItem, units: Mapping[str, UnitFacts], say: Translator
) -> list[object]:
    def unit(unit_id: str | None) -> str:
        held = units.get(unit_id or "")
        return held.name(say.language) if held else unit_id or ""

    def label(group: str, value: str | None) -> str:
        return say.label(group, value) if value else ""

    parts = "; ".join(
        f"{label('component', part)}: {label('level', level)}" for part, level in item.components.items()
    )
    return [
        report.as_of.isoformat(),
        unit(report.province),
        item.number,
        label("kind", item.kind),
        label("state", item.state),
        item.since or "",
        parts,
        label("cause", item.cause),
        label("side", item.responsible_side),
        unit(item.responsible_unit),
        item.duty.legal_basis if item.duty else "",
        label("action", item.planned),
        item.last_visit_on or "",
        unit(item.commune),
        unit(item.district),
        unit(item.lao_district),
        item.source or "",
        item.stated or "",
        f"{report.audit_head.seq}:{report.audit_head.hash}" if report.audit_head else "",
    ]
