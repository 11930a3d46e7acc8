"""`python -m borderops.patrols.planning.warming`: compile the search once, at set-up.

Numba keeps what it compiled beside the modules (or in `NUMBA_CACHE_DIR`); after this a first proposal needs
less than a second, without it about a minute. It sees when the file of a function changed, not when one that
the function calls did: an upgrade would go on with half of the old search. So what is older than any of the
sources goes first.
"""

from datetime import date
from pathlib import Path

import numpy as np

from borderops.patrols.planning.problem import Problem, Site, Team, TeamDay, Travel
from borderops.patrols.planning.proposing import propose
from borderops.patrols.planning.search import search


def warm() -> None:
    """Solve a problem of one site, with what the sources of today say."""
    kept = search.stats.cache_path
    if kept is not None:
        forget_older(Path(kept), Path(__file__).parent)
    travel = Travel(("post", "marker"), np.array([[0.0, 30.0], [40.0, 0.0]]))
    team = Team("team", "post", (TeamDay(date(2026, 1, 5)),))
    propose(Problem((Site("marker", 1),), (team,), travel), seed=1, iterations=1)


def forget_older(compiled: Path, sources: Path) -> None:
    """Remove what Numba keeps in `compiled` if any of it is older than a module in `sources`."""
    kept = [*compiled.glob("*.nbi"), *compiled.glob("*.nbc")]
    newest = max(path.stat().st_mtime_ns for path in sources.glob("*.py"))
    if kept and min(path.stat().st_mtime_ns for path in kept) < newest:
        for path in kept:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    warm()
