"""Item pipelines, one verb each: they may change or drop what a page holds, and never fetch."""

from scraper.pipelines.article import ArticlePipeline
from scraper.pipelines.deduplicate import DeduplicatePipeline
from scraper.pipelines.only_new import OnlyNewPipeline
from scraper.pipelines.parse import ParsePipeline
from scraper.pipelines.store import StorePipeline

__all__ = [
    "ArticlePipeline",
    "DeduplicatePipeline",
    "OnlyNewPipeline",
    "ParsePipeline",
    "StorePipeline",
]
