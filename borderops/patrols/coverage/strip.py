"""The strip chart of coverage: the line straightened, north above, so that black and white print is enough.

Places are in the drawing's own units, `y` from the top; patterns say what colours would.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from borderops.patrols.coverage.queries import Coverage
from borderops.patrols.coverage.rules import Aged, chosen, last_walked

#: Height of the drawing, and the room above and below the line.
HEIGHT, MARGIN = 1000.0, 20.0

LEAST_APART = 15.0
"""Names nearer than this would be printed over each other; the later one is left out."""


@dataclass(frozen=True)
class Piece:
    """A piece of a lane: `look` is recent, old or never."""

    y: float
    height: float
    look: str


@dataclass(frozen=True)
class Lane:
    """A column of the chart: whose presence it tells of (VN, LA, or both)."""

    name: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Dot:
    """A feature beside the strip: `seen` by a patrol in time; `named` where there is room for its name."""

    id: UUID
    name: str
    y: float
    seen: bool
    named: bool


@dataclass(frozen=True)
class Strip:
    """The chart: lanes, features, and a scale in kilometres."""

    height: float
    lanes: Sequence[Lane]
    dots: Sequence[Dot]
    scale: Sequence[tuple[float, float]]


def draw_strip(held: Coverage) -> Strip:
    """The chart of a coverage: its whole part of the line fills the height."""
    ends = [end for stretch in held.within for end in stretch]
    if not ends:
        return Strip(HEIGHT, [], [], [])
    from_m, to_m = min(ends), max(ends)
    # Metres to the drawing's units.
    unit = (HEIGHT - 2 * MARGIN) / max(to_m - from_m, 1.0)

    def y(chainage_m: float) -> float:
        return round(MARGIN + (chainage_m - from_m) * unit, 2)

    def pieces(aged: Sequence[Aged]) -> list[Piece]:
        return [
            Piece(y(one.stretch.from_m), round(one.stretch.length_m * unit, 2), _look(held, one))
            for one in aged
        ]

    lanes = [
        Lane(name, pieces(last_walked(chosen(held.walks, sides=sides), held.within)))
        for name, sides in (("VN", ("VN",)), ("LA", ("LA",)), ("BOTH", ("VN", "LA")))
    ]
    return Strip(HEIGHT, lanes, _dots(held, y), _scale(from_m, to_m, y))


def _look(held: Coverage, one: Aged) -> str:
    age = one.age_days(held.asked.as_of)
    if age is None:
        return "never"
    return "recent" if age < held.required_days else "old"


def _dots(held: Coverage, y: Callable[[float], float]) -> list[Dot]:
    unseen = {one.id for one in held.unseen}
    found: list[Dot] = []
    last = -LEAST_APART
    for one in sorted(held.features, key=lambda feature: feature.chainage_m):
        at = y(one.chainage_m)
        named = at - last >= LEAST_APART
        last = at if named else last
        found.append(Dot(one.id, one.label, at, one.id not in unseen, named))
    return found


def _scale(from_m: float, to_m: float, y: Callable[[float], float]) -> list[tuple[float, float]]:
    """Kilometres in round steps, some ten of them."""
    length_km = (to_m - from_m) / 1000
    step = next((step for step in (0.5, 1, 2, 5, 10, 20, 50) if length_km / step <= 12), 100.0)
    first = -(-from_m // (step * 1000))
    count = int((to_m - first * step * 1000) // (step * 1000)) + 1
    return [((first + n) * step, y((first + n) * step * 1000)) for n in range(max(count, 0))]
