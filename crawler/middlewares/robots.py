"""robots.txt, where it is not a plain file: missing, it allows; refused or broken, it holds the whole host off."""

import asyncio

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.errors import BrokenAnswerError, HeldOffError, describe
from crawler.middlewares.pace import set_pace

# miit.gov.cn answers 403 for its robots.txt: who may not read the rules may not crawl.
REFUSING_STATUSES = frozenset({401, 403})
HOLDING_STATUSES = REFUSING_STATUSES | {429}


class PoliteRobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's robots.txt, with a meaning for its status, and with Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.held_off: dict[str, HeldOffError] = {}
        """Hosts whose robots.txt could not be read, and why."""
        self._fetching: dict[str, asyncio.Lock] = {}
        crawler.signals.connect(self.keep_delay, signal=signals.robots_parsed)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise IgnoreRequest if the host is held off, or the page forbidden."""
        held_off = self.held_off.get(urlparse_cached(request).netloc)
        if held_off is not None:
            raise HeldOffError(str(held_off), refused=held_off.refused)
        super().process_request_2(rp, request)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the host's rules; requests that come while they are fetched wait for them one after the other.

        Scrapy 2.19 has all of them await one Deferred, which gives the rules to the first and None, that is leave, to the rest.
        """
        async with self._fetching.setdefault(urlparse_cached(request).netloc, asyncio.Lock()):
            return await super().robot_parser(request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        """Read the rules of an answer of status 200; of any other, the body is no rules."""
        if response.status in HOLDING_STATUSES or response.status >= 500:
            reason = f"held off: robots.txt answers with HTTP status {response.status}"
            self.held_off[netloc] = HeldOffError(reason, refused=response.status in REFUSING_STATUSES)
        if response.status != 200:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        """Rules that did not arrive may forbid everything; a host that is down would not answer for its pages either."""
        if not isinstance(exc, IgnoreRequest) or isinstance(exc, BrokenAnswerError):
            self.held_off[netloc] = HeldOffError(describe(exc))
        super()._robots_error(exc, netloc)

    def keep_delay(self, robotparser: RobotParser, request: Request) -> None:
        """Slow the host's requests down to its Crawl-delay."""
        delay = robotparser.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        if delay is None or delay <= self.crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        downloader = self.crawler.engine.downloader
        set_pace(downloader, downloader.get_slot_key(request), delay)
