"""Places by what people call them."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from borderops.core.viewer import LOCAL_OPERATOR
from borderops.patrols.ground import list_placed
from borderops.patrols.proposals.named_places import NamedPlaces


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("406", "406"),
        ("mốc 406", "406"),
        ("405", "405(1)"),
        ("Mốc 405", "405(1)"),
        ("405(2)", "405(2)"),
        ("405(3)", None),
        ("9", None),
        ("ngã ba suối", None),
    ],
)
def test_a_position_of_several_markers_is_the_first_of_them(
    founded: Session, said: str, found: str | None
) -> None:
    places = NamedPlaces(list_placed(founded, viewer=LOCAL_OPERATOR, on=date(2026, 3, 10)))
    feature = places.feature(said)
    assert (feature.label if feature is not None else None) == found
