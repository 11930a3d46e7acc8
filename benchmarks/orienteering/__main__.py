"""`python -m benchmarks.orienteering FOLDER`: scores beside the best known, ours and three other solvers'."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.orienteering.contenders import CONTENDERS, scores_at
from benchmarks.orienteering.instances import Published, read_folder
from borderops.patrols.planning.warming import warm


@dataclass(frozen=True)
class Score:
    """What one solver made of one instance."""

    instance: str
    solver: str
    seconds: float
    score: int
    best: int  # the best known, or found by any of the solvers here if that is more
    took: float

    @property
    def gap(self) -> float:
        """Per cent below the best known."""
        return 100 * (self.best - self.score) / self.best


def main(
    folder: Annotated[Path, typer.Argument(help="Instances (.txt as Chao's, .oplib) and best_known.csv.")],
    *,
    seconds: Annotated[str, typer.Option(help="Time limits, with commas between.")] = "1,5,30",
    names: Annotated[
        str, typer.Option(help="Only instances whose names begin so, with commas between.")
    ] = "",
    every: Annotated[int, typer.Option(min=1, help="Only every so-manieth of them.")] = 1,
    solvers: Annotated[str, typer.Option(help="Which solvers, with commas between.")] = ",".join(CONTENDERS),
    seed: Annotated[int, typer.Option(help="Of the solvers that take one.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Every score as JSON.")] = False,
) -> None:
    """Print the mean gap to the best known for each solver and time limit, all measured in one run.

    Where an instance has no best known score, the best that any of these solvers finds here takes its place.
    """
    console = Console(stderr=True)
    limits = [float(limit) for limit in seconds.split(",")]
    chosen = _chosen(read_folder(folder), names)[::every]
    if not chosen:
        console.print("No instance there, or none whose best known score is above 0.")
        sys.exit(1)
    warm()
    scores: list[Score] = []
    with Progress(console=console) as progress:
        task = progress.add_task("instances", total=len(chosen) * len(solvers.split(",")))
        for instance in chosen:
            found: list[tuple[str, float, int, float]] = []
            for solver in solvers.split(","):
                found.extend((solver, *row) for row in scores_at(solver, instance, limits, seed))
                progress.advance(task)
            best = max(instance.best or 0, *(score for _, _, score, _ in found))
            scores.extend(
                Score(instance.name, solver, limit, score, best, took) for solver, limit, score, took in found
            )
    if as_json:
        print(json.dumps([{**asdict(score), "gap_percent": score.gap} for score in scores], indent=1))
    Console().print(_table(scores, limits, solvers.split(",")))


def _chosen(instances: list[Published], names: str) -> list[Published]:
    beginnings = tuple(names.split(",")) if names else ("",)
    return [instance for instance in instances if instance.name.startswith(beginnings) and instance.best != 0]


def _table(scores: list[Score], limits: list[float], solvers: list[str]) -> Table:
    instances = len({score.instance for score in scores})
    table = Table(title=f"Per cent below the best known or found, {instances} instances")
    table.add_column("seconds", justify="right")
    table.add_column("solver")
    for heading in ("mean", "worst", "at best", "longest run, s"):
        table.add_column(heading, justify="right")
    for limit in limits:
        for solver in solvers:
            here = [score for score in scores if (score.solver, score.seconds) == (solver, limit)]
            gaps = [score.gap for score in here]
            table.add_row(
                f"{limit:g}",
                solver,
                f"{fmean(gaps):.2f}",
                f"{max(gaps):.2f}",
                str(sum(gap <= 1e-9 for gap in gaps)),
                f"{max(score.took for score in here):.1f}",
            )
        table.add_section()
    return table


if __name__ == "__main__":
    typer.run(main)
