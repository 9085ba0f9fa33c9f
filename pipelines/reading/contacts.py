"""How the inspected body can be reached: telephones, e-mail, address, postcode."""

import re
from collections.abc import Iterator

from pipelines.reading.source import Source, Span
from pipelines.reading.words import any_of, load
from pipelines.record import Contact, Evidence

_WORDS = load("contacts")
LABEL = re.compile(any_of(_WORDS["phone"]))
FAX = re.compile(any_of(_WORDS["fax"]))
OTHER_BUSINESS = re.compile(any_of(_WORDS["other_business"]))
# 0799-8234417, (0371)6660132, 0376- 6600 132, 0518-12380, 13900000417, 400-123-4567; then bare 87543310 and 12388.
LONG_NUMBER = re.compile(
    r"(?<![\d.])(?:"
    r"[(]?0\d{2,3}[)]? ?[-—]{1,2} ?(?:\d{3,4} ?\d{3,4}|12\d{3})"
    r"|[(]0\d{2,3}[)] ?\d{7,8}"
    r"|0\d{9,11}"
    r"|1[3-9]\d ?\d{4} ?\d{4}"
    r"|[48]00-?\d{3,4}-?\d{3,4}"
    r")(?![\d.])"
)
BARE_NUMBER = re.compile(r"(?<![\d.-])(?:\d{7,8}|12\d{3})(?![\d.]|[万元亿%名件个户人])")
# 电话(区号0371):88532806: what may stand between a label and a bare number.
AFTER_LABEL = re.compile(r"[^。;\n\d]{0,16}(?:[\d()—-]{3,16}(?:[、/和,或;]| ){1,2})*$")
# bysswj @163.com, xamzjzzrsc@163.COM, abc(at)163.com.
REACH = 40
"""Characters over which a label reaches to its number."""
EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,60} ?(?:@|\(at\)|\[at\]) ?[A-Za-z0-9-]{1,60}(?: ?\. ?[A-Za-z0-9-]{2,30}){1,4}")
# 昀州市水利局办公室(滨江南路66号): what stands in brackets belongs to the address if it names a street.
IN_BRACKETS = rf"\((?!邮编|邮政)[^()\n]{{0,20}}{any_of(_WORDS['streets'])}[^()\n]{{0,20}}\)"
ADDRESS = re.compile(rf"(?:{any_of(_WORDS['address'])})(?:为|是|:|\s)*(?P<value>[^\n;。,:()@]{{3,60}}(?:{IN_BRACKETS})?)")
# …机关纪委收: the addressee's mark on an envelope.
ADDRESSEE = re.compile(r"(?:\(?收\)?)$")
AFTER_ADDRESS = re.compile(any_of(_WORDS["after_address"]))
# /成都市锦东路31号,: an address among the contacts without a label.
UNLABELLED_ADDRESS = re.compile(rf"(?<=[/,;、])(?P<value>[一-鿿]{{2,20}}?{any_of(_WORDS['streets'])}\d{{1,5}}号[^\n;。,:()@/]{{0,30}})")
POSTCODE = re.compile(rf"{any_of(_WORDS['postcode'])}(?:为|是|:|\s)*(?P<value>\d{{6}})(?!\d)")
# 31号,610063: six digits that stand alone behind an address.
UNLABELLED_POSTCODE = re.compile(r"号[^\n;。]{0,20}?[,、/ ](?P<value>\d{6})(?![\d-])")
CONTACT_LINE = re.compile(
    any_of([*_WORDS["phone"], *_WORDS["address"], "邮箱", "电子邮件", "来电", "来访", "来信", "信箱", "邮编", "邮件"])
)


def read_contacts(source: Source) -> tuple[list[Contact], dict[str, Evidence]]:
    """Return the contacts of the notice in document order, with evidence by kind."""
    contacts: list[Contact] = []
    for sentence in _contact_sentences(source):
        contacts.extend(_phones(source, sentence))
        contacts.extend(_emails(source, sentence))
    lines = list(_contact_lines(source))
    contacts.extend(_first(source, lines, "address", ADDRESS, UNLABELLED_ADDRESS))
    contacts.extend(_first(source, lines, "postcode", POSTCODE, UNLABELLED_POSTCODE))
    contacts = sorted(_once(contacts), key=lambda contact: contact.start)
    evidence: dict[str, Evidence] = {}
    for contact in contacts:
        quote = source.raw[contact.start : contact.end]
        evidence.setdefault(_FIELDS[contact.kind], Evidence(quote, contact.start, contact.end, f"contacts: {contact.kind}"))
    return contacts, evidence


_FIELDS = {"phone": "phones", "email": "emails", "address": "address", "postcode": "postcode"}


def _contact_lines(source: Source) -> Iterator[Span]:
    """Yield the paragraphs, as spans of the spaced view, in which contacts may stand."""
    for paragraph in source.own:
        start, end = source.text.span(paragraph.start, paragraph.end)
        if CONTACT_LINE.search(source.spaced.text, start, end) or EMAIL.search(source.spaced.text, start, end):
            yield Span(start, end)


def _contact_sentences(source: Source) -> Iterator[Span]:
    """Yield the sentences of those paragraphs, without those that name a number for other business."""
    text = source.spaced.text
    for line in _contact_lines(source):
        for sentence in re.finditer(r"[^。!?]+", text[line.start : line.end]):
            if not OTHER_BUSINESS.search(sentence.group()):
                yield Span(line.start + sentence.start(), line.start + sentence.end())


def _phones(source: Source, span: Span) -> Iterator[Contact]:
    """Yield the telephone numbers of a sentence; a bare number counts only behind a label, a fax never."""
    text = source.spaced.text
    if not LABEL.search(text, span.start, span.end):
        return
    taken: set[int] = set()
    for found in LONG_NUMBER.finditer(text, span.start, span.end):
        taken.update(range(*found.span()))
        if not _is_fax(text, span.start, found.start()):
            yield _contact("phone", found.group(), *found.span())
    for found in BARE_NUMBER.finditer(text, span.start, span.end):
        if found.start() in taken or _is_fax(text, span.start, found.start()):
            continue
        labels = list(LABEL.finditer(text, max(span.start, found.start() - REACH), found.start()))
        if labels and AFTER_LABEL.match(text[labels[-1].end() : found.start()]):
            yield _contact("phone", found.group(), *found.span())


def _is_fax(text: str, start: int, number: int) -> bool:
    """Whether the last label before a number is 传真."""
    start = max(start, number - REACH)
    fax = [m.end() for m in FAX.finditer(text, start, number)]
    label = [m.end() for m in LABEL.finditer(text, start, number)]
    return bool(fax) and (not label or fax[-1] >= label[-1])


def _emails(source: Source, span: Span) -> Iterator[Contact]:
    """Yield the e-mail addresses of a sentence."""
    for found in EMAIL.finditer(source.spaced.text, span.start, span.end):
        yield _contact("email", re.sub(r"\(at\)|\[at\]", "@", found.group()), *found.span())


def _first(source: Source, lines: list[Span], kind: str, labelled: re.Pattern[str], unlabelled: re.Pattern[str]) -> Iterator[Contact]:
    """Yield the first address or postcode, with its label before without."""
    text = source.spaced.text
    for pattern in (labelled, unlabelled):
        for line in lines:
            for found in pattern.finditer(text, line.start, line.end):
                value = found["value"]
                if kind == "address" and (after := AFTER_ADDRESS.search(value)):
                    value = value[: after.start()]
                value = ADDRESSEE.sub("", value.rstrip(" 、/-"))
                if kind == "postcode" or _is_address(value):
                    start = found.start("value")
                    # An address is given as printed, with its full-width brackets.
                    if kind == "address":
                        value = source.raw[start : start + len(value)]
                    yield _contact(kind, value, start, start + len(value))
                    return


def _is_address(value: str) -> bool:
    """Whether a labelled value can be an address: 信箱 may introduce an e-mail, and 电子邮箱地址 too."""
    return len(value) >= 3 and bool(re.match(r"[一-鿿]", value)) and not re.match(r"电子|邮箱|为|是", value)


def _contact(kind: str, value: str, start: int, end: int) -> Contact:
    """Return one contact; inner spaces (0376- 6600 132) are the page's, not the number's."""
    return Contact(kind, value if kind == "address" else value.replace(" ", ""), start, end)  # type: ignore[arg-type]


def _once(contacts: list[Contact]) -> list[Contact]:
    """Return the contacts without repetitions."""
    seen: dict[tuple[str, str], Contact] = {}
    for contact in contacts:
        seen.setdefault((contact.kind, contact.value), contact)
    return list(seen.values())
