"""The solvers that are compared: our planner, and PyVRP, OR-tools and pyvroom used plainly.

Plainly: the model that each one's manual gives for optional visits with a prize, default parameters, one
thread, and whole-number lengths in ten-thousandths of the instance's unit, rounded down.
"""

import time
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import vroom
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from pyvrp import Model
from pyvrp.stop import MaxRuntime

from benchmarks.orienteering.instances import Published
from borderops.patrols.planning.proposing import propose

#: Units of the whole-number lengths in one unit of the instance.
SCALE = 10_000

#: A score must outweigh the way to it: one point counts as this many length units. (A hundred times more and
#: PyVRP does not find its penalties for plans that are too long.)
POINT = 10_000_000

#: What was found when: (seconds of the solver's clock, score), later ones higher.
Trace = list[tuple[float, int]]

#: (instance, seconds, seed) to what was found.
Contender = Callable[[Published, float, int], Trace]


def ours(instance: Published, seconds: float, seed: int) -> Trace:
    """The planner of this program."""
    proposal = propose(instance.problem(), seed=seed, seconds=seconds)
    return [(at.seconds, at.worth + instance.fixed_score) for at in proposal.trace]


def pyvrp(instance: Published, seconds: float, seed: int) -> Trace:
    """PyVRP's search with prizes."""
    model = Model()
    locations = [model.add_location(0, 0) for _ in instance.scores]
    start = model.add_depot(locations[instance.start])
    end = start if instance.end == instance.start else model.add_depot(locations[instance.end])
    for node in instance.visitable:
        model.add_client(locations[node], prize=instance.scores[node] * POINT, required=False)
    model.add_vehicle_type(instance.routes, start_depot=start, end_depot=end, max_distance=_limit(instance))
    lengths = _lengths(instance)
    for one in range(len(locations)):
        for other in range(len(locations)):
            if one != other:
                model.add_edge(locations[one], locations[other], distance=int(lengths[one, other]))
    best = model.solve(MaxRuntime(seconds), seed=seed, display=False, collect_stats=False).best
    score = int(best.prizes()) // POINT if best.is_feasible() else 0
    return [(seconds, score + instance.fixed_score)]


def ortools(instance: Published, seconds: float, seed: int) -> Trace:  # noqa: ARG001 - it has no seed
    """OR-tools' routing library: disjunctions with penalties, guided local search."""
    lengths = _lengths(instance)
    manager = pywrapcp.RoutingIndexManager(
        len(instance.scores),
        instance.routes,
        [instance.start] * instance.routes,
        [instance.end] * instance.routes,
    )
    routing = pywrapcp.RoutingModel(manager)
    transit = routing.RegisterTransitCallback(
        lambda one, other: int(lengths[manager.IndexToNode(one), manager.IndexToNode(other)])
    )
    routing.SetArcCostEvaluatorOfAllVehicles(transit)
    routing.AddDimension(transit, 0, _limit(instance), True, "length")
    for node in instance.visitable:
        routing.AddDisjunction([manager.NodeToIndex(node)], instance.scores[node] * POINT)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(int(seconds * 1000))
    found = routing.SolveWithParameters(parameters)
    if found is None:
        return [(seconds, instance.fixed_score)]
    visited = (
        node
        for node in instance.visitable
        if found.Value(routing.NextVar(manager.NodeToIndex(node))) != manager.NodeToIndex(node)
    )
    return [(seconds, sum(instance.scores[node] for node in visited) + instance.fixed_score)]


def pyvroom(instance: Published, seconds: float, seed: int) -> Trace:  # noqa: ARG001 - it has no seed
    """VROOM by pyvroom: priorities (at most 100) in proportion to the scores, its deepest search."""
    lengths = _lengths(instance, scale=_vroom_scale(instance))
    model = vroom.Input()
    model.set_durations_matrix("car", lengths.astype(np.uint32))
    most = max(*instance.scores, 1)
    for number in range(instance.routes):
        limit = int(instance.limit * _vroom_scale(instance) + 1e-6)
        model.add_vehicle(
            vroom.Vehicle(number, start=instance.start, end=instance.end, max_travel_time=limit)
        )
    for node in instance.visitable:
        priority = min(100, round(instance.scores[node] * max(1, 100 // most)))
        model.add_job(vroom.Job(node, location=node, priority=priority))
    solution = model.solve(5, nb_threads=1, timeout=timedelta(seconds=seconds))
    jobs = solution.routes[solution.routes["type"] == "job"]["id"]
    return [(seconds, sum(instance.scores[int(node)] for node in jobs) + instance.fixed_score)]


CONTENDERS: dict[str, Contender] = {"ours": ours, "pyvrp": pyvrp, "ortools": ortools, "pyvroom": pyvroom}

#: Those that tell what they found when, and whose search does not depend on how long it may last: one run
#: shows the scores after every shorter time.
TRACED = frozenset({"ours"})


def scores_at(
    name: str, instance: Published, limits: list[float], seed: int
) -> list[tuple[float, int, float]]:
    """For each time limit the score, and the seconds that the run took with making the model."""
    if name in TRACED:
        began = time.monotonic()
        trace = CONTENDERS[name](instance, max(limits), seed)
        over = time.monotonic() - began - max(limits)
        found = [
            max((score for at, score in trace if at <= limit), default=instance.fixed_score)
            for limit in limits
        ]
        return [(limit, score, limit + over) for limit, score in zip(limits, found, strict=True)]
    rows = []
    for limit in limits:
        began = time.monotonic()
        score = CONTENDERS[name](instance, limit, seed)[-1][1]
        rows.append((limit, score, time.monotonic() - began))
    return rows


def _lengths(instance: Published, *, scale: float = SCALE) -> np.ndarray:
    return np.floor(instance.distances * scale + 1e-6).astype(np.int64)


def _limit(instance: Published) -> int:
    return int(instance.limit * SCALE + 1e-6)


def _vroom_scale(instance: Published) -> float:
    """VROOM counts whole seconds in 32 bits and multiplies them by 100."""
    longest = np.append(instance.distances, instance.limit).max()
    return min(SCALE, 1e6 / float(longest))
