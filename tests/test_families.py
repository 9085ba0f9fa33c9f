"""Golden pairs: for each family of site software replicas of list pages, and what a crawl reads from them.

A pair is one file, ``tests/families/<software>/<variant>.yml``: the ``lists`` and other keys as a site's YAML declares them,
``pages`` by request (a text, or its ``status``, ``body``, and the ``form`` and ``headers`` it needs), and what is expected:
``asked``, the list pages in their order, and ``entries``, each with address, title and date. ``{site}`` is the server's address.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml
from crawling import Answer, Crawl, SiteServer, crawl_together

from crawler.sites import Site
from crawler.software import SOFTWARE

FAMILIES = Path(__file__).parent / "families"
PAIRS = sorted(FAMILIES.glob("*/*.yml"))
DECLARED = ("paging", "first_page", "api", "label_file", "article")


def identifier(pair: Path) -> str:
    return f"610100_{pair.parent.name}-{pair.stem}"


def read(pair: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(pair.read_text(encoding="utf-8"))
    return loaded


def serve(server: SiteServer, pair: dict[str, Any]) -> None:
    """Give the server the pair's pages; a request without the form or the headers that a page needs is refused."""

    def route(page: Any) -> Any:
        page = page if isinstance(page, dict) else {"body": page}
        body = page.get("body", "").replace("{site}", server.url).encode(pair.get("encoding", "utf-8"))

        def answer(_: str, form: bytes) -> Answer:
            posted = form.decode() if form.startswith(b"{") else {key: values[0] for key, values in parse_qs(form.decode()).items()}
            wanted = {name: value.replace("{site}", server.url) for name, value in page.get("headers", {}).items()}
            has_form = posted == page["form"] if isinstance(page.get("form"), str) else page.get("form", {}).items() <= dict(posted).items()
            if not has_form or not wanted.items() <= server.headers.items():
                return Answer("refused", 403)
            return Answer(body, page.get("status", 200))

        return answer

    server.routes.update({request: route(page) for request, page in pair["pages"].items()})


def declare(path: Path, pair: dict[str, Any], server: SiteServer) -> Site:
    return Site(
        id=identifier(path),
        name="昀州市民政局",
        url=f"{server.url}/",
        software=path.parent.name,
        division="610100",
        lists=[server.url + address for address in pair["lists"]],
        **{key: pair[key] for key in DECLARED if key in pair},
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[SiteServer, Crawl]]]:
    """Every pair, served by a server of its own and crawled in one process."""
    with ExitStack() as stack:
        servers = {identifier(pair): stack.enter_context(SiteServer()) for pair in PAIRS}
        sites = []
        for path in PAIRS:
            server, pair = servers[identifier(path)], read(path)
            serve(server, pair)
            sites.append(declare(path, pair, server))
        crawls = crawl_together(sites, tmp_path_factory.mktemp("families"))
        yield {name: (servers[name], crawls[name]) for name in servers}


@pytest.mark.parametrize("software", SOFTWARE)
def test_every_family_has_a_pair(software: str) -> None:
    assert [pair for pair in PAIRS if pair.parent.name == software], f"tests/families/{software} has no golden pair"


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{pair.parent.name}-{pair.stem}" for pair in PAIRS])
def test_a_family_is_read_as_expected(pair: Path, crawled: dict[str, tuple[SiteServer, Crawl]]) -> None:
    server, crawl = crawled[identifier(pair)]
    expected = read(pair)
    read_entries = [
        [entry["url"].removeprefix(server.url), entry["title"], entry["date"]] for page in crawl.lists for entry in page.entries
    ]
    assert crawl.report.failures == []
    assert [request for request in server.requests if not request.endswith("/robots.txt")] == expected["asked"]
    assert read_entries == [[address, title, day and str(day)] for address, title, day in expected["entries"]]
    assert crawl.report.succeeded
    assert crawl.lists[-1].walked is not None
