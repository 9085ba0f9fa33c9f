"""E-mail addresses in lists: hidden letter for letter, so that offsets into a text still hold.

What stands for @ is looked for first, and the address then right before and behind it, no further than one reaches: the work
grows with the length of a text, whatever the text is made of.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Span = tuple[int, int]

HIDDEN = "•"
LONGEST_MAILBOX = 64
"""Characters, as RFC 5321 has it."""

# One of these is in every address; most texts have none, and are not looked through.
ANCHORS = ("@", "＠", "#", "＃", "%", "~", "a", "A", "艾", "*", "＊", "☆", "★")

_LETTER = "A-Za-z0-9Ａ-Ｚａ-ｚ０-９"
# Brackets as typed, as HTML has them, and as the links of facets have them.
_OPENING = r"(?:[(\[{<【（［｛]|&lt;|[%~]28|[%~]5B)"
_CLOSING = r"(?:[)\]}>】）］｝]|&gt;|[%~]29|[%~]5D)"
_DOT = rf"(?:\s?(?:[.．。]|{_OPENING}\s?(?:dot|点|[.．])\s?{_CLOSING})\s?|\sdot\s|点)"
_LABEL = rf"[{_LETTER}-]{{1,63}}"
_DOMAIN = rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,5}}"
# Ends in letters: 3*4.5 is a product.
_NAMED_DOMAIN = rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,4}}{_DOT}[A-Za-zＡ-Ｚａ-ｚ]{{2,30}}(?![{_LETTER}])"

# What a sign begins with.
BEGINNING = re.compile(r"[@＠%~(\[{<【（［｛&_艾#＃]")
# mzj@example.gov.cn, mzj ＠ 163.com, mzj(at)163.com, mzj[@]163点com, mzj_at_163.com; mzj%40163.com as it stands in links; and
# mzj#163.com, which is no address in the link of a page: href="list.html#top.cn".
SIGN = re.compile(
    rf"(?:[@＠]|[%~]40|[%~]EF[%~]BC[%~]A0|{_OPENING}\s?(?:at|a(?=[)）\]】])|艾特|[@＠#＃])\s?{_CLOSING}|_at_|艾特)\s?{_DOMAIN}"
    rf"|(?P<hash>[#＃])\s?{_NAMED_DOMAIN}",
    re.IGNORECASE,
)
# Read backwards from a sign. A Chinese word before it is no part of it.
MAILBOX = re.compile(rf"(?P<gap>\s?)(?P<mailbox>[{_LETTER}_.．+＋－-]{{1,{LONGEST_MAILBOX}}})(?P<in_link>[/\"'=?&%~;])?")
# 邮箱：mzj*163.com, mzj at 163.com: what stands for @ there is so only behind a label, as for the reader of contacts.
DOUBTFUL = ("*", "＊", "☆", "★", " at ", " AT ", " At ")
LABELLED = re.compile(
    rf"(?:箱|邮件|电邮|mail)(?:地址)?[为是：:\s]{{0,3}}(?P<mailbox>[{_LETTER}_.．+＋－-]{{1,{LONGEST_MAILBOX}}})"
    rf"(?:\s?[*＊☆★]\s?|\sat\s){_NAMED_DOMAIN}",
    re.IGNORECASE,
)


def mask_emails(text: str) -> str:
    """Return the text with what stands before the @ of each address hidden: •••@example.gov.cn."""
    if not any(anchor in text for anchor in ANCHORS):
        return text
    pieces, position = [], 0
    for start, end in sorted(_mailboxes(text)):
        if end > position:
            hidden_from = max(start, position)
            pieces += [text[position:hidden_from], HIDDEN * (end - hidden_from)]
            position = end
    return "".join([*pieces, text[position:]]) if pieces else text


def _mailboxes(text: str) -> Iterator[Span]:
    """Yield where the mailboxes stand; in mzj_at_163.com@qq.com one stands in another."""
    for beginning in BEGINNING.finditer(text):
        if sign := SIGN.match(text, beginning.start()):
            end = sign.start()
            before = MAILBOX.match(text[max(0, end - LONGEST_MAILBOX - 2) : end][::-1])
            if before and not (sign["hash"] and before["in_link"]):
                end -= len(before["gap"])
                yield end - len(before["mailbox"]), end
    if any(sign in text for sign in DOUBTFUL):
        yield from (found.span("mailbox") for found in LABELLED.finditer(text))


def masked(value: Any) -> Any:
    """Return a value, and whatever lists and mappings it is made of, with the addresses in their texts hidden."""
    if isinstance(value, str):
        return mask_emails(value)
    if isinstance(value, Mapping):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(item) for item in value]
    return value
