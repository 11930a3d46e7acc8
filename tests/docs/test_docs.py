"""What the documents say is so: their links lead somewhere, their commands and settings exist."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from borderops.cli import app
from borderops.core.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.md")]
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

#: A Markdown link or picture to a file of ours.
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")

#: A line of a code block that runs the program.
COMMAND = re.compile(r"^(?:BORDEROPS_\w+=\S+ )?(?:\.venv/bin/)?borderops (.+?)(?:\s+#.*)?$", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def commands() -> list[str]:
    return sorted(set(COMMAND.findall(README)))


def test_the_readme_shows_commands() -> None:
    assert len(commands()) >= 4


@pytest.mark.parametrize("line", commands())
def test_commands_of_the_readme_exist_with_their_options(line: str) -> None:
    words = shlex.split(line)
    command: Any = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    assert not hasattr(command, "commands"), f"no such command: {line}"
    known = {option for parameter in command.params for option in parameter.opts}
    given = {word.partition("=")[0] for word in words if word.startswith("-") and word != "--"}
    assert given <= known or "--" in words


def test_settings_of_the_readme_are_the_programs() -> None:
    told = set(re.findall(r"^\| `(BORDEROPS_\w+)`", README, re.MULTILINE))
    known = {f"BORDEROPS_{name.upper()}" for name in Settings.model_fields}
    assert told == known | {"BORDEROPS_LANG"}


def test_the_ladder_is_the_one_that_is_checked() -> None:
    ladder = ARCHITECTURE.split("```")[1]
    told = [name for line in ladder.splitlines() if line for name in re.split(r" · ", line.split("  ")[0])]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert told == contracts["contracts"][0]["layers"]


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    decisions = [path.name for path in sorted((ROOT / "docs" / "decisions").glob("0*.md"))]
    assert re.findall(r"\((0\d{3}-[^)]+\.md)\)", index) == decisions
