import pytest

from borderops.maps.canvas import draw_canvas
from borderops.maps.enclosing import static_file
from borderops.maps.wording import Layer
from borderops.ui.languages import get_translator

LAYERS = [
    Layer("province", "houaphanh", "Facing </script> Houaphanh"),
    Layer("responsible_side", "VN", "Vietnam"),
]


@pytest.mark.parametrize("controls", [True, False])
def test_all_that_folium_asks_for_is_ours(controls: bool) -> None:
    canvas = draw_canvas(layers=LAYERS, translator=get_translator("vi"), controls=controls)
    assert "vendor/leaflet/leaflet.js" in canvas.scripts
    for path in (*canvas.styles, *canvas.scripts):
        assert static_file(path).is_file()
    for text in (canvas.html, canvas.script):
        assert "//" not in text
        assert "<script" not in text
        assert "</script" not in text


def test_the_same_map_is_the_same_text() -> None:
    first, second = (draw_canvas(layers=LAYERS, translator=get_translator("lo")) for _ in range(2))
    assert first == second


def test_the_sheet_has_no_tiles_and_a_nearest_zoom() -> None:
    script = draw_canvas(layers=[], translator=get_translator("en")).script
    assert "tileLayer" not in script
    assert '"maxZoom": 18' in script


def test_every_switch_is_handed_to_the_script() -> None:
    script = draw_canvas(layers=LAYERS, translator=get_translator("en")).script
    assert script.count("L.featureGroup(") == len(LAYERS)
    assert 'value: "houaphanh"' in script
    assert 'field: "responsible_side"' in script
