"""Extensions, one concern each: they own outputs and listen to signals."""

from scraper.extensions.crawl_database import CrawlDatabase
from scraper.extensions.failed_list import FailedList
from scraper.extensions.fair_share import FairShare
from scraper.extensions.fleet_member import FleetMember
from scraper.extensions.progress import Progress
from scraper.extensions.report import CrawlReport
from scraper.extensions.settings_check import SettingsCheck
from scraper.extensions.shutdown import Shutdown
from scraper.extensions.stall import StallWatch
from scraper.extensions.summary import Summary

__all__ = [
    "CrawlDatabase",
    "CrawlReport",
    "FailedList",
    "FairShare",
    "FleetMember",
    "Progress",
    "SettingsCheck",
    "Shutdown",
    "StallWatch",
    "Summary",
]
