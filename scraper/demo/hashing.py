"""Numbers that look random and are the same in every process.

They make the demo site deterministic without any state.
"""

from hashlib import blake2b


def mix(seed: int, key: int | str) -> int:
    """Return 64 bits that depend on both arguments and look random in each of them."""
    digest = blake2b(f"{seed}/{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest)
