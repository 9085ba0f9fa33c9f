"""Files become paragraphs, or a reason why not: on files that word processors, browsers and scanners would make."""

import json
import subprocess
import sys
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import docx
import pytest
from documents import (
    DOC_HEADER,
    LEVELS,
    PARAGRAPHS,
    TITLE,
    cid_keyed_pdf,
    counted_pdf,
    numbered_word_file,
    old_word_file,
    printed_pdf,
    rich_text,
    saved,
    scanned_pdf,
    with_header,
    word_file,
)
from reportlab.pdfgen.canvas import Canvas

from pipelines import files
from pipelines.doc import IS_COMPRESSED
from pipelines.docx import numeral
from pipelines.files import file_kind, read_file
from pipelines.headings import split_heading
from pipelines.paragraphs import squeeze
from pipelines.unreadable import UnreadableFileError

PROJECT = Path(__file__).parent.parent
STYLES = {
    "two characters in, justified, with the browser's head and foot": ("text-indent: 2em; text-align: justify",),
    "two characters in, ragged": ("text-indent: 2em", "--no-pdf-header-footer"),
    "no indent, a gap between": ("margin-bottom: 12pt", "--no-pdf-header-footer"),
}


def squeezed(paragraphs: list[str]) -> list[str]:
    return [squeeze(paragraph) for paragraph in paragraphs]


@pytest.mark.parametrize("style", STYLES)
def test_the_paragraphs_of_a_printed_pdf_are_those_that_were_printed(style: str) -> None:
    assert squeezed(read_file(printed_pdf(*STYLES[style]))) == squeezed([TITLE, *PARAGRAPHS])


def test_a_pdf_without_embedded_fonts_is_read_by_its_character_collection() -> None:
    content = cid_keyed_pdf()
    assert b"UniGB" in content
    assert squeezed(read_file(content)) == squeezed([TITLE, *PARAGRAPHS])


def test_lines_broken_after_so_many_characters_are_joined() -> None:
    assert squeezed(read_file(counted_pdf())) == squeezed(PARAGRAPHS)


def test_a_word_file_is_read_paragraph_by_paragraph() -> None:
    assert read_file(word_file(PARAGRAPHS)) == [TITLE, *PARAGRAPHS]


def test_automatic_numbers_are_printed() -> None:
    items = [(0, "整改"), (1, "关于甲"), (2, "措施"), (2, "措施"), (1, "关于乙"), (2, "措施"), (3, "小项"), (0, "打算"), (1, "关于丙")]
    labels = ["一、", "（一）", "1.", "2.", "（二）", "1.", "①", "二、", "（一）"]
    assert len(LEVELS) == 4
    assert read_file(numbered_word_file(items)) == [label + text for label, (_, text) in zip(labels, items, strict=True)]


@pytest.mark.parametrize(
    ("number", "form", "printed"),
    [
        *[(21, "chineseCountingThousand", "二十一"), (10, "chineseCounting", "十"), (12, "japaneseCounting", "十二")],
        *[(3, "chineseLegalSimplified", "叁"), (2, "ideographTraditional", "乙"), (4, "lowerRoman", "iv"), (27, "lowerLetter", "27")],
        *[(12, "decimalFullWidth", "１２"), (21, "decimalEnclosedCircle", "21"), (7, "what is not known", "7"), (7, "none", "")],
    ],
)
def test_numbers_take_the_form_of_their_list(number: int, form: str, printed: str) -> None:
    assert numeral(number, form) == printed


def test_rows_of_a_table_and_line_breaks_are_lines_and_deleted_text_is_none() -> None:
    document = docx.Document()
    document.add_paragraph("前\n后")
    table = document.add_table(2, 2)
    for cell, text in zip([cell for row in table.rows for cell in row.cells], ["问题", "整改", "漏保", "已补"], strict=True):
        cell.text = text
    content = saved(document)
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            xml = old.read(name)
            if name == "word/document.xml":
                xml = xml.replace(b"<w:tbl>", b"<w:p><w:del><w:r><w:t>x</w:t></w:r></w:del><w:r><w:t>y</w:t></w:r></w:p><w:tbl>", 1)
            new.writestr(name, xml)
    assert read_file(changed.getvalue()) == ["前", "后", "y", "问题\t整改", "漏保\t已补"]


@pytest.mark.parametrize("charset", [134, 0])
def test_a_rich_text_of_a_chinese_desk_is_chinese(charset: int) -> None:
    assert read_file(rich_text([TITLE, *PARAGRAPHS], charset)) == [TITLE, *PARAGRAPHS]


def bomb() -> bytes:
    """A PDF of which one stream unpacks to more than a gigabyte."""
    packer = zlib.compressobj(1)
    megabyte = bytes(1024**2)
    stream = b"".join([packer.compress(megabyte) for _ in range(1100)] + [packer.flush()])
    file = BytesIO()
    canvas = Canvas(file, pageCompression=0)
    canvas.drawString(10, 10, "MARK")
    canvas.save()
    head, _, rest = file.getvalue().partition(b"stream\n")
    tail = rest[rest.index(b"endstream") :]
    head = head[: head.rindex(b"<<")] + b"<< /Filter /FlateDecode /Length %d >>\n" % len(stream)
    return head + b"stream\n" + stream + b"\n" + tail


def zip_bomb() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(80 * 1024**2))
    return file.getvalue()


def encrypted() -> bytes:
    file = BytesIO()
    canvas = Canvas(file, encrypt="secret")
    canvas.drawString(10, 10, "secret")
    canvas.save()
    return file.getvalue()


def long() -> bytes:
    file = BytesIO()
    canvas = Canvas(file)
    for _ in range(201):
        canvas.drawString(10, 10, "page")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


UNREADABLE = {
    "a scan": (scanned_pdf, "扫描件"),
    "encrypted": (encrypted, "加密"),
    "cut off": (lambda: cid_keyed_pdf()[:2000], "PDF"),
    "no PDF at all": (lambda: b"%PDF-1.7 ...", "PDF"),
    "too many pages": (long, "超过 200 页"),
    "a stream that fills the memory": (bomb, "内存"),
    "a package that unpacks to too much": (zip_bomb, "展开后大于"),
    "a cut DOCX": (lambda: word_file(PARAGRAPHS)[:-100], "损坏"),
    "a cut DOC": (lambda: old_word_file()[:9_000], "旧版 Office 文件"),
    "an encrypted DOC": (lambda: with_header(0x0A, b"\x00\x13"), "DOC 文件已加密"),
    "a DOC whose pieces are nowhere": (lambda: with_header(0x01A2, bytes(8)), "DOC 文件已损坏"),
    "a DOC that is older than Word 97": (lambda: with_header(0, b"\xdc\xa5"), "早于 Word 97"),
    "a picture": (lambda: b"\xff\xd8\xff\xe0" + bytes(100), "图片"),
    "an empty RTF": (lambda: b"{\\rtf1 }", "没有文字"),
    "more than is ever fetched": (lambda: b"%PDF-1.4" + bytes(files.LARGEST_FILE), "大于"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_says_why(name: str) -> None:
    make, reason = UNREADABLE[name]
    with pytest.raises(UnreadableFileError, match=reason):
        read_file(make())


def test_tables_fields_and_line_breaks_of_a_doc() -> None:
    assert read_file(old_word_file("table.doc")) == [
        "序号 反馈问题 整改情况",
        "1 闸门检修不及时 检修12座",
        "邮箱：zg@example.cn，欢迎来信",
        "上行",
        "下行",
    ]


def test_a_doc_of_one_byte_a_character() -> None:
    content = bytearray(old_word_file("table.doc"))
    # Of the one piece, which begins at 0x800 in its stream: half the place, a flag, and there the bytes.
    descriptor = content.index(b"\x50\x00\x00\x08\x00\x00\x00\x00")
    content[descriptor + 2 : descriptor + 6] = (0x800 * 2 | IS_COMPRESSED).to_bytes(4, "little")
    text = content.index(DOC_HEADER) + 0x800
    content[text : text + 0x60] = "Rectified – “done”\rin time".encode("cp1252").ljust(0x60, b"\r")
    assert read_file(bytes(content)) == ["Rectified – “done”", "in time"]


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST_SECONDS", 0.01)
    with pytest.raises(UnreadableFileError, match="仍未读完"):
        read_file(cid_keyed_pdf())


def test_kinds_are_told_by_the_bytes() -> None:
    assert [file_kind(content) for content in (b"<html>%PDF-", b"", "正文".encode())] == [None, None, None]
    sheet = BytesIO()
    with zipfile.ZipFile(sheet, "w") as package:
        package.writestr("xl/workbook.xml", "")
    assert file_kind(sheet.getvalue()) == "XLSX"


@pytest.mark.parametrize(
    ("lines", "title", "heading"),
    [
        ([TITLE, *PARAGRAPHS], TITLE, TITLE),
        (["附件1：", "中共临河县水务局党组", "关于巡察整改情况的通报", *PARAGRAPHS], TITLE, TITLE),
        (["中共临河县水务局党组", "关于巡察整改情况的通报", *PARAGRAPHS], None, TITLE),
        ([TITLE, *PARAGRAPHS], "水务局公示", TITLE),
        (["目录", *PARAGRAPHS], TITLE, None),
        (PARAGRAPHS[1:], None, None),
        ([], TITLE, None),
    ],
)
def test_the_title_above_a_text_is_told_from_its_body(lines: list[str], title: str | None, heading: str | None) -> None:
    found, body = split_heading(lines, title)
    assert found == heading
    assert body == (lines[-len(PARAGRAPHS) :] if heading else lines)


def test_read_prints_every_kind_of_file(tmp_path: Path) -> None:
    contents = {
        "a.pdf": cid_keyed_pdf(),
        "b.docx": word_file(PARAGRAPHS),
        "c.rtf": rich_text([TITLE, *PARAGRAPHS]),
        "d.txt": "\n".join([TITLE, *PARAGRAPHS]).encode(),
        "e.html": f"<h1>{TITLE}</h1><div id=zoom>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</div>".encode("gb18030"),
        "f.doc": old_word_file(),
        "g.pdf": scanned_pdf(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-m", "zhenggai", "read", *(str(tmp_path / name) for name in contents)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60)
    *notices, scan = map(json.loads, done.stdout.splitlines())
    assert [notice["id"] for notice in notices] == list(contents)[:-1]
    for notice in notices:
        assert (notice["title"], notice["is_notice"], notice["signed_date"]) == (TITLE, True, "2022-12-02"), notice["id"]
        assert squeezed(notice["text"].split("\n")) == squeezed(PARAGRAPHS)
        assert [problem["number"] for problem in notice["problems"]] == ["（一）", "（二）"]
    assert scan["id"] == "g.pdf"
    assert "扫描件" in scan["error"]
