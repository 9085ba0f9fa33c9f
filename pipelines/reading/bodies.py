"""Who was inspected, who inspected, who publishes: as written, and with their full names."""

import re
from dataclasses import dataclass, replace

from pipelines.divisions import LONGEST_NAME, Territory, match_prefix
from pipelines.reading.enumeration import enumerated
from pipelines.reading.inspection import Inspection
from pipelines.reading.names import BARE_DIVISION, LEADING, abbreviates, cut, is_body, is_pointer, party_ending, plain, stem
from pipelines.reading.signature import Signature
from pipelines.reading.source import Source, Span, declared
from pipelines.reading.team import COMMITTEE, TERM, Team
from pipelines.reading.views import uniform
from pipelines.reading.words import any_of, load
from pipelines.record import Evidence

_WORDS = load("organisations")
# 对市水务局党组进行了…巡察; 对青岭镇党委就…开展; 到我们社区开展巡察; 巡察了市气象局党组; 进驻我院. The 到 of 3月1日到5月1日
# begins no body, and of 对巡察组…对… the last 对 does (对外 and 对口 belong to names; so do 作 and 就 in 供销合作社, 社会工作部, 就业局).
TARGETS = (
    re.compile(
        r"(?:(?<!关于)对|赴|在|到(?![\d一二次今翌]))(?P<body>(?:(?!对(?![外口台]))[^,。;:\n]){2,60}?)(?:采取|进行|开展|实施|作(?=了|出|常规|专项|巡)|就(?!业)|工作进行)(?=[^。;\n]{0,60}?(?:巡[察视]|回头看))"
    ),
    re.compile(r"(?<!延伸)巡[察视]了(?P<body>[^,。;:\n(]{2,40})"),
    re.compile(r"进驻(?P<body>[^,。;:\n(至]{2,40})"),
    re.compile(r"巡[察视]对象[^:\n]{0,4}:(?P<body>[^,。;\n]{2,40})"),
)
# 向市民政局党组反馈; 向镇党委和四个社区反馈. What else stands before 反馈 (当面, 领导班子) is cut off with the name's ending.
FEEDBACK_TARGET = re.compile(r"向(?P<body>[^,。;:\n向]{2,60}?)反馈")
# 现将市水务局党组巡察整改情况, 公开县城管中心党支部落实…: the publisher names itself.
OWN_WORDS = re.compile(r"(?:现将|现就|公开|公布|通报|《)(?P<body>[^,。;:\n《》]{3,40}?)(?:关于|落实|巡[察视]|贯彻)")
# 关于…, 巡察整改…: in a title the body stands before these.
TITLE_OBJECT = re.compile(any_of(_WORDS["title_object"]))
TITLE_PART = re.compile(r"[^:|_【】()《》]+")
ROUND_TITLE = re.compile(r"第?[一二三四五六七八九十\d]{1,3}届|[省市县区]委(?:第|巡)")
# 根据市委统一部署, 按照集团党委第八轮巡察统一安排, 经县委同意: the committee names itself.
ORDER = re.compile(
    r"(?:根据|按照|遵照|依据|依照|据|经|落实)(?:《[^》\n]{1,40}》[、和及与])?[《“]?(?P<body>[^,。;《》“\n]{1,40}?(?:委|党中央|中央|党组))(?=(?:的|统一|工作|关于|巡|和|部署|安排|要求|同意|批准|授权|第|[一二三四五六七八九十\d]))"
)
# 区委派出2个巡察组: several teams, so only the committee is told.
SENDS = re.compile(
    r"(?<![一-鿿])(?:经|由|在)?(?P<body>[一-鿿]{1,16}?(?:委|党组))(?:共?(?:派出|组建|成立|抽调)了?)?[\d一二两三四五六七八九十]{1,3}个巡[察视]组"
)
# 发布单位:县纪委监委 in a page head that came with the text.
ISSUER_LABEL = re.compile(rf"^{any_of(_WORDS['issuer_labels'])}:(?P<body>\w{{2,30}}?)(?=\d|$|索引|公开)", re.MULTILINE)
GENERIC = re.compile(
    r"(?:中共)?(?:[省市县区州旗盟]|自治[区州县旗])(?:委|.{0,12}(?:党组|党委))|师市?党委|地委|党?工委|团党委|(?:学校|校|集团|公司|局|院|厅|部|总局|医院|学院)(?:党组|党委)"
)
# 望江社区, 风景区, 灌区, 林场: a 区 or 场 of another kind.
NO_DIVISION = "社校小园景胜库厂片辖牧地林灌矿营"
# 北桥街道…, 青岭镇…: what lies below a county.
BELOW = re.compile("街道|[镇乡村]")
# 共青团青岭市委: the place stands behind.
NOT_OF_A_PLACE = re.compile("^(?:共青团|中国共青团)")
# 我县水利局党组, 本市民政局: the speaker's own place; 我市 alone is none of a body.
OWN_PLACE = re.compile("^[我本](?=[省市县区州旗盟][一-鿿]{2})")

CLOSING = 200
"""Characters at the notice's end in which its signature stands."""


@dataclass(frozen=True, slots=True)
class Name:
    """A body's name with the words that it was read from."""

    name: str
    evidence: Evidence
    place: Evidence | None = None
    """What supplied the place, where the words themselves do not name it."""


def read_inspected(source: Source, inspection: Inspection, signature: Signature) -> tuple[Name | None, Name | None]:
    """Return the inspected body as written and with its full name."""
    written = _written(source, inspection)
    longer = [name for name in (title_body(source), signature_body(source, signature)) if name]
    raw = written or (longer[0] if longer else None)
    if raw is None:
        return None, None
    return raw, full_name(raw, longer, source)


def read_inspecting(
    source: Source, team: Team | None, inspected: Name | None, place: tuple[Territory, Evidence] | None
) -> tuple[Name | None, Name | None]:
    """Return the committee that inspected as written and with its full name."""
    raw = _committee(source, team)
    if raw is None:
        return None, None
    return raw, _full_committee(raw, inspected, place)


def read_issuing(source: Source, signature: Signature, inspected_raw: Name | None) -> Name | None:
    """Return who publishes: the signature, else the body of the title, else the labelled issuer, else the inspected body."""
    signed = signature_body(source, signature)
    if signed:
        return signed
    if title := title_body(source):
        return title
    head = source.text.text[: source.opening.end]
    if label := ISSUER_LABEL.search(head):
        return Name(label["body"], source.evidence(*label.span("body"), "issuing body: label"))
    return inspected_raw


def signature_body(source: Source, signature: Signature) -> Name | None:
    """Return the body that signed."""
    if signature.body is None:
        return None
    evidence = source.evidence(signature.body.start, signature.body.end, "body: signature")
    return Name(" ".join(evidence.quote.split()), evidence)


def title_body(source: Source) -> Name | None:
    """Return the body that the title names as the one speaking: 中共西安市民政局党组(关于…)."""
    title = source.title.text
    for part in TITLE_PART.finditer(title):
        stop = TITLE_OBJECT.search(title, part.start(), part.end())
        end = stop.start() if stop else part.end()
        name = title[part.start() : end]
        if len(name) >= 3 and is_body(name) and not ROUND_TITLE.match(name):
            return Name(name, source.title_evidence(part.start(), end, "body: title"))
    return None


def _written(source: Source, inspection: Inspection) -> Name | None:
    """Return the inspected body as the text names it: a full name before a mere pointer (我局党组)."""
    candidates: list[Name] = []
    for span in inspection.spans:
        for pattern in TARGETS:
            for found in pattern.finditer(source.text.text, span.start, span.end):
                _add(candidates, source, found, "inspected body: 对…进行巡察")
    for region in (source.opening, source.rest):
        for found in FEEDBACK_TARGET.finditer(source.text.text, region.start, region.end):
            _add(candidates, source, found, "inspected body: 向…反馈")
        if candidates:
            break
    named = [name for name in candidates if not is_pointer(name.name)]
    if named:
        return named[0]
    for found in OWN_WORDS.finditer(source.text.text, source.opening.start, source.opening.end):
        _add(named, source, found, "inspected body: 现将…整改情况")
    named = [name for name in named if not is_pointer(name.name)]
    return next(iter(named or candidates), None)


def _add(candidates: list[Name], source: Source, found: re.Match[str], rule: str) -> None:
    """Add the body that a match holds, if it holds one."""
    start = found.start("body")
    name = cut(found["body"])
    if not name or re.match(r"\d|[全各两三四五六七八九]", name) or "巡察组" in name or "巡视组" in name:
        return
    evidence = source.evidence(start, start + len(name), rule)
    candidates.append(Name("".join(evidence.quote.split()), evidence))


def full_name(raw: Name, longer: list[Name], source: Source) -> Name:
    """Return the full name of a body written in short: from title or signature, else with the site's place."""
    if LEADING.match(raw.name):
        return raw
    written = OWN_PLACE.sub("", uniform(raw.name))
    core = stem(written)
    for name in (part for joint in longer for part in signatories(joint)):
        if is_pointer(raw.name) or (len(core) >= 2 and core in plain(name.name)) or abbreviates(core, plain(name.name)):
            full = plain(name.name)
            missing = "" if party_ending(full) else party_ending(raw.name) or ""
            # Of a joint title 中共某市民政局、水务局党组 the second name says less than the text.
            if not is_pointer(full) and (is_pointer(raw.name) or len(full + missing) >= len(plain(written))):
                return _placed(Name(full + missing, name.evidence), source, longer)
    if is_pointer(raw.name):
        if source.site and is_body(source.site.name):
            ending = party_ending(raw.name) or ""
            return Name(source.site.name.removesuffix(ending) + ending, declared(source.site.name, "inspected body: the site's name"))
        return raw
    return _placed(Name(plain(written), raw.evidence), source, longer)


def signatories(name: Name) -> list[Name]:
    """Return the bodies of a joint signature or title, parted by a space or as in an enumeration."""
    parts = [listed for part in name.name.split(" ") for _, listed in enumerated(part)]
    return [replace(name, name=part) for part in parts] if len(parts) > 1 else [name]


def _placed(name: Name, source: Source, longer: list[Name]) -> Name:
    """Return the name with its place in front: 市民政局党组 on a page of 西安市 → 西安市民政局党组.

    Where neither site nor text tell the place, title and signature do: that of a joint notice's other body is the same.
    """
    bare = BARE_DIVISION.match(name.name)
    if not bare or match_prefix(name.name):
        return name
    kind = bare.group().removeprefix("中共")
    found = place_of_site(source, kind) or place_in_words(source, kind) or _place_of_any(longer, kind)
    if found is None:
        return name
    place, evidence = found
    return Name(place + name.name[bare.end() :], name.evidence, evidence)


def _place_of_any(names: list[Name], kind: str) -> tuple[str, Evidence] | None:
    """Return the one place of this kind with which names begin, with the words of the first of them; None where they differ."""
    places = {place: name.evidence for name in reversed(names) if (place := _place_of(name, kind))}
    return next(iter(places.items())) if len(places) == 1 else None


def place_of_site(source: Source, kind: str) -> tuple[str, Evidence] | None:
    """Return the place that 市 alone means on the site, with the site's declaration."""
    place = place_named(kind, source.territory)
    return (place, declared(source.site.division, "place: the site's declared division")) if place and source.site else None


def place_in_words(source: Source, kind: str) -> tuple[str, Evidence] | None:
    """Return the one place of this kind that title, opening or closing words name as that of a committee (西安市委), or None."""
    if source.territory is not None:
        return None
    text = source.text.text
    closing = source.own[-1].end if source.own else 0
    regions = (
        (source.title.text, Span(0, len(source.title.text)), source.title_evidence),
        (text, source.opening, source.evidence),
        (text, Span(max(source.opening.end, closing - CLOSING), closing), source.evidence),
    )
    for words, region, evidence in regions:
        for found in re.finditer(rf"(?<=[一-鿿]){kind}(?=委|政府|人民政府|纪委)", words[: region.end]):
            for length in range(LONGEST_NAME, 1, -1):
                start = found.end() - length
                match = match_prefix(words[start : found.end()]) if start >= region.start else None
                if match and match[1] == length and place_named(kind, match[0]):
                    return place_named(kind, match[0]) or "", evidence(start, found.end(), "place: a committee named in full")
    return None


def place_named(kind: str, territory: Territory | None) -> str | None:
    """Return the place that 省, 市, 县 or 区 alone stands for in this territory."""
    if territory is None:
        return None
    if kind in ("省", "自治区"):
        return territory.province
    if kind == "市":
        if territory.county and territory.county.endswith("市"):
            return territory.county
        return territory.city or territory.province
    if kind in ("州", "盟"):
        return territory.city
    return territory.county if territory.county and territory.county.endswith(kind) else None


def _committee(source: Source, team: Team | None) -> Name | None:
    """Return the committee as written: in 根据…部署 where it is the team's, else in the team's name."""
    own = team.committee_name if team and team.committee else None
    orders = [
        order
        for pattern in (ORDER, *([] if team else [SENDS]))
        for order in pattern.finditer(source.text.text, source.opening.start, source.opening.end)
    ]
    for order in orders:
        words = order["body"]
        term = TERM.match(words)
        start = order.start("body") + (term.end() if term else 0)
        committees = list(COMMITTEE.finditer(source.text.text, start, order.end("body")))
        if not committees:
            continue
        end = committees[0].end()
        name = source.text.text[start:end]
        if own is None or _can_be_one(name, own):
            return Name(name, source.evidence(start, end, f"inspecting body: {'…派出巡察组' if order.re is SENDS else '根据…部署'}"))
    evidence = team.committee_evidence(source, "inspecting body: the team's name") if team else None
    return Name(team.committee_name, evidence) if team and evidence else None


def _can_be_one(name: str, own: str) -> bool:
    """Whether two spellings can mean one committee: 党中央 and 中央, 市公安局党委 and 市局党委.

    In a 交叉巡察 that one city orders and another one's team conducts, the team's committee inspects.
    """
    name, own = plain(name), plain(own)
    return name[-2:] == own[-2:] and (name == own or bool(GENERIC.fullmatch(own)))


def _full_committee(raw: Name, inspected: Name | None, place: tuple[Territory, Evidence] | None) -> Name | None:
    """Return the committee's full name, or None where the place or body it belongs to cannot be told."""
    name = raw.name.removeprefix("中共")
    if name in ("中央", "党中央"):
        return Name("中共中央", raw.evidence)
    if not GENERIC.fullmatch(name):
        return Name(name, raw.evidence)
    bare = BARE_DIVISION.match(name)
    if not bare:
        return None
    where, evidence = (place_named(bare[1], place[0]), place[1]) if place else (None, None)
    if where is None and inspected:
        where, evidence = _place_of(inspected, bare[1]), inspected.evidence
    if where is None:
        return None
    rest = name[bare.end() :]
    # 浦东新区区委, 西安市委: after 新区 the level is said once more.
    return Name(where + (bare[1] + rest if where.endswith("新区") else rest), raw.evidence, evidence)


def _place_of(inspected: Name, kind: str) -> str | None:
    """Return the place named in front of the inspected body, if it is of the committee's level."""
    name = NOT_OF_A_PLACE.sub("", plain(inspected.name))
    found = re.match(rf"(?:[一-鿿]{{2,7}}?|[一-鿿]{{4,12}}?自治)(?<![{NO_DIVISION}]){kind}(?=\w)", name)
    return found.group() if found and not (COMMITTEE.search(found.group()) or BELOW.search(found.group())) else None
