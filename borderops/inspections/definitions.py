"""What each choice of an inspection means, in words short enough to read at the marker.

Four levels per component, the worst one deciding, is how bridges are inspected; telling "not found" from
"destroyed" is the rule of geodetic surveys (NGS, LINZ). The wording is this project's own, so that two
inspectors agree: no official text of these levels is public. What a marker must keep is in the
Vietnamese Decree 140/2004/NĐ-CP, Article 10(1): position, shape, size, symbols, lettering and colour.
Texts are English, for the catalogues.
"""

from collections.abc import Mapping

from borderops.core.messages import N_

LEVEL_DEFINITIONS: Mapping[str, Mapping[str, str]] = {
    "body": {
        "good": N_("Whole and upright; no crack wider than a hair."),
        "fair": N_("Hairline cracks, chipped edges or stains; nothing loose, still upright."),
        "poor": N_("Cracks you can put a coin into, a piece smaller than a hand broken off, or a tilt."),
        "severe": N_("Broken, fallen or about to fall, or a piece larger than a hand is missing."),
    },
    "lettering": {
        "good": N_("Number, country name and year can be read from ten paces; the paint is whole."),
        "fair": N_("Everything can be read at arm's length; the paint is faded or flaking."),
        "poor": N_("A letter or a digit cannot be read, but the number is certain."),
        "severe": N_("The number cannot be read, or has been changed or painted over."),
    },
    "base": {
        "good": N_("Whole and level; the joint with the body is closed."),
        "fair": N_("Hairline cracks or chipped corners; the joint with the body is closed."),
        "poor": N_("Cracks you can put a coin into, a corner gone, or the joint with the body open."),
        "severe": N_("Split through, or the body stands loose on it."),
    },
    "foundation": {
        "good": N_("Covered by firm ground on all sides."),
        "fair": N_("Soil washed away at the edge; bare less than a hand deep."),
        "poor": N_("Bare more than a hand deep on one side, or the ground beside it cracks or slips."),
        "severe": N_("Undercut, hanging free or sinking; the marker may fall or slide."),
    },
    "yard": {
        "good": N_("Paving and edging whole and clean."),
        "fair": N_("Cracked paving, weeds or litter; everything is in place."),
        "poor": N_("Paving or edging missing or sunken over up to half of the yard."),
        "severe": N_("More than half of the yard is gone, buried or built over."),
    },
    "surroundings": {
        "good": N_("Clear around the marker; the sight line to the next marker is open."),
        "fair": N_("Grass or shrubs up to the knee; the marker can be seen from ten paces."),
        "poor": N_("Growth above the knee or trees in the sight line; the marker is hard to see."),
        "severe": N_("Overgrown, flooded or built on, so that the marker or its sight line cannot be seen."),
    },
    "access": {
        "good": N_("Reached by the usual path in the usual time."),
        "fair": N_("The path is overgrown or worn; the way takes up to half as long again."),
        "poor": N_("The path is broken in places; reached only by a detour or with tools."),
        "severe": N_("Cannot be reached without a new path, a boat or waiting for water to fall."),
    },
}
"""Component to level to definition. `unspecified` has none: only documents use it, never an inspector."""

DEFINITIONS: Mapping[str, Mapping[str, str]] = {
    "finding": {
        "seen": N_("You stood at it, or saw it well enough to judge it."),
        "not_found": N_("You searched its place and did not find it. Not found does not mean destroyed."),
        "not_visited": N_("You did not reach it. Say why in the notes."),
        "destroyed": N_("You saw its remains. Needs a photo and a second person who confirms it."),
    },
    "position": {
        "in_place": N_("Stands where the record says, within the accuracy of what you measured."),
        "suspected_moved": N_("Looks shifted, turned or set anew, but was not measured well enough to tell."),
        "moved": N_("Measured away from its recorded place by more than both accuracies together."),
        "undetermined": N_("Not measured, and nothing to judge it by."),
    },
    "cause": {
        "flood": N_("Running or standing water: scour, undercutting, driftwood."),
        "landslide": N_("The ground slid or cracked, or rocks fell."),
        "age": N_("Sun, rain and time, without a single event."),
        "vegetation": N_("Roots, fallen trees or overgrowth."),
        "vehicle": N_("Struck or driven over."),
        "people": N_("Smashed, dug at, painted or taken by people, on purpose or not."),
        "construction": N_("A road, a building or other works nearby."),
        "unknown": N_("Cannot be told from what is seen. Better than a guess."),
    },
    "urgency": {
        "routine": N_("Can wait for the yearly plan."),
        "soon": N_("Before the next rainy season, or it will get worse."),
        "urgent": N_("At once: the marker may be lost, or the line be in doubt. Report it today."),
    },
    "action": {
        "none": N_("No work is needed."),
        "clear": N_("Cut back growth around the marker and along the sight line."),
        "repaint": N_("Renew lettering and paint in the same form and colour."),
        "repair": N_("Mend parts of the marker where it stands."),
        "reinforce": N_("Protect the foundation or the foot: embankment, wall, drain."),
        "rebuild": N_("Set up a new marker in the same place."),
        "relocate": N_("Set up the marker in another place, by decision of both states; the line stays."),
        "decide": N_("The two sides must first agree on what to do."),
    },
    "state": {
        "never_inspected": N_("No inspection is recorded; nothing is known of its condition."),
        "seen": N_("It was seen, but nobody stated its condition."),
        "good": N_("Its worst part is good."),
        "fair": N_("Its worst part is fair."),
        "poor": N_("Its worst part is poor."),
        "severe": N_("Its worst part is severe."),
        "not_found": N_("Searched for and not found; not the same as destroyed."),
        "reported_destroyed": N_("One report says that it is destroyed; nobody has confirmed it yet."),
        "destroyed": N_("Its remains were seen, with a photo, and a second person confirmed it."),
        "overdue": N_("The last inspection is longer ago than the interval set for it."),
    },
}
"""Vocabulary to value to definition, for what is not graded by component."""


def define_level(component: str, level: str) -> str:
    """What a level means for a component; raises KeyError for `unspecified` and for unknown values."""
    return LEVEL_DEFINITIONS[component][level]


def define(group: str, value: str) -> str:
    """What a value of `finding`, `position`, `cause`, `urgency`, `action` or `state` means."""
    return DEFINITIONS[group][value]
