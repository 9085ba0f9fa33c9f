"""Between steps 4 and 5: whether an answer is a page, or what a firewall shows in the place of one, is told to the crawler at once.

A crawl that is refused is to slow down at the first such answer and to stop at the fifth, not once the workers are done with the
pages before them.
"""

from typing import Self

from scrapy.crawler import Crawler

from pipelines.record import Document
from pipelines.states import LONGEST_INTERSTITIAL, state_of_answer
from pipelines.step1_decode import decode_bytes
from pipelines.steps import run_steps

ANSWER_JUDGED = "answer_judged"
"""The crawler's signal, with the address that answered, and whether it refused."""
REFUSALS = ("blocked", "challenged")


class RefusalsPipeline:
    """Scrapy pipeline: takes the first step of the small pages, which gives them their state; a block page is never large."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._was_refused = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Tell this crawl."""
        return cls(crawler)

    def process_item(self, item: Document) -> Document:
        """Return the document as it came, the first step done if it is small; say whether it was refused."""
        if len(item.content) <= LONGEST_INTERSTITIAL:
            run_steps(item, item.steps[:1])
            del item.steps[:1]
        refused = item.state in REFUSALS
        self._was_refused |= refused
        # Before anything was refused, that nothing is would be no news, and a signal for every page is dear.
        if self._was_refused and (item.status is not None or item.refused):
            self.crawler.signals.send_catch_log(ANSWER_JUDGED, url=item.final_url or item.url, refused=refused)
        return item


def looks_refused(status: int, content: bytes, content_type: str) -> bool:
    """Tell whether an answer that has just arrived looks like a firewall's; the steps know better, and later."""
    decoded = decode_bytes(content, content_type)
    return state_of_answer(status, decoded[0] if decoded else "", None) in REFUSALS
