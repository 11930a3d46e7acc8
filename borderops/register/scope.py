"""Deriving in whose scope each feature lies, from its periods as now known and the sections of units."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

#: The units whose part of the line covers a feature, by its own number or place: the periods name them.
#: A gate has no number, so sections told by numbers say nothing of it: there its units are those whose
#: markers stand around it, within how well its position is known. What belongs to a unit belongs to the
#: units above it as well. And what nobody has placed lies somewhere on the line: every province has it
#: until somebody does.
_COVERED = """
WITH RECURSIVE now_known AS (
    SELECT p.feature_id, p.kind, p.line_order, p.valid, p.unit_ids, p.chainage_m,
           (SELECT s.accuracy_m FROM feature_position s WHERE s.id = p.position_id) AS accuracy_m
      FROM feature_period p
     WHERE p.audience = 'own' AND upper_inf(p.known) AND p.feature_id = ANY (:ids)
), numbered AS (
    SELECT s.unit_id, s.valid, min(m.chainage_m) AS from_m, max(m.chainage_m) AS to_m
      FROM unit_section s
      JOIN feature_period m ON m.line_order BETWEEN s.from_order AND s.to_order
     WHERE upper_inf(s.known) AND m.audience = 'own' AND upper_inf(m.known) AND upper_inf(m.valid)
       AND m.chainage_m IS NOT NULL
       AND EXISTS (SELECT FROM now_known WHERE line_order IS NULL)
     GROUP BY s.id
), direct AS (
    SELECT feature_id, unit_id, valid FROM now_known, unnest(unit_ids) AS unit_id
     UNION ALL
    SELECT n.feature_id, s.unit_id, n.valid * s.valid
      FROM now_known n
      JOIN numbered s ON n.chainage_m BETWEEN s.from_m - n.accuracy_m AND s.to_m + n.accuracy_m
     WHERE n.line_order IS NULL
), covered AS (
    SELECT feature_id, unit_id::text, valid FROM direct
     UNION
    SELECT c.feature_id, u.parent_id::text, c.valid
      FROM covered c JOIN unit u ON u.id = c.unit_id
     WHERE u.parent_id IS NOT NULL
), placed AS (
    SELECT c.feature_id, range_agg(c.valid) AS valid
      FROM covered c JOIN unit u ON u.id = c.unit_id
     WHERE u.kind = 'province'
     GROUP BY c.feature_id
), unplaced AS (
    SELECT n.feature_id, range_agg(n.valid) - coalesce(p.valid, '{}'::datemultirange) AS valid
      FROM now_known n LEFT JOIN placed p USING (feature_id)
     WHERE n.chainage_m IS NULL
     GROUP BY n.feature_id, p.valid
), everywhere AS (
    SELECT f.feature_id, s.unit_id::text, unnest(f.valid) * s.valid AS valid
      FROM unplaced f
      JOIN unit_section s ON upper_inf(s.known)
      JOIN unit u ON u.id = s.unit_id AND u.kind = 'province'
), all_of_it AS (
    SELECT * FROM covered UNION ALL SELECT * FROM everywhere
)
INSERT INTO feature_scope (feature_id, unit_id, valid)
SELECT feature_id, unit_id, unnest(range_agg(valid)) FROM all_of_it WHERE NOT isempty(valid)
 GROUP BY feature_id, unit_id
"""

_CHAINAGES = """
SELECT feature_id, kind, chainage_m FROM feature_period
 WHERE audience = 'own' AND upper_inf(known) AND upper_inf(valid) AND feature_id = ANY (:ids)
"""

Chainages = frozenset[tuple[UUID, str, float | None]]


def chainages(session: Session, *, feature_ids: Collection[UUID]) -> Chainages:
    """Where these features are held to be now: their id, kind and chainage in metres."""
    rows = session.execute(text(_CHAINAGES), {"ids": list(feature_ids)})
    return frozenset((feature_id, kind, chainage_m) for feature_id, kind, chainage_m in rows)


def derive_scope(session: Session, *, feature_ids: Collection[UUID]) -> None:
    """Derive anew in whose scope these features lie; their periods must be true already."""
    ids = {"ids": list(feature_ids)}
    session.execute(text("DELETE FROM feature_scope WHERE feature_id = ANY (:ids)"), ids)
    session.execute(text(_COVERED), ids)


def list_unnumbered(session: Session) -> list[UUID]:
    """The features without a number, whose scope depends on where numbered ones stand."""
    return list(session.scalars(text("SELECT id FROM feature WHERE line_order IS NULL")))
