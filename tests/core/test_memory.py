"""The server keeps the memory of a large reply for the next one."""

import resource
import subprocess
import sys

PROGRAM = """
import resource
import threading
from borderops.core.memory import keep_memory

if {keep}:
    keep_memory()
faults = 0

def reply() -> None:
    global faults
    for turn in range(60):
        if turn == 10:
            faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        b",".join([b"x" * 1000] * 800)
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults

thread = threading.Thread(target=reply)
thread.start()
thread.join()
print(faults)
"""


def pages_fetched(*, keep: bool) -> int:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(keep=keep)], capture_output=True, text=True, check=True
    )
    return int(told.stdout)


def test_a_large_reply_fetches_no_memory_that_the_last_one_had() -> None:
    in_a_reply = 800_000 // resource.getpagesize()
    assert pages_fetched(keep=True) < in_a_reply
