"""The bytes of a document file as paragraphs, or a reason why they cannot be read.

Files come from anywhere: a PDF of a few kilobytes can unpack to gigabytes or keep a parser busy for hours. So each is
read in a process of its own, with its memory and its time bounded, and whatever happens there costs one file.
"""

import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib import import_module
from io import BytesIO

from pipelines.unreadable import UnreadableFileError

LONGEST_SECONDS = 60
MOST_MEMORY = 1024**3
"""Bytes of address space; a notice of 100 pages needs a tenth."""
LARGEST_FILE = 32 * 1024**2
"""Bytes; the largest attachments are scans of some 20 MB."""
# Some generators put a line before the header, as the standard's readers have always allowed.
PDF_HEADER_WITHIN = 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_WORD_STREAM = "WordDocument".encode("utf-16-le")
IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\x00", b"MM\x00*")
READERS = {"PDF": "pipelines.pdf", "DOCX": "pipelines.docx", "DOC": "pipelines.doc", "RTF": "pipelines.rtf"}
"""The modules that read a kind, each with ``read_paragraphs(content) -> list[str]``."""
REASONS = {
    "ZIP": "压缩包，不能读取",
    "XLSX": "XLSX 表格，不能读取",
    "OFD": "OFD 文件，不能读取",
    "OLE": "旧版 Office 文件，不能读取",
    "RAR": "压缩包，不能读取",
    "图片": "图片，没有文字",
}


def file_kind(content: bytes) -> str | None:
    """Return PDF, DOCX, DOC, RTF or one of the kinds that have no reader, by the file's first bytes; None for text and HTML."""
    if content.startswith(b"{\\rtf"):
        return "RTF"
    if content.startswith(OLE):
        return "DOC" if OLE_WORD_STREAM in content else "OLE"
    if content.startswith(b"PK\x03\x04"):
        return _zip_kind(content)
    if content.startswith(b"Rar!"):
        return "RAR"
    if content.startswith(IMAGES):
        return "图片"
    # A page that quotes the marker is a page.
    head = content[:PDF_HEADER_WITHIN].lstrip()
    return "PDF" if b"%PDF-" in head and not head.startswith(b"<") else None


def _zip_kind(content: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        # Cut off in the middle: its reader says so.
        return "DOCX" if b"word/" in content else "ZIP"
    marks = {"word/document.xml": "DOCX", "xl/workbook.xml": "XLSX", "OFD.xml": "OFD"}
    return next((kind for mark, kind in marks.items() if mark in names), "ZIP")


def read_file(content: bytes) -> list[str]:
    """Return the paragraphs of a PDF, DOCX, DOC or RTF, none of them blank, its title among them.

    Raises UnreadableFileError with the reason, in Chinese, for every other file and for those that are
    scanned, encrypted, damaged, too large or too slow to read.
    """
    kind = file_kind(content)
    if kind not in READERS:
        raise UnreadableFileError(REASONS.get(kind or "", "不是 PDF、DOCX、DOC 或 RTF 文件"))
    if len(content) > LARGEST_FILE:
        raise UnreadableFileError(f"{kind} 文件大于 {LARGEST_FILE // 1024**2} MB")
    answer = _ask_reader(content, kind)
    if "reason" in answer:
        raise UnreadableFileError(answer["reason"])
    return list(answer["paragraphs"])


def _ask_reader(content: bytes, kind: str) -> dict[str, str]:
    """Run this module as a process of its own; return its ``paragraphs`` or its ``reason``."""
    # The child finds the modules where this process found them, whatever its own start would make of sys.path.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path or str(os.getcwd()) for path in sys.path)}  # noqa: PTH109
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "pipelines.files", kind],
            input=content,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"reason": f"{kind} 文件读了 {LONGEST_SECONDS} 秒仍未读完"}
    if done.returncode != 0:
        return {"reason": f"{kind} 文件展开后超出内存限额，或使读取程序崩溃"}
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def _answer(content: bytes, read: Callable[[bytes], list[str]], kind: str) -> dict[str, list[str] | str]:
    """Return the paragraphs, or why there are none. Parsers of damaged files raise anything; the type says where to look."""
    try:
        paragraphs = [paragraph for paragraph in read(content) if paragraph]
    except UnreadableFileError as error:
        return {"reason": str(error)}
    except MemoryError:
        return {"reason": f"{kind} 文件展开后超出内存限额"}
    except Exception as error:
        return {"reason": f"{kind} 文件已损坏（{type(error).__name__}）"}
    return {"paragraphs": paragraphs} if paragraphs else {"reason": f"{kind} 文件里没有文字"}


def main() -> None:
    """Read one file from standard input; write the answer as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    kind = sys.argv[1]
    read: Callable[[bytes], list[str]] = import_module(READERS[kind]).read_paragraphs
    json.dump(_answer(sys.stdin.buffer.read(), read, kind), sys.stdout)


if __name__ == "__main__":
    main()
