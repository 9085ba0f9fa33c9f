"""SQL that readers write: what it can read, what it must not, and whom it keeps waiting."""

import asyncio
import glob
import json
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from publishing import PROJECT, TEXT, answer, configure, fill_archive, serving

from pipelines.archive import open_archive
from zhenggai.serve import create_datasette

MAILBOX, DOMAIN = "mzj", "example.invalid"
HARVESTS = [
    "select replace(value, '@', ' AT ') as v from contacts where kind = 'email'",
    "select cast(hex(value) as text) as v from contacts",
    "select substr(value, 1, 3) as v from contacts",
    "select substr(text, instr(text, '@') - 3, 3) as v from texts where instr(text, '@')",
    "select substr(text, instr(text, '@') - 3, 3) as v from versions",
    "with notices as (select substr(value, 1, 3) as v from contacts) select * from notices",
    "select substr(value, 1, 3) as v from Contacts as c",
    "select json_group_array(substr(value, 1, 3)) as v from [contacts]",
    "select substr(c.value, 1, 3) as v from notices join contacts c on c.notice_id = notices.id",
]
BEHIND = ["main.contacts", '"main".contacts', "[MAIN].contacts", "`main` . contacts", "'main'.contacts", "main/**/.contacts"]
FOREVER = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n where i > {}"


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("own") / "archive.db"
    fill_archive(path)
    return path


def ask(path: Path, addresses: list[str]) -> list[httpx.Response]:
    """Return what one server answers to each."""

    async def all_of_them() -> list[httpx.Response]:
        client = create_datasette(path).client
        return [await client.get(address) for address in addresses]

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("ending", [".json", ".csv", ""])
def test_no_own_sql_reads_addresses(path, ending):
    for sql, response in zip(HARVESTS, ask(path, [f"/archive{ending}?sql={quote(sql)}" for sql in HARVESTS]), strict=True):
        assert response.status_code == 200, sql
        shown = response.text.replace(sql, "")
        assert "•" in shown or "\\u2022" in shown or "hex" in sql
        assert f">{MAILBOX}<" not in shown
        assert f"{MAILBOX} AT" not in shown
        assert f'"{MAILBOX}"' not in shown.replace("\\", "")
        assert MAILBOX not in [line.strip() for line in shown.splitlines()]
        assert MAILBOX.encode().hex() not in shown.lower()


def test_nor_does_a_condition_of_own(path):
    union = "0 union select notice_id, position, kind, substr(value, 1, 3), start, end, extension from contacts"
    response = answer(path, f"/archive/contacts.json?_shape=array&_where={quote(union)}")
    assert [row["value"] for row in response.json()] == ["•••"]


def test_however_the_address_is_written(path):
    response = answer(path, "/~61rchive.json?s%71l=" + quote(HARVESTS[2]))
    assert response.json()["rows"] == [["•••"]]


def test_tables_behind_the_views_are_out_of_reach(path):
    whole = [f"/archive.json?sql={quote(f'select * from {table}')}" for table in BEHIND]
    conditions = [f"/archive/texts.json?_where={quote(f'1 in (select 1 from {table})')}" for table in BEHIND]
    for response in ask(path, whole + conditions):
        assert response.status_code == 400
        assert MAILBOX not in response.text
        assert "not allowed" in response.text


def test_path_of_the_archive_stays_hidden(path):
    names = ("pragma_database_list()", "pragma_database_list", '"PRAGMA_database_list"')
    for response in ask(path, [f"/archive.json?sql={quote(f'select * from {name}')}" for name in names]):
        assert response.status_code == 400
        assert str(path.parent) not in response.text


def test_every_other_value_reads_as_it_is(path):
    """Of every table and column, but for the texts with an address in them."""
    db = open_archive(path)
    tables = [name for name in db.table_names() if "_fts" not in name and not name.startswith(("sqlite_", "_"))]

    for name, response in zip(tables, ask(path, [f"/archive.json?sql=select+*+from+{name}" for name in tables]), strict=True):
        stored = [list(row) for row in db.execute(f"select * from {name}")]
        hidden = json.loads(json.dumps(stored, ensure_ascii=False).replace(f"{MAILBOX}@", "•••@"))
        assert response.json()["rows"] == hidden


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "select id from notices where id in (select rowid from notice_search where notice_search match zg_match('低保')) order by id",
            [[1], [2]],
        ),
        ("select division_code from sites where division_code = 360000", [["360000"]]),
        ("select length(text) from texts where notice_id = 1", [[len(TEXT)]]),
        ("select count(*) from texts where zg_contains(text, '漏保')", [[1]]),
        (
            "select substr(text, start + 1, end - start) = quote from evidence join texts using (notice_id) where field = 'signed_date'",
            [[1]],
        ),
    ],
)
def test_own_sql_answers_as_before(path, sql, expected):
    assert answer(path, "/archive.json?sql=" + quote(sql)).json()["rows"] == expected


def test_own_sql_uses_the_indexes(path):
    plan = answer(path, "/archive.json?sql=" + quote("explain query plan select title from notices where year = 2023")).json()["rows"]
    assert "USING INDEX idx_notices_year" in json.dumps(plan)


def test_condition_of_own_on_a_list_with_facets(path):
    page = answer(path, "/archive/notices.json?_where=" + quote("title like '%民政局%'")).json()
    assert [row[0] for row in page["rows"]] == [1]
    assert page["facet_results"]["province"]["results"][0]["count"] == 1


def test_endless_sql_is_told_what_to_do(path):
    response = answer(path, "/archive.json?sql=" + quote(FOREVER.format(1)))
    assert response.status_code == 400
    assert "zg_match" in response.json()["error"]


def test_charts_are_no_sql_of_the_readers_own(tmp_path):
    """A dashboard asks for its five charts at once, when four statements of readers were all that ran at a time."""
    fill_archive(tmp_path / "archive.db")
    metadata = configure(tmp_path, own_sql_at_once=0)
    charts = [chart["query"] for chart in metadata["plugins"]["datasette-dashboards"]["archive"]["charts"].values()]

    with serving("datasette", str(tmp_path), "--port", "{port}") as (address, _):
        statuses = [httpx.get(f"{address}/archive.json", params={"sql": sql}).status_code for sql in [*charts, f"{charts[0]} "]]
    assert statuses == [200] * len(charts) + [503]


MANY = "with recursive n(i) as (select 1 union all select i + 1 from n limit 300) "
ZEROS, MARKS = "hex(zeroblob({}))", "replace(hex(zeroblob({})), '00', char({}))"


@pytest.mark.parametrize(
    "sql",
    [
        f"select {ZEROS.format(30_000_000)}",
        f"{MANY} select {ZEROS.format(900_000)} from n",
        f"select replace({ZEROS.format(900_000)}, '0', '000')",
        f"select zg_match({ZEROS.format(10_000)})",
        f"select zg_found({ZEROS.format(10_000)}, 1)",
        f"select {ZEROS.format(900_000)} like '%' || {ZEROS.format(20_000)} || '1'",
        "select json_patch('{}', '{}')",
    ],
)
def test_no_value_fills_the_memory(path, sql):
    response = answer(path, "/archive.json?sql=" + quote(sql))
    assert response.status_code == 400
    assert len(response.content) < 1000


@pytest.mark.parametrize(
    "expression",
    [
        f"instr({ZEROS.format(900_000)}, {ZEROS.format(450_000)} || '1')",
        f"replace({ZEROS.format(900_000)}, {ZEROS.format(450_000)} || '1', '') = ''",
        f"trim({MARKS.format(600_000, 97)}, {ZEROS.format(900_000)} || 'b') = ''",
        f"zg_contains({MARKS.format(400_000, 769)} || {MARKS.format(400_000, 820)}, 'x')",
    ],
)
def test_no_function_outlasts_its_time_limit(path, expression):
    begun = time.process_time()
    assert answer(path, "/archive.json?sql=" + quote(f"select {expression}")).json()["rows"] == [[0]]
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "expression",
    [
        "instr('低保金', '保')",
        "instr('a', 'b')",
        "instr(x'0102', x'02')",
        "instr(12345, 34)",
        "instr(null, 1)",
        "replace('低保低保', '保', '')",
        "replace('a', '', 'b')",
        "replace('a', null, 'b')",
        "replace(1.5, '.', ',')",
        "trim('  a ')",
        "trim('xaxbx', 'x')",
        "ltrim('《《a》', '《')",
        "rtrim('a》》', '》《')",
        "rtrim('xxx', 'x')",
        "ltrim(null, 'x')",
        "rtrim('x', null)",
    ],
)
def test_bounded_functions_answer_as_sqlite_does(path, expression):
    ((expected,),) = sqlite3.connect(":memory:").execute(f"select {expression}")
    assert answer(path, "/archive.json?sql=" + quote(f"select {expression}")).json()["rows"] == [[expected]]


@pytest.mark.parametrize("table", ["notices", "texts", "problems", "bodies"])
def test_a_search_that_is_too_long_is_refused(path, table):
    response = answer(path, f"/archive/{table}.json?_search={'0' * 1001}")
    assert response.status_code == 400
    assert "1001" in response.text
    assert answer(path, f"/archive/{table}.json?_search={'0' * 1000}").status_code == 200


def test_slow_own_sql_keeps_nobody_waiting(tmp_path):
    """Sixty endless queries once shut everybody out; now they are four at a time, and apart."""
    fill_archive(tmp_path / "archive.db")
    for name in ("settings.json", "plugins", "templates", "static", "metadata.yml"):
        (tmp_path / name).symlink_to(PROJECT / name)
    ordinary = ["/", "/archive/notices/1", "/archive/search?q=" + quote("低保"), "/archive/notices?year=2023", "/about"]

    async def crowd(address: str) -> tuple[list[httpx.Response], list[httpx.Response]]:
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
            slow = [asyncio.create_task(client.get("/archive.json?sql=" + quote(FOREVER.format(number)))) for number in range(60)]
            await asyncio.sleep(0.5)
            answers = [await client.get(page) for page in ordinary]
            # They came while the slow ones still ran.
            assert not all(task.done() for task in slow)
            return answers, await asyncio.gather(*slow)

    with serving("datasette", str(tmp_path), "--port", "{port}") as (address, _):
        answers, slow = asyncio.run(crowd(address))
    assert [response.status_code for response in answers] == [200] * len(ordinary)
    assert sorted({response.status_code for response in slow}) == [400, 503]
    assert sum(response.status_code == 400 for response in slow) == 4


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_in_which_the_disk_lists_the_plugins_changes_nothing(tmp_path, monkeypatch, backwards):
    """Three of them are around what executes SQL."""
    listed = glob.glob
    monkeypatch.setattr(glob, "glob", lambda *arguments, **options: sorted(listed(*arguments, **options), reverse=backwards))
    db = open_archive(tmp_path / "archive.db")
    with db.atomic():
        for number in range(1, 131):
            db.table("notices").insert(
                {"id": number * 7919 % 131, "url": f"http://a.example/{number}", "state": "gone", "year": number % 2}
            )
    now = quote("select strftime('%f', 'now') as value, count(*) as count from notices")

    async def looks() -> tuple[list[int], set[str], httpx.Response]:
        client = create_datasette(tmp_path / "archive.db").client
        seen: list[int] = []
        following = ""
        while following is not None:
            address = (
                f"/archive/notices.json?_where=state='gone'&_sort_desc=year&_size=50&_shape=objects{following and f'&_next={following}'}"
            )
            page = (await client.get(address)).json()
            seen += [row["id"] for row in page["rows"]]
            following = page["next"]
        answers = {(await client.get(f"/archive.csv?sql={now}")).text for _ in range(3)}
        counted = quote("select count(*) from notices where zg_found(:search, id)")
        return seen, answers, await client.get(f"/archive?sql={counted}&search=低保")

    seen, answers, counted = asyncio.run(looks())
    assert sorted(seen) == list(range(1, 131))
    assert len(answers) == 3, "what a reader asks is asked anew"
    assert counted.status_code == 200
