from enum import StrEnum

import pytest

from borderops.accounts.rules import Permission, Role
from borderops.accounts.vocabulary import CredentialKind, LinkPurpose, Outcome, Step
from borderops.boundary.rules import UnitKind
from borderops.cooperation.rules import About
from borderops.cooperation.rules import Answer as StatementAnswer
from borderops.core.columns import Mark
from borderops.inspections.definitions import DEFINITIONS, LEVEL_DEFINITIONS, define, define_level
from borderops.inspections.rules import (
    Action,
    Cause,
    Component,
    Finding,
    GroundPosition,
    Level,
    Occasion,
    State,
    Urgency,
)
from borderops.markers.rules import (
    EventKind,
    GateAspect,
    GateClass,
    GateSide,
    GateStatus,
    Grade,
    Kind,
    Method,
    Multiplicity,
    Side,
    Standing,
    StandsOn,
)
from borderops.patrols.rules import PatrolKind, PatrolLevel, PatrolReply, PatrolState, Task
from borderops.patrols.schemas import PlanPart, StopKind
from borderops.register.disclosure_rules import Part
from borderops.ui.labels import LABELS
from borderops.ui.languages import LANGUAGES, get_translator

VOCABULARIES: dict[str, type[StrEnum]] = {
    "credential": CredentialKind,
    "link": LinkPurpose,
    "permission": Permission,
    "sign_in_outcome": Outcome,
    "sign_in_step": Step,
    "action": Action,
    "answer": PatrolReply,
    "cause": Cause,
    "statement_about": About,
    "statement_answer": StatementAnswer,
    "part": Part,
    "component": Component,
    "event": EventKind,
    "finding": Finding,
    "gate_aspect": GateAspect,
    "gate_class": GateClass,
    "gate_side": GateSide,
    "gate_status": GateStatus,
    "grade": Grade,
    "kind": Kind,
    "level": Level,
    "mark": Mark,
    "method": Method,
    "patrol_kind": PatrolKind,
    "patrol_level": PatrolLevel,
    "patrol_state": PatrolState,
    "plan_part": PlanPart,
    "stop": StopKind,
    "task": Task,
    "multiplicity": Multiplicity,
    "occasion": Occasion,
    "position": GroundPosition,
    "side": Side,
    "standing": Standing,
    "stands_on": StandsOn,
    "state": State,
    "unit_kind": UnitKind,
    "urgency": Urgency,
}


#: What stands beside a vocabulary: how the other side is told that something is not shared, or coarser.
FOR_THE_OTHER_SIDE = {"method": {"coarse"}, "side": {"WITHHELD"}, "state": {"withheld"}}


@pytest.mark.parametrize("group", VOCABULARIES)
def test_every_value_of_a_vocabulary_has_a_label_and_no_label_is_left_over(group: str) -> None:
    values = {value.value for value in VOCABULARIES[group]} | FOR_THE_OTHER_SIDE.get(group, set())
    assert set(LABELS[group]) == values


def test_every_role_has_a_label_and_so_has_the_machines_operator() -> None:
    assert set(LABELS["role"]) == {*Role, "operator"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", LABELS)
def test_labels_are_distinct_within_their_vocabulary(group: str, language: str) -> None:
    said = [get_translator(language).label(group, value) for value in LABELS[group]]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("group", ["finding", "position", "cause", "urgency", "action", "state"])
def test_every_choice_is_defined(group: str) -> None:
    assert {value.value for value in VOCABULARIES[group]} == set(DEFINITIONS[group])


def test_every_level_of_every_part_is_defined_but_for_unspecified() -> None:
    assert set(LEVEL_DEFINITIONS) == {part.value for part in Component} - {"unspecified"}
    for levels in LEVEL_DEFINITIONS.values():
        assert list(levels) == [level.value for level in Level]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_choices_are_defined_alike(language: str) -> None:
    translator = get_translator(language)
    for group in (*DEFINITIONS.values(), *LEVEL_DEFINITIONS.values()):
        said = [translator.t(text) for text in group.values()]
        assert len(set(said)) == len(said)


def test_definitions_are_looked_up_by_value() -> None:
    assert define("finding", "not_found").endswith("Not found does not mean destroyed.")
    assert "coin" in define_level("body", "poor")
    with pytest.raises(KeyError):
        define_level("unspecified", "poor")
