"""One notice as the files in which offices publish it, made on the spot."""

import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

TITLE = "中共临河县水务局党组关于巡察整改情况的通报"
PARAGRAPHS = [
    (
        "根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。2022年6月1日反馈了巡察意见。"
        "按照党务公开原则和巡察工作有关要求，现将巡察整改情况予以公布。"
    ),
    "一、整改落实情况",
    "（一）关于“供水管网漏损率高”的问题。",
    "整改情况：已完成整改，更换管道12.5公里，漏损率下降到10%以内。" + "健全巡查、维修、考核各项制度，做到管护有人、经费有源。" * 12,
    "（二）关于“水费收缴不规范”的问题。",
    "整改情况：已完成整改，清退多收水费3,216.80元，约谈责任人2人次，修订《临河县城乡供水管理办法》等制度5项。"
    + "健全巡查、维修、考核各项制度，做到管护有人、经费有源。" * 30,
    "二、下一步打算",
    # Characters of which fonts hold a radical that looks the same.
    "县水务局党组将坚持以人民为中心的发展思想，持续巩固整改成果，" + "一见长门青车风飞马鱼鸟龙老人大小文方日月木水火" * 4 + "。",
    (
        "欢迎广大干部群众对巡察整改落实情况进行监督。如有意见建议，请及时向我们反映。联系方式：0000-1234567；"
        "邮政信箱：临河县水务局办公室，邮编100000；电子邮箱：linheshuiwuju@example.gov.cn。"
    ),
    "中共临河县水务局党组",
    "2022年12月2日",
]
FONT = "STSong-Light"
"""One of the fonts that PDF readers bring along: the file holds codes of a Chinese character collection and no font."""


@cache
def cid_keyed_pdf() -> bytes:
    """A PDF as an office suite sets it: two characters' indent, a running head, numbered pages, no embedded font."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    body = ParagraphStyle("body", fontName=FONT, fontSize=16, leading=28, firstLineIndent=32, wordWrap="CJK")
    title = ParagraphStyle("title", fontName=FONT, fontSize=22, leading=36, alignment=1, wordWrap="CJK")
    signature = ParagraphStyle("signature", parent=body, alignment=2)

    def head_and_foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont(FONT, 14)
        canvas.drawString(80, 800, "临河县水务局文件")
        canvas.drawCentredString(297, 40, f"— {document.page} —")

    story = [Paragraph(TITLE, title), *(Paragraph(text, signature if text in PARAGRAPHS[-2:] else body) for text in PARAGRAPHS)]
    file = BytesIO()
    SimpleDocTemplate(file).build(story, onFirstPage=head_and_foot, onLaterPages=head_and_foot)
    return file.getvalue()


@cache
def counted_pdf() -> bytes:
    """A PDF whose lines are broken after 36 characters, narrow or wide; paragraphs begin with two blanks."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    file = BytesIO()
    canvas = Canvas(file)
    lines = [("　　" + text)[at : at + 36] for text in PARAGRAPHS for at in range(0, len(text) + 2, 36)]
    for number, line in enumerate(lines):
        if number and number % 20 == 0:
            canvas.showPage()
        canvas.setFont(FONT, 12)
        canvas.drawString(72, 760 - 20 * (number % 20), line)
    canvas.save()
    return file.getvalue()


@cache
def printed_pdf(style: str, *options: str) -> bytes:
    """A PDF that Chromium prints of a page whose paragraphs have this style."""
    body = "".join(f"<p{' class=r' if text in PARAGRAPHS[-2:] else ''}>{text}</p>" for text in PARAGRAPHS)
    html = f"""<meta charset=utf-8><style>@page {{size: A4; margin: 37mm 26mm 35mm 28mm}}
        body {{font: 16pt/28pt 'Noto Serif CJK SC'; margin: 0}} h1 {{font-size: 22pt; text-align: center}}
        p {{margin: 0; {style}}} .r {{text-align: right; padding-right: 4em}}</style><h1>{TITLE}</h1>{body}"""
    with TemporaryDirectory() as directory:
        page, file = Path(directory) / "page.html", Path(directory) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={directory}", *options]
        subprocess.run([*command, f"--print-to-pdf={file}", page.as_uri()], check=True, capture_output=True, timeout=60)
        return file.read_bytes()


@cache
def scanned_pdf(pages: int = 2) -> bytes:
    """A PDF of pictures of pages."""
    file = BytesIO()
    canvas = Canvas(file)
    for _ in range(pages):
        canvas.drawImage(ImageReader(Image.new("L", (600, 800), 200)), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def word_file(paragraphs: list[str], title: str | None = TITLE) -> bytes:
    """A DOCX."""
    document = docx.Document()
    if title:
        document.add_heading(title, 0)
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


LEVELS = [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimalEnclosedCircle", "%4")]


def numbered_word_file(items: list[tuple[int, str]]) -> bytes:
    """A DOCX whose 一、（一）1. are automatic: (level, text) a paragraph."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate(LEVELS)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for depth, text in items:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>'))
    return saved(document)


DOC_HEADER = b"\xec\xa5"
"""What the stream WordDocument of a DOC begins with."""


def old_word_file(name: str = "notice.doc") -> bytes:
    """A DOC of Word 97, saved once by LibreOffice: nothing that writes them could be installed with the tests."""
    return (Path(__file__).parent / "data" / name).read_bytes()


def with_header(place: int, value: bytes) -> bytes:
    """A DOC with other bytes at a place of its header."""
    content = old_word_file()
    start = content.index(DOC_HEADER) + place
    return content[:start] + value + content[start + len(value) :]


def rich_text(paragraphs: list[str], charset: int = 134) -> bytes:
    """An RTF whose characters are bytes of code page 936, the last paragraph's Unicode escapes."""

    def escaped(text: str) -> str:
        return "".join(f"\\'{byte:02x}" for byte in text.encode("gbk"))

    *before, last = paragraphs
    head = f"{{\\rtf1\\ansi\\ansicpg936\\deff0{{\\fonttbl{{\\f0\\fnil\\fcharset{charset} SimSun;}}}}\n"
    unicode = "".join(f"\\u{ord(character) - 65536 * (ord(character) > 32767)}?" for character in last)
    return (head + "".join(f"\\pard\\f0 {escaped(text)}\\par\n" for text in before) + unicode + "}").encode("ascii")
