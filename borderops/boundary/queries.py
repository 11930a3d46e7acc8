"""Reading the boundary: the line, units by date and their names, settings, sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from geoalchemy2.shape import to_shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.boundary.line import Line
from borderops.boundary.models import BorderLine, RuleSetting, Source, Unit, UnitName
from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer

#: The stretch of line that the register's chainages are counted on, from its north end.
REFERENCE_LINE = "nghe-an"


@dataclass(frozen=True)
class UnitFacts:
    """A unit with its names by language and the other spellings that a search knows."""

    id: str
    kind: str
    side: str
    parent_id: str | None
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None

    def name(self, language: str) -> str:
        """The name in the language; the Vietnamese one where there is none."""
        return self.names.get(language) or self.names["vi"]

    def exists_on(self, day: date) -> bool:
        """Whether the unit existed on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


def get_line(session: Session, *, line_id: str = REFERENCE_LINE, viewer: Viewer) -> Line:  # noqa: ARG001
    """The line, north to south. Raises NotFound where it was not loaded."""
    row = session.scalar(select(BorderLine.geom).where(BorderLine.id == line_id))
    if row is None:
        raise NotFound(N_("The border line %(line)s has not been loaded."), line=line_id)
    longitudes, latitudes = to_shape(row).xy
    return Line(longitudes, latitudes)


def line_geojson(session: Session, *, viewer: Viewer, line_id: str = REFERENCE_LINE) -> str:  # noqa: ARG001
    """The line as a GeoJSON geometry in text, WGS 84. Raises NotFound where it was not loaded."""
    text = session.scalar(
        select(func.ST_AsGeoJSON(func.ST_Force2D(BorderLine.geom), 6)).where(BorderLine.id == line_id)
    )
    if text is None:
        raise NotFound(N_("The border line %(line)s has not been loaded."), line=line_id)
    return str(text)


def list_units(session: Session, *, viewer: Viewer) -> dict[str, UnitFacts]:  # noqa: ARG001
    """All units that ever were, by id. Names of units are no secret."""
    spellings: dict[str, list[str]] = {}
    for name in session.scalars(select(UnitName)):
        spellings.setdefault(name.unit_id, []).append(name.name)
    return {
        unit.id: UnitFacts(
            id=unit.id,
            kind=unit.kind,
            side=unit.side,
            parent_id=unit.parent_id,
            names={
                language: name
                for language, name in (("vi", unit.name_vi), ("en", unit.name_en), ("lo", unit.name_lo))
                if name
            },
            spellings=tuple(spellings.get(unit.id, ())),
            valid_from=unit.valid.lower,
            valid_to=unit.valid.upper,
        )
        for unit in session.scalars(select(Unit).order_by(Unit.id))
    }


def find_setting(session: Session, *, key: str, on: date) -> RuleSetting | None:
    """The setting in force on a day, as now known, or None where it was never set."""
    return session.scalar(
        select(RuleSetting)
        .where(RuleSetting.key == key, RuleSetting.valid.contains(on), func.upper_inf(RuleSetting.known))
        .order_by(func.lower(RuleSetting.valid).desc().nulls_last())
        .limit(1)
    )


def setting_value(session: Session, *, key: str, on: date, default: Any = None) -> Any:
    """The value of the setting in force on a day."""
    setting = find_setting(session, key=key, on=on)
    return default if setting is None else setting.value


def list_sources(session: Session, *, ids: Sequence[str], viewer: Viewer) -> dict[str, Source]:  # noqa: ARG001
    """The named sources, by id."""
    return {source.id: source for source in session.scalars(select(Source).where(Source.id.in_(ids)))}


def list_settings(session: Session, *, on: date) -> Sequence[RuleSetting]:
    """Every setting in force on a day, as now known, by key."""
    return session.scalars(
        select(RuleSetting)
        .where(RuleSetting.valid.contains(on), func.upper_inf(RuleSetting.known))
        .order_by(RuleSetting.key)
    ).all()
