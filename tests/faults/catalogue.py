"""Every fault by name."""

from tests.faults import codings, notices, wire

FAULTS = {**wire.FAULTS, **codings.FAULTS, **notices.FAULTS}
