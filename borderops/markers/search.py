"""Finding a feature by what a person types at it: a number, or a gate's name with or without diacritics."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from borderops.core.viewer import Viewer
from borderops.core.words import matches
from borderops.markers.models import Feature
from borderops.markers.numbers import looks_like_number, parse_numbers
from borderops.markers.rules import Kind
from borderops.markers.scope import readable

#: The places that the markers of one position take in line order (see `MarkerNumber.line_order`).
_MARKERS_OF_POSITION = 999


def search_features(session: Session, *, viewer: Viewer, text: str, limit: int = 20) -> Sequence[Feature]:
    """The features that the text may mean, in line order, gates by name.

    397 means all markers of that position, 397(2) the one. Raises NotANumber for a number that cannot be.
    """
    if not text.strip():
        return []
    seen = readable(Feature.id, viewer=viewer)
    if looks_like_number(text):
        orders = [number.line_order for number in parse_numbers(text, field="feature")]
        meant = or_(
            *(
                Feature.line_order == order
                if order % (_MARKERS_OF_POSITION + 1)
                else Feature.line_order.between(order, order + _MARKERS_OF_POSITION)
                for order in orders
            )
        )
        return session.scalars(
            select(Feature).where(meant, *seen).order_by(Feature.line_order).limit(limit)
        ).all()
    gates = session.scalars(select(Feature).where(Feature.kind == Kind.GATE, *seen).order_by(Feature.code))
    return [
        gate
        for gate in gates
        if any(matches(text, name) for name in (gate.name_vi, gate.name_en, gate.name_lo, gate.code) if name)
    ][:limit]
