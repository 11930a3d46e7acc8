"""A program that uses the private cluster of a folder until its standard input ends.

    python cluster_program.py HOME [USER]

With USER it becomes that user first, once all is imported: Python itself may lie where others cannot go.
"""

import os
import pwd
import signal
import sys
from pathlib import Path

from borderops.core.cluster import Cluster
from borderops.core.errors import Unavailable


def become(name: str) -> None:
    user = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def main() -> None:
    # Tests may run in the background, where a shell leaves SIGINT ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    home, *user = sys.argv[1:]
    if user:
        become(user[0])
    try:
        with Cluster(Path(home), durable=False).running() as cluster:
            sys.stdout.write(f"{cluster.psql_url()}\n")
            sys.stdout.flush()
            sys.stdin.read()
    except Unavailable as error:
        sys.exit(f"unavailable: {error}")


if __name__ == "__main__":
    main()
