"""How the inspected body can be reached: telephones, e-mail, address, postcode.

Telephones, e-mails and postcodes are normalised: one width of digits, no inner spaces, (at) as @. The address
is given as printed. The offsets of each lead to the words as they stand.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipelines.reading.problems import Ledger
from pipelines.reading.source import Source, Span
from pipelines.reading.words import any_of, load
from pipelines.record import Contact, Evidence

_WORDS = load("contacts")


def _labels(words: Iterable[str]) -> str:
    """Return a regex group for labels, whose characters are often set apart: 电  话, 邮 政 编 码."""
    longest_first = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(" {0,4}".join(re.escape(character) for character in word) for word in longest_first) + ")"


LABEL = re.compile(_labels(_WORDS["phone"]))
FAX = re.compile(_labels(_WORDS["fax"]))
# 电话(传真):, 电话及传真:: one label for both, so that the number is a telephone's.
SHARED_WITH_FAX = re.compile(rf"{_labels(_WORDS['phone'])} ?[(/、及和兼同]{{0,3}} ?$")
# 0556-6100230(传真): the remark behind a number.
FAX_BEHIND = re.compile(rf" ?[(] ?{_labels(_WORDS['fax'])}[)]")
OTHER_BUSINESS = re.compile(any_of(_WORDS["other_business"]))
# 0556-6100230, (0556)6100230, 0556- 6100 230, 0556-12380, +86-556-6100230, 0556 6100230, 13800000000, 400-123-4567.
LONG_NUMBER = re.compile(
    r"(?<![\d.])(?:"
    r"[(]?(?:[+]86|0086)[)]?[- ]?0?\d{2,3}[- ]\d{7,8}"
    r"|[(]?0\d{2,3}[)]? ?[-—]{1,2} ?(?:\d{3,4} ?\d{3,4}|12\d{3})"
    r"|[(]0\d{2,3}[)] ?\d{3,4} ?\d{4}"
    r"|0\d{2,3} {1,2}\d{7,8}"
    r"|0\d{9,11}"
    r"|1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
    r"|[48]00-?\d{3,4}-?\d{3,4}"
    r")(?![\d.])"
)
# 66102300 and 12388 count only behind a label; 投诉电话12345工单满意率 tells what became of a hotline's calls.
BARE_NUMBER = re.compile(rf"(?<![\d.-])(?:\d{{7,8}}|12\d{{3}}(?!{any_of(_WORDS['hotline_business'])}))(?![\d.]|[万元亿%名件个户人])")
# 88001234转8012, 88001234-602, 88001234(转8001), 12345转3.
EXTENSION = re.compile(rf"-(?P<dashed>\d{{2,5}})(?![\d-])| ?[(]?{any_of(_WORDS['extension'])}[:. ]?(?P<named>\d{{1,6}})[)]?")
# 电话(区号0371):88532806: what may stand between a label and a bare number.
AFTER_LABEL = re.compile(r"[^。;\n\d]{0,16}(?:[+\d()转—-]{3,24}(?:[、/和,或;]| ){1,2})*$")
REACH = 40
"""Characters over which a label reaches to its number."""
SHORTEST_ADDRESS = 3
"""Characters."""
_AT = r"@|[(\[{【<] ?(?:at|@|#|a|艾特) ?[)\]}】>]"
_DOT = r"(?: ?(?:[.]|[(\[{【] ?(?:dot|点|[.]) ?[)\]}】]) ?| dot |点)"
_DOMAIN = rf"[A-Za-z0-9-]{{1,60}}(?:{_DOT}[A-Za-z0-9-]{{2,30}}){{1,4}}"
_MAILBOX = r"(?<![A-Za-z0-9])[A-Za-z0-9](?:[A-Za-z0-9_.+-]{0,60}[A-Za-z0-9])?"
# xunchazg @163.com, xamzjzzrsc@163.COM, abc(at)163.com, abc[@]163[dot]com, abc(at)163点com.
EMAIL = re.compile(rf"{_MAILBOX} ?(?P<at>{_AT}) ?{_DOMAIN}", re.IGNORECASE)
# 邮箱:abc#163.com(#换成@), abc AT 163.com, abc_at_163.com: what stands for @ there is so only behind a label.
HIDDEN_EMAIL = re.compile(
    rf"{_labels(_WORDS['email'])}(?:地址)?[为是:\s]{{0,3}}(?P<value>{_MAILBOX}?(?P<at> ?[#*☆★] ?| at |_at_|艾特){_DOMAIN})", re.IGNORECASE
)
DOT = re.compile(_DOT, re.IGNORECASE)
_STREETS = any_of(_WORDS["streets"])
# 昀州市水利局办公室(滨江南路66号): what stands in brackets belongs to the address if it names a street,
# or a body (新河路9号机关党委(纪检组)), or if the address goes on behind them: 新河路9号(老区政府院内)202室.
IN_BRACKETS = (
    rf"\((?!邮编|邮政)[^()\n]{{0,20}}{_STREETS}[^()\n]{{0,20}}\)|\((?!邮|电|联系|请|收)[一-鿿]{{1,12}}(?:委|局|办|室|科|处|组|中心)\)"
    r"|\((?!邮|电|联系|工作|上午|请|信封|收|\d{6})[^()\n:]{1,16}\)(?=[一-鿿\d]{2,10}(?:室|楼|号|科|处|部|委|办公室)(?=[\s。;,()]|$))[^\n;。,:()@]{2,12}"
)
# 新河路9号,县水务局机关党委: behind a comma, the addressee.
ADDRESSEE_BEHIND = r",[一-鿿]{2,24}(?:局|委|办|室|科|处|部|中心|公司|学校|医院)\d{0,4}[室号]?(?:收)?(?=[。;,(\s]|$)"
ADDRESS = re.compile(
    rf"(?:{_labels(_WORDS['address'])}|(?<![一-鿿]){_labels(_WORDS['weak_address'])}(?= {{0,2}}:)"
    r"|来信(?=[一-鿿]{2,10}[省市县区州旗镇乡路街])"
    # 信箱 is mostly an e-mail's label, and sometimes that of a street and a number, or of a 116号信箱.
    rf"|(?<![一-鿿])信箱(?= {{0,2}}:[^\n;。@]{{2,30}}{_STREETS}[^\n;。@]{{0,12}}号)"
    r"|信箱(?= {0,2}:[^\n;。@]{2,30}\d号信箱))"
    rf"(?:为|是|:|\s)*(?:\(\d{{6}}\))?(?P<value>[^\n;。,:()@]{{3,60}}(?:{IN_BRACKETS})?(?:{ADDRESSEE_BEHIND})?)"
)
# …机关纪委收: the addressee's mark on an envelope.
ADDRESSEE = re.compile(r"(?:\(?收\)?)$")
AFTER_ADDRESS = re.compile(_labels(_WORDS["after_address"]))
NO_ADDRESS = re.compile(any_of(_WORDS["no_address"]))
# /河阳市新河路9号,: an address among the contacts without a label.
UNLABELLED_ADDRESS = re.compile(
    rf"(?<=[/,;、])(?!请|可|欢迎|或|向|以)(?P<value>[一-鿿]{{2,20}}?{_STREETS}\d{{1,5}}号[^\n;。,:()@/]{{0,30}})"
)
POSTCODE = re.compile(rf"{_labels(_WORDS['postcode'])}(?:为|是|:|\s)*(?P<value>\d{{6}})(?!\d)")
# 9号,450000: six digits that stand alone behind an address.
UNLABELLED_POSTCODE = re.compile(r"号[^\n;。]{0,20}?[,、/ ](?P<value>\d{6})(?![\d-])")
# 新河路9号(450000), 政府大院,450000, and (450000)河阳市…: six digits next to an address.
POSTCODE_BEHIND = re.compile(r"(?:收)?[ ,、/]{0,3}[(]?(?P<value>\d{6})(?![\d-])")
POSTCODE_BEFORE = re.compile(r"[(](?P<value>\d{6})[)]$")
CONTACT_LINE = re.compile(
    _labels(
        [
            *_WORDS["phone"],
            *_WORDS["address"],
            *_WORDS["weak_address"],
            *_WORDS["postcode"],
            "邮箱",
            "电子邮件",
            "来电",
            "信箱",
            "邮编",
            "邮件",
        ]
    )
)


def read_contacts(source: Source, ledger: Ledger) -> tuple[list[Contact], dict[str, Evidence]]:
    """Return the contacts of the notice in document order, with evidence by kind."""
    contacts: list[Contact] = []
    for sentence in _contact_sentences(source):
        contacts.extend(_phones(source, sentence))
        contacts.extend(_emails(source, sentence))
    lines = list(_contact_lines(source))
    addresses = _addresses(source, lines)
    contacts.extend(addresses)
    if postcode := _postcode(source, lines, next(iter(addresses), None)):
        contacts.append(postcode)
    contacts = sorted(_once(_outside(contacts, ledger)), key=lambda contact: contact.start)
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
        if not _is_fax(text, span.start, found):
            yield _phone(text, found)
    for found in BARE_NUMBER.finditer(text, span.start, span.end):
        if found.start() in taken or _is_fax(text, span.start, found):
            continue
        labels = list(LABEL.finditer(text, max(span.start, found.start() - REACH), found.start()))
        if labels and AFTER_LABEL.match(text[labels[-1].end() : found.start()]):
            yield _phone(text, found)


def _phone(text: str, found: re.Match[str]) -> Contact:
    """Return a number with the extension behind it."""
    number = _contact("phone", found.group(), *found.span())
    extension = EXTENSION.match(text, found.end())
    return replace(number, end=extension.end(), extension=extension["dashed"] or extension["named"]) if extension else number


def _is_fax(text: str, start: int, number: re.Match[str]) -> bool:
    """Whether the last label before a number, or the remark behind it, is 传真 and nothing but 传真."""
    if FAX_BEHIND.match(text, number.end()):
        return True
    start = max(start, number.start() - REACH)
    fax = list(FAX.finditer(text, start, number.start()))
    label = [m.end() for m in LABEL.finditer(text, start, number.start())]
    if not fax or (label and fax[-1].end() < label[-1]):
        return False
    return not SHARED_WITH_FAX.search(text, start, fax[-1].start())


def _emails(source: Source, span: Span) -> Iterator[Contact]:
    """Yield the e-mail addresses of a sentence, whatever they write for @ and the dots."""
    for pattern, group in ((EMAIL, 0), (HIDDEN_EMAIL, "value")):
        for found in pattern.finditer(source.spaced.text, span.start, span.end):
            start, end = found.span(group)
            mailbox = source.spaced.text[start : found.start("at")]
            domain = source.spaced.text[found.end("at") : end]
            yield _contact("email", f"{mailbox}@{DOT.sub('.', domain)}", start, end)


def _addresses(source: Source, lines: list[Span]) -> list[Contact]:
    """Return the addresses that have a label, else the first without; they are given as printed, with their full-width brackets."""
    text = source.spaced.text
    addresses: list[Contact] = []
    for pattern in (ADDRESS, UNLABELLED_ADDRESS):
        for line in lines:
            for found in pattern.finditer(text, line.start, line.end):
                value = found["value"]
                if after := AFTER_ADDRESS.search(value):
                    value = value[: after.start()]
                value = ADDRESSEE.sub("", value.rstrip(" 、/-"))
                if len(value) >= SHORTEST_ADDRESS and re.match(r"[一-鿿]", value) and not NO_ADDRESS.match(value):
                    start = found.start("value")
                    addresses.append(_contact("address", source.raw[start : start + len(value)], start, start + len(value)))
        if addresses:
            break
    return addresses if pattern is ADDRESS else addresses[:1]


def _postcode(source: Source, lines: list[Span], address: Contact | None) -> Contact | None:
    """Return the first postcode: behind its label, next to the address, or behind a house number."""
    text = source.spaced.text
    found = next((found for line in lines if (found := POSTCODE.search(text, line.start, line.end))), None)
    if found is None and address:
        before = max(0, address.start - len("(450000)"))
        found = POSTCODE_BEHIND.match(text, address.end) or POSTCODE_BEFORE.search(text, before, address.start)
    found = found or next((found for line in lines if (found := UNLABELLED_POSTCODE.search(text, line.start, line.end))), None)
    return _contact("postcode", found["value"], *found.span("value")) if found else None


def _contact(kind: str, value: str, start: int, end: int) -> Contact:
    """Return one contact, its value normalised; inner spaces (0556- 6100 230) are the page's, not the number's."""
    if kind == "phone":
        value = value.replace("—", "-").replace("--", "-")
    return Contact(kind, value if kind == "address" else value.replace(" ", ""), start, end)  # type: ignore[arg-type]


def _outside(contacts: list[Contact], ledger: Ledger) -> list[Contact]:
    """Return the contacts without telephones that a remedy speaks of (设立举报电话…), where the notice has one elsewhere."""
    outermost = [problem for problem in ledger.problems if problem.depth == 1]
    starts = [problem.start for problem in outermost]

    def is_inside(contact: Contact) -> bool:
        above = bisect_right(starts, contact.start) - 1
        return contact.kind == "phone" and above >= 0 and contact.start < outermost[above].end

    outside = [contact for contact in contacts if not is_inside(contact)]
    return outside if any(contact.kind == "phone" for contact in outside) else contacts


def _once(contacts: list[Contact]) -> list[Contact]:
    """Return the contacts without repetitions."""
    seen: dict[tuple[str, str], Contact] = {}
    for contact in contacts:
        seen.setdefault((contact.kind, contact.value), contact)
    return list(seen.values())
