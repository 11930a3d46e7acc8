import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from borderops.core.cluster import Cluster

PROGRAM = Path(__file__).with_name("cluster_program.py")

#: A program on a cluster, in another process; it has said that it is ready.
StartProgram = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a cluster; made once, since that takes longer than most tests."""
    home = tmp_path_factory.mktemp("made") / "home"
    with Cluster(home, durable=False).running():
        pass
    return home


@pytest.fixture
def home(made_home: Path) -> Iterator[Path]:
    """A data folder with a cluster that is not running. Shared: each test names its own tables."""
    yield made_home
    _stop(made_home)


@pytest.fixture
def new_home() -> Iterator[Path]:
    """The name of a data folder that other users may reach as well. A server left there is stopped."""
    top = Path(tempfile.mkdtemp(prefix="borderops-test-", dir="/tmp"))
    top.chmod(0o755)
    yield top / "home"
    _stop(top / "home")
    shutil.rmtree(top)


@pytest.fixture
def ordinary_user(new_home: Path) -> str:
    """The name of a user who is not root, and owns `new_home`."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    new_home.mkdir(mode=0o700)
    nobody = pwd.getpwnam("nobody")
    os.chown(new_home, nobody.pw_uid, nobody.pw_gid)
    return "nobody"


@pytest.fixture
def start_program() -> Iterator[StartProgram]:
    """Start a program on a folder, perhaps as another user; it is killed at the end if it still runs."""
    with ExitStack() as stack:

        def start(home: Path, user: str | None = None) -> subprocess.Popen[str]:
            return stack.enter_context(_program(home, user if os.geteuid() == 0 else None))

        yield start


def _stop(home: Path) -> None:
    """Stop a server that a failed test left running: the last one to leave it."""
    if Cluster(home).is_running:
        with Cluster(home).running():
            pass


@contextmanager
def _program(home: Path, user: str | None) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(PROGRAM), str(home), *([user] if user else [])]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline(), process.stderr.read()
            yield process
        finally:
            process.kill()
