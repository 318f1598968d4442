"""WorkerArguments: the command line of a fleet's workers."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

OFF = {
    "FEEDS": "{}",
    "REPORT_JSON": "",
    "CRAWL_REPORT": "",
    "FAILED_PAGES": "",
    "PROGRESS_ENABLED": "0",
}
"""Settings of a worker: what is written once for all, the fleet writes at the end."""


@dataclass(frozen=True, slots=True)
class WorkerArguments:
    """`scrapy crawl` with the settings (`-s`) and spider arguments (`-a`) that the fleet was given.

    A worker logs warnings only, as its log is passed on to the terminal, unless a level
    was asked for; or all to a file of its own beside LOG_FILE: `crawl.log` to `crawl.1.log`.
    """

    settings: BaseSettings
    given: Sequence[str]
    spargs: Mapping[str, str]
    crawl_id: int

    def of(self, number: int) -> list[str]:
        """The arguments of worker `number` (from 1), from `crawl` on."""
        own = {
            **OFF,
            "CRAWL_SHARED": "1",
            "FLEET_CRAWL": str(self.crawl_id),
            "FLEET_PID": str(os.getpid()),
            **self._log(number),
        }
        values = [*self.given, *(f"{name}={value}" for name, value in own.items())]
        spargs = [f"{k}={v}" for k, v in self.spargs.items() if k != "fresh"]
        options = [part for value in values for part in ("-s", value)]
        return [
            "crawl",
            "topics",
            *options,
            *(part for value in spargs for part in ("-a", value)),
        ]

    def _log(self, number: int) -> dict[str, str]:
        if name := self.settings["LOG_FILE"]:
            path = Path(name)
            own = path.with_name(f"{path.stem}.{number}{path.suffix}")
            return {"LOG_FILE": str(own), "LOG_LEVEL": self.settings["LOG_LEVEL"]}
        asked = self.settings.getpriority("LOG_LEVEL")
        if asked is not None and asked >= SETTINGS_PRIORITIES["cmdline"]:
            return {"LOG_LEVEL": self.settings["LOG_LEVEL"]}
        return {"LOG_LEVEL": "WARNING"}
