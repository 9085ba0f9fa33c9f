"""What the capture asks of the archive. The setting EARLIER_CAPTURES_CLASS names the class that answers."""

from collections.abc import Mapping
from typing import Any, Protocol


class EarlierCaptures(Protocol):
    """Payloads that lie in WARC files already; built with ``from_crawler`` when a crawl begins.

    What is returned has ``id``, ``url``, ``time``, ``sha256`` and ``length`` as the signal `capture_written` gives them,
    and is never itself a revisit.
    """

    def same_payload(self, url: str, sha256: str) -> Mapping[str, Any] | None:
        """Return a capture of this address whose record holds a payload with this hash, and can be read; or None."""

    def unmodified(self, url: str, etag: str | None, last_modified: str | None) -> Mapping[str, Any] | None:
        """Return the capture that holds what this address answered together with these validators; or None."""
