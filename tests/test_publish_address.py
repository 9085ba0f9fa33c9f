"""Permalinks, citations and feeds name the site, and not what the last request called it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from publishing import fill_archive

from zhenggai.serve import create_datasette

EVIL = {"host": "evil.example", "x-forwarded-host": "evil.example"}
PAGES = [
    "/archive/notices/1",
    "/archive/notices.json?_facet=year",
    "/archive/notices.atom",
    "/archive/newest.atom",
    "/archive/search?q=" + quote("低保"),
    "/",
]


@pytest.fixture
def path(tmp_path) -> Path:
    fill_archive(tmp_path / "archive.db")
    return tmp_path / "archive.db"


def ask(path: Path, headers: list[dict[str, str]]) -> list[list[str]]:
    """Return what one server answers to each page, asked with each of the headers in turn."""

    async def in_turn() -> list[list[str]]:
        client = create_datasette(path).client
        return [[(await client.get(page, headers=asked)).text for asked in headers] for page in PAGES]

    return asyncio.run(in_turn())


def test_nobody_gets_the_host_that_another_asked_for(path):
    for evil, ordinary in ask(path, [EVIL, {"host": "zhenggai.example"}]):
        assert "evil.example" not in ordinary
        assert ("evil.example" in evil) == ("zhenggai.example" in ordinary)


def test_host_that_is_configured_is_the_one_named(path, monkeypatch):
    monkeypatch.setenv("ZHENGGAI_ADDRESS", "https://zhenggai.example/")
    named = [evil for evil, ordinary in ask(path, [EVIL, {}]) if evil.replace("evil", "") == ordinary.replace("evil", "")]
    assert len(named) == len(PAGES)
    assert not any("evil.example" in page or "http://localhost" in page for page in named)
    assert '<link rel="canonical" href="https://zhenggai.example/archive/notices/1">' in named[0]
    assert "存档: https://zhenggai.example/archive/notices/1" in named[0]
    assert "<id>https://zhenggai.example/archive/notices/1</id>" in named[2]


@pytest.mark.parametrize("address", ["zhenggai.example", "https://zhenggai.example/archive", "ftp://a.example", "https://a b"])
def test_address_that_is_none_is_refused(path, address):
    command = [sys.executable, "-m", "zhenggai", "serve", "--db", str(path), "--port", "0"]
    ended = subprocess.run(command, env=os.environ | {"ZHENGGAI_ADDRESS": address}, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert f"ZHENGGAI_ADDRESS: '{address}' is no address of a site" in ended.stderr
    assert "Traceback" not in ended.stderr
