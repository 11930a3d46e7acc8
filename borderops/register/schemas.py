"""What goes over the wire about the register: the question, and the GeoJSON answer."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from borderops.core.asof import AsOf
from borderops.core.clock import today
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.pairs import Figures, parse_pair
from borderops.core.texts import KEEPABLE, Day, MomentWithZone
from borderops.core.web import knowledge
from borderops.inspections.rules import State
from borderops.markers.numbers import parse_range
from borderops.markers.rules import Kind, Side, Standing
from borderops.register.card import CardOut, GateDecisionOut
from borderops.register.elsewhen import UnitElsewhen
from borderops.register.filters import PRESENT, RegisterFilter

LaoProvince = Literal["xiangkhouang", "houaphanh", "bolikhamxay"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=KEEPABLE)]


class Dates(BaseModel):
    """The two dates that every question may name; unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day | None = Field(
        None, description="The day asked about; today if left out.", examples=["2024-06-30"]
    )
    known_at: MomentWithZone | Day | None = Field(
        None, description="As known at this moment, or by the end of this day; now if left out."
    )
    lang: Literal["vi", "lo", "en"] | None = Field(None, description="Language of texts and errors.")

    def at(self, moment: datetime) -> AsOf:
        """The dates with what is left out filled in."""
        return AsOf(self.as_of or today(moment), knowledge(self.known_at, moment=moment))


class FeatureQuery(Dates):
    """Which features. Several values of one parameter mean "any of"."""

    kind: list[Kind] = []
    province: list[LaoProvince] = []
    state: list[State] = []
    responsible_side: list[Side] = []
    unit: list[Words] = Field([], description="Id of a post, company, commune, district or province.")
    section: Words | None = Field(
        None, description="From one marker number to another.", examples=["385-397"]
    )
    bbox: Words | None = Field(
        None, description="West, south, east, north in degrees.", examples=["104.0,19.3,104.2,19.6"]
    )
    q: Words | None = Field(None, description="A number, numbers or a place, as people write them.")
    damaged: bool | None = None
    overdue: bool | None = None
    standing: list[Standing] = list(PRESENT)

    def asked(self, moment: datetime) -> RegisterFilter:
        """The question as the register takes it. Raises InvalidInput for a section or box that is none."""
        return RegisterFilter(
            at=self.at(moment),
            kind=tuple(self.kind),
            province=tuple(self.province),
            state=tuple(self.state),
            responsible_side=tuple(self.responsible_side),
            unit=tuple(self.unit),
            section=parse_range(self.section, field="section") if self.section else None,
            bbox=parse_bbox(self.bbox) if self.bbox else None,
            text=self.q,
            damaged=self.damaged,
            overdue=self.overdue,
            standing=tuple(self.standing),
        )


def parse_bbox(text: str) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees. Raises InvalidInput that says what would be right."""
    wrong = InvalidInput(
        N_("Give west, south, east and north in degrees, such as 104.0,19.3,104.2,19.6."), field="bbox"
    )
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise wrong from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise wrong
    return west, south, east, north


class Point(BaseModel):
    """A GeoJSON point: longitude and latitude in degrees on WGS 84."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class FeatureProperties(BaseModel):
    """What is true of a feature on the day. What is not known is left out.

    `since` and `last_visit_on` are ISO dates as finely as they are known. A position with `schematic` true
    is not measured: the feature lies within `accuracy_m` metres of it.

    To the other side `state` is `withheld` and `responsible_side` WITHHELD where they are not shared
    (`damaged` and `overdue` then say nothing), `notes` and `legal_basis` are there where they are, and a
    `method` of `coarse` says that the point is the middle of a larger square.
    """

    id: UUID
    code: str
    number: str | None = None
    kind: Kind
    names: dict[str, str] | None = None
    standing: Standing
    state: State | Literal["withheld"]
    damaged: bool
    overdue: bool
    since: str | None = None
    since_is: Literal["event", "first_record"] | None = None
    cause: str | None = None
    urgency: str | None = None
    action: str | None = None
    components: dict[str, str] | None = None
    position: str | None = None
    last_visit_on: str | None = None
    responsible_side: Side | Literal["WITHHELD"]
    legal_basis: str | None = None
    responsible_unit: str | None = None
    province: str | None = None
    lao_district: str | None = None
    commune: str | None = None
    district: str | None = None
    method: str | None = None
    schematic: bool | None = None
    accuracy_m: float | None = None
    chainage_km: float | None = None
    notes: str | None = None


class FeatureOut(BaseModel):
    """A feature of the border as an RFC 7946 Feature."""

    type: Literal["Feature"]
    id: UUID
    geometry: Point | None
    properties: FeatureProperties


class UnitElsewhenOut(BaseModel):
    """A unit that the text of a search names and that does not exist on the day asked about.

    `nearest_day` is the nearest day on which it exists: its last where it has `ended`, else its first.
    """

    id: str
    names: dict[str, str]
    ended: bool
    nearest_day: date

    @classmethod
    def of(cls, found: UnitElsewhen) -> "UnitElsewhenOut":
        """The unit as it goes over the wire."""
        return cls(
            id=found.unit.id,
            names=dict(found.unit.names),
            ended=found.ended,
            nearest_day=found.nearest_day,
        )


class FeatureCollectionOut(BaseModel):
    """Features of the border as an RFC 7946 FeatureCollection.

    `units_elsewhen` is there where `q` finds nothing because what it names exists on other days only.
    """

    type: Literal["FeatureCollection"]
    features: list[FeatureOut]
    units_elsewhen: list[UnitElsewhenOut] | None = None


class EntryOut(BaseModel):
    """One thing that happened to a feature, or that somebody stated about it.

    `on` is the day as finely as it is known, `known_since` and `recorded_at` since when we know of it and
    when it was written. `superseded` says that another record has taken its place.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    what: Literal["inspection", "duty", "position", "gate", "event"]
    on: str | None
    precision: str
    recorded_at: datetime
    recorded_by: str
    known_since: datetime | None
    mark: str
    source_id: str | None
    source: str | None
    source_reference: str | None
    superseded: bool
    details: dict[str, Any]


class HistoryOut(BaseModel):
    """What a feature is, and everything that happened to it, newest first; `gate` is null for markers."""

    feature: str
    id: UUID
    as_of: date
    known_at: datetime | None
    card: CardOut
    gate: list[GateDecisionOut] | None = Field(description="The decisions in force on the day.")
    entries: list[EntryOut]


class PlaceQuery(Dates):
    """A point as people write it: `x` longitude or easting, `y` latitude or northing; or `figures`."""

    x: Words | None = Field(None, examples=["104.0839"])
    y: Words | None = Field(None, examples=["19.4789"])
    figures: Words | None = Field(None, examples=["19°28′44″N 104°05′02″E"])
    system: Words = Field("wgs84", examples=["vn2000-tm3-104-45"])

    def given(self) -> Figures:
        """The figures as read. Raises InvalidInput that names the field."""
        if self.figures is not None:
            return parse_pair(self.figures, self.system)
        if self.x is None or self.y is None:
            missing = "x" if self.x is None else "y"
            raise InvalidInput(N_("Give both figures, or one text with both."), field=missing)
        return parse_pair((self.x, self.y), self.system)


class PlaceOut(BaseModel):
    """Where a point lies by the line: chainage from the north end, offset, side, markers around it."""

    lon: float
    lat: float
    operation: str
    chainage_km: float
    offset_m: float
    side: Literal["VN", "LA"] | None
    before: str | None
    after: str | None
    from_before_m: float | None
    to_after_m: float | None
    warnings: list[str]


class UnitOut(BaseModel):
    """A unit as it existed on the day asked about; `valid_to` is the first day on which it no longer did."""

    id: str
    kind: str
    side: Literal["VN", "LA"]
    parent: str | None
    names: dict[str, str]
    spellings: list[str]
    valid_from: date | None
    valid_to: date | None
