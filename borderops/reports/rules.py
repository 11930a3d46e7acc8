"""What a repair-status report says, and how two of them differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from borderops.core.messages import N_
from borderops.markers.rules import Side
from borderops.register.disclosure_rules import WITHHELD_SIDE
from borderops.register.features import FeatureOnDay


class Change(StrEnum):
    """How a feature's line in the report differs from the one before."""

    NEWLY_DAMAGED = "newly_damaged"
    NO_LONGER_DAMAGED = "no_longer_damaged"
    STATE_CHANGED = "state_changed"
    DUTY_CHANGED = "duty_changed"
    WORK_CHANGED = "work_changed"


#: What is said of each kind of change.
CHANGE_TEXTS: dict[Change, str] = {
    Change.NEWLY_DAMAGED: N_("Newly on the list"),
    Change.NO_LONGER_DAMAGED: N_("No longer damaged"),
    Change.STATE_CHANGED: N_("State changed"),
    Change.DUTY_CHANGED: N_("Duty changed"),
    Change.WORK_CHANGED: N_("Planned work changed"),
}

#: The group of labels that the values before and after a change belong to.
CHANGE_LABELS: dict[Change, str] = {
    Change.NEWLY_DAMAGED: "state",
    Change.NO_LONGER_DAMAGED: "state",
    Change.STATE_CHANGED: "state",
    Change.DUTY_CHANGED: "side",
    Change.WORK_CHANGED: "action",
}

#: The sides in the order in which a report lists them.
SIDES: tuple[str, ...] = (Side.VN, Side.LA, Side.BOTH, Side.UNSETTLED, WITHHELD_SIDE)


@dataclass(frozen=True)
class Changed:
    """One difference: which feature, in what, from what to what (None: it was not on the list)."""

    feature: FeatureOnDay
    change: Change
    before: str | None
    after: str | None


def previous_period_end(as_of: date) -> date:
    """The last day of the half-year before the one that `as_of` lies in.

    Departments report every six months and at the year's end (the province's programme of 2024, IV); the
    exact cut-off days are set elsewhere, so a reader may ask for any other day.
    """
    if as_of.month > 6:
        return date(as_of.year, 6, 30)
    if as_of.year == date.min.year:  # nothing lies before the calendar
        return date.min
    return date(as_of.year, 1, 1) - timedelta(days=1)


def changes(before: Iterable[FeatureOnDay], now: Sequence[FeatureOnDay]) -> list[Changed]:
    """What differs between two lists of damaged features, in the order of the line."""
    earlier: Mapping[object, FeatureOnDay] = {feature.id: feature for feature in before}
    later = {feature.id for feature in now}
    found: list[Changed] = []
    for feature in now:
        old = earlier.get(feature.id)
        if old is None:
            found.append(Changed(feature, Change.NEWLY_DAMAGED, None, feature.state))
            continue
        for kind, was, is_now in (
            (Change.STATE_CHANGED, old.state, feature.state),
            (Change.DUTY_CHANGED, old.responsible_side, feature.responsible_side),
            (Change.WORK_CHANGED, old.action, feature.action),
        ):
            if was != is_now:
                found.append(Changed(feature, kind, was, is_now))
    gone = [old for old in earlier.values() if old.id not in later]
    found += [Changed(old, Change.NO_LONGER_DAMAGED, old.state, None) for old in gone]
    return sorted(found, key=lambda change: (change.feature.line_order or 0, change.feature.code))
