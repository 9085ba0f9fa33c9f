"""Pages that are kept: whose, how long, how many."""

import asyncio
import importlib.util
import json
import time
from pathlib import Path

import pytest
from publishing import PROJECT, fill_archive

from pipelines.archive import open_archive
from zhenggai.serve import create_datasette

SPECIFICATION = importlib.util.spec_from_file_location("page_cache", PROJECT / "plugins" / "page_cache.py")
page_cache = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(page_cache)


@pytest.fixture
def path(tmp_path) -> Path:
    fill_archive(tmp_path / "archive.db")
    return tmp_path / "archive.db"


def ask(path: Path, address: str, **options: object) -> tuple[str, str]:
    """Return what one server answers before and after the archive gets one more notice, 2023 its year."""

    async def twice() -> tuple[str, str]:
        client = create_datasette(path).client
        before = await client.get(address, **options)
        open_archive(path).table("notices").insert({"id": 77, "url": "http://a.example/77", "title": "后来的通报", "year": 2023})
        return before.text, (await client.get(address, **options)).text

    return asyncio.run(twice())


@pytest.mark.parametrize("address", ["/", "/archive/notices?year=2023", "/archive/notices.json?year=2023", "/archive/notices.atom?_size=9"])
def test_page_is_kept_for_a_minute(path, address):
    before, after = ask(path, address)
    assert before == after


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("/archive/notices.csv", {}),
        ("/archive/notices.jsonl", {}),
        ("/archive/notices", {"headers": {"cookie": "ds_actor=x"}}),
        ("/archive/notices", {"headers": {"authorization": "Bearer x"}}),
    ],
)
def test_what_is_not_for_everybody_or_is_streamed_is_not_kept(path, address, options):
    before, after = ask(path, address, **options)
    assert "后来的通报" not in before
    assert "后来的通报" in after


@pytest.mark.parametrize(("age", "stamp", "kept"), [(59, "other", True), (61, "other", False), (61, "same", True), (3601, "same", False)])
def test_page_grows_old_sooner_where_the_archive_has_changed(age, stamp, kept):
    pages = page_cache.Pages(seconds=60)
    pages.put("key", page_cache.Page([], 1, time.monotonic() - age, "same"))
    assert (pages.get("key", stamp) is not None) == kept


def test_error_is_not_kept(path):
    before, after = ask(path, "/archive/notices/77")
    assert "没有这个网页" in before
    assert "后来的通报" in after


def test_page_that_would_push_out_all_others_is_not_kept(path):
    with open_archive(path).conn as connection:
        connection.execute("UPDATE texts SET text = replace(hex(zeroblob(?)), '00', '整')", [page_cache.LARGEST // 2])
    before, after = ask(path, "/archive.json?sql=select+text,(select+count(*)+from+notices)+as+notices+from+texts+limit+1")
    assert [json.loads(page)["rows"][0][1] for page in (before, after)] == [3, 4]


def test_languages_are_kept_apart(path):
    async def pages() -> list[str]:
        client = create_datasette(path).client
        cookies = ({}, {"lang": "en"}, {}, {"lang": "en"})
        return [(await client.get("/archive/notices", cookies=cookie)).text for cookie in cookies]

    chinese, english, chinese_again, english_again = asyncio.run(pages())
    assert 'lang="zh-CN"' in chinese
    assert '<html lang="en">' in english
    assert (chinese, english) == (chinese_again, english_again)


def test_many_who_ask_at_once_get_one_page(path):
    """Each making of a page would say another time that its query took."""

    async def crowd() -> list[str]:
        client = create_datasette(path).client
        return [answer.text for answer in await asyncio.gather(*(client.get("/archive/notices") for _ in range(8)))]

    pages = asyncio.run(crowd())
    assert "查询用时" in pages[0]
    assert len(set(pages)) == 1


def test_room_is_made_for_new_pages(monkeypatch):
    monkeypatch.setattr(page_cache, "MOST_BYTES", 100)
    pages = page_cache.Pages(seconds=60)
    for number in range(5):
        pages.put((b"/", bytes([number]), "zh"), page_cache.Page([], 40, time.monotonic(), ()))
    assert pages.size == 80
    assert pages.get((b"/", b"\x00", "zh"), ()) is None
    assert pages.get((b"/", b"\x04", "zh"), ()) is not None
