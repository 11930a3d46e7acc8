"""Units that a text names and that do not exist on the day asked about: why a search finds nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from borderops.boundary.queries import UnitFacts
from borderops.core.messages import N_, Message
from borderops.core.words import find_meant
from borderops.markers.numbers import looks_like_number


@dataclass(frozen=True)
class UnitElsewhen:
    """A unit with the nearest day on which it exists: its last if it has ended, its first if it comes."""

    unit: UnitFacts
    ended: bool
    nearest_day: date

    def said(self, language: str) -> Message:
        """The sentence that says so."""
        text = N_("%(unit)s existed until %(day)s.") if self.ended else N_("%(unit)s exists from %(day)s on.")
        return Message(text, {"unit": self.unit.name(language), "day": self.nearest_day})


def units_elsewhen(text: str | None, *, units: Mapping[str, UnitFacts], on: date) -> list[UnitElsewhen]:
    """The units that the text means, where none of them exists on the day; none for a number."""
    if not text or not text.strip() or looks_like_number(text):
        return []
    called = {unit.id: (*unit.names.values(), *unit.spellings) for unit in units.values()}
    meant = [units[name] for name in find_meant(text.strip(), called)]
    if any(unit.exists_on(on) for unit in meant):
        return []
    return [found for unit in meant if (found := _elsewhen(unit, on)) is not None]


def _elsewhen(unit: UnitFacts, on: date) -> UnitElsewhen | None:
    if unit.valid_to is not None and unit.valid_to <= on:
        return UnitElsewhen(unit, ended=True, nearest_day=unit.valid_to - timedelta(days=1))
    if unit.valid_from is not None and on < unit.valid_from:
        return UnitElsewhen(unit, ended=False, nearest_day=unit.valid_from)
    return None
