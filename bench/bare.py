"""The baseline of the crawl: Scrapy alone over the same addresses, without items, robots.txt, captures or an archive."""

import re
from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.http import Response

TOTAL = re.compile(r"createPageHTML\((\d+), (\d+)")


class BareSpider(scrapy.Spider):
    """Follows a column page after page, and every article that is a candidate there."""

    name = "bare"

    def __init__(self, start: str, only: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = [start]
        self.only = only

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        """Follow a list page's rows and the next page."""
        for link in response.css("ul.list a"):
            if self.only in link.css("::text").get(""):
                yield response.follow(link.attrib["href"], self.parse_article, priority=1)
        if (match := TOTAL.search(response.text)) and int(match[2]) + 1 < int(match[1]):
            yield response.follow(f"index_{int(match[2]) + 1}.html", self.parse)

    def parse_article(self, response: Response) -> None:
        """Do nothing with an article."""
