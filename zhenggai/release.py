"""A release of the archive: the same facts as a database, CSV and Parquet, an index of the captures, and checksums."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import yaml
from sqlite_utils import Database

from pipelines.cdxj import Index
from pipelines.chain import newest_root
from pipelines.tables import write_table
from pipelines.visits import utc_now
from zhenggai.copies import CopyError, copy_database, copy_part, is_written, linked, relocate_captures, staged, write_checksums
from zhenggai.plain import SETTINGS, plain_metadata
from zhenggai.serve import PROJECT
from zhenggai.smoke import check_release

NOT_FOR_READERS = {"signatures", "bands", "search_keys"}
"""Tables by which the crawl recognises a text, and the search finds it; they are in the database only."""
README = """\
整改通报档案，{moment} 导出，zhenggai {version}
An archive of 巡视巡察整改通报, exported at {moment} by zhenggai {version}.

archive.db      SQLite：全部数据。sqlite3 archive.db，或在本文件夹运行 datasette .
                everything, as SQLite: sqlite3 archive.db, or run `datasette .` in this folder
metadata.yml    每张表、每一列的说明 (a sentence for every table and column)
settings.json   Datasette 的设置：查询时限 (settings of Datasette: how long a query may take)
csv/ parquet/   每张表一个文件 (one file a table)
captures.cdxj   WARC 文件的索引，可用 pywb 重放；304 应答不列 (an index of the WARC files, for replay with pywb; without answers 304)
captures/       WARC 文件：网页收到时的样子；发布时可能未附 (the WARC files: pages as received; may not be included)
ROOT            封存的根：zhenggai verify --root 据此查验旧记录有没有被改动过
                (root of the seals: by it `zhenggai verify --root` tells whether an old row was altered)
SHA256SUMS      校验：sha256sum -c SHA256SUMS (checksums)

全文检索：datasette . 之后打开 /archive/find?检索词=低保，一个字也能查，用简体字；表的上方没有检索框，因为没有本站的
插件，检索框什么也查不到。命令行：zhenggai search 低保 --db archive.db
Search: run `datasette .` and open /archive/find?检索词=低保 (simplified characters, one is enough). Tables have no search box,
since without the plugins of zhenggai it would find next to nothing. On the command line: zhenggai search 低保 --db archive.db

CSV 是 UTF-8 编码：什么都没有是 NULL，"" 是空文本。以 = + - @ 等开头的文字会被电子表格当作公式，前面因此加了一个撇号 '；控制字符略去；
原样的值在 archive.db 和 parquet/ 里。
The CSV files are in UTF-8: nothing is NULL, "" is an empty text. A spreadsheet takes a text that begins with = + - @ and
the like for a formula; it has an apostrophe ' before it; control characters are left out.
The values as they are stand in archive.db and in parquet/.

{counts}
"""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Release:
    """What was put in place."""

    directory: Path
    rows: dict[str, int]
    """Rows of each table."""
    indexed: int
    """Lines of the index of captures."""
    size: int
    """Bytes of all files together."""


def make_release(db: Path, directory: Path, *, with_captures: bool, report: Report) -> Release:
    """Export the archive at ``db`` into a new or empty directory.

    All of it is written beside its place, tried out, and put there by one renaming: what fails leaves nothing.
    ``report`` is told what is being done. Raises ArchiveError, CopyError, TableError and SmokeError.
    """
    if not (PROJECT / "metadata.yml").is_file():
        raise CopyError(f"{PROJECT}: metadata.yml is not here; export from a checkout of the project")
    with staged(directory) as stage:
        report("copying the database")
        copy = copy_database(db, stage / "archive.db")
        files = relocate_captures(copy)
        rows = {}
        for table in _tables():
            report(f"writing {table}")
            rows[table] = write_table(copy, table, _file(stage, "csv", table), _file(stage, "parquet", table))
        index = Index()
        for name, path in files.items():
            report(f"indexing {name}")
            _add_captures(index, db.parent / path, stage / "captures" if with_captures else None)
        _refuse_unindexed(copy, index)
        indexed = index.write(stage / "captures.cdxj")
        _write_metadata(stage)
        _write_readme(stage, rows)
        (stage / "ROOT").write_text(f"{newest_root(copy) or ''}\n", "utf-8")
        copy.close()
        report("trying the release out")
        check_release(stage, rows)
        report("reckoning checksums")
        size = write_checksums(stage)
    return Release(directory, rows, indexed, size)


def _tables() -> list[str]:
    """Return the tables for readers: those that metadata.yml describes."""
    described = yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8"))["databases"]["archive"]["tables"]
    return [name for name, table in described.items() if not table.get("hidden") and name not in NOT_FOR_READERS]


def _file(stage: Path, kind: str, table: str) -> Path:
    (stage / kind).mkdir(exist_ok=True)
    return stage / kind / f"{table}.{kind}"


def _add_captures(index: Index, path: Path, target: Path | None) -> None:
    """Index a WARC file, and put it, or the part that is whole records, into the directory ``target``."""
    try:
        with path.open("rb") as file:
            growing = is_written(file.fileno())
            whole = index.add(path)
            if target is None:
                return
            target.mkdir(exist_ok=True)
            if growing or whole < path.stat().st_size or not linked(path, target / path.name):
                copy_part(path, target / path.name, whole)
    except FileNotFoundError as error:
        raise CopyError(f"{path}: is not there, and captures of the archive lie in it; put it back (see `zhenggai verify`)") from error


def _refuse_unindexed(copy: Database, index: Index) -> None:
    """Raise CopyError if a capture of the archive was not found in its WARC file."""
    for capture, path, start in copy.execute("SELECT id, warc_file, warc_offset FROM captures"):
        if not index.holds(Path(path).name, start):
            raise CopyError(f"{path}: no whole record at offset {start}, where {capture} should be; `zhenggai verify` says more")


def _write_metadata(stage: Path) -> None:
    metadata = plain_metadata(yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8")))
    (stage / "metadata.yml").write_text(yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False, width=1000), "utf-8")
    (stage / "settings.json").write_text(json.dumps(SETTINGS), "utf-8")


def _write_readme(stage: Path, rows: dict[str, int]) -> None:
    counts = "\n".join(f"{table:<14}{count:>12,}" for table, count in rows.items())
    (stage / "README.txt").write_text(README.format(moment=utc_now(), version=version("zhenggai"), counts=counts), "utf-8")
