"""What an event says, how events hang together, and which reads are events too."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from borderops.audit.canonical import canonical
from borderops.core.messages import N_

#: The way of writing bodies; a change of it makes a new number, and old events keep theirs.
FORMAT = 1

#: What the first event hangs on.
NO_PREVIOUS = "0" * 64


@dataclass(frozen=True)
class EventFacts:
    """All that an event says. Its body is the canonical text of these; nothing else of the row counts."""

    seq: int
    at: datetime
    actor: str
    account_id: UUID | None
    roles: tuple[str, ...]
    origin: str | None
    action: str
    subject_kind: str
    subject_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | None
    device_at: datetime | None

    def values(self) -> dict[str, Any]:
        """The facts as the JSON object that is hashed."""
        return {
            "format": FORMAT,
            **{one.name: _as_json(getattr(self, one.name)) for one in fields(self)},
        }

    def body(self) -> str:
        """The canonical text that is hashed."""
        return canonical(self.values())


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return write_moment(value)
    if isinstance(value, UUID):
        return str(value)
    return value


def write_moment(moment: datetime) -> str:
    """A moment as bodies and heads write it: UTC, six digits after the second, Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def chain_hash(previous: str, body: str) -> str:
    """SHA-256 over the hash of the event before, a line feed, and the body; 64 hexadecimal digits."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


@dataclass(frozen=True)
class Head:
    """The last event of the chain. Whoever holds its hash can tell whether anything before was touched."""

    seq: int
    hash: str
    at: datetime

    def values(self) -> dict[str, Any]:
        """The head as the JSON object that is signed and printed."""
        return {"seq": self.seq, "hash": self.hash, "at": write_moment(self.at)}


class Read(StrEnum):
    """Reads that are events: whatever carries much of the register out of the program or over the border."""

    FEATURES_SHEET = "features_sheet"
    FEATURES_LIST = "features_list"
    FEATURES_BULK = "features_bulk"
    REPORT = "report"
    REPORT_SHEET = "report_sheet"
    REPORT_BUNDLE = "report_bundle"
    REGISTER_BUNDLE = "register_bundle"
    MAP_FILE = "map_file"
    EVENTS = "events"
    COUNTERPART_VIEW = "counterpart_view"
    PATROL_FILE = "patrol_file"


@dataclass(frozen=True)
class ReadRule:
    """What counts as such a read. `at_least` is the number of features from which on it is an event."""

    text: str
    at_least: int = 0


#: From how many features on one reply's coordinates are "in bulk". A post's section has fewer, so its
#: ordinary work leaves no events; the whole founding register has 61.
BULK_FEATURES = 50

#: Which reads count. What is not here is ordinary work and leaves no event.
READS: Mapping[Read, ReadRule] = {
    Read.FEATURES_SHEET: ReadRule(N_("The list of features as a file")),
    Read.FEATURES_LIST: ReadRule(N_("The list of features at the console"), at_least=BULK_FEATURES),
    #: Gathered (`audit.gathering`): at most once a minute for the same reader and question.
    Read.FEATURES_BULK: ReadRule(
        N_("Positions of many features at once, for maps and programs"), at_least=BULK_FEATURES
    ),
    Read.REPORT: ReadRule(N_("A report for programs"), at_least=BULK_FEATURES),
    Read.REPORT_SHEET: ReadRule(N_("A report as a file")),
    Read.REPORT_BUNDLE: ReadRule(N_("A signed report")),
    Read.REGISTER_BUNDLE: ReadRule(N_("The register as a signed file")),
    Read.MAP_FILE: ReadRule(N_("The map in one file")),
    Read.EVENTS: ReadRule(N_("The events as a file")),
    Read.COUNTERPART_VIEW: ReadRule(N_("A page as the other side sees it")),
    Read.PATROL_FILE: ReadRule(N_("The plan of a patrol as a file")),
}


def as_question(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a reader asked, as an event can keep it: JSON without the sign that the database cannot hold."""
    return {_kept(name): _kept(value) for name, value in asked.items()}


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list | tuple):
        return [_kept(one) for one in value]
    return value
