"""A worker of a fleet: one process, started, signalled, and its log passed on."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from threading import Thread
from time import monotonic


class Worker:
    """The process of `scrapy` with these `arguments`; each line of its log goes to `say`, from a thread.

    It is no part of the terminal's process group, so that Ctrl-C reaches it only as
    the fleet passes it on.
    """

    def __init__(
        self, number: int, arguments: Sequence[str], say: Callable[[int, str], None]
    ) -> None:
        self.number = number
        self._process = subprocess.Popen(  # noqa: S603 (this very program)
            [sys.executable, "-m", "scrapy", *arguments],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=os.name == "posix",
        )
        self._say = say
        self._reader = Thread(target=self._pass_on, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def poll(self) -> int | None:
        """The exit status of the process (negative: the signal that ended it); None as long as it runs."""
        status = self._process.poll()
        if status is not None:
            self._reader.join()
        return status

    def interrupt(self) -> None:
        """Pass Ctrl-C on: once, and it ends in order; twice, and it ends at once.

        As SIGTERM, which is the same to Scrapy, and ends a process that is just starting
        without a traceback. On Windows, which knows neither for another process, it hears
        the Ctrl-C itself: there it has no session of its own.
        """
        if os.name == "posix" and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once, even one that is stopped."""
        self._process.kill()

    def end(self, deadline: float) -> None:
        """See that the process has ended: wait, and kill it if it still runs at `deadline`."""
        try:
            self._process.wait(max(0.0, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()

    def _pass_on(self) -> None:
        assert self._process.stderr is not None  # a pipe
        with self._process.stderr as log:
            for line in log:
                self._say(self.number, line)
