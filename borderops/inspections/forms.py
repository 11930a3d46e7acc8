"""The inspection form: what was typed, kept as typed, and read into what goes to be recorded."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID, uuid5

from starlette.datastructures import FormData, UploadFile

from borderops.core.clock import BORDER_TIME
from borderops.core.errors import BorderopsError, InvalidInput, Problems
from borderops.core.messages import N_
from borderops.inspections.photos import read_photo
from borderops.inspections.queries import HeldInspection
from borderops.inspections.rules import (
    Action,
    Cause,
    Component,
    Finding,
    GroundPosition,
    Level,
    Occasion,
    Urgency,
)
from borderops.inspections.schemas import Gps, InspectionIn

#: The parts that an inspector judges; a part that is not stated is for documents only.
PARTS = tuple(component for component in Component if component is not Component.UNSPECIFIED)

#: The occasions of a person on the ground; statements of documents come by other ways.
OCCASIONS = (Occasion.INSPECTION, Occasion.PATROL, Occasion.JOINT_PATROL, Occasion.REPORT)

ALL_GOOD = "all_good"
MOST_PHOTOS = 20
_LONGEST_TEXT = 10_000


class UnreadableEntry(InvalidInput):
    """An entry of the form that cannot be read."""

    code = "unreadable-entry"


def part_field(part: str) -> str:
    """The name of the field for a part's level."""
    return f"part_{part}"


def typed_values(form: FormData) -> dict[str, str]:
    """Everything typed or chosen, by field, without files; to be shown again where something is wrong."""
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def values_of(held: HeldInspection) -> dict[str, str]:
    """The values of a recorded inspection, for the form that corrects it."""
    row = held.inspection
    values: dict[str, object] = {
        "observed_at": row.observed_at.astimezone(BORDER_TIME).strftime("%Y-%m-%dT%H:%M"),
        "occasion": row.occasion,
        "occasion_ref": row.occasion_ref,
        "finding": row.finding,
        "position": row.position,
        "position_offset_m": row.position_offset_m,
        "cause": row.cause,
        "urgency": row.urgency,
        "action": row.action,
        "notes": row.notes,
        "observer": row.observer,
        "unit": row.unit_id,
        **{part_field(part): level for part, level in row.components.items()},
    }
    if held.gps is not None:
        values |= {"lon": held.gps[0], "lat": held.gps[1], "accuracy_m": row.gps_accuracy_m}
    return {name: str(value) for name, value in values.items() if value is not None}


def read_inspection(values: Mapping[str, str], *, address: str) -> InspectionIn:
    """The form's entries as an inspection of the feature. Raises Problems with every entry that is wrong."""
    problems: list[BorderopsError] = []
    observed_at = _read_time(values, problems)
    finding = _read_choice(values, "finding", Finding, problems)
    if finding is None and not any(problem.field == "finding" for problem in problems):
        problems.append(UnreadableEntry(N_("Say whether you saw it."), field="finding"))
    parts = _read_parts(values, problems)
    sent = {
        "id": _read_id(values, "id", problems),
        "feature": address,
        "observed_at": observed_at,
        "device_at": _read_device_time(values),
        "occasion": _read_choice(values, "occasion", Occasion, problems) or Occasion.INSPECTION,
        "occasion_ref": _read_text(values, "occasion_ref", problems),
        "finding": finding,
        "position": _read_choice(values, "position", GroundPosition, problems),
        "position_offset_m": _read_number(values, "position_offset_m", problems, least=0),
        "components": parts,
        "cause": _read_choice(values, "cause", Cause, problems),
        "urgency": _read_choice(values, "urgency", Urgency, problems),
        "action": _read_choice(values, "action", Action, problems),
        "notes": _read_text(values, "notes", problems),
        "observer": _read_text(values, "observer", problems, longest=200),
        "unit": _read_text(values, "unit", problems, longest=200),
        "gps": _read_gps(values, problems),
        "corrects": _read_id(values, "corrects", problems) if values.get("corrects") else None,
        "correction_reason": _read_text(values, "correction_reason", problems),
    }
    if problems:
        raise Problems(problems)
    return InspectionIn.model_validate(sent)


def read_photos(form: FormData) -> list[bytes]:
    """The photos that were sent, each checked to be one. Raises NotAPhoto and UnreadableEntry."""
    contents = [
        content
        for upload in form.getlist("photos")
        if isinstance(upload, UploadFile) and (content := upload.file.read())
    ]
    if len(contents) > MOST_PHOTOS:
        raise UnreadableEntry(
            N_("At most %(most)s photos are taken at once."), field="photo", most=MOST_PHOTOS
        )
    for content in contents:
        read_photo(content)
    return contents


def photo_id(inspection_id: UUID, digest: str) -> UUID:
    """The id of a photo sent by the form: the same photo of the same inspection has the same one."""
    return uuid5(inspection_id, digest)


E = TypeVar("E", bound=StrEnum)


def _read_choice(
    values: Mapping[str, str], name: str, choices: type[E], problems: list[BorderopsError], *, field: str = ""
) -> E | None:
    text = values.get(name, "").replace("\0", "").strip()
    if not text:
        return None
    try:
        return choices(text)
    except ValueError:
        problems.append(
            UnreadableEntry(N_('"%(given)s" is none of the choices here.'), field=field or name, given=text)
        )
        return None


def _read_parts(values: Mapping[str, str], problems: list[BorderopsError]) -> dict[Component, Level]:
    """The levels of the parts; "all parts good" stands for those that nothing else is said of."""
    stated = {
        part: _read_choice(values, part_field(part), Level, problems, field="components") for part in PARTS
    }
    rest = Level.GOOD if values.get(ALL_GOOD) else None
    return {part: level for part in PARTS if (level := stated[part] or rest) is not None}


def _read_time(values: Mapping[str, str], problems: list[BorderopsError]) -> datetime | None:
    """The time as a clock at the border shows it."""
    text = values.get("observed_at", "").strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problems.append(
            UnreadableEntry(N_("Give the day and time at which it was seen."), field="observed_at")
        )
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=BORDER_TIME)


def _read_device_time(values: Mapping[str, str]) -> datetime | None:
    """What the device's clock said when it sent; a device that does not say it loses nothing."""
    try:
        moment = datetime.fromisoformat(values.get("device_at", "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _read_text(
    values: Mapping[str, str], name: str, problems: list[BorderopsError], *, longest: int = _LONGEST_TEXT
) -> str | None:
    text = values.get(name, "").replace("\0", "").strip()
    if len(text) > longest:
        problems.append(
            UnreadableEntry(N_("At most %(most)s characters are taken."), field=name, most=longest)
        )
    return text or None


def _read_number(
    values: Mapping[str, str],
    name: str,
    problems: list[BorderopsError],
    *,
    least: float,
    most: float = 1e6,
    field: str = "",
) -> float | None:
    text = values.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        problems.append(
            UnreadableEntry(
                N_('"%(given)s" is not a number from %(least)s to %(most)s.'),
                field=field or name,
                given=text,
                least=least,
                most=most,
            )
        )
        return None
    return number


def _read_gps(values: Mapping[str, str], problems: list[BorderopsError]) -> Gps | None:
    before = len(problems)
    lon = _read_number(values, "lon", problems, least=-180, most=180, field="gps")
    lat = _read_number(values, "lat", problems, least=-90, most=90, field="gps")
    accuracy_m = _read_number(values, "accuracy_m", problems, least=0, field="gps")
    if len(problems) > before or lon is lat is None:
        return None
    if lon is None or lat is None or accuracy_m is None:
        problems.append(
            UnreadableEntry(N_("Give longitude, latitude and accuracy, or none of them."), field="gps")
        )
        return None
    return Gps(lon=lon, lat=lat, accuracy_m=accuracy_m)


def _read_id(values: Mapping[str, str], name: str, problems: list[BorderopsError]) -> UUID | None:
    try:
        return UUID(values.get(name, ""))
    except ValueError:
        problems.append(UnreadableEntry(N_("The form is damaged; open it anew."), field=name))
        return None
