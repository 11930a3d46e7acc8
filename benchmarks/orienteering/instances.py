"""Reading published instances: Chao's team orienteering sets (.txt) and OPLib (.oplib)."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from borderops.patrols.planning.problem import Problem, Site, Team, TeamDay, Travel

#: The file of best known scores beside the instances: instance, best, source.
BEST_KNOWN = "best_known.csv"

_DAY = date(2026, 1, 5)


@dataclass(frozen=True, eq=False)
class Published:
    """A published instance: `routes` ways from `start` to `end`, each at most `limit` long."""

    name: str
    distances: NDArray[np.float64]
    scores: tuple[int, ...]
    routes: int
    start: int
    end: int
    limit: float
    best: int | None = None

    @property
    def visitable(self) -> list[int]:
        """The nodes that may be visited on the way, start and end apart."""
        return [node for node in range(len(self.scores)) if node not in (self.start, self.end)]

    @property
    def fixed_score(self) -> int:
        """What start and end are worth: every plan has it."""
        return sum(self.scores[node] for node in {self.start, self.end})

    def problem(self) -> Problem:
        """The same for our planner: one team for each route, one minute for each unit of length."""
        return Problem(
            sites=tuple(Site(str(node), self.scores[node]) for node in self.visitable),
            teams=tuple(
                Team(f"route {number}", "start", (TeamDay(_DAY, 0.0, self.limit),), end="end")
                for number in range(self.routes)
            ),
            travel=self._travel(),
        )

    def _travel(self) -> Travel:
        nodes = [*self.visitable, self.start, self.end]
        return Travel(
            (*(str(node) for node in self.visitable), "start", "end"), self.distances[np.ix_(nodes, nodes)]
        )


def read_folder(folder: Path) -> list[Published]:
    """All instances of `folder`, with the best known scores of its `best_known.csv` where it has one."""
    best = read_best_known(folder / BEST_KNOWN)
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".txt", ".oplib"))
    return [read_instance(path, best) for path in paths]


def read_best_known(path: Path) -> Mapping[str, int]:
    """Best known scores by instance name, {} without the file."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["instance"]: int(row["best"]) for row in csv.DictReader(file)}


def read_instance(path: Path, best: Mapping[str, int]) -> Published:
    """One instance; the format is told by the name's ending."""
    if path.suffix == ".oplib":
        return _oplib(path, best)
    return _chao(path, best)


def _chao(path: Path, best: Mapping[str, int]) -> Published:
    lines = path.read_text(encoding="ascii").split("\n")
    nodes, routes, limit = (float(line.split()[1]) for line in lines[:3])
    rows = np.array([[float(word) for word in line.split()] for line in lines[3 : 3 + int(nodes)]])
    difference = rows[:, None, :2] - rows[None, :, :2]
    return Published(
        name=path.stem,
        distances=np.hypot(difference[..., 0], difference[..., 1]),
        scores=tuple(int(score) for score in rows[:, 2]),
        routes=int(routes),
        start=0,
        end=len(rows) - 1,
        limit=limit,
        best=best.get(path.stem),
    )


def _oplib(path: Path, best: Mapping[str, int]) -> Published:
    head: dict[str, str] = {}
    sections: dict[str, list[list[str]]] = {}
    section = ""
    for line in path.read_text(encoding="ascii").splitlines():
        if line.strip().endswith("_SECTION"):
            section = line.strip()
            sections[section] = []
        elif ":" in line and not section:
            key, value = line.split(":", 1)
            head[key.strip()] = value.strip()
        elif section and line.split() and line.strip() != "EOF":
            sections[section].append(line.split())
    points = np.array([[float(x), float(y)] for _, x, y in sections["NODE_COORD_SECTION"]])
    depot = int(sections["DEPOT_SECTION"][0][0]) - 1
    return Published(
        name=path.stem,
        distances=_tsplib_distances(points, head["EDGE_WEIGHT_TYPE"]),
        scores=tuple(int(float(row[1])) for row in sections["NODE_SCORE_SECTION"]),
        routes=1,
        start=depot,
        end=depot,
        limit=float(head["COST_LIMIT"]),
        best=best.get(path.stem),
    )


def _tsplib_distances(points: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """Whole-number distances as TSPLIB defines them."""
    if kind == "GEO":
        return _geographic(points)
    difference = points[:, None, :] - points[None, :, :]
    length = np.hypot(difference[..., 0], difference[..., 1])
    if kind == "EUC_2D":
        return np.floor(length + 0.5)
    if kind == "CEIL_2D":
        return np.ceil(length)
    if kind == "ATT":
        return np.ceil(length / math.sqrt(10.0))
    raise ValueError(f"edge weights of the kind {kind} are not read")


def _geographic(points: NDArray[np.float64]) -> NDArray[np.float64]:
    degrees = np.trunc(points)
    radians = math.pi * (degrees + 5.0 * (points - degrees) / 3.0) / 180.0
    latitude, longitude = radians[:, 0], radians[:, 1]
    one = np.cos(longitude[:, None] - longitude[None, :])
    two = np.cos(latitude[:, None] - latitude[None, :])
    three = np.cos(latitude[:, None] + latitude[None, :])
    inner = np.clip(0.5 * ((1.0 + one) * two - (1.0 - one) * three), -1.0, 1.0)
    return np.floor(6378.388 * np.arccos(inner) + 1.0) * (1 - np.eye(len(points)))
