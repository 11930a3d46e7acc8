"""The search for the best plan: `propose`.

The answer after N iterations is the same on every run with the same versions; the clock only decides when to
stop. The proposal says how many iterations were made, so it can be made again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.patrols.planning.arrays import Instance, Solution, empty_solution
from borderops.patrols.planning.bounding import worth_bound
from borderops.patrols.planning.compiling import Compiled, compile_problem
from borderops.patrols.planning.memory import CYCLE, STEP, Memory
from borderops.patrols.planning.plan import Plan, Progress, Proposal
from borderops.patrols.planning.problem import Pin, Problem
from borderops.patrols.planning.scheduling import load_plan, write_plan
from borderops.patrols.planning.search import copy_plan, search

#: A first cycle of the search; each following one is twice as long.
FIRST_CYCLE = 5_000

#: How much worse a plan may be at the start of a cycle, in mean worths of a site.
HOTNESS = 3.0

#: What a minute saved counts beside worth, as a share of the worth a minute can have at most on average.
MINUTE_SHARE = 0.15

#: Seconds between looks at the clock, at `stop` and calls of `progress`.
PULSE_SECONDS = 0.1


@dataclass
class _Search:
    """The three plans and the memory of one search."""

    compiled: Compiled
    kept: Solution
    work: Solution
    best: Solution
    memory: Memory

    def go_on(self, steps: int) -> None:
        if self.compiled.problem.sites:  # the compiled search does not look whether there are any
            search(self.compiled.instance, self.kept, self.work, self.best, self.memory, steps)

    @property
    def steps(self) -> int:
        return int(self.memory.counters[STEP])

    @property
    def worth(self) -> int:
        sites = self.compiled.problem.sites
        return sum(sites[index].worth for index in np.flatnonzero(self.best.where >= 0))

    def unmet(self) -> tuple[Pin, ...]:
        visited = {self.compiled.problem.sites[index].key for index in np.flatnonzero(self.best.where >= 0)}
        return tuple(pin for pin in self.compiled.problem.pins if pin.site not in visited)


def propose(
    problem: Problem,
    *,
    seed: int,
    iterations: int | None = None,
    seconds: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    first: Plan | None = None,
) -> Proposal:
    """Find the plan that is worth most, within all limits.

    It goes on until `iterations` are made or `seconds` have passed, whichever comes first, until `stop()`
    says so (the `is_set` of a `threading.Event` will do) or until no plan can be worth more. `progress` is
    called after the first step and about ten times a second from the calling thread. With a plan to begin
    from in `first`, the answer is worth at least as much as those of its visits that keep the limits of
    `problem`.

    Raises `InvalidProblem` if the problem contradicts itself, `InvalidInput` if neither `iterations` nor
    `seconds` says when to end.
    """
    if iterations is None and seconds is None:
        raise InvalidInput(
            N_("Say how long to search: a number of iterations or of seconds."), field="seconds"
        )
    started = time.monotonic()
    compiled = compile_problem(problem)
    bound = worth_bound(compiled)
    running = _begin(compiled, seed, bound, first)
    trace: list[Progress] = []
    stopped = False
    chunk = 1
    while True:
        goal = chunk if iterations is None else min(chunk, iterations - running.steps)
        before, began = running.steps, time.monotonic()
        running.go_on(goal)
        now = time.monotonic()
        at = Progress(running.steps, now - started, running.worth, bound)
        if not trace or at.worth > trace[-1].worth:
            trace.append(at)
        if progress is not None:
            progress(at)
        done = running.steps - before
        if done < goal or running.steps == iterations:
            break
        if seconds is not None and now - started >= seconds:
            break
        if stop is not None and stop():
            stopped = True
            break
        chunk = _next_chunk(chunk, now - began, None if seconds is None else started + seconds - now)
    plan = write_plan(compiled, running.best)
    return Proposal(
        plan=plan,
        worth=running.worth,
        bound=bound,
        seed=seed,
        iterations=running.steps,
        seconds=time.monotonic() - started,
        stopped=stopped,
        unmet=running.unmet(),
        trace=tuple(trace),
    )


def _next_chunk(chunk: int, took: float, left: float | None) -> int:
    """Steps until the next look at the clock. What the search finds does not depend on them."""
    pulse = PULSE_SECONDS if left is None else max(min(PULSE_SECONDS, left), 1e-3)
    return max(1, min(2 * chunk, int(chunk * pulse / max(took, 1e-6))))


def _begin(compiled: Compiled, seed: int, bound: int, first: Plan | None) -> _Search:
    instance = compiled.instance
    routes, sites = instance.allowed.shape
    plans = [empty_solution(routes, sites) for _ in range(3)]
    if first is not None:
        load_plan(compiled, first)
    for plan in plans:
        copy_plan(compiled.start, plan)
    worth = float(sum(instance.worth[index] for index in np.flatnonzero(compiled.start.where >= 0)))
    memory = _memory(compiled, seed, bound, worth, float(compiled.start.length.sum()))
    return _Search(compiled, plans[0], plans[1], plans[2], memory)


def _memory(compiled: Compiled, seed: int, bound: int, worth: float, minutes: float) -> Memory:
    instance: Instance = compiled.instance
    routes, sites = instance.allowed.shape
    total = sum(site.worth for site in compiled.problem.sites)
    visitable = max(1, int(instance.allowed.any(axis=0).sum()))
    time_there_is = max(float(instance.capacity.sum()), 1e-9)
    pinned = compiled.pinned * len({pin.site for pin in compiled.problem.pins})
    counters = np.zeros(6, np.int64)
    counters[CYCLE] = FIRST_CYCLE
    return Memory(
        random=np.array([_state(seed)], np.uint64),
        counters=counters,
        numbers=np.array(
            [
                HOTNESS * total / visitable,
                MINUTE_SHARE * bound / time_there_is,
                worth,
                minutes,
                worth,
                minutes,
                bound + pinned,
            ],
            np.float64,
        ),
        changed=np.zeros(routes, np.bool_),
        taken=np.zeros(sites + 1, np.int64),
        brought=np.zeros(sites + 1, np.int64),
        waiting=np.zeros(sites + 1, np.int64),
        marked=np.zeros(sites, np.bool_),
        costs=np.zeros((sites, routes), np.float64),
        places=np.zeros((sites, routes), np.int64),
        versions=np.full((sites, routes), -1, np.int64),
        weights=np.zeros(sites + 1, np.float64),
        least=np.zeros(sites + 1, np.float64),
        routes=np.zeros(sites + 1, np.int64),
        lookup=np.full(sites, -1, np.int64),
        queue=np.zeros(4 * sites + 4, np.int64),
        order=np.zeros(sites + 1, np.int64),
        nights=np.zeros(routes, np.int64),
        path=np.zeros(sites + 2, np.int64),
        legs=np.zeros(sites + 2, np.float64),
        leaving=np.zeros(sites + 2, np.float64),
    )


def _state(seed: int) -> int:
    """A state of the random numbers for `seed`, never 0 (splitmix64)."""
    state = (seed + 0x9E3779B97F4A7C15) % 2**64
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB % 2**64
    return (state ^ (state >> 31)) or 1
