"""Kinds of units and how a part of the line is said."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class UnitKind(StrEnum):
    """What a unit is; Vietnam's districts ended on 1 July 2025."""

    LAO_PROVINCE = "lao_province"
    LAO_DISTRICT = "lao_district"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    BORDER_POST = "border_post"
    LAO_COMPANY = "lao_company"
    BORDER_GUARD_COMMAND = "border_guard_command"
    FOREIGN_AFFAIRS_DEPARTMENT = "foreign_affairs_department"
    LAO_COMMITTEE = "lao_committee"
    ADMINISTRATORS_OFFICE = "administrators_office"


class UnitSide(StrEnum):
    """The state a unit belongs to."""

    VN = "VN"
    LA = "LA"


@dataclass(frozen=True)
class SectionFacts:
    """That a unit has a part of the line, by marker numbers (inclusive) or by chainage (half-open, metres).

    `valid_to` and `known_to` are the first day and moment it no longer holds; None means without end.
    """

    unit_id: str
    kind: UnitKind
    valid_from: date | None
    valid_to: date | None
    known_from: datetime | None
    known_to: datetime | None
    from_order: int | None = None
    to_order: int | None = None
    from_m: float | None = None
    to_m: float | None = None

    def covers(self, *, line_order: int | None, chainage_m: float | None) -> bool:
        """Whether a feature with this place in number order, or at this chainage, lies in the part.

        A part given by numbers speaks of numbered features only; one given by metres of any feature whose
        chainage is known.
        """
        if self.from_order is not None and self.to_order is not None:
            return line_order is not None and self.from_order <= line_order <= self.to_order
        if self.from_m is not None and self.to_m is not None:
            return chainage_m is not None and self.from_m <= chainage_m < self.to_m
        return False
