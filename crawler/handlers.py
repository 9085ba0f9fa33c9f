"""How answers are fetched: Scrapy's HTTP/1.1, closed without a race."""

import asyncio

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.utils.defer import maybe_deferred_to_future


class Http11Handler(HTTP11DownloadHandler):
    """Scrapy's handler.

    Its own ``close`` calls back, after a second, the same Deferred that the connections call back when they have closed. On a
    machine under load both come at once, and the second call ends in Twisted's AlreadyCalledError, on the operator's terminal.
    """

    async def close(self) -> None:
        """Close the connections that are kept open; one that does not close within a second is left to itself."""
        closing = self._pool.closeCachedConnections()  # type: ignore[no-untyped-call]  # Twisted
        await asyncio.wait([asyncio.ensure_future(maybe_deferred_to_future(closing))], timeout=self._disconnect_timeout)
