"""Serves the demo site until standard input closes; `scraper.demo.process` runs this."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable
from threading import Thread

from scraper.demo.exceptions import DemoError
from scraper.demo.options import DemoOptions, add_arguments
from scraper.demo.server import serving
from scraper.exceptions import ConfigurationError


async def _serve(options: DemoOptions) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    async with serving(options) as url:
        _when_stdin_closes(lambda: loop.call_soon_threadsafe(stop.set))
        print(url, flush=True)
        await stop.wait()


def _when_stdin_closes(call: Callable[[], object]) -> None:
    """Call from a thread, as no event loop watches a pipe on every platform."""

    def watch() -> None:
        # Not sys.stdin: a thread that holds its lock at exit aborts the interpreter.
        while os.read(0, 1):
            pass
        call()

    Thread(target=watch, name="demo-stdin", daemon=True).start()


def main() -> None:
    """Serve the site that the command line describes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parser = argparse.ArgumentParser(prog="python -m scraper.demo", description=__doc__)
    add_arguments(parser)
    try:
        options = DemoOptions.from_strings(vars(parser.parse_args()))
        asyncio.run(_serve(options))
    except (ConfigurationError, DemoError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
