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

#: A score must outweigh every way: one point counts as this many length units.
POINT = 10_000_000

#: (instance, seconds, seed) to (score, seconds taken).
Contender = Callable[[Published, float, int], int]


def ours(instance: Published, seconds: float, seed: int) -> int:
    """The planner of this program."""
    return propose(instance.problem(), seed=seed, seconds=seconds).worth + instance.fixed_score


def pyvrp(instance: Published, seconds: float, seed: int) -> int:
    """PyVRP's hybrid search with prizes."""
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
    result = model.solve(MaxRuntime(seconds), seed=seed, display=False, collect_stats=False)
    if not result.best.is_feasible():
        return instance.fixed_score
    return int(result.best.prizes()) // POINT + instance.fixed_score


def ortools(instance: Published, seconds: float, seed: int) -> int:  # noqa: ARG001 - it has no seed
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
        return instance.fixed_score
    visited = (
        node
        for node in instance.visitable
        if found.Value(routing.NextVar(manager.NodeToIndex(node))) != manager.NodeToIndex(node)
    )
    return sum(instance.scores[node] for node in visited) + instance.fixed_score


def pyvroom(instance: Published, seconds: float, seed: int) -> int:  # noqa: ARG001 - it has no seed
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
    return sum(instance.scores[int(node)] for node in jobs) + instance.fixed_score


CONTENDERS: dict[str, Contender] = {"ours": ours, "pyvrp": pyvrp, "ortools": ortools, "pyvroom": pyvroom}


def timed(contender: Contender, instance: Published, seconds: float, seed: int) -> tuple[int, float]:
    """The score, and the seconds it took with making the model."""
    began = time.monotonic()
    score = contender(instance, seconds, seed)
    return score, time.monotonic() - began


def _lengths(instance: Published, *, scale: float = SCALE) -> np.ndarray:
    return np.floor(instance.distances * scale + 1e-6).astype(np.int64)


def _limit(instance: Published) -> int:
    return int(instance.limit * SCALE + 1e-6)


def _vroom_scale(instance: Published) -> float:
    """VROOM counts whole seconds in 32 bits and multiplies them by 100."""
    longest = np.append(instance.distances, instance.limit).max()
    return min(SCALE, 1e6 / float(longest))
