"""The pages that reviewers of the languages read: docs/glossary.md and docs/lao-review.md.

`messages.py extract` writes them. A Lao text counts as grounded when it is made of nothing but terms that
public Lao sources use; any other waits for a Lao speaker.
"""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

LAO_LETTERS = re.compile(r"[\u0e80-\u0eff]")

LAO_REVIEW_HEAD = """# Lao texts to be reviewed

Written by `scripts/messages.py extract`; do not edit.

The Lao of these texts goes beyond the terms that public Lao sources use (see the [glossary](glossary.md))
and has not been read by a Lao speaker yet. A reviewer corrects it in
`borderops/ui/locale/lo/LC_MESSAGES/messages.po` and puts the line `# reviewed: NAME, DATE` above the entry,
which takes it off this page.
"""

GLOSSARY_HEAD = """# Glossary

Written by `scripts/messages.py extract` from `borderops/ui/locale/glossary.csv`; do not edit.

The field's terms as the program uses them. A Lao term either names the public source that uses it or is to
be reviewed by a Lao speaker.
"""


def sourced_terms(glossary: Path) -> list[str]:
    """The Lao terms that a public source uses, longest first, with and without what stands in brackets."""
    terms: set[str] = set()
    with glossary.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["lo_status"] != "sourced":
                continue
            for part in re.split(r"\s/\s|,", row["lo"]):
                terms |= {re.sub(r"\(.*?\)", "", part).strip(), re.sub(r"[()]", "", part).strip()}
    return sorted((term for term in terms if LAO_LETTERS.search(term)), key=len, reverse=True)


def needs_review(lao: str, terms: Sequence[str]) -> bool:
    """Whether a Lao text has words beyond `terms`, which come longest first."""
    for term in terms:
        lao = lao.replace(term, " ")
    return bool(LAO_LETTERS.search(lao))


def draw_lao_review(rows: Sequence[tuple[str, str, str]], *, total: int) -> str:
    """The page of texts to be reviewed: English, Vietnamese and Lao of each."""
    return "\n".join(
        [
            LAO_REVIEW_HEAD,
            f"{len(rows)} of {total} texts.",
            "",
            *_table(("English", "Tiếng Việt", "ລາວ"), rows),
            "",
        ]
    )


def draw_glossary(glossary: Path) -> str:
    """The glossary as a page."""
    with glossary.open(encoding="utf-8", newline="") as file:
        rows = [
            (row["vi"], row["en"], row["lo"], row["lo_source"] or "to be reviewed")
            for row in csv.DictReader(file)
        ]
    return "\n".join(
        [GLOSSARY_HEAD, *_table(("Tiếng Việt", "English", "ລາວ", "Source of the Lao"), rows), ""]
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
