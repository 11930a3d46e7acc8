import math
from itertools import combinations

import pytest

from borderops.inspections.rules import DAMAGED, State
from borderops.ui.states import EDGE, STATES, state_look

Matrix = tuple[tuple[float, ...], ...]

WHITE = "#ffffff"

# What a reader without green-, red- or blue-sensitive cones sees, in linear RGB (Machado, Oliveira and
# Fernandes 2009, severity 1.0).
DEFICIENCIES: dict[str, Matrix] = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
NORMAL: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def linear(colour: str) -> list[float]:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, seen_as: Matrix = NORMAL) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a colour as someone with that matrix sees it."""
    rgb = [sum(row[i] * part for i, part in enumerate(linear(colour))) for row in seen_as]
    rgb = [min(max(part, 0.0), 1.0) for part in rgb]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (sum(row[i] * part for i, part in enumerate(rgb)) for row in to_xyz)
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x / 0.9505, y, z / 1.089)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, seen_as: Matrix = NORMAL) -> float:
    return math.dist(lab(one, seen_as), lab(other, seen_as))


def test_the_table_has_every_state_the_worst_first() -> None:
    assert set(STATES) == {state.value for state in State}
    assert [look.order for look in STATES.values()] == list(range(10))
    assert {state for state, look in STATES.items() if look.damaged} == {state.value for state in DAMAGED}


@pytest.mark.parametrize("state", STATES)
def test_signs_are_legible_on_their_shape_and_shapes_on_the_page(state: str) -> None:
    look = state_look(state)
    assert contrast(look.fill, look.ink) >= 4.5
    # The edge bounds the shape on white paper, whatever its fill (WCAG 1.4.11).
    assert contrast(EDGE, WHITE) >= 3


def test_no_two_states_share_a_shape_or_a_colour() -> None:
    for one, other in combinations(STATES.values(), 2):
        assert one.shape != other.shape or one.sign != other.sign
        assert one.shape_name != other.shape_name
        assert distance(one.fill, other.fill) > 15, (one.state, other.state)


@pytest.mark.parametrize("kind", DEFICIENCIES)
def test_the_colour_blind_can_tell_damaged_from_sound_by_colour_alone(kind: str) -> None:
    for one in STATES.values():
        for other in STATES.values():
            if one.damaged and not other.damaged:
                assert distance(one.fill, other.fill, DEFICIENCIES[kind]) > 10, (one.state, other.state)


def test_the_drawing_is_one_closed_svg_without_style() -> None:
    for look in STATES.values():
        drawn = look.svg(24)
        assert drawn.startswith("<svg ")
        assert drawn.endswith("</svg>")
        assert look.fill in drawn
        assert "style=" not in drawn


def test_what_is_no_state_has_no_look() -> None:
    with pytest.raises(KeyError):
        state_look("fine")
