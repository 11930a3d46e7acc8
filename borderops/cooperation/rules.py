"""What the other side may say of a feature that is shared with it."""

from enum import StrEnum


class About(StrEnum):
    """What a statement speaks of."""

    CONDITION = "condition"
    DUTY = "duty"


class Answer(StrEnum):
    """What the other side says to what we hold: agrees, objects, or something in its own words."""

    AGREES = "agrees"
    OBJECTS = "objects"
    OWN_WORDS = "own_words"


#: Which parts must be shared for a statement to speak of them (`register.disclosure_rules.Part`).
SHARED_AS = {About.CONDITION: "condition", About.DUTY: "duty"}
