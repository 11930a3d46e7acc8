"""GPX 1.0 and 1.1: reading the tracks that a receiver recorded, and writing points and ways for one.

Read by expat itself: it says in which line something is wrong, and a file that brings a document type of
its own, the door of every attack by XML, is turned away.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn
from xml.etree import ElementTree
from xml.parsers import expat

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.patrols.recording.track import Fix

MOST_BYTES = 30_000_000
MOST_POINTS = 300_000
"""Four days of a point a second, nearly; a longer file is not a patrol's."""

HDOP_M = 5.0
"""A receiver's horizontal dilution of precision times this is its radius in metres: the usual rule of thumb
for the error of a single range."""

NAMESPACE = "http://www.topografix.com/GPX/1/1"


class NotGpx(InvalidInput):
    """The file is no GPX that a track can be read from."""

    code = "not-gpx"


@dataclass(frozen=True)
class RecordedTrack:
    """What a receiver recorded: its segments of fixes, and the names it gave."""

    segments: tuple[tuple[Fix, ...], ...]
    name: str | None = None

    @property
    def points(self) -> int:
        """How many fixes there are."""
        return sum(len(segment) for segment in self.segments)


def read_gpx(content: bytes) -> RecordedTrack:
    """The tracks of a GPX file. Raises NotGpx, which names the line and what is wrong there."""
    if len(content) > MOST_BYTES:
        raise NotGpx(
            N_("The file has more than %(megabytes)s MB; a patrol's track has less."),
            field="track",
            megabytes=MOST_BYTES // 1_000_000,
        )
    if not content.strip():
        raise NotGpx(N_("The file is empty."), field="track")
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise NotGpx(
            N_("The file is damaged or no GPX, from line %(line)s on."),
            field="track",
            line=error.lineno,
        ) from None
    segments = tuple(tuple(segment) for segment in reader.segments if segment)
    if not reader.rooted:
        raise NotGpx(N_("The file is XML but no GPX; export the track as GPX."), field="track")
    if not segments:
        raise NotGpx(
            N_("The file has no recorded track, only waypoints or routes; export the track itself."),
            field="track",
        )
    return RecordedTrack(segments, reader.name)


@dataclass
class _Reader:
    """Gathers track points as expat meets them; waypoints and routes are passed over."""

    segments: list[list[Fix]] = field(default_factory=list)
    name: str | None = None
    rooted: bool = False
    _path: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _point: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def _refuse_doctype(self, *_declared: object) -> None:
        self._wrong(N_("Line %(line)s declares a document type, which GPX has not."))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if not self._path:
            self.rooted = name == "gpx"
        self._path.append(name)
        self._text.clear()
        if name == "trkseg":
            self.segments.append([])
        elif name == "trkpt":
            self._point = dict(attributes)

    def _end(self, _tag: str) -> None:
        name = self._path.pop()
        text = "".join(self._text).strip()
        self._text.clear()
        if name == "trkpt":
            self._add_point()
        elif self._path and self._path[-1] == "trkpt":
            self._point[name] = text
        elif name == "name" and self._path[-1:] == ["trk"] and text:
            self.name = self.name or text[:200]

    def _add_point(self) -> None:
        self._count += 1
        if self._count > MOST_POINTS:
            self._wrong(N_("By line %(line)s the track has more points than a patrol can make."))
        if not self.segments:
            self._wrong(N_("Line %(line)s: a track point stands outside a track's segment."))
        lon, lat = self._degrees("lon", 180), self._degrees("lat", 90)
        self.segments[-1].append(Fix(lon, lat, self._moment(), self._accuracy_m()))

    def _degrees(self, name: str, most: int) -> float:
        text = self._point.get(name)
        if text is None:
            self._wrong(N_("Line %(line)s: a track point has no %(name)s."), name=name)
        value = _number(text)
        if value is None or abs(value) > most:
            self._wrong(N_('Line %(line)s: "%(given)s" is no %(name)s in degrees.'), name=name, given=text)
        return value

    def _moment(self) -> datetime | None:
        text = self._point.get("time")
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
        except ValueError:
            self._wrong(N_('Line %(line)s: "%(given)s" is no time.'), given=text)
        # GPX times are UTC; some receivers leave the letter Z out.
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _accuracy_m(self) -> float | None:
        dilution = _number(self._point.get("hdop", ""))
        return None if dilution is None or dilution < 0 else dilution * HDOP_M

    def _wrong(self, text: str, *, name: str = "", given: str = "") -> NoReturn:
        raise NotGpx(text, field="track", line=self.parser.CurrentLineNumber, name=name, given=given[:80])


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


@dataclass(frozen=True)
class Waypoint:
    """A point for a receiver: degrees on WGS 84; `name` short enough for its screen, `note` beside it."""

    lon: float
    lat: float
    name: str
    note: str = ""


@dataclass(frozen=True)
class Route:
    """Points in the order in which they are to be walked."""

    name: str
    points: Sequence[Waypoint]


def write_gpx(
    *, name: str, made_at: datetime, waypoints: Iterable[Waypoint], routes: Iterable[Route]
) -> bytes:
    """A GPX 1.1 file with waypoints and routes, as receivers take it."""
    root = ElementTree.Element("gpx", version="1.1", creator="borderops", xmlns=NAMESPACE)
    about = ElementTree.SubElement(root, "metadata")
    ElementTree.SubElement(about, "name").text = name
    ElementTree.SubElement(about, "time").text = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for waypoint in waypoints:
        _add_waypoint(root, "wpt", waypoint)
    for route in routes:
        way = ElementTree.SubElement(root, "rte")
        ElementTree.SubElement(way, "name").text = route.name
        for point in route.points:
            _add_waypoint(way, "rtept", point)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add_waypoint(parent: ElementTree.Element, tag: str, point: Waypoint) -> None:
    made = ElementTree.SubElement(parent, tag, lat=f"{point.lat:.6f}", lon=f"{point.lon:.6f}")
    ElementTree.SubElement(made, "name").text = point.name
    if point.note:
        ElementTree.SubElement(made, "desc").text = point.note
