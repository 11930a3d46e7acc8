"""How each state of a feature is drawn: the one table that badges, map, legend and reports read.

Colours are Okabe and Ito's set for colour-blind readers (jfly.uni-koeln.de/color, 2008), with a grey, black
and one wine red (from Paul Tol's "muted" set) because the register has ten states and the set has eight
hues. Colour is never the only sign: every state has a shape of its own, and every shape a dark edge, so
that it also reads in print, in grey and in sunlight.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from borderops.ui.labels import LABELS

EDGE = "#14242b"
"""The dark edge around every shape, and the ink of the page."""


@dataclass(frozen=True)
class StateLook:
    """How one state is drawn.

    `fill` and `ink` are CSS colours: the shape's inside, and a text or sign that is legible on it (contrast
    at least 4.5 : 1). `shape` and `sign` are SVG path data in a 24 × 24 box. `order` sorts the worst first.
    """

    state: str
    order: int
    damaged: bool
    fill: str
    ink: str
    shape_name: str
    shape: str
    sign: str = ""

    @property
    def text(self) -> str:
        """The English name, for the translator."""
        return LABELS["state"][self.state]

    def svg(self, size: int = 20) -> Markup:
        """The shape as inline SVG of `size` CSS pixels; hidden from screen readers: say the text, too."""
        return Markup(  # noqa: S704 - every part comes from the table below
            f'<svg class="state-shape" viewBox="0 0 24 24" width="{size}" height="{size}" aria-hidden="true">'
            f'<path d="{self.shape}" fill="{self.fill}" stroke="{EDGE}" stroke-width="1.75"'
            ' stroke-linejoin="round"/>'
            + (
                f'<path d="{self.sign}" fill="none" stroke="{self.ink}" stroke-width="2.5"'
                ' stroke-linecap="round" stroke-linejoin="round"/>'
                if self.sign
                else ""
            )
            + "</svg>"
        )


_CIRCLE = "M12 2a10 10 0 1 1 0 20a10 10 0 0 1 0-20z"
_RING = _CIRCLE + "M12 7.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z"
_SQUARE = "M3 3h18v18h-18z"
_TRIANGLE = "M12 2l10.5 19h-21z"
_DIAMOND = "M12 1l11 11l-11 11l-11-11z"
_OCTAGON = "M7.5 1.5h9l6 6v9l-6 6h-9l-6-6v-9z"
_HEXAGON = "M12 1l9.6 5.5v11l-9.6 5.5l-9.6-5.5v-11z"
_PENTAGON = "M12 1.5l10.5 8l-4 12.5h-13l-4-12.5z"
_HOUSE_DOWN = "M2.5 2.5h19v11l-9.5 9l-9.5-9z"
_CROSS = "M7.5 7.5l9 9M16.5 7.5l-9 9"

_LOOKS = (
    StateLook("destroyed", 0, True, "#000000", "#ffffff", "octagon with a cross", _OCTAGON, _CROSS),
    StateLook(
        "reported_destroyed",
        1,
        True,
        "#882255",
        "#ffffff",
        "hexagon with a bar",
        _HEXAGON,
        "M12 6v7M12 17v.5",
    ),
    StateLook("severe", 2, True, "#d55e00", "#000000", "diamond", _DIAMOND, "M8.5 12h7"),
    StateLook(
        "not_found",
        3,
        True,
        "#cc79a7",
        "#000000",
        "pentagon with a question mark",
        _PENTAGON,
        "M9 9.5a3 3 0 1 1 4.2 3c-.8.4-1.2.9-1.2 1.8M12 18v.2",
    ),
    StateLook("poor", 4, True, "#e69f00", "#000000", "triangle", _TRIANGLE, "M12 10v5M12 18v.2"),
    StateLook(
        "overdue", 5, False, "#0072b2", "#ffffff", "shield with a clock hand", _HOUSE_DOWN, "M12 6v5.5l3.5 2"
    ),
    StateLook("fair", 6, False, "#f0e442", "#000000", "square", _SQUARE, "M8 12h8"),
    StateLook("never_inspected", 7, False, "#ffffff", "#14242b", "empty circle", _CIRCLE),
    StateLook("seen", 8, False, "#56b4e9", "#000000", "ring", _RING),
    StateLook("good", 9, False, "#009e73", "#000000", "circle with a tick", _CIRCLE, "M7.5 12.5l3 3l6-7"),
)

STATES: Mapping[str, StateLook] = MappingProxyType({look.state: look for look in _LOOKS})
"""State to its look, the worst first."""


LOOKS: Mapping[str, StateLook] = MappingProxyType(
    {
        **STATES,
        "withheld": StateLook(
            "withheld", 10, False, "#ffffff", "#14242b", "empty circle with a bar", _CIRCLE, "M7.5 12h9"
        ),
    }
)
"""As STATES, and how a condition is drawn that was not shared with the reader."""


def state_look(state: object) -> StateLook:
    """The look of a state; raises KeyError for what is none."""
    return LOOKS[str(state)]
