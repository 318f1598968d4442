"""A fleet: worker processes of this machine at one crawl."""

from scraper.fleet.arguments import WorkerArguments
from scraper.fleet.board import Board
from scraper.fleet.crawl import FleetCrawl
from scraper.fleet.fleet import Fleet, Outcome
from scraper.fleet.worker import Worker

__all__ = ["Board", "Fleet", "FleetCrawl", "Outcome", "Worker", "WorkerArguments"]
