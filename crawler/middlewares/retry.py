"""Retries that wait: a server that is overloaded is not helped by the same request at once."""

import asyncio

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.settings import BaseSettings

WAITED = "retries_waited"


class BackoffRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, and those that a spider asks for, each after twice the wait of the one before."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self.backoff = settings.getfloat("RETRY_BACKOFF")

    async def process_request(self, request: Request) -> None:
        """Wait before a request that is made again; once, though a redirect of it comes by here as well."""
        times = int(request.meta.get("retry_times", 0))
        if times > request.meta.get(WAITED, 0):
            request.meta[WAITED] = times
            await asyncio.sleep(self.backoff * 2.0 ** (times - 1))
