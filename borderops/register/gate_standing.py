"""How a gate stands on a day: each side's decisions and the pair's, and whether they agree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from borderops.markers.rules import GateAspect, GateClass, GateSide
from borderops.register.history import HistoryEntry


@dataclass(frozen=True)
class GateStanding:
    """The decisions in force on a gate on a day, by aspect and side."""

    decisions: Mapping[tuple[str, str], HistoryEntry]

    def find(self, aspect: str, side: str) -> HistoryEntry | None:
        """The decision in force, or None where none is known."""
        return self.decisions.get((aspect, side))

    @property
    def sides_differ(self) -> bool:
        """Whether the two sides' own decisions do not agree on a class."""
        vietnam, laos = (self._class(side) for side in (GateSide.VN, GateSide.LA))
        return (vietnam or laos) is not None and vietnam != laos

    def _class(self, side: GateSide) -> GateClass | None:
        decision = self.find(GateAspect.CLASS, side)
        return GateClass(decision.details["value"]) if decision else None


def gate_standing(history: Iterable[HistoryEntry]) -> GateStanding:
    """The decisions in force, of the history as it was known and had happened (newest first)."""
    decisions: dict[tuple[str, str], HistoryEntry] = {}
    for entry in history:
        if entry.what == "gate":
            decisions.setdefault((entry.details["aspect"], entry.details["side"]), entry)
    return GateStanding(decisions)
