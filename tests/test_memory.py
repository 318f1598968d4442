"""The heap that threads share, looked at in a process of its own: the switch is for good."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAPS = """
import ctypes, re, sys, threading
from scraper.memory import share_heap

libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
switched = sys.argv[1] == "shared" and share_heap()
together = threading.Barrier(4)

def take():
    together.wait()
    bytearray(100_000)
    together.wait()

threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(switched, len(re.findall("<heap nr", open(sys.argv[2]).read())))
"""


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "mallopt"), reason="a switch of glibc's"
)
@pytest.mark.parametrize(
    ("which", "environment", "switched", "one_heap"),
    [
        ("shared", {}, "True", True),
        ("own", {}, "False", False),
        ("shared", {"MALLOC_ARENA_MAX": "4"}, "False", False),
    ],
)
def test_threads_share_a_heap_if_they_are_told_to(
    which: str,
    environment: dict[str, str],
    switched: str,
    one_heap: bool,
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", HEAPS, which, str(tmp_path / "heaps.xml")]
    env = {name: os.environ[name] for name in os.environ if "MALLOC" not in name}
    done = subprocess.run(
        command, env=env | environment, capture_output=True, text=True, check=True
    )
    told, heaps = done.stdout.split()
    assert (told, int(heaps) == 1) == (switched, one_heap)
