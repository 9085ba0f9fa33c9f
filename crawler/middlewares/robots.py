"""robots.txt, where it is not a plain file: missing, it allows; refused or broken, it holds the whole host off."""

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.middlewares.pace import set_pace

# miit.gov.cn answers 403 for its robots.txt: who may not read the rules may not crawl.
HOLDING_STATUSES = frozenset({401, 403, 429})


class PoliteRobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's robots.txt, with a meaning for its status, and with Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.held_off: dict[str, int] = {}
        """Hosts whose robots.txt could not be read, with the status that it answered."""
        crawler.signals.connect(self.keep_delay, signal=signals.robots_parsed)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise IgnoreRequest if the host is held off, or the page forbidden."""
        status = self.held_off.get(urlparse_cached(request).netloc)
        if status is not None:
            raise IgnoreRequest(f"held off: robots.txt answers with HTTP status {status}")
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        """Read the rules of an answer of status 200; of any other, the body is no rules."""
        if response.status in HOLDING_STATUSES or response.status >= 500:
            self.held_off[netloc] = response.status
        if response.status != 200:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    def keep_delay(self, robotparser: RobotParser, request: Request) -> None:
        """Slow the host's requests down to its Crawl-delay."""
        delay = robotparser.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        if delay is None or delay <= self.crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        downloader = self.crawler.engine.downloader
        set_pace(downloader, downloader.get_slot_key(request), delay)
