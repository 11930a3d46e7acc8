"""The map itself, made by folium: the sheet, its switches and its controls.

Folium writes a page that fetches its libraries from other hosts. Here its elements name our own copies
instead, each class by its own list, and what it draws is taken apart so that a page or a file can put the
pieces where it wants them: style sheets and scripts by their path under /static, the markup, and one script.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import folium
from branca.element import CssLink, Figure, JavascriptLink, MacroElement
from folium.elements import JSCSSMixin
from folium.plugins import Fullscreen
from folium.template import Template

from borderops.core.messages import N_
from borderops.maps.wording import Layer
from borderops.ui.languages import Translator

#: Nearest and farthest zoom levels; without a nearest one, nothing tells Leaflet how close one may come.
MAX_ZOOM = 18
MIN_ZOOM = 6


@dataclass(frozen=True)
class Canvas:
    """A drawn map in pieces: `styles` and `scripts` are paths of static files, `script` a module's body."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    html: str
    script: str


class Sheet(folium.Map):
    """Folium's map with our Leaflet and nothing else: no tiles, no jQuery, no Bootstrap, no icon fonts."""

    default_js = [("leaflet", "vendor/leaflet/leaflet.js")]  # noqa: RUF012 - folium
    default_css = [("leaflet_css", "vendor/leaflet/leaflet.css")]  # noqa: RUF012 - folium
    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="folium-map" id="{{ this.get_name() }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {{ this.options|tojavascript }});
        {% endmacro %}
        """
    )


class FullScreenButton(Fullscreen):
    """Folium's button for the whole screen, from our copy."""

    default_js = [("Control.Fullscreen.js", "vendor/leaflet.fullscreen/Control.FullScreen.js")]  # noqa: RUF012 - folium
    default_css = [("Control.FullScreen.css", "vendor/leaflet.fullscreen/Control.FullScreen.css")]  # noqa: RUF012 - folium


class RegisterLayer(JSCSSMixin, MacroElement):
    """The features, drawn by our own script (`static/maps`): data by address, and only what is in view drawn.

    Folium's own layers make an object for every feature, which ten thousand of them do not bear.
    """

    default_css = [("borderops_map", "maps/map.css")]  # noqa: RUF012 - folium
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        start({
            map: {{ this._parent.get_name() }},
            control: {{ this.control.get_name() if this.control else "null" }},
            layers: [
                {%- for group, layer in this.groups %}
                {
                    group: {{ group.get_name() }},
                    field: {{ layer.field|tojson }},
                    value: {{ layer.value|tojson }},
                },
                {%- endfor %}
            ],
        });
        {% endmacro %}
        """
    )

    def __init__(
        self,
        groups: Sequence[tuple[folium.FeatureGroup, Layer]],
        control: folium.LayerControl | None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "RegisterLayer"
        self.groups = groups
        self.control = control


class DrawingLayer(JSCSSMixin, MacroElement):
    """Lines and places of our own data, drawn by `static/maps/drawing.js`: plans of patrols, coverage."""

    default_css = [  # noqa: RUF012 - folium
        ("borderops_map", "maps/map.css"),
        ("borderops_drawing", "maps/drawing.css"),
    ]
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        draw({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "DrawingLayer"


def draw_drawing(*, translator: Translator) -> Canvas:
    """Draw the map for lines and places that come by address, with a button for the whole screen."""
    figure = Figure()
    sheet = Sheet(tiles=None, location=[0, 0], zoom_control=False, zoom_snap=0.5)
    sheet.options |= {"min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM}
    figure.add_child(sheet)
    sheet.add_child(
        FullScreenButton(  # type: ignore[no-untyped-call]
            position="topleft",
            title=translator.t(N_("Fill the screen")),
            title_cancel=translator.t(N_("Back to the page")),
        )
    )
    sheet.add_child(DrawingLayer())
    _name_in_order(figure)
    return _pieces(figure)


def draw_canvas(*, layers: Sequence[Layer], translator: Translator, controls: bool = True) -> Canvas:
    """Draw the map with these switches; without `controls` it is a small picture in another page."""
    figure = Figure()
    sheet = Sheet(tiles=None, location=[0, 0], zoom_control=False, zoom_snap=0.5)
    # Folium takes these for a layer of tiles only, and there is none.
    sheet.options |= {"min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM}
    figure.add_child(sheet)
    groups = [(folium.FeatureGroup(name=layer.name), layer) for layer in layers]
    for group, _layer in groups:
        sheet.add_child(group)
    control = folium.LayerControl(position="topright", collapsed=True) if controls and layers else None
    if control is not None:
        sheet.add_child(control)
    if controls:
        sheet.add_child(
            FullScreenButton(  # type: ignore[no-untyped-call]
                position="topleft",
                title=translator.t(N_("Fill the screen")),
                title_cancel=translator.t(N_("Back to the page")),
            )
        )
    sheet.add_child(RegisterLayer(groups, control))
    _name_in_order(figure)
    return _pieces(figure)


def _name_in_order(figure: Figure) -> None:
    """Give folium's elements plain numbers for their random ids: the same map is the same text every time."""
    waiting, count = list(figure._children.values()), 0
    while waiting:
        element = waiting.pop(0)
        element._id = str(count)
        count += 1
        waiting.extend(element._children.values())


def _pieces(figure: Figure) -> Canvas:
    for child in list(figure._children.values()):
        child.render()
    links = list(figure.header._children.values())
    return Canvas(
        styles=tuple(link.url for link in links if isinstance(link, CssLink)),
        scripts=tuple(link.url for link in links if isinstance(link, JavascriptLink)),
        html=figure.html.render(),
        script=figure.script.render(),
    )
