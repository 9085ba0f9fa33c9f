"""Where a site may lead: on the public net to public addresses only, a replica to this machine only."""

from ipaddress import ip_address
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.urls import is_loopback


class GuardMiddleware:
    """Refuses what a page of a public site must never make us fetch; names are checked by `PublicResolver` besides."""

    def __init__(self, *, replica: bool) -> None:
        self.replica = replica

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Guard the site that the crawler's spider crawls."""
        return cls(replica=crawler.spider.site.replica)  # type: ignore[union-attr]  # the spider exists by now, and has a site

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for another scheme than http(s), and for an address of the wrong kind."""
        parts = urlparse_cached(request)
        if parts.scheme not in ("http", "https"):
            raise IgnoreRequest(f"refused: {parts.scheme} is neither http nor https")
        if self.replica:
            if not is_loopback(request.url):
                raise IgnoreRequest(f"refused: a replica leads off this machine, to {parts.hostname}")
        elif is_loopback(request.url) or not is_public(parts.hostname or ""):
            raise IgnoreRequest(f"refused: a public site leads to {parts.hostname}, which is no public address")


def is_public(host: str) -> bool:
    """Tell whether a host, if it is an address and no name, is one of the public net."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return True
