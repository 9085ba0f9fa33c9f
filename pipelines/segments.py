"""Segments: what one machine crawled of the sites of one domain, in a folder that all machines reach.

``segments/DOMAIN/ID/`` holds the WARC files, the journal of what is to be stored, the log, and the manifest with their
hashes. The manifest is written last and nothing is changed afterwards: a folder without one is no segment. An ID begins
with the moment at which the crawl began, so that the segments of a domain are in order of time.
"""

import gzip
import hashlib
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePath
from typing import Annotated, Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from upath import UPath

from pipelines.reread import Captures

MANIFEST = "manifest.json"
JOURNAL = "journal.jsonl.gz"
LOG = "log.jsonl.gz"
SHARE = "share"
"""The folder that all machines reach, where it stands beside the archive."""
SEGMENTS = "segments"
KNOWN = "known"
"""Beside the segments: what the archive knows of the sites that are being crawled."""
BLOCK = 1 << 20
ADVICE = "put it right from a copy, or remove the segment's folder; what it held of pages that are due is crawled again"

FileName = Annotated[str, Field(pattern=r"^\w[^/]*$")]


class SegmentError(Exception):
    """A segment, or the folder of segments, cannot be used; the message names it, and what to do."""


class FileSum(BaseModel):
    """What a file of a segment must be."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    length: int


class Manifest(BaseModel):
    """What a segment holds. ``versions`` are those of the software that read its pages."""

    model_config = ConfigDict(frozen=True)

    domain: str
    sites: list[str]
    began: str
    finished: str
    made_by: str
    versions: dict[str, str]
    files: dict[FileName, FileSum]


@contextmanager
def share_errors() -> Iterator[None]:
    """Make an OSError of whatever fsspec raises inside.

    What an address may be is open, and so are the errors: ValueError for a kind that nobody knows, ImportError without its package,
    NotImplementedError where it can only be read (http://), and each package has its own (`botocore`'s of s3://, `paramiko`'s of sftp://).
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(str(error) or type(error).__name__) from error


def open_share(db: Path, address: str | None) -> UPath:
    """Return the folder at an address that fsspec understands, or that beside the archive; make it if it is missing.

    Raises SegmentError.
    """
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # for sftp:// it would print with a traceback what our message says
    try:
        with share_errors():
            share = UPath(address or db.parent / SHARE).absolute()
            (share / SEGMENTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SegmentError(f"{address}: the folder of segments cannot be used: {error}; name another with --share") from error
    if share.protocol == "memory":
        reason = "each process has a memory of its own"
        raise SegmentError(f"{address}: the folder of segments cannot be used: {reason}; name another with --share")
    return share


def new_id(began: str) -> str:
    """Return the name of a segment whose crawl began at an ISO 8601 moment; no other has it, on whatever machine it is made."""
    return f"{began.replace('-', '').replace(':', '')}-{uuid4().hex[:12]}"


def folder_of(share: UPath, domain: str) -> UPath:
    """Return the folder of a domain's segments; a port stands behind an underscore."""
    return share / SEGMENTS / domain.replace(":", "_")


def segment_id(segment: UPath) -> str:
    """Return how the archive calls a segment: its domain's folder and its own."""
    return f"{segment.parent.name}/{segment.name}"


def packed(path: Path) -> Path:
    """Compress a file of text, as a segment holds it; return where it lies."""
    target = path.with_name(f"{path.name}.gz")
    with path.open("rb") as plain, gzip.open(target, "wb") as compressed:
        shutil.copyfileobj(plain, compressed)
    return target


@share_errors()
def publish(folder: UPath, files: Iterable[Path], manifest: Manifest) -> None:
    """Write files into the folder of a new segment, and last its manifest, completed by what they are. Raises OSError."""
    folder.mkdir(parents=True)
    sums = {}
    for path in files:
        sums[path.name] = FileSum(sha256=sha256_of_file(path), length=path.stat().st_size)
        folder.fs.put_file(str(path), (folder / path.name).path)
    part = folder / f"{MANIFEST}.part"
    part.write_text(manifest.model_copy(update={"files": sums}).model_dump_json(indent=1), encoding="utf-8")
    part.rename(folder / MANIFEST)


def sha256_of_file(path: Path) -> str:
    """Return a local file's SHA-256 in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def domains(share: UPath) -> list[UPath]:
    """Return the folders of the domains that have segments. Raises SegmentError."""
    try:
        with share_errors():
            # To an object store (s3://…) a folder is there once something lies in it.
            folders = list((share / SEGMENTS).iterdir()) if (share / SEGMENTS).exists() else []
            return sorted((folder for folder in folders if folder.is_dir()), key=lambda folder: folder.name)
    except OSError as error:
        raise SegmentError(f"{share}: the folder of segments cannot be listed: {error}") from error


def segments_in(folder: UPath) -> list[UPath]:
    """Return the folders in a domain's folder, with a manifest or without, in order of time. Raises SegmentError."""
    try:
        with share_errors():
            return sorted(folder.iterdir(), key=lambda segment: segment.name) if folder.is_dir() else []
    except OSError as error:
        raise SegmentError(f"{folder}: cannot be listed: {error}; see to the share, and merge it again") from error


def is_complete(segment: UPath) -> bool:
    """Tell whether the segment has its manifest; one without is being written, or its worker was killed. Raises SegmentError."""
    try:
        with share_errors():
            return bool((segment / MANIFEST).is_file())
    except OSError as error:
        raise SegmentError(f"{segment}: cannot be looked into: {error}; see to the share, and merge it again") from error


def read_manifest(segment: UPath) -> Manifest:
    """Return a segment's manifest. Raises SegmentError."""
    try:
        with share_errors():
            content = (segment / MANIFEST).read_bytes()
        manifest = Manifest.model_validate_json(content)
    except (OSError, ValidationError) as error:
        raise SegmentError(f"{segment}: {MANIFEST} cannot be read: {error}") from error
    if JOURNAL not in manifest.files:
        raise SegmentError(f"{segment}: {MANIFEST} does not name {JOURNAL}; {ADVICE}")
    return manifest


def fetch(segment: UPath, name: str, expected: FileSum, target: Path) -> None:
    """Copy a file of a segment to ``target``, whole or not at all. Raises SegmentError if it is not what the manifest says."""
    part = target.with_name(f".{target.name}.part")
    digest = hashlib.sha256()
    try:
        with part.open("wb") as copy:
            for block in _blocks(segment / name):
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
    except FileNotFoundError as error:
        raise SegmentError(f"{segment}: {name} is missing, which the manifest names; {ADVICE}") from error
    if digest.hexdigest() != expected.sha256:
        part.unlink()
        raise SegmentError(f"{segment}: {name} is not what it was when the manifest was written; {ADVICE}")
    part.rename(target)


class SegmentCaptures(Captures):
    """Finds captures in the segments that they came with, which workers reach; what is in none lies in the archive's own folder."""

    def __init__(self, directory: Path, share: UPath) -> None:
        super().__init__(directory.resolve())
        self.share = share
        self._folder = cache(self._find_folder)

    def located(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with the ``directory`` that its ``warc_file`` is in, and that workers of a cluster read."""
        folder = self._folder(row["segment"])
        if folder is None:
            return super().located(row)
        return row | {"directory": folder, "warc_file": PurePath(row["warc_file"]).name}

    def _find_folder(self, segment: str | None) -> UPath | None:
        folder = None if segment is None else self.share / SEGMENTS / segment
        return folder if folder is not None and is_complete(folder) else None


def _blocks(path: UPath) -> Iterator[bytes]:
    with share_errors(), path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
