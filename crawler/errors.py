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
FORBIDDEN = "robots.txt forbids it"
# What Scrapy's middlewares say.
MESSAGES = {
    "Forbidden by robots.txt": FORBIDDEN,
    "max redirections reached": "it redirects on and on",
}


class UnreadableListError(Exception):
    """A list page answered something else than a list; the message says what."""


class BrokenAnswerError(IgnoreRequest):
    """An answer came, and not all of it, or one that is out of all proportion."""


class HeldOffError(IgnoreRequest):
    """A page was not asked for, because its host's robots.txt could not be read."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.refused = refused
        """The host refuses even that."""


def describe(error: BaseException) -> str:
    """Return the reason in a few words; for an unforeseen error its type and message."""
    for kind, reason in REASONS.items():
        if isinstance(error, kind):
            return reason
    if isinstance(error, IgnoreRequest):
        return MESSAGES.get(str(error), str(error))
    return f"{type(error).__name__}: {error}".rstrip(": ")
