"""`python -m benchmarks.measure`: what the program's reads cost, and whether each goal is kept.

All is measured in one run on this machine; contenders take turns and medians count, so that what else the
machine does falls on both. The exit code is 1 if a goal is missed.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.databases import Databases, Register, running_databases
from benchmarks.drawn import browsing, measure_page
from benchmarks.reader import sign_in
from benchmarks.reads import Reader, measure_history, measure_map, measure_states, reading
from benchmarks.served import measure_feature, measure_map_served
from benchmarks.serving import SMALLEST, serving
from benchmarks.timing import Figure
from borderops.core.clock import now, today
from borderops.core.memory import keep_memory

#: Numbers of damaged features on the measured map pages.
ON_MAP = (1_000, 10_000)

DAMAGED_PLACES = """
SELECT number FROM feature_period
WHERE damaged AND standing = 'standing' AND valid @> %s::date AND upper_inf(known) ORDER BY line_order
"""

Step = Callable[[str, int], Callable[[], None]]


def main(
    *,
    rounds: Annotated[int, typer.Option(min=3, help="Turns of each contender; more are steadier.")] = 60,
    browser: Annotated[bool, typer.Option(help="Draw pages in Chromium too.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Measure the synthetic registers."""
    with running_databases() as databases, _progress() as step:
        missing = [register for register in Register if not databases.exists(register)]
        if missing:
            raise typer.BadParameter(f"{missing[0]} is not there; run python -m benchmarks.generate first.")
        for register in Register:
            databases.check(register)
            databases.bring_up(register)
        figures = measure(databases, rounds=rounds, browser=browser, step=step)
    if as_json:
        sys.stdout.write(
            json.dumps([{**asdict(f), "kept": f.kept} for f in figures], ensure_ascii=False, indent=1) + "\n"
        )
    else:
        Console().print(_table(figures))
    if not all(figure.kept for figure in figures):
        raise typer.Exit(1)


def measure(databases: Databases, *, rounds: int, browser: bool, step: Step) -> list[Figure]:
    """All figures of the registers, in the order of the goals."""
    figures: list[Figure] = []
    day = today(now())
    keep_memory()  # as the server does, whose threads answer as `reads` does here
    with ExitStack() as stack:
        large = stack.enter_context(reading(databases, Register.LARGE))
        short = stack.enter_context(reading(databases, Register.SHORT))
        long = stack.enter_context(reading(databases, Register.LONG))
        port = stack.enter_context(serving(databases.app(Register.LARGE)))
        headers = sign_in(databases.owner(Register.LARGE), now=now())
        empty_port = stack.enter_context(serving(None))
        figures += measure_map(large, today=day, rounds=4 * rounds, progress=step("map query", 4 * rounds))
        figures += measure_map_served(
            large,
            port,
            headers=headers,
            today=day,
            rounds=4 * rounds,
            progress=step("map query over HTTP", 4 * rounds),
        )
        fewer = max(3, rounds // 4)
        figures += measure_feature(
            large,
            port,
            empty_port,
            headers=headers,
            rounds=fewer,
            progress=step("one feature over HTTP", fewer),
        )
        figures += measure_states(large, rounds=fewer, progress=step("state of a province", fewer))
        figures += measure_history(short, long, rounds=rounds, progress=step("longer history", rounds))
        if browser:
            figures += _pages(large, port, headers=headers, rounds=fewer, step=step)
    return figures


def _pages(reader: Reader, port: int, *, headers: Mapping[str, str], rounds: int, step: Step) -> list[Figure]:
    numbers = [row[0] for row in reader.bare.execute(DAMAGED_PLACES, (today(now()),)).fetchall()]
    figures: list[Figure] = []
    with browsing() as browser:
        for count in ON_MAP:
            shown = min(count, len(numbers))
            figures += measure_page(
                browser,
                port,
                headers=headers,
                smallest=SMALLEST,
                section=f"{numbers[0]}-{numbers[shown - 1]}",
                count=shown,
                rounds=rounds,
                progress=step(f"map page of {shown:,}", rounds + 1),
            )
    return figures


@contextmanager
def _progress() -> Iterator[Step]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def step(name: str, total: int) -> Callable[[], None]:
            task = progress.add_task(name, total=total)
            return lambda: progress.advance(task)

        yield step


def _table(figures: list[Figure]) -> Table:
    table = Table("what", "ours", "reference", "ratio", "goal", "")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.ours:,.2f} {figure.unit}",
            f"{figure.reference:,.2f} {figure.unit}",
            f"{figure.ratio:.2f}",
            f"{figure.goal} {figure.limit:.2f}" if figure.limit is not None else "",
            "ok" if figure.kept else "missed",
        )
    return table


if __name__ == "__main__":
    typer.run(main)
