"""How to call every route: its address, its body, and on what it works. One without a line here fails a test.

A call names what it works on in braces: `{feature}`, or the `{inspection}` or `{photo}` that was recorded of
it. A call of a route that works on none of them is made once for each person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4, uuid5

from tests.accounts.places import NOW, Spot, picture, plan
from tests.people import PEOPLE

Body = Callable[[Spot], Mapping[str, Any]]


MADE = frozenset({201})
LED_ON = frozenset({303})
TOLD_WHY_NOT = frozenset({422})

#: What a step of a patrol may come to for whoever may take it: done, or not from the state it is in. Which
#: step leads where is tested with patrols.
STEP = frozenset({200, 201, 303, 409, 422})


#: The same where it is about something that the patrol does not have.
NOT_THERE = STEP | {404}


@dataclass(frozen=True)
class Call:
    """One way to call a route that succeeds wherever it is allowed.

    `json`, `form` and `files` make the body. `ok` is how success is told, and `hidden` how what the caller
    does not see. `on_gate` says that only gates have what is asked for, `in_body` that the feature stands in
    the body, `examples` that the reply tells of features that it makes up. `shared` says that it shows the
    other side what was shared with it; `theirs`, that it is for the other side alone.
    """

    query: str = ""
    json: Body | None = None
    form: Body | None = None
    files: Body | None = None
    ok: frozenset[int] = frozenset({200})
    hidden: int = 404
    on_gate: bool = False
    in_body: bool = False
    examples: bool = False
    shared: bool = False
    theirs: bool = False


#: Names in a route's path that mean the place at which it is called.
LOCAL = frozenset({"address", "inspection_id", "photo_id", "disclosure_id", "patrol_id"})


def is_local(key: str) -> bool:
    """Whether the route of this line works on one feature or patrol, and so depends on where that lies."""
    return CALLS[key].in_body or any(f"{{{name}}}" in key for name in LOCAL)


def address_of(key: str, spot: Spot) -> str:
    """The address of the route of this line, at a place."""
    path = key.partition(" ")[2].format(
        address=spot.address,
        inspection_id=spot.inspection_id,
        photo_id=spot.photo_id,
        disclosure_id=spot.disclosure_id,
        patrol_id=spot.patrol_id,
        run_id=new_id(),
        limit_id=new_id(),
        province="xiangkhouang",
        login="officer",
        unit_id="don-nam-can",
        session_id=HELD_SESSION,
        credential_id=HELD_TOKEN,
    )
    return f"{path}?{CALLS[key].query}" if CALLS[key].query else path


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


def decision_form(spot: Spot) -> Mapping[str, Any]:
    """As the form asks it: a status is chosen apart from a class."""
    return {**decision(spot), "value": "", "status_value": "restricted"}


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


def statement(spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "feature": spot.address,
        "about": "condition",
        "answer": "agrees",
        "stated_by": "Khamphone",
    }


def patrol(spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "kind": "own_side",
        "unit": spot.post,
        "plan": plan(spot.post, joint=False),
    }


def limit(spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "unit": spot.post,
        "name": "Mùa mưa",
        "basis": "Thử",
        "starts_on": day(),
        "pace": 1.5,
    }


def limit_end(_spot: Spot) -> Mapping[str, Any]:
    return {"ends_on": day(), "end_on": day(), "reason": "Hết.", "end_reason": "Hết."}


def revision(spot: Spot) -> Mapping[str, Any]:
    return {"plan": plan(spot.post)}


def empty(_spot: Spot) -> Mapping[str, Any]:
    return {}


def just_an_id(_spot: Spot) -> Mapping[str, Any]:
    return {"id": new_id()}


def walked(_spot: Spot) -> Mapping[str, Any]:
    return {"id": new_id(), "sides": "VN"}


def because(_spot: Spot) -> Mapping[str, Any]:
    return {"reason": "Mưa lũ."}


def agrees(_spot: Spot) -> Mapping[str, Any]:
    return {"answer": "agreed"}


def visit(spot: Spot) -> Mapping[str, Any]:
    return {"id": new_id(), "inspection": str(spot.inspection_id)}


def walk(spot: Spot) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "walked_on": day(),
        "section": {"first": spot.address, "last": spot.address},
        "sides": ["VN"],
    }


def work(_spot: Spot) -> Mapping[str, Any]:
    return {"id": new_id(), "task": "clear", "done_on": day()}


def withdrawal(_spot: Spot) -> Mapping[str, Any]:
    return {"subject_kind": "track", "subject_id": new_id(), "reason": "Nhầm."}


def track(_spot: Spot) -> Mapping[str, Any]:
    return {"track": ("t.gpx", b"<gpx/>", "application/gpx+xml")}


def feature(_spot: Spot) -> Mapping[str, Any]:
    return {"id": new_id(), "kind": "marker", "number": "372"}


def photo_id(_spot: Spot) -> Mapping[str, Any]:
    return {"id": new_id()}


def photo(_spot: Spot) -> Mapping[str, Any]:
    return {"photo": ("p.jpg", picture(), "image/jpeg")}


def as_texts(body: Body) -> Body:
    """The body as a form sends it: every value a text."""
    return lambda spot: {name: "yes" if value is True else str(value) for name, value in body(spot).items()}


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


#: By the method and the path of the route.
CALLS: Mapping[str, Call] = {
    # signs of life and documents
    "GET /healthz": Call(),
    "GET /readyz": Call(),
    "GET /api/v1/openapi.json": Call(examples=True),
    # the register
    "GET /api/v1/features": Call(),
    "GET /api/v1/features/{address}": Call(shared=True),
    "GET /api/v1/features/{address}/history": Call(),
    "GET /api/v1/line/place": Call(query="x=104.0839&y=19.4789"),
    "GET /api/v1/units": Call(),
    "GET /": Call(),
    "GET /features": Call(),
    "GET /features.csv": Call(),
    "GET /features/{address}": Call(shared=True),
    # features
    "POST /api/v1/features": Call(json=feature, ok=MADE),
    "GET /api/v1/features/{address}/positions": Call(),
    "POST /api/v1/features/{address}/positions": Call(json=position, ok=MADE),
    "GET /api/v1/features/{address}/duties": Call(),
    "POST /api/v1/features/{address}/duties": Call(json=duty, ok=MADE),
    "POST /api/v1/features/{address}/decisions": Call(json=decision, ok=MADE, on_gate=True),
    "POST /api/v1/features/{address}/events": Call(json=event, ok=MADE),
    "GET /features/{address}/positions/new": Call(),
    "POST /features/{address}/positions/new": Call(form=as_texts(position), ok=LED_ON),
    "GET /features/{address}/duties/new": Call(),
    "POST /features/{address}/duties/new": Call(form=as_texts(duty), ok=LED_ON),
    "GET /features/{address}/decisions/new": Call(on_gate=True),
    "POST /features/{address}/decisions/new": Call(form=as_texts(decision_form), ok=LED_ON, on_gate=True),
    "GET /features/{address}/events/new": Call(),
    "POST /features/{address}/events/new": Call(form=as_texts(event), ok=LED_ON),
    # inspections
    "POST /api/v1/inspections": Call(json=record_inspection, in_body=True, ok=MADE),
    "GET /api/v1/inspections/{inspection_id}": Call(),
    "POST /api/v1/inspections/{inspection_id}/photos": Call(form=photo_id, files=photo, ok=MADE),
    "GET /api/v1/photos/{photo_id}": Call(),
    "GET /inspections/new": Call(),
    "GET /features/{address}/inspections/new": Call(),
    "POST /features/{address}/inspections/new": Call(form=inspection_form, ok=LED_ON),
    "GET /inspections/{inspection_id}": Call(),
    # the other side
    "GET /api/v1/disclosures": Call(),
    "POST /api/v1/disclosures": Call(json=disclosure, in_body=True, ok=MADE),
    "POST /api/v1/disclosures/{disclosure_id}/end": Call(json=end_of_disclosure),
    "GET /disclosures": Call(),
    "POST /disclosures": Call(form=disclosure, in_body=True, ok=LED_ON, hidden=422),
    "POST /disclosures/{disclosure_id}/end": Call(form=end_of_disclosure, ok=LED_ON),
    "POST /api/v1/statements": Call(json=statement, in_body=True, ok=MADE, theirs=True),
    "GET /features/{address}/statements/new": Call(theirs=True),
    "POST /features/{address}/statements/new": Call(form=statement, ok=LED_ON, theirs=True),
    # patrols
    "GET /api/v1/patrols": Call(),
    "GET /api/v1/patrol-limits": Call(),
    "POST /api/v1/patrol-limits": Call(json=limit, in_body=True, ok=MADE, hidden=403),
    "POST /api/v1/patrol-limits/{limit_id}/end": Call(json=limit_end, ok=NOT_THERE),
    "POST /api/v1/patrols": Call(json=patrol, in_body=True, ok=STEP, hidden=403),
    "GET /api/v1/patrols/coverage": Call(),
    "GET /api/v1/patrols/under-way": Call(),
    "GET /api/v1/patrols/{patrol_id}": Call(shared=True),
    "POST /api/v1/patrols/{patrol_id}/plan": Call(json=revision, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/proposal": Call(json=empty, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/answer": Call(json=agrees, ok=STEP, theirs=True),
    "POST /api/v1/patrols/{patrol_id}/letter": Call(json=agrees, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/acceptance": Call(json=empty, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/approval": Call(json=empty, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/draft": Call(json=because, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/cancellation": Call(json=because, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/start": Call(json=empty, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/end": Call(json=empty, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/radio": Call(json=just_an_id, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/visits": Call(json=visit, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/walks": Call(json=walk, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/work": Call(json=work, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/tracks": Call(form=walked, files=track, ok=STEP),
    "POST /api/v1/patrols/{patrol_id}/withdrawals": Call(json=withdrawal, ok=NOT_THERE),
    "GET /api/v1/patrols/{patrol_id}/plan.geojson": Call(shared=True),
    "GET /api/v1/patrols/{patrol_id}/plan.gpx": Call(shared=True),
    "GET /api/v1/patrols/{patrol_id}/plan.kml": Call(shared=True),
    "GET /api/v1/patrols/{patrol_id}/plan.gpkg": Call(shared=True),
    "GET /api/v1/patrols/{patrol_id}/sheet.pdf": Call(shared=True),
    "GET /map/patrol/{patrol_id}": Call(shared=True),
    "GET /map/patrol-coverage": Call(),
    "GET /patrols/duty": Call(),
    "GET /patrols/limits": Call(),
    "POST /patrols/limits": Call(form=limit, in_body=True, ok=LED_ON, hidden=403),
    "POST /patrols/limits/{limit_id}/end": Call(form=limit_end, ok=NOT_THERE),
    "GET /patrols/coverage": Call(),
    "GET /patrols/coverage.geojson": Call(),
    "GET /patrols/new": Call(),
    "POST /patrols/new": Call(form=empty, ok=STEP),
    "GET /patrols/{patrol_id}/plan": Call(),
    "POST /patrols/{patrol_id}/plan": Call(form=empty, ok=STEP),
    "GET /patrols": Call(),
    "GET /patrols/{patrol_id}": Call(shared=True),
    "POST /patrols/{patrol_id}/propose": Call(form=empty, ok=STEP),
    "POST /patrols/{patrol_id}/accept": Call(form=empty, ok=STEP),
    "POST /patrols/{patrol_id}/redraft": Call(form=because, ok=STEP),
    "POST /patrols/{patrol_id}/cancel": Call(form=because, ok=STEP),
    "POST /patrols/{patrol_id}/approve": Call(form=empty, ok=STEP),
    "POST /patrols/{patrol_id}/answer": Call(form=agrees, ok=STEP, theirs=True),
    "POST /patrols/{patrol_id}/letter": Call(form=agrees, ok=STEP),
    "POST /patrols/{patrol_id}/start": Call(form=empty, ok=STEP),
    "POST /patrols/{patrol_id}/end": Call(form=just_an_id, ok=STEP),
    "POST /patrols/{patrol_id}/radio": Call(form=just_an_id, ok=STEP),
    "POST /patrols/{patrol_id}/track": Call(form=just_an_id, files=track, ok=STEP),
    "POST /patrols/{patrol_id}/visit": Call(form=visit, ok=STEP),
    "POST /patrols/{patrol_id}/walk": Call(form=just_an_id, ok=STEP),
    "POST /patrols/{patrol_id}/work": Call(form=work, ok=STEP),
    "POST /patrols/{patrol_id}/withdraw": Call(form=withdrawal, ok=NOT_THERE),
    "POST /patrols/{patrol_id}/next": Call(form=empty, ok=STEP),
    # the planner of patrols
    "POST /api/v1/patrols/{patrol_id}/runs": Call(json=empty, ok=STEP | {202}),
    "GET /api/v1/patrols/{patrol_id}/runs/{run_id}": Call(ok=NOT_THERE),
    "POST /api/v1/patrols/{patrol_id}/runs/{run_id}/stop": Call(ok=NOT_THERE),
    "POST /api/v1/patrols/{patrol_id}/runs/{run_id}/adoption": Call(json=empty, ok=NOT_THERE),
    "GET /patrols/{patrol_id}/planner": Call(ok=STEP),
    "POST /patrols/{patrol_id}/planner": Call(form=empty, ok=STEP),
    "GET /patrols/{patrol_id}/planner/{run_id}": Call(ok=NOT_THERE),
    "POST /patrols/{patrol_id}/planner/{run_id}/stop": Call(form=empty, ok=NOT_THERE),
    "POST /patrols/{patrol_id}/planner/{run_id}/adopt": Call(form=empty, ok=NOT_THERE),
    # the chain of events
    "GET /api/v1/events": Call(),
    "GET /api/v1/events/chain": Call(),
    "GET /events": Call(),
    # maps and reports
    "GET /map": Call(),
    "GET /map/script.js": Call(),
    "GET /map/ground.geojson": Call(),
    "GET /map/feature/{address}": Call(shared=True),
    # signing in, and one's own account
    "GET /sign-in": Call(),
    "GET /sign-in/again": Call(),
    "GET /account": Call(),
    "POST /account/password": Call(form=password, ok=LED_ON),
    "GET /account/second-factor": Call(),
    "POST /account/second-factor": Call(form=nothing, ok=TOLD_WHY_NOT),
    "POST /account/second-factor/replace": Call(form=nothing, ok=LED_ON),
    "POST /account/second-factor/remove": Call(form=nothing, ok=TOLD_WHY_NOT),
    "POST /account/recovery-codes": Call(form=nothing, ok=TOLD_WHY_NOT),
    "POST /account/credentials": Call(form=nothing, ok=TOLD_WHY_NOT),
    # people
    "GET /administration/people": Call(),
    "POST /administration/people": Call(form=person, ok=LED_ON),
    "GET /administration/people/{login}": Call(),
    "POST /administration/people/{login}/roles": Call(form=role, ok=LED_ON),
    "POST /administration/people/{login}/link": Call(form=nothing),
    "POST /administration/people/{login}/second-factor/remove": Call(form=nothing, ok=LED_ON),
    "POST /administration/people/{login}/sessions/end": Call(form=nothing, ok=LED_ON),
    "POST /administration/people/{login}/organisation": Call(form=nothing, ok=LED_ON),
    "POST /administration/people/{login}/end": Call(form=nothing, ok=LED_ON),
    "GET /administration/sessions": Call(),
    "POST /administration/sessions/{session_id}/end": Call(form=nothing, ok=LED_ON),
    "GET /administration/credentials": Call(),
    "POST /administration/credentials/{credential_id}/end": Call(form=nothing, ok=LED_ON),
    "GET /administration/refused": Call(),
    # units
    "GET /administration/units": Call(),
    "POST /administration/units": Call(form=unit, ok=LED_ON),
    "GET /administration/units/{unit_id}": Call(),
    "POST /administration/units/{unit_id}/end": Call(form=end, ok=LED_ON),
    "POST /administration/units/{unit_id}/sections": Call(form=section, ok=LED_ON),
    "GET /api/v1/reports/repair-status": Call(query="province=xiangkhouang"),
    "GET /reports": Call(),
    "GET /reports/repair-status/{province}": Call(),
    "GET /reports/repair-status/{province}/sheet.csv": Call(),
    "GET /reports/repair-status/{province}/signed.zip": Call(),
}

#: Forms whose answer depends on what was done before; tests/signing_in sends them. Each is public, or refuses
#: by the same dependency as all others.
SENT_ELSEWHERE = frozenset(
    {
        "POST /sign-in",
        "GET /sign-in/second-factor",
        "POST /sign-in/second-factor",
        "GET /sign-in/set-up",
        "POST /sign-in/set-up",
        "POST /sign-in/again",
        "POST /sign-out",
        "GET /sign-in/organisation",
        "GET /sign-in/organisation/return",
        "GET /links/{token}",
        "POST /links/{token}",
        "POST /account/sessions/{session_id}/end",
        "POST /account/credentials/{credential_id}/end",
        "POST /administration/people/{login}/roles/{role_id}/end",
        "POST /administration/units/{unit_id}/sections/{section_id}/end",
    }
)
