"""The download handler: pages are fetched in threads that run aiohttp."""

from .handler import ThreadedDownloadHandler

__all__ = ["ThreadedDownloadHandler"]
