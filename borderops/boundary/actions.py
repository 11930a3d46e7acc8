"""What the administrator does to rules and figures: set them anew, with their legal basis."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.boundary.models import RuleSetting
from borderops.core.columns import Mark
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.viewer import Viewer


def set_setting(
    session: Session,
    *,
    viewer: Viewer,
    key: str,
    value: Any,
    legal_basis: str,
    valid_from: date,
    note: str | None = None,
    now: datetime,
) -> RuleSetting:
    """Set a known key to a value from a day on; what held before stays for the days before.

    Whatever was set for that day or later is no longer what we know. The caller derives anew what follows
    from it. Raises InvalidInput for an unknown key, a value of another kind, or no legal basis.
    """
    # One writer at a time for a key.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"setting {key}", 0))))
    held = session.scalars(
        select(RuleSetting)
        .where(RuleSetting.key == key, func.upper_inf(RuleSetting.known))
        .order_by(func.lower(RuleSetting.valid).asc().nulls_first())
    ).all()
    if not held:
        known = session.scalars(select(RuleSetting.key).distinct().order_by(RuleSetting.key)).all()
        raise InvalidInput(
            N_("There is no setting %(key)s; there are: %(known)s."),
            field="key",
            key=key,
            known=", ".join(known),
        )
    if isinstance(value, str) != isinstance(held[-1].value, str):
        raise InvalidInput(
            N_("%(key)s takes a value such as %(example)s."), field="value", key=key, example=held[-1].value
        )
    if not legal_basis.strip():
        raise InvalidInput(N_("Say by which document, or why."), field="legal_basis")
    for setting in held:
        ends = setting.valid.upper
        if ends is not None and ends <= valid_from:
            continue
        session.execute(
            update(RuleSetting)
            .where(RuleSetting.id == setting.id)
            .values(known=func.tstzrange(func.lower(RuleSetting.known), now))
            .execution_options(synchronize_session=False)
        )
        if setting.valid.lower is None or setting.valid.lower < valid_from:
            session.add(_again(setting, valid=Range(setting.valid.lower, valid_from), now=now, viewer=viewer))
    made = RuleSetting(
        key=key,
        value=value,
        legal_basis=legal_basis.strip(),
        source_id=None,
        mark=Mark.SOURCED,
        note=note,
        valid=Range(valid_from, None),
        known=Range(now, None),
        recorded_by=viewer.name,
    )
    session.add(made)
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action="set_setting",
        subject_kind="setting",
        subject_id=key,
        before={"value": held[-1].value, "legal_basis": held[-1].legal_basis},
        after={"value": value, "legal_basis": legal_basis, "valid_from": valid_from.isoformat()},
        reason=note,
    )
    return made


def _again(setting: RuleSetting, *, valid: Range[date], now: datetime, viewer: Viewer) -> RuleSetting:
    return RuleSetting(
        key=setting.key,
        value=setting.value,
        legal_basis=setting.legal_basis,
        source_id=setting.source_id,
        mark=setting.mark,
        note=setting.note,
        valid=valid,
        known=Range(now, None),
        recorded_by=viewer.name,
    )
