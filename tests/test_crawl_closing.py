"""How a crawl ends on a machine under load."""

import subprocess
import sys
from pathlib import Path

from crawling import SiteServer

# Keeps a connection open, closes the handler, and has no time for anything else until the handler's second is over.
CLOSE_UNDER_LOAD = """
import asyncio, sys, time
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.misc import load_object


class Fetch(Spider):
    name = "fetch"
    async def start(self):
        handler = load_object(sys.argv[2])(self.crawler)
        await handler.download_request(Request(sys.argv[1]))
        await asyncio.sleep(0.2)
        closing = asyncio.ensure_future(handler.close())
        asyncio.get_running_loop().call_soon(time.sleep, 1.3)
        await closing
        await asyncio.sleep(0.3)
        print("closed")
        return
        yield


process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR"})
process.crawl(Fetch)
process.start()
"""


def close(handler: str) -> subprocess.CompletedProcess[str]:
    with SiteServer({"/": "x"}) as server:
        command = [sys.executable, "-c", CLOSE_UNDER_LOAD, server.url, handler]
        project = Path(__file__).parent.parent
        return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)


def test_a_connection_that_closes_late_is_no_error() -> None:
    done = close("crawler.handlers.Http11Handler")
    assert (done.stdout, done.stderr) == ("closed\n", "")


def test_scrapys_own_handler_still_needs_ours() -> None:
    assert "AlreadyCalledError" in close("scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler").stderr
