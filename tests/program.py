"""The installed program, run as people and scripts run it: on a test's own database and data folder."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BORDEROPS = Path(sys.executable).with_name("borderops")

Finished = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Program:
    """The program with its data folder and the address of its database; any warning is an error."""

    home: Path
    database_url: str

    def __call__(self, *arguments: str, given: str | None = None, **variables: str) -> Finished:
        """Run one command, with `given` on standard input and further variables of the environment."""
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "BORDEROPS_HOME": str(self.home),
            "BORDEROPS_DATABASE_URL": self.database_url,
            "PYTHONWARNINGS": "error",
            "COLUMNS": "200",
        }
        return subprocess.run(
            [str(BORDEROPS), *arguments],
            env=environment | variables,
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
