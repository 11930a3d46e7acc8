"""A rule that proposes whose duty repair might be, and warns where an assignment contradicts it.

Who repairs what is a register, never a formula: the rule is a setting (`duty.rule`), may be empty, and
decides nothing. Its words: `even=VN,odd=LA` by the parity of the position number, and `single-only` to
leave double and triple positions out, for which parity is known not to decide (data/geo, duties).
"""

from dataclasses import dataclass

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_, Message
from borderops.markers.marker_number import MarkerNumber
from borderops.markers.rules import Side
from borderops.ui.labels import LABELS

_PARITY = {"even": 0, "odd": 1}


class UnreadableRule(InvalidInput):
    """The setting is not a rule."""

    code = "unreadable-duty-rule"


@dataclass(frozen=True)
class DutyRule:
    """Sides by the remainder of the position number divided by two; `single_only` skips shared positions."""

    sides: tuple[tuple[int, Side], ...] = ()
    single_only: bool = True

    def proposes(self, number: MarkerNumber) -> Side | None:
        """The side that the rule would name for this number, or None where it has no opinion."""
        if number.stake is not None or (self.single_only and number.marker is not None):
            return None
        return dict(self.sides).get(number.position % 2)


def read_rule(text: str | None) -> DutyRule:
    """The rule that the setting states; an empty one has no opinion. Raises UnreadableRule."""
    sides: list[tuple[int, Side]] = []
    single_only = False
    for word in (text or "").replace(" ", "").split(","):
        if not word:
            continue
        parity, _, side = word.partition("=")
        if word == "single-only":
            single_only = True
        elif parity in _PARITY and side in set(Side):
            sides.append((_PARITY[parity], Side(side)))
        else:
            raise UnreadableRule(
                N_('"%(word)s" is no part of a duty rule; write for example even=VN,odd=LA,single-only.'),
                field="duty.rule",
                word=word,
            )
    return DutyRule(tuple(sides), single_only)


def contradiction(rule: DutyRule, *, number: MarkerNumber, side: Side) -> Message | None:
    """A warning where the assignment differs from what the rule proposes."""
    proposed = rule.proposes(number)
    if proposed is None or side in {proposed, Side.BOTH, Side.UNSETTLED}:
        return None
    return Message(
        N_("The rule in force would propose %(proposed)s for %(number)s; check the basis of %(side)s."),
        {
            "proposed": Message(LABELS["side"][proposed]),
            "number": str(number),
            "side": Message(LABELS["side"][side]),
        },
    )
