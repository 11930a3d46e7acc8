"""`python -m benchmarks.orienteering.lines`: line-shaped problems, ours beside proven optima and bounds."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.orienteering.exact import best_worth
from benchmarks.orienteering.line_shaped import line_problem
from borderops.patrols.planning.checking import broken_limits
from borderops.patrols.planning.problem import Problem
from borderops.patrols.planning.proposing import propose
from borderops.patrols.planning.warming import warm

#: Small ones, for which the optimum can be proven: features, posts, days, kilometres.
SMALL = ((6, 2, 1, 40.0), (8, 2, 1, 60.0), (8, 1, 3, 40.0), (9, 2, 2, 60.0), (9, 3, 1, 90.0))

#: Large ones: the whole line with all its features.
LARGE = ((40, 2, 2, 470.0), (80, 8, 3, 470.0), (120, 20, 2, 470.0), (120, 20, 4, 470.0))


def main(
    *,
    seeds: Annotated[int, typer.Option(min=1, help="Problems of each shape.")] = 20,
    iterations: Annotated[int, typer.Option(help="Steps for a small problem.")] = 20_000,
    seconds: Annotated[float, typer.Option(help="For a large problem.")] = 10.0,
) -> None:
    """Say whether the optimum was found for all small problems; the exit code is 1 if not."""
    warm()
    table = Table(title="Line-shaped problems")
    for heading in ("features", "posts", "days", "km", "problems", "optimum found", "limits broken"):
        table.add_column(heading, justify="right")
    missed = 0
    for shape in SMALL:
        found = broken = 0
        for seed in range(seeds):
            problem = _made(shape, seed)
            proposal = propose(problem, seed=1, iterations=iterations)
            found += proposal.worth == best_worth(problem)
            broken += bool(broken_limits(problem, proposal.plan))
        missed += seeds - found + broken
        table.add_row(*(f"{number:g}" for number in shape), str(seeds), str(found), str(broken))
    for shape in LARGE:
        problem = _made(shape, 1)
        proposal = propose(problem, seed=1, seconds=seconds)
        broken = len(broken_limits(problem, proposal.plan))
        missed += broken
        outcome = f"worth {proposal.worth} of at most {proposal.bound}"
        table.add_row(*(f"{number:g}" for number in shape), "1", outcome, str(broken))
    Console().print(table)
    if missed:
        sys.exit(1)


def _made(shape: tuple[int, int, int, float], seed: int) -> Problem:
    features, posts, days, length_km = shape
    return line_problem(seed, features=features, posts=posts, days=days, length_km=length_km)


if __name__ == "__main__":
    typer.run(main)
