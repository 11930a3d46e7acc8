"""Keep the catalogues in step with the code: extract, fill, check, and write the pages for reviewers.

    scripts/messages.py extract            read all texts from code and templates into the catalogues
    scripts/messages.py missing LANGUAGE   print the untranslated texts as JSON, to be filled in
    scripts/messages.py fill LANGUAGE FILE put translations (JSON: English to translation) into a catalogue
    scripts/messages.py check              say what is stale or untranslated; exit 1 if anything is

What is extracted: `N_`, `_`, `ngettext` and `Message` with a literal text, the sentences of errors (the first
argument of any subclass of BorderopsError and of its `super().__init__`), and the same in templates.
"""

import argparse
import ast
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from review_pages import draw_glossary, draw_lao_review, needs_review, sourced_terms

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "borderops"
LOCALE = PACKAGE / "ui" / "locale"
TEMPLATE = LOCALE / "messages.pot"
GLOSSARY = LOCALE / "glossary.csv"
LAO_REVIEW = ROOT / "docs" / "lao-review.md"
GLOSSARY_PAGE = ROOT / "docs" / "glossary.md"
TRANSLATED = ("vi", "lo")

PLACE = re.compile(r"%\((\w+)\)[sd]")

Id = str | tuple[str, str]


def find_python(path: Path, error_names: frozenset[str]) -> Iterator[Id]:
    """The texts for people in a Python file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marks = {"N_", "_", "Message"} | error_names
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in error_names:
            yield from (
                _first(call) for call in ast.walk(node) if _called(call) == "__init__" and _first(call)
            )
        name = _called(node)
        if name in marks and _first(node):
            yield _first(node)
        elif name in {"ngettext", "n"} and _first(node) and _first(node, 1):
            yield _first(node), _first(node, 1)


def _called(node: ast.AST) -> str:
    """The last name of what a call calls; empty for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _first(node: ast.AST, place: int = 0) -> str:
    """The literal text at that place of a call's arguments; empty where there is none."""
    if isinstance(node, ast.Call) and len(node.args) > place:
        argument = node.args[place]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument.value
    return ""


def _is_text(text: Id) -> bool:
    """Whether there are words to translate, and not only places."""
    return bool(re.search(r"\w\w", PLACE.sub("", source_of(text))))


def find_error_names(paths: list[Path]) -> frozenset[str]:
    """The names of BorderopsError and of all classes that come from it."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    names = {"BorderopsError"}
    while grown := {name for name, parents in bases.items() if parents & names} - names:
        names |= grown
    return frozenset(names)


def find_template(path: Path) -> Iterator[Id]:
    """The texts for people in a template."""
    options: dict[str, Any] = {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
    keywords = {"_": None, "ngettext": (1, 2), "N_": None}
    with path.open("rb") as file:
        for _line, text, _comments, _context in extract("jinja2", file, keywords=keywords, options=options):
            yield (text[0], text[1]) if isinstance(text, tuple) else text


def extract_all() -> Catalog:
    """A catalogue of every text in the package, with the files that use it."""
    catalog = Catalog()
    sources = sorted(PACKAGE.rglob("*.py"))
    error_names = find_error_names(sources)
    for path in sources:
        for text in filter(_is_text, find_python(path, error_names)):
            catalog.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    for path in sorted(PACKAGE.glob("*/templates/**/*")):
        if path.is_file():
            for text in find_template(path):
                catalog.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalog


def write(catalog: Catalog, language: str) -> str:
    """A catalogue as the text of a .po file: sorted, unwrapped, without dates, so that merges stay small."""
    body = io.BytesIO()
    write_po(
        body, catalog, width=0, sort_output=True, omit_header=True, ignore_obsolete=True, include_lineno=False
    )
    header = [
        "Project-Id-Version: borderops",
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "Plural-Forms: nplurals=1; plural=0;",
    ]
    lines = ['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in header)]
    return "\n".join(lines) + "\n\n" + body.getvalue().decode("utf-8").strip() + "\n"


def path_of(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it is."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, template: Catalog) -> Catalog:
    """A language's catalogue with exactly the texts of the template; new ones untranslated, none guessed."""
    catalog = read(language)
    catalog.update(template, no_fuzzy_matching=True)
    return catalog


def source_of(entry_id: Any) -> str:
    """The English text that stands for an entry: the singular of a counted one."""
    return str(entry_id[0] if isinstance(entry_id, list | tuple) else entry_id)


def translation_of(catalog: Catalog, entry_id: Any) -> str:
    """The translation of an entry; empty while there is none."""
    entry = catalog.get(entry_id)
    if entry is None or entry.fuzzy or not entry.string:
        return ""
    return str(entry.string[0] if isinstance(entry.string, list | tuple) else entry.string)


def lao_review() -> str:
    """The page for a Lao reviewer: every text whose Lao has been read by no Lao speaker yet."""
    lao, vietnamese, terms = read("lo"), read("vi"), sourced_terms(GLOSSARY)
    entries = sorted((entry for entry in lao if entry.id), key=lambda entry: source_of(entry.id))
    rows = []
    for entry in entries:
        said = translation_of(lao, entry.id)
        reviewed = any(comment.startswith("reviewed:") for comment in entry.user_comments)
        if said and not reviewed and needs_review(said, terms):
            rows.append((source_of(entry.id), translation_of(vietnamese, entry.id), said))
    return draw_lao_review(rows, total=len(entries))


def do_extract() -> int:
    """Bring catalogues and pages up to date."""
    template = extract_all()
    TEMPLATE.write_text(write(template, "en"), encoding="utf-8")
    for language in TRANSLATED:
        path_of(language).write_text(write(updated(language, template), language), encoding="utf-8")
    LAO_REVIEW.write_text(lao_review(), encoding="utf-8")
    GLOSSARY_PAGE.write_text(draw_glossary(GLOSSARY), encoding="utf-8")
    return 0


def do_missing(language: str) -> int:
    """Print what is untranslated."""
    catalog = updated(language, extract_all())
    lacking = {source_of(e.id): "" for e in catalog if e.id and not translation_of(catalog, e.id)}
    print(json.dumps(lacking, ensure_ascii=False, indent=1))
    return 0


def do_fill(language: str, file: Path) -> int:
    """Put translations into a catalogue; refuse those whose places differ from the English ones."""
    catalog = updated(language, extract_all())
    given: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    entries = {source_of(entry.id): entry for entry in catalog if entry.id}
    wrong = [
        text
        for text, said in given.items()
        if text not in entries or (said and places_of(entries[text].id) != places(said))
    ]
    for text in wrong:
        print(f"{language}: unknown, or its places differ: {text!r}", file=sys.stderr)
    for text, said in given.items():
        if said and text not in wrong:
            entries[text].string = (said,) if entries[text].pluralizable else said
    path_of(language).write_text(write(catalog, language), encoding="utf-8")
    do_extract()
    return 1 if wrong else 0


def places(text: str) -> set[str]:
    """The names of the places of a text."""
    return set(PLACE.findall(text))


def places_of(entry_id: Any) -> set[str]:
    """The places of an entry; of a counted one those of both forms, as one of them may drop the count."""
    return places(entry_id if isinstance(entry_id, str) else " ".join(entry_id))


def find_problems() -> Iterator[str]:
    """What is stale, untranslated or does not fit."""
    template = extract_all()
    if TEMPLATE.read_text(encoding="utf-8") != write(template, "en"):
        yield "messages.pot is stale: run scripts/messages.py extract"
    for language in TRANSLATED:
        catalog = updated(language, template)
        if path_of(language).read_text(encoding="utf-8") != write(catalog, language):
            yield f"{language}: the catalogue is stale: run scripts/messages.py extract"
        for entry in catalog:
            said = translation_of(catalog, entry.id)
            if entry.id and not said:
                yield f"{language}: not translated: {source_of(entry.id)!r}"
            # A counted text may drop %(n)s in one English form only, so both forms count.
            elif entry.id and places(said) != places(
                " ".join(entry.id) if entry.pluralizable else source_of(entry.id)
            ):
                yield f"{language}: places differ: {source_of(entry.id)!r} – {said!r}"
    for path, page in ((LAO_REVIEW, lao_review()), (GLOSSARY_PAGE, draw_glossary(GLOSSARY))):
        if not path.is_file() or path.read_text(encoding="utf-8") != page:
            yield f"{path.relative_to(ROOT)} is stale: run scripts/messages.py extract"


def main() -> int:
    """Run the command that was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("extract")
    commands.add_parser("check")
    commands.add_parser("missing").add_argument("language", choices=TRANSLATED)
    fill = commands.add_parser("fill")
    fill.add_argument("language", choices=TRANSLATED)
    fill.add_argument("file", type=Path)
    asked = parser.parse_args()
    if asked.command == "extract":
        return do_extract()
    if asked.command == "missing":
        return do_missing(asked.language)
    if asked.command == "fill":
        return do_fill(asked.language, asked.file)
    problems = list(find_problems())
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
