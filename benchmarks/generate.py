"""`python -m benchmarks.generate`: make the synthetic registers that `benchmarks.measure` measures.

They go into databases of their own in the private cluster of `BORDEROPS_HOME`. A database that holds
anything else is refused.
"""

from collections.abc import Callable
from typing import Annotated

import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.databases import Databases, Register, running_databases
from benchmarks.deriving import check_sample, derive_all
from benchmarks.writing import whole_line, write_features, write_ground, write_inspections

#: The registers with a short and a long history have the same features, inspected this often.
VARIANT_FEATURES = 2_000
SHORT, LONG = 10, 100

_console = Console(stderr=True, highlight=False)


def main(
    *,
    features: Annotated[
        int, typer.Option(min=0, help="Features of the large register; 0 leaves it as it is.")
    ] = 100_000,
    inspections: Annotated[int, typer.Option(min=0, help="Inspections of the large register.")] = 1_000_000,
    variant_features: Annotated[
        int, typer.Option(min=0, help="Features with a short and with a long history; 0 leaves both.")
    ] = VARIANT_FEATURES,
    check: Annotated[int, typer.Option(min=0, help="Features to derive again and compare.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed makes the same register.")] = 1,
    drop: Annotated[bool, typer.Option("--drop", help="Remove the synthetic registers and end.")] = False,
) -> None:
    """Make the synthetic registers anew."""
    with running_databases() as databases:
        if drop:
            for register in Register:
                databases.drop(register)
            return
        if features:
            make(
                databases, Register.LARGE, features=features, inspections=inspections, check=check, seed=seed
            )
        if variant_features:
            for register, each in ((Register.SHORT, SHORT), (Register.LONG, LONG)):
                total = variant_features * each
                make(
                    databases, register, features=variant_features, inspections=total, check=check, seed=seed
                )


def make(
    databases: Databases, register: Register, *, features: int, inspections: int, check: int, seed: int
) -> None:
    """Make one register: the same features for the same number and seed, whatever their history."""
    databases.prepare(register)
    line = whole_line()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console) as progress:

        def step(name: str, total: int) -> Callable[[int], None]:
            task = progress.add_task(f"{register}: {name}", total=total)
            return lambda done: progress.update(task, completed=done)

        with psycopg.connect(databases.owner(register)) as connection:
            write_ground(connection, line)
            markers = write_features(
                connection, line, count=features, seed=seed, progress=step("features", features)
            )
            write_inspections(
                connection,
                markers,
                total=inspections,
                seed=seed,
                progress=step("inspections", inspections),
            )
        with psycopg.connect(databases.owner(register), autocommit=True) as connection:
            connection.execute("ANALYZE")
        derive_all(databases.app(register), databases.owner(register), progress=step("periods", features))
        checked = step("checked", min(check, features))
        checked(check_sample(databases.app(register), size=check, seed=seed))


if __name__ == "__main__":
    typer.run(main)
