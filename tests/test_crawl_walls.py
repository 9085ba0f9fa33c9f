"""A site begins to show a firewall's page in the place of every other: what it is still asked, and what becomes of the rest."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from crawling import Answer, SiteServer
from sqlite_utils import Database
from test_crawl_archive import crawl, declare_in, routes

FOUR_AT_ONCE = ("-s", "CONCURRENT_REQUESTS=4", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=4")
NOTICES = 60
FINE = 20
"""Notices that are answered before the firewall wakes."""
WALL = Answer("<html><body>访问过于频繁，请稍后再试</body></html>")


class GuardedSite:
    """A column of notices; ``is_refused`` tells by the number of an article's request whether it is answered by the firewall."""

    def __init__(self, server: SiteServer, is_refused: Callable[[int], bool], wall: Answer) -> None:
        self.pages = routes(NOTICES)
        self.is_refused = is_refused
        self.wall = wall
        self.refused: list[float] = []
        self.shown: list[float] = []
        self.lock = threading.Lock()
        server.routes = {"/robots.txt": Answer("none", 404), "/tzgg/": self.pages["/tzgg/"]}
        server.otherwise = self.answer

    def answer(self, path: str, _: bytes) -> Answer | str:
        time.sleep(0.02)
        with self.lock:
            moments = self.refused if self.is_refused(len(self.refused) + len(self.shown)) else self.shown
            moments.append(time.monotonic())
        return self.wall if moments is self.refused else str(self.pages[path])


@pytest.mark.parametrize("wall", [WALL, Answer("<h1>412</h1>", 412), WALL.gzipped()], ids=["200", "412", "gzip"])
def test_a_site_that_begins_to_refuse_is_asked_for_little_more_than_was_under_way(tmp_path: Path, wall: Answer) -> None:
    with SiteServer() as server:
        site = GuardedSite(server, lambda number: number >= FINE, wall)
        result = crawl(declare_in(tmp_path, server), tmp_path / "a.db", *FOUR_AT_ONCE)
    # Four are under way with the first refusal, and one more is asked for each half second until five in a row are the end.
    assert 5 <= len(site.refused) <= 7
    archive = Database(tmp_path / "a.db")
    (run,) = archive.table("crawls").rows
    assert (run["finish_reason"], run["blocked"], run["errors"]) == ("blocked", len(site.refused), 0)
    assert archive.table("notices").count == FINE
    never_asked = archive.table("pages").count_where("kind = 'article' AND state IS NULL")
    assert never_asked == NOTICES - FINE - len(site.refused), "they stay due, and nothing is said of them that nobody has seen"
    assert "held off" not in result.stdout


def test_what_waits_for_a_site_that_begins_to_refuse_is_not_sent_as_those_under_way_are_answered(tmp_path: Path) -> None:
    # As replicas are crawled if nothing else is said, eight requests at once to each host, and several sites at once.
    with ExitStack() as stack:
        servers = [stack.enter_context(SiteServer()) for _ in range(6)]
        guarded = [GuardedSite(server, lambda number: number >= FINE, WALL) for server in servers]
        first, *others = [declare_in(tmp_path, server).rename(tmp_path / f"130000_{place}.yml") for place, server in enumerate(servers)]
        crawl(first, tmp_path / "a.db", *map(str, others))
    # Eight are under way, and one more is asked for each half second that it takes to look at their answers.
    refused = [len(site.refused) for site in guarded]
    assert min(refused) >= 5
    assert sum(refused) / len(refused) <= 11


def test_after_one_refusal_a_host_is_asked_for_one_page_at_a_time_until_it_shows_one(tmp_path: Path) -> None:
    with SiteServer() as server:
        # As many as are under way together.
        site = GuardedSite(server, lambda number: FINE <= number < FINE + 4, WALL)
        result = crawl(declare_in(tmp_path, server), tmp_path / "a.db", *FOUR_AT_ONCE, "-s", "BLOCKS_UNTIL_STOP=20")
    assert "blocked (status 200)" in result.stdout
    archive = Database(tmp_path / "a.db")
    assert [(row["finish_reason"], row["blocked"]) for row in archive.table("crawls").rows] == [("finished", 4)]
    assert archive.table("notices").count == NOTICES - 4
    gaps = [after - before for before, after in pairwise(sorted(site.refused + site.shown))]
    assert sum(gap >= 0.4 for gap in gaps) >= 1, "it was slowed down"
    assert sum(gap >= 0.4 for gap in gaps) <= 5, "and asked as before when it showed a page again"


def test_pages_that_are_refused_now_and_then_do_not_end_the_crawl(tmp_path: Path) -> None:
    with SiteServer() as server:
        site = GuardedSite(server, lambda number: number % 6 == 3, Answer("<h1>403</h1>", 403))
        crawl(declare_in(tmp_path, server), tmp_path / "a.db", *FOUR_AT_ONCE)
    assert len(site.refused) == NOTICES / 6
    assert Database(tmp_path / "a.db").table("notices").count == NOTICES - len(site.refused)
