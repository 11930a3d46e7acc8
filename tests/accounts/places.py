"""Places for the matrix: features in every part of the line, each with what was recorded of it, and people.

Who may reach which place is written down here by hand, from sections and provinces as facts tell them, so
that it does not rest on what is tested.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from borderops.accounts.rules import PERMISSIONS, SCOPES, Permission, Role
from borderops.core.clock import today
from borderops.core.files import FileStore
from borderops.core.viewer import LOCAL_OPERATOR, Sees
from borderops.inspections.actions import attach_photo, record_inspection
from borderops.inspections.schemas import InspectionIn
from borderops.markers.models import Feature, FeatureScope
from borderops.markers.queries import get_feature
from borderops.patrols.actions import draft_patrol, propose_to_other_side
from borderops.patrols.schemas import PatrolIn, ProposalIn
from borderops.register.actions import add_disclosure
from borderops.register.disclosure_rules import Part
from borderops.register.disclosure_schemas import DisclosureIn
from borderops.register.schemas import LaoProvince
from tests.people import PEOPLE, Person, add_people
from tests.scope.conftest import OTHER, OTHER_POST, add_other_province

NOW = datetime.now(UTC)

#: A marker and where it lies: in the section of the post of Nậm Cắn, of the post next to it, of one farther
#: on, in the next province. Where there is a gate in the same part it is told too.
MARKERS = {"own": "408", "neighbour": "400", "other_section": "390", "other_province": "470"}
GATES = {"own": "nam-can", "far_section": "thanh-thuy"}

#: The post of each place, and a company across the line that walks with them.
POSTS = {
    "own": "don-nam-can",
    "neighbour": "don-na-loi",
    "other_section": "don-my-ly",
    "far_section": "don-thanh-thuy",
    "other_province": OTHER_POST,
}
COMPANY = "dai-doi-221"

#: The specialist of the next province: who is refused in one is allowed in the other.
OTHER_SPECIALIST = Person("specialist-ha-tinh", "Võ Thị Hà", ((Role.SPECIALIST, OTHER),))

#: By the unit of an officer or a commander, and of a specialist: the places they read, and write to.
READS: Mapping[str, frozenset[str]] = {
    "don-nam-can": frozenset({"own", "neighbour"}),
    "don-my-ly": frozenset({"other_section", "neighbour"}),
    "nghe-an": frozenset({"own", "neighbour", "other_section", "far_section"}),
    OTHER: frozenset({"other_province"}),
}
WRITES: Mapping[str, frozenset[str]] = {
    **READS,
    "don-nam-can": frozenset({"own"}),
    "don-my-ly": frozenset({"other_section"}),
}

#: The same by units, for whatever else lies there: the posts whose sections come next to theirs are
#: Na Loi (399–401) and Na Ngoi (420–422) to Nậm Cắn (405(1)–409), Tri Lễ (380) and Na Loi to Mỹ Lý (385–397).
READ_UNITS: Mapping[str, frozenset[str]] = {
    "don-nam-can": frozenset({"don-nam-can", "don-na-loi", "don-na-ngoi"}),
    "don-my-ly": frozenset({"don-my-ly", "don-tri-le", "don-na-loi"}),
    "nghe-an": frozenset({"nghe-an"}),
    OTHER: frozenset({OTHER}),
}

#: What is shared today: the one marker of the place with the Lao province across the line.
SHARED_WITH: Mapping[str, LaoProvince] = {"408": "xiangkhouang"}

#: Everybody of the matrix: one role each. The person of many roles is left out, nobody is added.
EVERYBODY = (
    *(person for person in PEOPLE.values() if len(person.roles) == 1),
    OTHER_SPECIALIST,
)


@dataclass(frozen=True)
class Spot:
    """A place with what a route's address may name there."""

    place: str
    address: str
    feature_id: UUID
    inspection_id: UUID
    photo_id: UUID
    disclosure_id: UUID
    patrol_id: UUID
    post: str


def picture() -> bytes:
    """A small photo."""
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "olive").save(target, "JPEG")
    return target.getvalue()


def add_places(session: Session, store: FileStore) -> Mapping[str, Spot]:
    """The features of all places, each with an inspection and a photo; and whoever is not there yet."""
    add_other_province(session)
    add_people(session, now=NOW, people=[OTHER_SPECIALIST])
    return {
        name: _add_spot(session, store, place=name.removesuffix("_gate"), address=address)
        for name, address in (*MARKERS.items(), *((f"{place}_gate", code) for place, code in GATES.items()))
    }


def _add_spot(session: Session, store: FileStore, *, place: str, address: str) -> Spot:
    feature = get_feature(session, viewer=LOCAL_OPERATOR, address=address)
    sent = InspectionIn(
        id=uuid4(),
        feature=str(feature.id),
        observed_at=NOW,
        finding="seen",
        components={"body": "poor"},
        notes=f"Seen at {address}.",
    )
    record_inspection(session, viewer=LOCAL_OPERATOR, sent=sent, now=NOW)
    photo = attach_photo(
        session,
        viewer=LOCAL_OPERATOR,
        store=store,
        photo_id=uuid4(),
        inspection_id=sent.id,
        content=picture(),
    )
    disclosure = add_disclosure(session, viewer=LOCAL_OPERATOR, sent=_shares(place, address), now=NOW)
    patrol_id = _plan_patrol(session, place=place, address=address)
    session.flush()
    post = POSTS[place]
    return Spot(place, address, feature.id, sent.id, photo.id, disclosure.id, patrol_id, post)


def _plan_patrol(session: Session, *, place: str, address: str) -> UUID:
    """A joint patrol of the place's post; where it is shared, its plan is proposed to the other side."""
    patrol = PatrolIn.model_validate(
        {
            "id": uuid4(),
            "kind": "joint",
            "unit": POSTS[place],
            "other_unit": COMPANY,
            "plan": plan(POSTS[place]),
        }
    )
    draft_patrol(session, viewer=LOCAL_OPERATOR, sent=patrol, now=NOW)
    if address in SHARED_WITH:
        propose_to_other_side(session, viewer=LOCAL_OPERATOR, patrol_id=patrol.id, sent=ProposalIn(), now=NOW)
    return patrol.id


def plan(post: str, *, joint: bool = True) -> dict[str, Any]:
    """A plan for one day, as it is sent; where on the line is no matter of who may see it."""
    day = NOW.date().isoformat()
    ours = {"key": "vn", "side": "VN", "unit": post, "leader": "Nguyễn Văn A", "strength": 5}
    theirs = {"key": "la", "side": "LA", "unit": COMPANY, "leader": "Bounmy", "strength": 5}
    return {
        "starts_on": day,
        "ends_on": day,
        "sections": [{"first": "408", "last": "409"}],
        "teams": [ours, theirs] if joint else [ours],
        "meeting_point": "Mốc 408" if joint else None,
    }


def _shares(place: str, address: str) -> DisclosureIn:
    """What is shared of the feature; where nothing is to be shared today, of a day that is far off."""
    return DisclosureIn(
        id=uuid4(),
        audience=SHARED_WITH.get(address, "houaphanh"),
        feature=address,
        parts=[Part.CONDITION, Part.DUTY],
        valid_from=date(2001, 1, 1) if address in SHARED_WITH else date(2999, 1, 1),
        decided_by="Sở Ngoại vụ",
        legal_basis="Biên bản 2026",
        unit=OTHER if place == "other_province" else "nghe-an",
    )


def role_of(person: Person) -> tuple[Role, str]:
    """The one role of a person and its unit."""
    ((role, unit),) = person.roles
    return role, unit


def has(person: Person, permission: Permission) -> bool:
    """Whether the table gives the person's role the permission."""
    return permission in PERMISSIONS[role_of(person)[0]]


def reads(person: Person, place: str) -> bool:
    """Whether the register's own record of the place is open to the person."""
    role, unit = role_of(person)
    return SCOPES[role] is Sees.ALL or (SCOPES[role] is Sees.UNITS and place in READS[unit])


def is_shared_with(person: Person, spot: Spot) -> bool:
    """Whether the person is of the province that the feature is shared with today."""
    role, unit = role_of(person)
    return SCOPES[role] is Sees.SHARED and SHARED_WITH.get(spot.address) == unit


def writes(person: Person, place: str) -> bool:
    """Whether the person may write there what their role may write."""
    role, unit = role_of(person)
    return SCOPES[role] is Sees.UNITS and place in WRITES[unit]


def list_visible(session: Session, person: Person) -> frozenset[str]:
    """The codes and ids of all features whose own record is open to the person."""
    role, unit = role_of(person)
    shared = [address for address, province in SHARED_WITH.items() if province == unit]
    units = READ_UNITS[unit] if SCOPES[role] is Sees.UNITS else frozenset[str]()
    found = session.execute(
        select(Feature.id, Feature.code).where(
            literal(SCOPES[role] is Sees.ALL)
            | (literal(SCOPES[role] is Sees.SHARED) & Feature.code.in_(shared))
            | Feature.id.in_(
                select(FeatureScope.feature_id).where(
                    FeatureScope.unit_id.in_(units), FeatureScope.valid.contains(today(NOW))
                )
            )
        )
    )
    return frozenset(name for feature_id, code in found for name in (str(feature_id), code))


def takes_part(person: Person, place: str) -> bool:
    """Whether patrols of the place's post are open to the person: to its own people, and to who sees all."""
    role, _ = role_of(person)
    return SCOPES[role] is Sees.ALL or writes(person, place)
