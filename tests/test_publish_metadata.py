"""metadata.yml held against the real schema, its queries run."""

import asyncio
from pathlib import Path

import pytest
import yaml
from publishing import PROJECT, fill_archive

from pipelines.archive import open_archive
from zhenggai.serve import create_datasette

METADATA = yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8"))["databases"]["archive"]
QUERIES = METADATA["queries"]
ENGLISH = yaml.safe_load((PROJECT / "plugins" / "english.yml").read_text("utf-8"))
# What the small archive must answer.
ANSWERED = {
    "slowest": 1,
    "recovered": 1,
    "most-problems": 1,
    "undated": 2,
    "gone": 1,
    "edited": 1,
    "teams": 1,
    "rejected": 1,
    "newest": 3,
    "doubtful": 1,
}


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("metadata") / "archive.db"
    fill_archive(path)
    return path


def test_every_table_and_column_has_its_sentence(path):
    db = open_archive(path)
    described = {name: table for name, table in METADATA["tables"].items() if not table.get("hidden")}
    readable = {table.name: table for table in db.tables if not table.name.startswith(("notices_fts", "characters_fts", "_", "sqlite_"))}
    assert described.keys() == readable.keys()
    for name, table in readable.items():
        assert described[name]["title"]
        assert described[name]["description"]
        assert list(described[name]["columns"]) == [column.name for column in table.columns], name
        assert all(described[name]["columns"].values())


def test_other_keys_name_real_columns(path):
    db = open_archive(path)
    for name, table in METADATA["tables"].items():
        if not table.get("hidden"):
            columns = set(db.table(name).columns_dict)
            facets = {facet if isinstance(facet, str) else facet["array"] for facet in table.get("facets", [])}
            named = {table[key] for key in ("label_column", "sort", "sort_desc", "fts_pk") if key in table}
            assert facets | named <= columns, name


@pytest.mark.parametrize("name", QUERIES)
def test_query_runs_and_is_described(path, name):
    query = QUERIES[name]
    assert query["title"]
    assert query["description"]
    datasette = create_datasette(path)
    result = asyncio.run(datasette.get_database("archive").execute(query["sql"], dict.fromkeys(query.get("params", []), "")))
    assert len(result.rows) == ANSWERED.get(name, len(result.rows))


@pytest.mark.parametrize("name", QUERIES)
def test_query_is_described_in_english_with_its_columns_and_parameters(path, name):
    query = QUERIES[name]
    result = asyncio.run(create_datasette(path).get_database("archive").execute(query["sql"], dict.fromkeys(query.get("params", []), "")))
    said = [query["title"], query["description"], *query.get("params", []), *(column for column, *_ in result.description)]
    assert [phrase for phrase in said if not phrase.isascii() and phrase not in ENGLISH] == []


def test_slowest_counts_days(path):
    ((*_, days),) = open_archive(path).execute(QUERIES["slowest"]["sql"], {"省": "", "领域": ""}).fetchall()
    assert days == 82
