"""How fast one walks."""

import math

#: Tobler's hiking function (W. Tobler, "Three presentations on geographical analysis and modeling", NCGIA
#: Technical Report 93-1, 1993): 6 km/h at best, on a slope of 5 % downwards, 5.04 km/h on the level.
TOBLER_BEST_KM_H = 6.0
TOBLER_FALL = 3.5
TOBLER_BEST_SLOPE = -0.05

#: The same report: off paths three fifths of that.
OFF_PATH = 0.6


def tobler_km_h(slope: float) -> float:
    """Walking speed on a path of that slope (metres up per metre forward, below 0 downwards), in km/h."""
    return TOBLER_BEST_KM_H * math.exp(-TOBLER_FALL * abs(slope - TOBLER_BEST_SLOPE))


def minutes_over(length_m: float, rise_m: float, *, off_path: bool = False) -> float:
    """Minutes for `length_m` metres (along the ground plan) that rise by `rise_m`.

    Raises `ValueError` if the length is below 0, or 0 with a rise.
    """
    if length_m == 0 and rise_m == 0:
        return 0.0
    if length_m <= 0:
        raise ValueError("a way with a rise needs a length above 0")
    minutes = length_m / 1000 / tobler_km_h(rise_m / length_m) * 60
    return minutes / OFF_PATH if off_path else minutes
