"""RTF, as word processors on government desks write it: code page 936, bytes as hexadecimal escapes."""

import re

from striprtf.striprtf import rtf_to_text

from pipelines.unreadable import UnreadableFileError

CELL_END = "|"
"""What striprtf puts between the cells of a table's row."""
# \fcharset0 is "the system's own": on a machine of code page 936, Chinese.
CHINESE_SYSTEM = re.compile(r"\\ansicpg936\b")
SYSTEM_CHARSET = re.compile(r"\\fcharset0\b")
# \'b7 in the font Symbol is the bullet of a list, and no character of code page 936.
UNDECODED = "\ufffd"
MOST_UNDECODED = 0.005


def read_paragraphs(content: bytes) -> list[str]:
    """Return the paragraphs of an RTF file. Raises UnreadableFileError."""
    # RTF itself is ASCII; a file that holds raw bytes of code page 936 decodes as them.
    source = content.decode("gb18030", errors="replace")
    if CHINESE_SYSTEM.search(source):
        source = SYSTEM_CHARSET.sub(r"\\fcharset134", source)
    text: str = rtf_to_text(source, encoding="cp936", errors="replace")  # type: ignore[no-untyped-call]
    if text.count(UNDECODED) > MOST_UNDECODED * len(text):
        raise UnreadableFileError("RTF 文件的字符编码不明")
    lines = (" ".join(line.replace(UNDECODED, "").replace(CELL_END, " ").split()) for line in text.splitlines())
    return [line for line in lines if line]
