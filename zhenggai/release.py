"""A release of the archive: the same facts as a database, CSV and Parquet, an index of the captures, and checksums."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import yaml
from sqlite_utils import Database

from pipelines.archive import open_archive
from pipelines.cdxj import Index
from pipelines.tables import write_table
from pipelines.visits import utc_now
from zhenggai.serve import PROJECT
from zhenggai.smoke import check_release

NOT_FOR_READERS = {"signatures", "bands", "search_keys"}
"""Tables by which the crawl recognises a text, and the search finds it; they are in the database only."""
BLOCK = 1 << 20
README = """\
整改通报档案，{moment} 导出，zhenggai {version}
An archive of 巡视巡察整改通报, exported at {moment} by zhenggai {version}.

archive.db      SQLite：全部数据。sqlite3 archive.db，或在本文件夹运行 datasette .
                everything, as SQLite: sqlite3 archive.db, or run `datasette .` in this folder
metadata.yml    每张表、每一列的说明 (a sentence for every table and column)
csv/ parquet/   每张表一个文件 (one file a table)
captures.cdxj   WARC 文件的索引，可用 pywb 重放；304 应答不列 (an index of the WARC files, for replay with pywb; without answers 304)
captures/       WARC 文件：网页收到时的样子；发布时可能未附 (the WARC files: pages as received; may not be included)
SHA256SUMS      校验：sha256sum -c SHA256SUMS (checksums)

CSV 是 UTF-8 编码的原始数据：什么都没有是 NULL，"" 是空文本。以 = + - @ 开头的文字会被电子表格当作公式，
所以不要双击打开，请用“数据 → 自文本/CSV”导入，列类型选“文本”。
The CSV files are raw data in UTF-8: nothing is NULL, "" is an empty text. A spreadsheet takes a text that begins with
= + - @ for a formula: do not open the files with a double click, import them (Data → From Text/CSV) with columns as text.

{counts}
"""

Report = Callable[[str], None]


class ReleaseError(Exception):
    """A release cannot be made; the message says what is wrong and what to do."""


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
    ``report`` is told what is being done. Raises ArchiveError, ReleaseError, TableError and SmokeError.
    """
    if not (PROJECT / "metadata.yml").is_file():
        raise ReleaseError(f"{PROJECT}: metadata.yml is not here; export from a checkout of the project")
    with _staged(directory) as stage:
        report("copying the database")
        copy = _copy_database(db, stage / "archive.db")
        files = _relocate_captures(copy)
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
        shutil.copyfile(PROJECT / "metadata.yml", stage / "metadata.yml")
        _write_readme(stage, rows)
        copy.close()
        report("trying the release out")
        check_release(stage, rows)
        report("reckoning checksums")
        size = _write_checksums(stage)
    return Release(directory, rows, indexed, size)


@contextmanager
def _staged(directory: Path) -> Iterator[Path]:
    """Give a new directory beside the named one, and put it in that one's place if all goes well."""
    directory = directory.absolute()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ReleaseError(f"{directory}: is there already, and not an empty directory; name another, or remove it first")
    if not directory.parent.is_dir():
        raise ReleaseError(f"{directory}: the directory {directory.parent} does not exist; create it first")
    stage = directory.with_name(f".{directory.name}-{os.getpid()}")
    try:
        stage.mkdir()
        yield stage
        stage.rename(directory)
    except (OSError, sqlite3.Error) as error:
        raise ReleaseError(f"{directory}: {error}") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _copy_database(db: Path, path: Path) -> Database:
    archive = open_archive(db, create=False)
    try:
        archive.execute("VACUUM INTO ?", [str(path)])
    except sqlite3.Error as error:
        raise ReleaseError(f"{db}: cannot be copied: {error}") from error
    finally:
        archive.close()
    return Database(path)


def _relocate_captures(copy: Database) -> dict[str, str]:
    """Let the copy's captures lie in ``captures/`` beside it; return the path of each WARC file by its name."""
    paths = [path for (path,) in copy.execute("SELECT DISTINCT warc_file FROM captures ORDER BY warc_file")]
    files = {Path(path).name: path for path in paths}
    if len(files) < len(paths):
        raise ReleaseError("two WARC files of the archive have the same name; rename one, in its directory and in captures.warc_file")
    with copy.conn:
        for name, path in files.items():
            copy.execute("UPDATE captures SET warc_file = ? WHERE warc_file = ?", [f"captures/{name}", path])
    return files


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
            is_written = _is_written(file.fileno())
            whole = index.add(path)
            if target is None:
                return
            target.mkdir(exist_ok=True)
            if is_written or whole < path.stat().st_size or not _linked(path, target / path.name):
                _copy_part(path, target / path.name, whole)
    except FileNotFoundError as error:
        raise ReleaseError(f"{path}: is not there, and captures of the archive lie in it; put it back (see `zhenggai verify`)") from error


def _is_written(descriptor: int) -> bool:
    """Tell whether a crawl still appends to the file: it holds a lock on it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _linked(path: Path, target: Path) -> bool:
    """Give the file a second name; tell whether the file system can."""
    try:
        target.hardlink_to(path.resolve())  # of a file that was moved to another disk, not of the link to it
    except OSError:
        return False
    return True


def _copy_part(path: Path, target: Path, size: int) -> None:
    with path.open("rb") as source, target.open("wb") as copy:
        while size and (block := source.read(min(size, BLOCK))):
            copy.write(block)
            size -= len(block)


def _refuse_unindexed(copy: Database, index: Index) -> None:
    """Raise ReleaseError if a capture of the archive was not found in its WARC file."""
    for capture, path, start in copy.execute("SELECT id, warc_file, warc_offset FROM captures"):
        if not index.holds(Path(path).name, start):
            raise ReleaseError(f"{path}: no whole record at offset {start}, where {capture} should be; `zhenggai verify` says more")


def _write_readme(stage: Path, rows: dict[str, int]) -> None:
    counts = "\n".join(f"{table:<14}{count:>12,}" for table, count in rows.items())
    (stage / "README.txt").write_text(README.format(moment=utc_now(), version=version("zhenggai"), counts=counts), "utf-8")


def _write_checksums(stage: Path) -> int:
    """Write SHA256SUMS over all files, for ``sha256sum -c``; return their bytes together."""
    paths = sorted(path for path in stage.rglob("*") if path.is_file())
    lines = []
    for path in paths:
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(stage)}\n")
    (stage / "SHA256SUMS").write_text("".join(lines), "utf-8")
    return sum(path.stat().st_size for path in paths)
