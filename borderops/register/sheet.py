"""A list of features as a CSV file that opens rightly in Excel and cannot run anything there.

UTF-8 with a byte order mark, without which Excel reads Vietnamese and Lao as garbage. Headings and words
are in the reader's language (a file with English ones is asked for by `lang=en`); numbers and dates are
written as programs read them: a point for decimals, ISO 8601 as finely as the date is known.
"""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO

from borderops.boundary.queries import UnitFacts
from borderops.core.messages import N_
from borderops.register.features import FeatureOnDay
from borderops.ui.languages import Translator

MEDIA_TYPE = "text/csv; charset=utf-8"

#: Headings in order. As `lang=en` they are the names that programs may rely on.
COLUMNS = (
    N_("Number"),
    N_("Name"),
    N_("Kind"),
    N_("State"),
    N_("Damaged"),
    N_("Damaged since"),
    N_("Cause"),
    N_("Urgency"),
    N_("Recommended action"),
    N_("Last visit"),
    N_("Overdue"),
    N_("Duty to repair"),
    N_("Responsible unit"),
    N_("Lao province"),
    N_("Lao district"),
    N_("Vietnamese district"),
    N_("Commune"),
    N_("Longitude, WGS 84"),
    N_("Latitude, WGS 84"),
    N_("Position method"),
    N_("Position accuracy, m"),
    N_("Kilometre on the line"),
    N_("Id"),
)

#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_sheet(
    features: Iterable[FeatureOnDay], *, units: Mapping[str, UnitFacts], translator: Translator
) -> bytes:
    """The features as a CSV file."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_cell(translator.t(column)) for column in COLUMNS])
    for feature in features:
        writer.writerow([safe_cell(cell) for cell in _cells(feature, units, translator)])
    return text.getvalue().encode("utf-8-sig")


def safe_cell(value: object) -> object:
    """The value as it goes into a cell: texts that look like a formula get an apostrophe before them."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def _cells(feature: FeatureOnDay, units: Mapping[str, UnitFacts], say: Translator) -> list[object]:
    def label(group: str, value: str | None) -> str:
        return say.label(group, value) if value else ""

    def unit(unit_id: str | None) -> str:
        held = units.get(unit_id or "")
        return held.name(say.language) if held else unit_id or ""

    def yes(value: bool) -> str:
        return say.t(N_("yes")) if value else say.t(N_("no"))

    return [
        feature.number or feature.code,
        feature.names.get(say.language) or feature.names.get("vi") or "",
        label("kind", feature.kind),
        label("state", feature.state),
        yes(feature.damaged),
        feature.since or "",
        label("cause", feature.cause),
        label("urgency", feature.urgency),
        label("action", feature.action),
        feature.last_visit_on or "",
        yes(feature.overdue),
        label("side", feature.responsible_side),
        unit(feature.responsible_unit),
        unit(feature.province),
        unit(feature.lao_district),
        unit(feature.district),
        unit(feature.commune),
        "" if feature.lon is None else round(feature.lon, 7),
        "" if feature.lat is None else round(feature.lat, 7),
        label("method", feature.method),
        "" if feature.accuracy_m is None else feature.accuracy_m,
        "" if feature.chainage_km is None else feature.chainage_km,
        str(feature.id),
    ]
