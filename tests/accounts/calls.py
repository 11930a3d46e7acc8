"""How to call every route: its address, its body, and on what it works. One without a line here fails a test.

A call names what it works on in braces: `{feature}`, or the `{inspection}` or `{photo}` that was recorded of
it. A call of a route that works on none of them is made once for each person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4, uuid5

from tests.accounts.places import NOW, Spot, picture
from tests.people import PEOPLE

Body = Callable[[Spot], Mapping[str, Any]]


@dataclass(frozen=True)
class Call:
    """One way to call a route that succeeds wherever it is allowed.

    `json`, `form` and `files` make the body; `ok` is how success is told; `on_gate` says that only gates
    have what is asked for, `examples` that the reply tells of features that it makes up,
    `shared` that it shows the other side what was shared with it.
    """

    path: str
    json: Body | None = None
    form: Body | None = None
    files: Body | None = None
    ok: int = 200
    on_gate: bool = False
    examples: bool = False
    shared: bool = False

    @property
    def is_local(self) -> bool:
        """Whether it works on one feature, and so depends on where that lies."""
        return "{" in self.path or self.names_feature

    @property
    def names_feature(self) -> bool:
        """Whether the feature stands in the body."""
        return self.json in {record_inspection, disclosure}

    def address(self, spot: Spot | None) -> str:
        """The address of the call at a place."""
        if spot is None:
            return self.path
        return self.path.format(
            feature=spot.address,
            inspection=spot.inspection_id,
            photo=spot.photo_id,
            disclosure=spot.disclosure_id,
        )


def new_id() -> str:
    return str(uuid4())


def day() -> str:
    return NOW.date().isoformat()


def record_inspection(spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "feature": spot.address,
        "observed_at": NOW.isoformat(),
        "finding": "seen",
        "components": {"body": "good"},
    }


def inspection_form(_spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "observed_at": "2026-03-02T09:30",
        "finding": "seen",
        "all_good": "yes",
        "position": "in_place",
        "occasion": "inspection",
    }


def position(_spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "system": "wgs84",
        "figures": "19.47866, 104.08396",
        "method": "handheld",
        "accuracy_m": 6,
        "measured_on": "2026-01-15",
    }


def duty(_spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "side": "BOTH",
        "valid_from": day(),
        "legal_basis": "Biên bản 2026",
        "stated_by": "Sở Ngoại vụ",
        "replaces": True,
    }


def decision(_spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "side": "PAIR",
        "aspect": "status",
        "value": "restricted",
        "from_on": "2026-05-15",
        "decision_ref": "Công hàm 12/2026",
    }


def event(_spot: Spot) -> Mapping[str, Any]:
    return {"id": new_id(), "event": "repainted", "occurred_on": "2026-01-05"}


def disclosure(spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "audience": "xiangkhouang",
        "feature": spot.address,
        "parts": ["condition"],
        "decided_by": "Sở Ngoại vụ",
        "legal_basis": "Biên bản 2026",
    }


def end_of_disclosure(_spot: Spot) -> Mapping[str, Any]:
    return {"reason": "Chia sẻ nhầm."}


def feature(_spot: Spot) -> Mapping[str, Any]:
    return {"id": new_id(), "kind": "marker", "number": "372"}


def photo_id(_spot: Spot) -> Mapping[str, Any]:
    return {"id": new_id()}


def photo(_spot: Spot) -> Mapping[str, Any]:
    return {"photo": ("p.jpg", picture(), "image/jpeg")}


def as_texts(body: Body) -> Body:
    """The body as a form sends it: every value a text."""
    return lambda spot: {name: "yes" if value is True else str(value) for name, value in body(spot).items()}


#: By the name of the route.
PERSONS = "/administration/people"

#: The session and the token of the officer among `tests.people`.
HELD_SESSION = uuid5(PEOPLE["officer"].id, "session")
HELD_TOKEN = uuid5(PEOPLE["officer"].id, "credential")


def nothing(_spot: Spot) -> Mapping[str, Any]:
    return {"none": ""}


def password(_spot: Spot) -> Mapping[str, Any]:
    return {"password": "mưa rừng đá cũ suối cạn"}


def person(_spot: Spot) -> Mapping[str, Any]:
    return {"login": "somebody-new", "name": "Somebody New"}


def role(_spot: Spot) -> Mapping[str, Any]:
    return {"role": "officer", "unit": "don-thong-thu", "valid_from": day()}


def unit(_spot: Spot) -> Mapping[str, Any]:
    return {"id": "so-ngoai-vu", "kind": "foreign_affairs_department", "name_vi": "Sở Ngoại vụ"}


def end(_spot: Spot) -> Mapping[str, Any]:
    return {"ends_on": day()}


def section(_spot: Spot) -> Mapping[str, Any]:
    return {"section": "402–404", "valid_from": day()}


CALLS: Mapping[str, Call] = {
    # signs of life and documents
    "alive": Call("/healthz"),
    "ready": Call("/readyz"),
    "openapi": Call("/api/v1/openapi.json", examples=True),
    # the register
    "list_features": Call("/api/v1/features"),
    "get_feature": Call("/api/v1/features/{feature}", shared=True),
    "get_history": Call("/api/v1/features/{feature}/history"),
    "get_place": Call("/api/v1/line/place?x=104.0839&y=19.4789"),
    "list_units_on": Call("/api/v1/units"),
    "overview": Call("/"),
    "features": Call("/features"),
    "features_csv": Call("/features.csv"),
    "feature": Call("/features/{feature}", shared=True),
    # features
    "register_feature": Call("/api/v1/features", json=feature, ok=201),
    "list_positions": Call("/api/v1/features/{feature}/positions"),
    "state_position": Call("/api/v1/features/{feature}/positions", json=position, ok=201),
    "list_duties": Call("/api/v1/features/{feature}/duties"),
    "assign_duty": Call("/api/v1/features/{feature}/duties", json=duty, ok=201),
    "decide_gate": Call("/api/v1/features/{feature}/decisions", json=decision, ok=201, on_gate=True),
    "tell_event": Call("/api/v1/features/{feature}/events", json=event, ok=201),
    "new_position": Call("/features/{feature}/positions/new"),
    "state_position_form": Call("/features/{feature}/positions/new", form=as_texts(position), ok=303),
    "new_duty": Call("/features/{feature}/duties/new"),
    "assign_duty_form": Call("/features/{feature}/duties/new", form=as_texts(duty), ok=303),
    "new_gate_decision": Call("/features/{feature}/decisions/new", on_gate=True),
    "decide_gate_form": Call(
        "/features/{feature}/decisions/new", form=as_texts(decision), ok=303, on_gate=True
    ),
    "new_event": Call("/features/{feature}/events/new"),
    "tell_event_form": Call("/features/{feature}/events/new", form=as_texts(event), ok=303),
    # inspections
    "record_inspection": Call("/api/v1/inspections", json=record_inspection, ok=201),
    "get_inspection": Call("/api/v1/inspections/{inspection}"),
    "attach_photo": Call("/api/v1/inspections/{inspection}/photos", form=photo_id, files=photo, ok=201),
    "get_photo": Call("/api/v1/photos/{photo}"),
    "inspect": Call("/inspections/new"),
    "new_inspection": Call("/features/{feature}/inspections/new"),
    "record_inspection_form": Call("/features/{feature}/inspections/new", form=inspection_form, ok=303),
    "inspection": Call("/inspections/{inspection}"),
    # the other side
    "list_shared": Call("/api/v1/disclosures"),
    "disclose": Call("/api/v1/disclosures", json=disclosure, ok=201),
    "end": Call("/api/v1/disclosures/{disclosure}/end", json=end_of_disclosure),
    # the chain of events
    "list_events": Call("/api/v1/events"),
    "get_chain": Call("/api/v1/events/chain"),
    "events": Call("/events"),
    # maps and reports
    "map_damaged": Call("/map"),
    "map_script": Call("/map/script.js"),
    "map_ground": Call("/map/ground.geojson"),
    "map_feature": Call("/map/feature/{feature}", shared=True),
    "get_repair_status": Call("/api/v1/reports/repair-status?province=xiangkhouang"),
    "repair_status": Call("/reports"),
    "repair_status_of": Call("/reports/repair-status/xiangkhouang"),
    "repair_status_csv": Call("/reports/repair-status/xiangkhouang/sheet.csv"),
    "repair_status_signed": Call("/reports/repair-status/xiangkhouang/signed.zip"),
    # signing in, and one's own account
    "sign_in": Call("/sign-in"),
    "sign_in_again": Call("/sign-in/again"),
    "account": Call("/account"),
    "account_password": Call("/account/password", form=password, ok=303),
    "account_second_factor": Call("/account/second-factor"),
    "account_second_factor_form": Call("/account/second-factor", form=nothing, ok=422),
    "replace_second_factor": Call("/account/second-factor/replace", form=nothing, ok=303),
    "drop_second_factor": Call("/account/second-factor/remove", form=nothing, ok=422),
    "recovery_codes": Call("/account/recovery-codes", form=nothing, ok=422),
    "make_own_credential": Call("/account/credentials", form=nothing, ok=422),
    # people
    "people": Call(PERSONS),
    "make_account_form": Call(PERSONS, form=person, ok=303),
    "person": Call(f"{PERSONS}/officer"),
    "grant_role_form": Call(f"{PERSONS}/officer/roles", form=role, ok=303),
    "make_link_form": Call(f"{PERSONS}/officer/link", form=nothing),
    "remove_second_factor_form": Call(f"{PERSONS}/officer/second-factor/remove", form=nothing, ok=303),
    "end_sessions_form": Call(f"{PERSONS}/officer/sessions/end", form=nothing, ok=303),
    "link_organisation_form": Call(f"{PERSONS}/officer/organisation", form=nothing, ok=303),
    "end_account_form": Call(f"{PERSONS}/officer/end", form=nothing, ok=303),
    "sessions": Call("/administration/sessions"),
    "end_session_form": Call(f"/administration/sessions/{HELD_SESSION}/end", form=nothing, ok=303),
    "credentials": Call("/administration/credentials"),
    "end_credential_form": Call(f"/administration/credentials/{HELD_TOKEN}/end", form=nothing, ok=303),
    "refused": Call("/administration/refused"),
    # units
    "units": Call("/administration/units"),
    "make_unit_form": Call("/administration/units", form=unit, ok=303),
    "unit": Call("/administration/units/don-nam-can"),
    "end_unit_form": Call("/administration/units/don-nam-can/end", form=end, ok=303),
    "give_section_form": Call("/administration/units/don-nam-can/sections", form=section, ok=303),
}

#: Forms whose answer depends on what was done before; `test_signing_in` and `test_people` send them. Each is
#: public or refuses by the same dependency as all others.
SENT_ELSEWHERE = frozenset(
    {
        "sign_in_form",
        "second_factor",
        "second_factor_form",
        "set_up",
        "set_up_form",
        "sign_in_again_form",
        "sign_out",
        "link",
        "link_form",
        "end_own_session",
        "end_own_credential",
        "end_role_form",
        "take_section_form",
    }
)
