"""DOC, as Word wrote it from 1997 to 2003, and WPS to this day: the paragraphs of the main document.

The layout is that of [MS-DOC]: a header (FIB) at the start of the stream WordDocument tells where in the table stream
the pieces of the text are listed. Numbers that Word counts by itself stand in no piece, so they are missing.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from struct import unpack_from

from olefile import OleFileIO

from pipelines.unreadable import UnreadableFileError

FIB_MAGIC = 0xA5EC
FLAGS, TEXT_LENGTH, PIECES_AT = 0x0A, 0x4C, 0x01A2
"""Where in the header the flags, the number of characters of the main text and the place of its pieces stand."""
IS_ENCRYPTED, IN_TABLE_1 = 0x0100, 0x0200
PROPERTIES, PIECES = 1, 2
"""The two kinds of blocks among which the list of pieces stands."""
DESCRIPTOR = 8
"""Bytes that describe a piece."""
IS_COMPRESSED = 0x40000000
"""The piece holds a byte for each character, of code page 1252."""
# {FIELD \\* code}: a field's code stands between the first two marks, what Word shows of it between the last two.
FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*\x14?")
FIELD_END = "\x15"
# A row of a table ends with two marks, a cell with one.
ROW_END, CELL_END = "\x07\x07", "\x07"
LINE_ENDS = re.compile("[\r\n\x0b\x0c\x0e]")
# Anchors of pictures, notes and comments.
OBJECTS = re.compile("[\x00-\x08\x0f-\x1f]")


def read_paragraphs(content: bytes) -> list[str]:
    """Return the paragraphs of a DOC file; a table's row is one. Raises UnreadableFileError."""
    with OleFileIO(BytesIO(content)) as file:
        document = file.openstream("WordDocument").read()
        magic, flags = unpack_from("<H", document)[0], unpack_from("<H", document, FLAGS)[0]
        if magic != FIB_MAGIC:
            raise UnreadableFileError("DOC 文件早于 Word 97，不能读取")
        if flags & IS_ENCRYPTED:
            raise UnreadableFileError("DOC 文件已加密")
        table = file.openstream("1Table" if flags & IN_TABLE_1 else "0Table").read()
    length = unpack_from("<I", document, TEXT_LENGTH)[0]
    text = "".join(_pieces(document, _list_of_pieces(document, table)))[:length]
    return [line for line in _lines(text) if line]


def _list_of_pieces(document: bytes, table: bytes) -> bytes:
    """Return the block that lists the pieces; blocks of properties may stand before it."""
    place, size = unpack_from("<II", document, PIECES_AT)
    end = place + size
    while place < end and table[place] == PROPERTIES:
        place += 3 + unpack_from("<H", table, place + 1)[0]
    if place >= end or table[place] != PIECES:
        raise UnreadableFileError("DOC 文件已损坏")
    return table[place + 5 : place + 5 + unpack_from("<I", table, place + 1)[0]]


def _pieces(document: bytes, listed: bytes) -> Iterator[str]:
    """Yield the text of the pieces: the list holds the place of each in the whole text, then a descriptor of each."""
    count = (len(listed) - 4) // (4 + DESCRIPTOR)
    bounds = unpack_from(f"<{count + 1}I", listed)
    for index in range(count):
        place = unpack_from("<I", listed, 4 * (count + 1) + DESCRIPTOR * index + 2)[0]
        characters = bounds[index + 1] - bounds[index]
        if place & IS_COMPRESSED:
            start = (place & ~IS_COMPRESSED) // 2
            yield document[start : start + characters].decode("cp1252", errors="replace")
        else:
            yield document[place : place + 2 * characters].decode("utf-16-le", errors="replace")


def _lines(text: str) -> Iterator[str]:
    """Yield the lines without marks and fields; cells are parted by a space."""
    while (without := FIELD_CODE.sub("", text)) != text:
        text = without
    text = text.replace(FIELD_END, "").replace(ROW_END, "\r").replace(CELL_END, " ")
    for line in LINE_ENDS.split(text):
        yield " ".join(OBJECTS.sub("", line).split())
