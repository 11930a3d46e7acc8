"""Along the border line with a stated factor, where nothing better is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class AlongLine:
    """The way beside the line: `factor` times as long, walked at `km_h`.

    Both are the user's settings with a basis in words; a plan quotes `basis`.
    """

    factor: float
    km_h: float
    basis: str

    def minutes(
        self, chainages_m: NDArray[np.float64], offsets_m: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Minutes from each place to each other: to the line, along it and off it again.

        NaN chainages have no place by the line: no way.
        """
        along = np.abs(chainages_m[:, None] - chainages_m[None, :])
        metres = along + offsets_m[:, None] + offsets_m[None, :]
        np.fill_diagonal(metres, 0.0)
        minutes: NDArray[np.float64] = metres * self.factor / 1000 / self.km_h * 60
        return np.where(np.isnan(minutes), np.inf, minutes)
