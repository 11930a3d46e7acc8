"""What a map says, in the reader's language: its switches, and all that its script needs to speak."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from borderops.boundary.queries import UnitFacts
from borderops.boundary.rules import UnitKind
from borderops.core.messages import N_
from borderops.maps.queries import Extent
from borderops.maps.rules import SHOWN_STATES, Shown
from borderops.markers.rules import Side
from borderops.ui.labels import LABELS
from borderops.ui.languages import Translator
from borderops.ui.states import LOOKS

#: The line is not ours: this credit stands on every map (ODbL 1.0, section 4.3).
CREDIT = "© OpenStreetMap contributors, ODbL 1.0"

#: Units whose names a popup or a search may need; posts and companies are not shown on maps.
_NAMED_KINDS = frozenset(
    {UnitKind.LAO_PROVINCE, UnitKind.LAO_DISTRICT, UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE}
)

#: Vocabularies that a popup speaks.
_VOCABULARIES = (
    "kind",
    "side",
    "cause",
    "urgency",
    "action",
    "component",
    "level",
    "position",
    "method",
    "state",
)

#: What the map's script says, by the name that the script knows it by.
_TEXTS: Mapping[str, str] = {
    "since_event": N_("Damaged since"),
    "since_first_record": N_("On record as damaged since"),
    "cause": N_("Cause"),
    "parts": N_("Parts"),
    "action": N_("To be done"),
    "urgency": N_("Urgency"),
    "duty": N_("Duty to repair"),
    "ground": N_("On the ground"),
    "visited": N_("Last visit"),
    "place": N_("Place"),
    "position": N_("Position"),
    "chainage": N_("Along the line"),
    "schematic": N_("Schematic, %(radius)s"),
    "accuracy": N_("%(method)s, %(radius)s"),
    "not_visited": N_("No visit on record"),
    "overdue": N_("Inspection overdue"),
    "open": N_("Open its page"),
    "close": N_("Close"),
    "cluster": N_("%(n)s features, mostly: %(state)s"),
    "shown": N_("In view: %(n)s"),
    "more": N_("And %(n)s more: come closer to see them."),
    "none": N_("Nothing of the kind in this part of the map."),
    "failed": N_("The features could not be fetched. Load the page again."),
    "search": N_("Number or place"),
    "nothing": N_("Nothing is called that. Try a number such as 405(1), or a place."),
    "results": N_("Found"),
    "in_unit": N_("%(place)s (%(n)s)"),
    "measure": N_("Measure a distance"),
    "measure_hint": N_("Press the places to measure between. Escape ends."),
    "measured": N_("Distance: %(length)s"),
    "clear": N_("Clear"),
    "zoom_in": N_("Come closer"),
    "zoom_out": N_("Go farther"),
    "layers": N_("Provinces and duties"),
    "map": N_("Map of features on the border line; the list names the same"),
}


@dataclass(frozen=True)
class Layer:
    """One switch of the layer control: features whose `field` is `value` (None: not stated)."""

    field: str
    value: str | None
    name: str


@dataclass(frozen=True)
class Addresses:
    """Where the script fetches what it draws; None for what the page brings along, or does not offer."""

    data_url: str | None = None
    ground_url: str | None = None
    gates_url: str | None = None
    search_url: str | None = None
    feature_url: str | None = None


def layers(units: Mapping[str, UnitFacts], translator: Translator) -> list[Layer]:
    """The switches: each Lao province, then each side's duty, named so that each can be read alone."""
    provinces = [
        Layer(
            "province",
            unit.id,
            translator.t(N_("Facing %(province)s"), province=unit.name(translator.language)),
        )
        for unit in sorted(units.values(), key=_from_the_north)
        if unit.kind == UnitKind.LAO_PROVINCE
    ]
    unknown = Layer("province", None, translator.t(N_("Lao province not known")))
    duty = N_("Duty: %(side)s")
    sides = [
        Layer("responsible_side", side, translator.t(duty, side=translator.label("side", side)))
        for side in Side
    ]
    return [*provinces, unknown, *sides]


def _from_the_north(unit: UnitFacts) -> tuple[int, str]:
    """The order of provinces along the line, which is that of their vocabulary."""
    order = list(LABELS["province"])
    return (order.index(unit.id) if unit.id in order else len(order), unit.id)


def settings(
    *,
    translator: Translator,
    shown: Shown,
    units: Mapping[str, UnitFacts],
    extent: Extent | None,
    addresses: Addresses,
    selected: str | None = None,
    embed: bool = False,
) -> dict[str, Any]:
    """All that the map's script must know, as JSON values.

    Without an `extent` the map shows where its features are. `selected` is the code of a feature to tell of
    at once; `embed` says that the map is a part of another page.
    """
    looks = _looks(translator)
    return {
        "language": translator.language,
        "states": [look for look in looks if look["state"] in SHOWN_STATES[shown]],
        "all_states": looks,
        "labels": {
            group: {value: translator.label(group, value) for value in LABELS[group]}
            for group in _VOCABULARIES
        },
        "texts": {name: translator.t(text) for name, text in _TEXTS.items()},
        "units": place_names(units.values(), translator.language),
        "extent": [extent.west, extent.south, extent.east, extent.north] if extent else None,
        "credit": f"{translator.t(N_('Border line:'))} {CREDIT}",
        "selected": selected,
        "embed": embed,
        **asdict(addresses),
    }


def _looks(translator: Translator) -> list[dict[str, Any]]:
    """How the states are drawn, the worst first: the table of `ui.states` and nothing else."""
    return [
        {
            "state": look.state,
            "text": translator.t(look.text),
            "order": look.order,
            "fill": look.fill,
            "ink": look.ink,
            "shape": look.shape,
            "sign": look.sign,
        }
        for look in LOOKS.values()
    ]


def place_names(units: Iterable[UnitFacts], language: str) -> dict[str, list[str]]:
    """For each unit its name in the language, then every other spelling that a search knows."""
    return {
        unit.id: list(dict.fromkeys((unit.name(language), *unit.names.values(), *unit.spellings)))
        for unit in units
        if unit.kind in _NAMED_KINDS
    }
