"""Writing a map into one file that opens from a USB stick, with no network and no program."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from borderops.boundary.queries import list_units
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.maps.canvas import draw_canvas
from borderops.maps.enclosing import enclosed_script, enclosed_style, safe_script
from borderops.maps.queries import find_extent, ground_geojson
from borderops.maps.rules import SHOWN_STATES, Shown
from borderops.maps.script import joined
from borderops.maps.wording import Addresses, layers, settings
from borderops.markers.rules import Kind
from borderops.register.filters import RegisterFilter
from borderops.register.queries import features_geojson, list_features
from borderops.ui.frame import make_environment
from borderops.ui.languages import Translator

#: The styles of a map in a file that its canvas does not name itself.
_STYLES = ("ui/fonts.css", "maps/bare.css")

#: What marks the file's own scripts and styles. It need not be a secret: nobody adds to a file what was not
#: escaped when it was written.
_NONCE = "borderops"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class MapFile:
    """A map as the text of an HTML file; how many features it tells of, how many of them unplaced."""

    html: str
    features: int
    unplaced: int


def write_damaged_map(
    session: Session,
    *,
    viewer: Viewer,
    asked: RegisterFilter,
    translator: Translator,
    now: datetime,
    progress: Progress = lambda _step: None,
) -> MapFile:
    """The damaged features that `asked` takes in, as one file with all it needs inside.

    Raises NotFound where the border line was not loaded.
    """
    progress(N_("Asking the register"))
    units = list_units(session, viewer=viewer)
    gates = RegisterFilter(at=asked.at, kind=(Kind.GATE,))
    found = list_features(session, viewer=viewer, asked=asked).features
    blocks = {
        "map-data": features_geojson(session, viewer=viewer, asked=asked),
        "map-ground": ground_geojson(session, viewer=viewer, at=asked.at, language=translator.language),
        "map-gates": features_geojson(session, viewer=viewer, asked=gates),
    }
    progress(N_("Drawing the map"))
    canvas = draw_canvas(layers=layers(units, translator), translator=translator)
    environment = make_environment()
    environment.globals |= {
        "_": translator.t,
        "label": translator.label,
        "date": translator.date,
        "moment": translator.moment,
        "number": translator.number,
        "nonce": lambda: _NONCE,
    }
    progress(N_("Putting everything into one file"))
    html = environment.get_template("maps/file.html").render(
        translator=translator,
        canvas=canvas,
        styles=[Markup(enclosed_style(path)) for path in (*_STYLES, *canvas.styles)],  # noqa: S704 - our files
        scripts=[Markup(enclosed_script(path)) for path in canvas.scripts],  # noqa: S704 - our files
        script=Markup(safe_script(joined())),  # noqa: S704 - our file
        settings=settings(
            translator=translator,
            shown=Shown.DAMAGED,
            units=units,
            extent=find_extent(session, viewer=viewer),
            addresses=Addresses(),
        ),
        blocks={name: block.decode() for name, block in blocks.items()},
        states=SHOWN_STATES[Shown.DAMAGED],
        framed=False,
        at=asked.at,
        provinces=[units[province].name(translator.language) for province in asked.province],
        now=now,
        count=len(found),
    )
    return MapFile(html, features=len(found), unplaced=sum(feature.lon is None for feature in found))
