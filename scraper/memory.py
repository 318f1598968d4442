"""The memory of a process whose threads hand large things to each other."""

import ctypes
import os
import sys

_M_ARENA_MAX = -8  # malloc.h of glibc; mallopt(3)


def share_heap() -> bool:
    """Have threads that start from now on allocate from one heap; tells whether the C library has such a switch.

    By itself glibc gives each thread a heap of its own. Where one thread receives what another one frees,
    each of them keeps what the others could use. MALLOC_ARENA_MAX in the environment is left to have its way.
    """
    if not sys.platform.startswith("linux") or "MALLOC_ARENA_MAX" in os.environ:
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    return set_option is not None and bool(set_option(_M_ARENA_MAX, 1))
