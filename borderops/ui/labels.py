"""The names of every value of the fixed vocabularies, in English, for the catalogues to translate.

One table, so that a page, a map, a report and a file cannot call the same thing by different names. What
a level or a finding means is a rule of inspecting and stands in `borderops.inspections.definitions`.
"""

from collections.abc import Mapping

from borderops.core.messages import N_

LABELS: Mapping[str, Mapping[str, str]] = {
    "kind": {
        "marker": N_("Boundary marker"),
        "stake": N_("Auxiliary stake"),
        "gate": N_("Border gate"),
    },
    "side": {
        "VN": N_("Vietnam"),
        "LA": N_("Laos"),
        "BOTH": N_("Both sides"),
        "UNSETTLED": N_("Not settled"),
    },
    "province": {
        "houaphanh": N_("Houaphanh"),
        "xiangkhouang": N_("Xiangkhouang"),
        "bolikhamxay": N_("Bolikhamxay"),
        "nghe-an": N_("Nghệ An"),
    },
    "unit_kind": {
        "lao_province": N_("Lao province"),
        "lao_district": N_("Lao district"),
        "province": N_("Vietnamese province"),
        "district": N_("Vietnamese district"),
        "commune": N_("Commune"),
        "border_post": N_("Border post"),
        "lao_company": N_("Lao border company"),
        "border_guard_command": N_("Provincial border guard command"),
        "foreign_affairs_department": N_("Department of foreign affairs"),
        "lao_committee": N_("Lao provincial border committee"),
        "administrators_office": N_("Administrator's office"),
    },
    "grade": {
        "large": N_("Large marker"),
        "medium": N_("Medium marker"),
        "small": N_("Small marker"),
    },
    "multiplicity": {
        "single": N_("Single marker"),
        "double": N_("Double marker"),
        "triple": N_("Triple marker"),
    },
    "gate_class": {
        "international": N_("International gate"),
        "main": N_("Main gate"),
        "secondary": N_("Secondary gate"),
        "opening": N_("Border opening"),
        "clearance": N_("Customs clearance opening"),
    },
    "gate_side": {
        "VN": N_("Vietnamese side"),
        "LA": N_("Lao side"),
        "PAIR": N_("The pair of gates"),
    },
    "gate_status": {
        "open": N_("Operating"),
        "restricted": N_("Operating with restrictions"),
        "suspended": N_("Suspended"),
        "closed": N_("Closed"),
        "unknown": N_("Status not known"),
    },
    "gate_aspect": {
        "class": N_("Gate class"),
        "planned_class": N_("Planned gate class"),
        "status": N_("Gate status"),
    },
    "stands_on": {
        "VN": N_("On Vietnamese ground"),
        "LA": N_("On Lao ground"),
        "LINE": N_("On the border line"),
    },
    "standing": {
        "standing": N_("In the register"),
        "retired": N_("Retired"),
        "lost": N_("Lost"),
    },
    "finding": {
        "seen": N_("Seen"),
        "not_found": N_("Not found"),
        "not_visited": N_("Not visited"),
        "destroyed": N_("Found destroyed"),
    },
    "position": {
        "in_place": N_("In place"),
        "suspected_moved": N_("Suspected moved"),
        "moved": N_("Moved"),
        "undetermined": N_("Position undetermined"),
    },
    "component": {
        "body": N_("Body"),
        "lettering": N_("Lettering"),
        "base": N_("Base"),
        "foundation": N_("Foundation and foot"),
        "yard": N_("Yard"),
        "surroundings": N_("Surroundings and sight line"),
        "access": N_("Access"),
        "unspecified": N_("Part not stated"),
    },
    "level": {
        "good": N_("Good"),
        "fair": N_("Fair"),
        "poor": N_("Poor"),
        "severe": N_("Severe"),
    },
    "cause": {
        "flood": N_("Flood or scour"),
        "landslide": N_("Landslide"),
        "age": N_("Age and weather"),
        "vegetation": N_("Vegetation"),
        "vehicle": N_("Vehicle"),
        "people": N_("People"),
        "construction": N_("Construction works"),
        "unknown": N_("Cause not known"),
    },
    "urgency": {
        "routine": N_("Routine"),
        "soon": N_("Soon"),
        "urgent": N_("Urgent"),
    },
    "action": {
        "none": N_("Nothing to do"),
        "clear": N_("Clear vegetation"),
        "repaint": N_("Repaint"),
        "repair": N_("Repair"),
        "reinforce": N_("Reinforce"),
        "rebuild": N_("Rebuild"),
        "relocate": N_("Relocate"),
        "decide": N_("Decide how to resolve"),
    },
    "state": {
        "never_inspected": N_("Never inspected"),
        "seen": N_("Seen, condition not stated"),
        "good": N_("Good condition"),
        "fair": N_("Fair condition"),
        "poor": N_("Poor condition"),
        "severe": N_("Severe condition"),
        "not_found": N_("Not found"),
        "reported_destroyed": N_("Reported destroyed"),
        "destroyed": N_("Destroyed, confirmed"),
        "overdue": N_("Inspection overdue"),
    },
    "occasion": {
        "inspection": N_("Inspection"),
        "patrol": N_("Patrol"),
        "joint_patrol": N_("Joint patrol"),
        "report": N_("Report received"),
        "document": N_("Stated in a document"),
    },
    "method": {
        "protocol": N_("Protocol"),
        "gnss": N_("GNSS survey"),
        "handheld": N_("Handheld GPS"),
        "map": N_("Read from a map"),
        "schematic": N_("Schematic"),
    },
    "mark": {
        "sourced": N_("Sourced"),
        "inferred": N_("Inferred"),
        "unknown": N_("Not known"),
    },
    "event": {
        "inaugurated": N_("Inaugurated"),
        "renumbered": N_("Renumbered"),
        "retired": N_("Retired"),
        "restored": N_("Restored"),
        "lost": N_("Lost"),
        "amended": N_("Entry amended"),
        "repainted": N_("Repainted"),
        "cleared": N_("Vegetation cleared"),
        "repaired": N_("Repaired"),
        "rebuilt": N_("Rebuilt"),
    },
    "history": {
        "event": N_("Event"),
        "inspection": N_("Inspection"),
        "correction": N_("Correction of an inspection"),
        "duty": N_("Duty to repair assigned"),
        "position": N_("Position recorded"),
        "gate": N_("Decision on the gate"),
        "photo": N_("Photo added"),
    },
}
"""Vocabulary to value to English name. Values are the fixed spellings stored in the database."""
