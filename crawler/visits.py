"""What a spider asks of the archive. The setting VISITS_CLASS names the class that answers."""

from collections.abc import Iterable, Mapping
from typing import Protocol


class Visits(Protocol):
    """Memory of earlier crawls; built with ``from_crawler`` when a spider starts."""

    def is_due(self, url: str) -> bool:
        """Is this article to be fetched: never answered, its next visit has come, or the setting FULL is true?"""

    def is_listed(self, url: str) -> bool:
        """Has a list named this article's address before?"""

    def is_article(self, url: str) -> bool:
        """Was this page read as an article before, and judged: a notice, or none?"""

    def is_walked(self, url: str) -> bool:
        """Did the last walk of the column with this first page come to its end, and is it not time for a whole one?"""

    def is_barren(self, url: str) -> bool:
        """Did this page turn out to be an article, or to lead nowhere, and is it not yet time to look at it again?"""

    def validators(self, url: str) -> Mapping[str, str]:
        """Return the headers If-None-Match and If-Modified-Since for an article whose text is known, where its server gave any."""

    def due_articles(self, site: str) -> Iterable[Mapping[str, str | None]]:
        """Return ``url``, ``title`` and ``date`` of the site's listed articles that are due, wherever in the lists they stand."""
