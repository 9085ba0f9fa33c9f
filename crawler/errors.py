"""Why a page did not answer, in words for the closing report."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

REASONS: dict[type[BaseException], str] = {
    CannotResolveHostError: "the host name does not resolve",
    DownloadConnectionRefusedError: "connection refused",
    DownloadTimeoutError: "no answer in time",
    DownloadCancelledError: "the answer is larger than DOWNLOAD_MAXSIZE",
    ResponseDataLossError: "the connection broke off within the answer",
}
# What Scrapy's robots.txt middleware says.
ROBOTS_MESSAGE = "Forbidden by robots.txt"
FORBIDDEN = "robots.txt forbids it"


class UnreadableListError(Exception):
    """A list page answered something else than a list; the message says what."""


def describe(error: BaseException) -> str:
    """Return the reason in a few words; for an unforeseen error its type and message."""
    for kind, reason in REASONS.items():
        if isinstance(error, kind):
            return reason
    if isinstance(error, IgnoreRequest):
        return FORBIDDEN if str(error) == ROBOTS_MESSAGE else str(error)
    return f"{type(error).__name__}: {error}".rstrip(": ")
