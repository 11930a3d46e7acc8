"""What a specialist decides about the other side's view: to share, and to take back."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.boundary.models import Unit
from borderops.boundary.queries import REFERENCE_LINE
from borderops.boundary.rules import UnitKind
from borderops.core.clock import today
from borderops.core.elevation import as_system
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, NotAllowed, Problems
from borderops.core.messages import N_
from borderops.core.viewer import EVERYTHING, OWN, Viewer
from borderops.markers.queries import get_writable_feature
from borderops.markers.scope import find_anywhere
from borderops.register.disclosure_rules import Part
from borderops.register.disclosure_schemas import DisclosureIn, sent_values
from borderops.register.disclosures import get_disclosure
from borderops.register.histories import in_batches
from borderops.register.models import Disclosure, FeaturePeriod
from borderops.register.sharing import LOCK, derive_shared


def add_disclosure(session: Session, *, viewer: Viewer, sent: DisclosureIn, now: datetime) -> Disclosure:
    """Decide to share; from the commit on the other side sees it. Sending the same again changes nothing.

    Raises NotAllowed, NotFound for an unknown feature, Problems with all that is wrong, and Conflict where
    the id stands for another decision.
    """
    unit_id = _deciding_unit(session, viewer=viewer, asked=sent.unit)
    problems = list(_problems(sent, now=now))
    if problems:
        raise Problems(problems)
    feature = get_writable_feature(session, viewer=viewer, address=sent.feature) if sent.feature else None
    values = {
        "audience": sent.audience,
        "unit_id": unit_id,
        "feature_id": feature.id if feature else None,
        "kind": sent.kind,
        "damaged_only": sent.damaged_only,
        "parts": [part.value for part in Part if part in sent.parts],
        "fineness_m": sent.fineness_m,
        "decided_by": sent.decided_by,
        "legal_basis": sent.legal_basis,
        "reason": sent.reason,
        "valid": Range(sent.valid_from or today(now), sent.valid_to),
    }
    held = find_anywhere(session, Disclosure, sent.id)
    if held is not None:
        if all(getattr(held, name) == value for name, value in values.items()):
            return held
        raise Conflict(N_("Another disclosure was recorded under this id."), field="id")
    made = Disclosure(id=sent.id, known=Range(now, None), recorded_by=viewer.name, **values)
    session.add(made)
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action="disclose",
        subject_kind="disclosure",
        subject_id=made.id,
        after={**sent_values(sent), "unit": unit_id, "feature_id": str(feature.id) if feature else None},
        reason=sent.reason,
    )
    _share_anew(session, made)
    return made


def end_disclosure(
    session: Session, *, viewer: Viewer, disclosure_id: UUID, reason: str, now: datetime
) -> Disclosure:
    """Take a decision back: nothing more is shown because of it. That it held, and when, stays on record.

    One that was taken back before stays as it is. Raises NotFound and NotAllowed.
    """
    held = get_disclosure(session, viewer=viewer, disclosure_id=disclosure_id)
    _deciding_unit(session, viewer=viewer, asked=held.row.unit_id)
    if not held.in_force:
        return held.row
    session.execute(
        update(Disclosure)
        .where(Disclosure.id == disclosure_id, func.upper_inf(Disclosure.known))
        .values(known=func.tstzrange(func.lower(Disclosure.known), now))
        .execution_options(synchronize_session=False)
    )
    session.expire(held.row, ["known"])
    record_event(
        session,
        viewer=viewer,
        action="end_disclosure",
        subject_kind="disclosure",
        subject_id=disclosure_id,
        before={"audience": held.row.audience, "feature": held.feature, "parts": list(held.row.parts)},
        reason=reason,
    )
    _share_anew(session, held.row)
    return held.row


def _deciding_unit(session: Session, *, viewer: Viewer, asked: str | None) -> str:
    """The province whose features the viewer may share. Raises NotAllowed and InvalidInput."""
    if not viewer.may("disclose"):
        raise NotAllowed(N_("Your duties do not cover this."))
    provinces = set(session.scalars(select(Unit.id).where(Unit.kind == UnitKind.PROVINCE)))
    mine = provinces if EVERYTHING in viewer.permissions else provinces & viewer.writes
    if asked is not None:
        if asked not in mine:
            raise NotAllowed(N_("Your duties do not cover this."))
        return asked
    if len(mine) == 1:
        return next(iter(mine))
    if EVERYTHING in viewer.permissions and REFERENCE_LINE in mine:
        return REFERENCE_LINE
    raise InvalidInput(N_("Say which province decides."), field="unit")


def _problems(sent: DisclosureIn, *, now: datetime) -> Iterable[BorderopsError]:
    if (sent.fineness_m is not None) != (Part.COORDINATES in sent.parts):
        yield InvalidInput(N_("Say how fine the coordinates are that are shared."), field="fineness_m")
    if sent.feature is not None and (sent.kind is not None or sent.damaged_only):
        yield InvalidInput(N_("Share one feature, or those of a kind; not both."), field="feature")
    if sent.damaged_only and Part.CONDITION not in sent.parts:
        yield InvalidInput(
            N_("Whoever is told of the damaged ones only is told of their condition: share it, too."),
            field="parts",
        )
    if sent.valid_to is not None and sent.valid_to <= (sent.valid_from or today(now)):
        yield InvalidInput(N_("The end must lie after the beginning."), field="valid_to")


def _share_anew(session: Session, disclosure: Disclosure) -> None:
    """Derive what is shared of the features that the decision may speak of."""
    with as_system(session):
        session.execute(LOCK)
        if disclosure.feature_id is not None:
            derive_shared(session, feature_ids=[disclosure.feature_id])
            return
        of_province = (
            select(FeaturePeriod.feature_id)
            .where(
                FeaturePeriod.lao_province == disclosure.audience,
                FeaturePeriod.audience == OWN,
                func.upper_inf(FeaturePeriod.known),
            )
            .distinct()
        )
        for batch in in_batches(session.scalars(of_province).all()):
            derive_shared(session, feature_ids=batch)
