"""What a crawl does to the memory of its process, looked at in one of its own: it is for good."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawls.running import PROJECT

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


CARELESS = """
import gc

class Careless:
    def __init__(self):
        self.file = open("careless.txt", "w")
        self.itself = self

    def process_item(self, item):
        self.file.write("a page\\n")
        return item

    def close_spider(self):
        print(gc.get_freeze_count(), gc.get_threshold()[0])
"""


def test_a_crawl_spares_the_collector_what_was_imported_and_nothing_else(
    tmp_path: Path,
) -> None:
    """A pipeline that never closes its file still has it written when the process ends."""
    (tmp_path / "careless.py").write_text(CARELESS)
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = scraper.settings\n")
    pipelines = 'ITEM_PIPELINES={"careless.Careless": 1}'
    options = ("-s", "CRAWL_DB=", "-s", pipelines)
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "topics", *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"},
        capture_output=True,
        text=True,
        check=False,
    )

    frozen, young = map(int, done.stdout.split())
    assert frozen > 50_000
    assert young >= 10_000
    assert set((tmp_path / "careless.txt").read_text().splitlines()) == {"a page"}
