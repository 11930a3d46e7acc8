import re
import subprocess
import sys
from pathlib import Path

import pytest

from borderops.ui.labels import LABELS
from borderops.ui.languages import catalogue_path, read_catalogue

ROOT = Path(__file__).parents[2]


def test_catalogues_and_reviewers_pages_are_complete_and_up_to_date() -> None:
    found = subprocess.run(
        [sys.executable, "scripts/messages.py", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stderr == ""
    assert found.returncode == 0


@pytest.mark.parametrize("language", ["vi", "lo"])
def test_every_label_is_translated(language: str) -> None:
    catalogue = read_catalogue(catalogue_path(language))
    assert [text for group in LABELS.values() for text in group.values() if not catalogue.find(text)] == []


def test_lao_is_written_in_lao_letters() -> None:
    """Thai and Lao letters look alike and are easily mixed; a Vietnamese letter would be a slip."""
    texts = read_catalogue(catalogue_path("lo")).texts
    thai = re.compile("[\u0e00-\u0e7f]")
    stuck = re.compile("[\u0e80-\u0eff][A-Za-z\u00c0-\u024f\u1ea0-\u1eff]")
    assert [text for text in texts.values() if thai.search(text) or stuck.search(text)] == []


def test_a_guessed_translation_counts_as_missing(tmp_path: Path) -> None:
    folder = tmp_path / "lo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        '#, fuzzy\nmsgid "Good"\nmsgstr "ດີ"\n\nmsgid "Poor"\nmsgstr "ບໍ່ດີ"\n', encoding="utf-8"
    )
    catalogue = read_catalogue(folder / "messages.po")
    assert catalogue.find("Good") is None
    assert catalogue.find("Poor") == "ບໍ່ດີ"
