"""`python -m borderops.patrols.planning.warming`: compile the search once, at set-up.

Numba keeps what it compiled beside the modules (or in `NUMBA_CACHE_DIR`); after this a first proposal needs
less than a second, without it about a minute.
"""

from datetime import date

import numpy as np

from borderops.patrols.planning.problem import Problem, Site, Team, TeamDay, Travel
from borderops.patrols.planning.proposing import propose


def warm() -> None:
    """Solve a problem of one site."""
    travel = Travel(("post", "marker"), np.array([[0.0, 30.0], [40.0, 0.0]]))
    team = Team("team", "post", (TeamDay(date(2026, 1, 5)),))
    propose(Problem((Site("marker", 1),), (team,), travel), seed=1, iterations=1)


if __name__ == "__main__":
    warm()
