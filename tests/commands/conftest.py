"""Fixtures of the commands' tests."""

from tests.commands.running import folder

__all__ = ["folder"]
