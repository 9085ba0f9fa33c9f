"""Retries that wait: a server that is overloaded is not helped by the same request at once."""

import asyncio

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.settings import BaseSettings

LONGEST_WAIT = 120.0
"""Seconds; longer than this no request waits, whatever Retry-After asks for."""


class BackoffRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, each after twice the wait of the one before, or after what the server asks for."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self.backoff = settings.getfloat("RETRY_BACKOFF")

    async def process_response(  # type: ignore[override]  # Scrapy awaits what a middleware returns
        self, request: Request, response: Response
    ) -> Request | Response:
        """Return the response, or after a wait the request again."""
        result = super().process_response(request, response)
        if isinstance(result, Request):
            await asyncio.sleep(self.wait(result, response.headers.get("Retry-After")))
        return result

    async def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        """Return the request again after a wait, or None where a retry is no use."""
        result = super().process_exception(request, exception)
        if isinstance(result, Request):
            await asyncio.sleep(self.wait(result, None))
        return result

    def wait(self, retry: Request, retry_after: bytes | None) -> float:
        """Return the seconds to wait before this retry."""
        doubled: float = self.backoff * 2.0 ** (int(retry.meta["retry_times"]) - 1)
        asked = float(retry_after) if retry_after is not None and retry_after.isdigit() else 0.0
        return min(max(doubled, asked), LONGEST_WAIT)
