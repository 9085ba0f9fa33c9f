"""What the end of a crawl says of its site."""

from pipelines.record import State

UNWRITABLE = "unwritable"
"""Reason why a crawl ended whose captures, or whose archive, could not be written."""
COMPLETED = "zhenggai/completed"
"""Among what a crawl counts: whether its end is in the archive, once its beginning is."""
CUT_SHORT = ("shutdown", "closespider_timeout", UNWRITABLE)
"""Reasons why a crawl ended that say nothing of the site: a person, the budget or the disk ended it."""


def state_of_crawl(finish_reason: str, *, blocked: int, errors: int) -> State | None:
    """Return the state in which a crawl found its site; None if it was cut short and found nothing wrong until then."""
    if blocked:
        return "blocked"
    if errors or finish_reason not in ("finished", *CUT_SHORT):
        return "error"
    return "live" if finish_reason == "finished" else None
