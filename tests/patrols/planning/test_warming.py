"""What was compiled from sources of yesterday is not used today."""

import os
from pathlib import Path

import pytest

from borderops.patrols.planning.warming import forget_older

DAY_NS = 86_400_000_000_000


@pytest.mark.parametrize(("age_days", "stays"), [(1, True), (3, False)])
def test_compiled_files_older_than_a_source_go(tmp_path: Path, age_days: int, *, stays: bool) -> None:
    compiled, sources = tmp_path / "compiled", tmp_path / "sources"
    now = 100 * DAY_NS
    for path, days in [
        (sources / "one.py", 9),
        (sources / "two.py", 2),
        (compiled / "one.nbi", age_days),
        (compiled / "one.1.nbc", 1),
        (compiled / "one.cpython-311.pyc", 9),
    ]:
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, ns=(now - days * DAY_NS, now - days * DAY_NS))
    forget_older(compiled, sources)
    assert {path.suffix for path in compiled.iterdir()} == ({".nbi", ".nbc", ".pyc"} if stays else {".pyc"})
