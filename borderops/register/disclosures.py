"""Reading what was decided to be shared with the other side."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Sees, Viewer
from borderops.markers.models import Feature
from borderops.register.disclosure_schemas import DisclosureOut
from borderops.register.models import Disclosure


@dataclass(frozen=True)
class HeldDisclosure:
    """A decision, and the code of the one feature that it speaks of."""

    row: Disclosure
    feature: str | None

    @property
    def in_force(self) -> bool:
        """Whether it was not taken back."""
        return self.row.known.upper is None


def list_disclosures(
    session: Session,
    *,
    viewer: Viewer,
    audience: str | None = None,
    feature_id: UUID | None = None,
    ended: bool = False,
) -> Sequence[HeldDisclosure]:
    """What is shared, rules first; with `ended` also what was taken back. The newest decision comes first."""
    wanted = [*_visible(viewer)]
    if audience is not None:
        wanted.append(Disclosure.audience == audience)
    if feature_id is not None:
        wanted.append(Disclosure.feature_id == feature_id)
    if not ended:
        wanted.append(func.upper_inf(Disclosure.known))
    rows = session.execute(
        select(Disclosure, Feature.code)
        .outerjoin(Feature, Feature.id == Disclosure.feature_id)
        .where(*wanted)
        .order_by(Disclosure.feature_id.is_not(None), Disclosure.recorded_at.desc(), Disclosure.id)
        .execution_options(populate_existing=True)
    )
    return [HeldDisclosure(row, code) for row, code in rows]


def get_disclosure(session: Session, *, viewer: Viewer, disclosure_id: UUID) -> HeldDisclosure:
    """One decision. Raises NotFound."""
    row = session.execute(
        select(Disclosure, Feature.code)
        .outerjoin(Feature, Feature.id == Disclosure.feature_id)
        .where(Disclosure.id == disclosure_id, *_visible(viewer))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound(N_("There is no disclosure %(id)s."), field="id", id=disclosure_id)
    return HeldDisclosure(row[0], row[1])


def disclosure_out(held: HeldDisclosure) -> DisclosureOut:
    """The decision as it goes over the wire."""
    row = held.row
    return DisclosureOut.model_validate(
        {
            **{name: getattr(row, name) for name in DisclosureOut.model_fields if hasattr(row, name)},
            "unit": row.unit_id,
            "feature": held.feature,
            "valid_from": row.valid.lower,
            "valid_to": row.valid.upper,
            "ended_at": row.known.upper,
        }
    )


def _visible(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Decisions are our own side's matter: of all units, or of those that the viewer serves."""
    match viewer.sees:
        case Sees.ALL:
            return []
        case Sees.UNITS:
            return [Disclosure.unit_id.in_(sorted(viewer.reads))]
        case _:
            return [false()]
