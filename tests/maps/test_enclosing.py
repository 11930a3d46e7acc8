import base64
import re

import pytest

from borderops.maps.enclosing import enclosed_script, enclosed_style, safe_script, static_file

STYLES = (
    "ui/fonts.css",
    "maps/bare.css",
    "maps/map.css",
    "vendor/leaflet/leaflet.css",
    "vendor/leaflet.fullscreen/Control.FullScreen.css",
)


@pytest.mark.parametrize("path", STYLES)
def test_a_style_names_nothing_outside_itself(path: str) -> None:
    for address in re.findall(r"url\(([^)]*)\)", enclosed_style(path)):
        assert address.strip("\"'").startswith(("data:", "#"))


def test_pictures_and_letters_are_there_whole() -> None:
    found = re.search(r'url\("data:font/woff2;base64,([^"]+)"\)', enclosed_style("ui/fonts.css"))
    assert found is not None
    assert base64.b64decode(found[1])[:4] == b"wOF2"


def test_only_upright_letters_in_two_weights_are_taken_along() -> None:
    style = enclosed_style("ui/fonts.css")
    assert "italic" not in style
    assert "600" not in re.findall(r"font-weight:\s*(\d+)", style)
    assert style.count("@font-face") < static_file("ui/fonts.css").read_text(encoding="utf-8").count(
        "@font-face"
    )


def test_a_script_cannot_end_its_element() -> None:
    assert "</script" not in safe_script('const text = "</script>";\n//# sourceMappingURL=x.map')
    assert "sourceMappingURL" not in enclosed_script("vendor/leaflet/leaflet.js")


def test_a_file_that_no_slice_has_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"maps/nothing\.css"):
        static_file("maps/nothing.css")
