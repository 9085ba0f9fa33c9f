"""Exports of whole tables: all rows or a broken connection, and nobody kept waiting meanwhile."""

import asyncio
import csv
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from publishing import answer, configure, fill_archive, serving

from pipelines.archive import open_archive

ROWS = 6000
WHOLE = ["texts.csv?_stream=1", "texts.jsonl"]


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("exports") / "archive.db"
    fill_archive(path)
    with open_archive(path).atomic() as db:
        db.table("notices").insert_all(
            {"id": number, "url": "u", "title": f"通报{number}", "published": "2024"} for number in range(10, ROWS)
        )
        db.table("texts").insert_all({"notice_id": number, "text": f"第{number}份。" * 500} for number in range(10, ROWS))
    return path


@contextmanager
def server(path: Path, directory: Path, **limits: int) -> Iterator[str]:
    """Serve the archive with other limits."""
    configure(directory, **limits)
    (directory / "archive.db").hardlink_to(path)
    with serving("datasette", str(directory), "--port", "{port}") as (address, _):
        yield address


def rows_of(address: str, text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()] if address.endswith("l") else list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("address", [*WHOLE, "notices.csv?_stream=1", "notices.csv?_stream=1&_sort_desc=year"])
def test_an_export_has_every_row_once(path, address):
    rows = rows_of(address, answer(path, f"/archive/{address}").text)
    numbers = [int(row.get("notice_id") or row["id"]) for row in rows]
    assert sorted(numbers) == [1, 2, 3, *range(10, ROWS)]


@pytest.mark.parametrize("address", WHOLE)
def test_an_export_that_fails_does_not_look_whole(path, tmp_path, address):
    """The table goes away while it is sent."""
    broken = tmp_path / "broken.db"
    open_archive(path).execute("VACUUM INTO ?", [str(broken)])
    (tmp_path / "served").mkdir()
    with server(broken, tmp_path / "served") as site, httpx.stream("GET", f"{site}/archive/{address}", timeout=60) as response:
        assert response.status_code == 200
        blocks = response.iter_raw(1024)
        received = next(blocks)
        open_archive(broken).execute("DROP TABLE texts")
        with pytest.raises(httpx.RemoteProtocolError):
            received += b"".join(blocks)
    assert b"no such table" not in received


def test_exports_keep_nobody_waiting(path, tmp_path):
    async def crowd(site: str) -> tuple[list[int], list[float]]:
        async with httpx.AsyncClient(base_url=site, timeout=120) as client:
            await client.get("/")
            exports = [asyncio.create_task(client.get(f"/archive/{address}")) for address in WHOLE * 2]
            waited = []
            while not all(export.done() for export in exports):
                begun = time.monotonic()
                assert (await client.get(f"/archive/notices/1?q={len(waited)}")).status_code == 200
                waited.append(time.monotonic() - begun)
            return [export.result().status_code for export in exports], waited

    with server(path, tmp_path) as site:
        statuses, waited = asyncio.run(crowd(site))
    assert sorted(statuses) == [200, 200, 503, 503]
    assert sorted(waited)[len(waited) // 2] < 0.5


def test_an_export_ends_when_its_reader_goes(path, tmp_path):
    with server(path, tmp_path, exports_at_once=1) as site:
        with httpx.stream("GET", f"{site}/archive/texts.csv?_stream=1") as response:
            assert httpx.get(f"{site}/archive/texts.jsonl").status_code == 503
            next(response.iter_raw())
        begun = time.monotonic()
        while httpx.get(f"{site}/archive/sites.jsonl").status_code == 503:
            assert time.monotonic() - begun < 5
            time.sleep(0.1)


def test_lines_of_json_are_no_answer_to_a_filter(path):
    refused = answer(path, "/archive/notices.jsonl?year=2023")
    assert refused.status_code == 400
    assert "year" in refused.text
