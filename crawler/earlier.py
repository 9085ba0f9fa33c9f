"""What the capture asks of the archive. The setting EARLIER_CAPTURES_CLASS names the class that answers."""

from collections.abc import Mapping
from typing import Any, Protocol

MAY_BE_KEPT = "may_be_kept"
"""In ``request.meta``: what a killed crawl received, and did not get to read, will do for an answer."""
KEPT = "kept"
"""Flag of such an answer."""


class EarlierCaptures(Protocol):
    """Payloads that lie in WARC files already; built with ``from_crawler`` when a crawl begins.

    What is returned has ``id``, ``url``, ``time``, ``sha256`` and ``length`` as the signal `capture_written` gives them,
    and is never itself a revisit.
    """

    def same_payload(self, url: str, sha256: str) -> Mapping[str, Any] | None:
        """Return a capture of this address whose record holds a payload with this hash, and can be read; or None."""

    def unmodified(self, url: str, etag: str | None, last_modified: str | None) -> Mapping[str, Any] | None:
        """Return the capture that holds what this address answered together with these validators; or None."""

    def unread(self, url: str, before: str) -> Mapping[str, Any] | None:
        """Return what this address answered a crawl that was killed before this moment and had not read it yet; or None.

        Besides ``id``, ``time`` and ``status`` it has ``fields``, the header's lines as pairs, and ``body`` as received.
        """
