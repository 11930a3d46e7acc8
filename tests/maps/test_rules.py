import json

from borderops.inspections.rules import DAMAGED, State
from borderops.maps.rules import SHOWN_NAMES, SHOWN_STATES, WORST_FIRST, Shown, feature_collection
from borderops.ui.states import STATES


def test_the_legend_is_in_the_order_of_the_looks() -> None:
    assert tuple(STATES) == WORST_FIRST


def test_every_state_is_on_the_map_of_all() -> None:
    assert set(SHOWN_STATES[Shown.ALL]) == set(State)


def test_damaged_means_what_the_inspections_mean() -> None:
    assert set(SHOWN_STATES[Shown.DAMAGED]) == DAMAGED
    assert set(SHOWN_STATES[Shown.ATTENTION]) - DAMAGED == {State.OVERDUE, State.NEVER_INSPECTED}


def test_every_choice_has_a_name() -> None:
    assert set(SHOWN_NAMES) == set(Shown)


def test_a_collection_of_features_is_geojson() -> None:
    one = b'{"type":"Feature","geometry":null,"properties":{}}'
    assert json.loads(feature_collection([])) == {"type": "FeatureCollection", "features": []}
    assert len(json.loads(feature_collection([one, one]))["features"]) == 2
