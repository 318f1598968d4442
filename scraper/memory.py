"""The memory of a crawl's process: one heap for threads that hand large things to each other, and fewer collections."""

import ctypes
import gc
import os
import sys
from importlib import import_module

_M_ARENA_MAX = -8  # malloc.h of glibc; mallopt(3)
_YOUNG_OBJECTS = 10_000  # in place of Python's 700 or 2,000


def share_heap() -> bool:
    """Have threads that start from now on allocate from one heap; tells whether the C library has such a switch.

    By itself glibc gives each thread a heap of its own. Where one thread receives what another one frees,
    each of them keeps what the others could use. MALLOC_ARENA_MAX in the environment is left to have its way.
    """
    if not sys.platform.startswith("linux") or "MALLOC_ARENA_MAX" in os.environ:
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    return set_option is not None and bool(set_option(_M_ARENA_MAX, 1))


def collect_less(*modules: str) -> None:
    """Import `modules`, and spare the garbage collector what is there by now: a hundred thousand objects.

    They stay until the process ends, when Python collects once more. What is made after this, by pipelines say,
    is collected as ever, so that a file that one of them left open is still written; but only for each
    10,000 objects, as a page leaves nothing behind that is part of a cycle.
    """
    for module in modules:
        import_module(module)
    gc.freeze()
    young, *older = gc.get_threshold()
    if young:
        gc.set_threshold(max(young, _YOUNG_OBJECTS), *older)
