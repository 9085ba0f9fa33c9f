"""All bodies that a notice names: 对市民政局、水务局、教育局党组开展巡察 inspects three."""

import re
from collections.abc import Iterator

from pipelines.divisions import match_prefix
from pipelines.reading.bodies import TARGETS, Name, full_name, signatories, signature_body, title_body
from pipelines.reading.inspection import Inspection
from pipelines.reading.names import BARE_DIVISION, cut, is_pointer, party_ending, stem
from pipelines.reading.signature import Signature
from pipelines.reading.source import Source
from pipelines.reading.words import any_of, load
from pipelines.record import NamedBody, Role

_WORDS = load("organisations")
AND = re.compile("、|和|与|及|以及")
# What may end a body before 和; before 、 there may be more, but 农业农村、水利局 is one name.
ENDED = re.compile(any_of([*_WORDS["party"], *_WORDS["departments"], *_WORDS["listed"]]) + "$")
LISTED = re.compile(rf"{ENDED.pattern}|(?<!农){any_of(_WORDS['bodies'])}$")
# 所属3家单位, 各村, 四个社区: bodies without a name.
UNNAMED = re.compile("[所其下该各全两三四五六七八九十0-9]")


def read_inspected_bodies(
    source: Source, inspection: Inspection, signature: Signature, inspected: tuple[Name | None, Name | None]
) -> list[NamedBody]:
    """Return every body that the notice names as inspected, in the order of the text."""
    found: dict[str, NamedBody] = {}
    longer = [name for name in (title_body(source), signature_body(source, signature)) if name]
    for start, end in _targets(source, inspection):
        for raw, name in _resolved(source, start, end, longer):
            found.setdefault(stem(name.name), _body("被巡察", raw, name))
    if not found:
        return named_body("被巡察", *inspected)
    named = [body for body in found.values() if not is_pointer(body.name)]
    return named or list(found.values())


def named_body(role: Role, raw: Name | None, name: Name | None) -> list[NamedBody]:
    """Return the one body of a role, or nothing where it is not known."""
    return [_body(role, raw, name or raw)] if raw else []


def named_bodies(role: Role, joint: Name | None) -> list[NamedBody]:
    """Return the bodies of a joint signature, or the one of another."""
    return [_body(role, name, name) for name in signatories(joint)] if joint else []


def _targets(source: Source, inspection: Inspection) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of the inspection name whom it was directed at."""
    for span in inspection.spans:
        for pattern in TARGETS:
            for found in pattern.finditer(source.text.text, span.start, span.end):
                yield found.span("body")


def _resolved(source: Source, start: int, end: int, longer: list[Name]) -> Iterator[tuple[Name, Name]]:
    """Yield the bodies of an enumeration as written and in full: what only one of them says (市…, …党组) holds for all."""
    written = [(place, name) for place, name in _pieces(source.text.text[start:end])]
    if not written:
        return
    ending = party_ending(written[-1][1]) or ""
    bare = BARE_DIVISION.match(written[0][1])
    for place, name in written:
        evidence = source.evidence(start + place, start + place + len(name), "inspected body: 对…进行巡察")
        placed = BARE_DIVISION.match(name) or match_prefix(name, source.territory)
        prefix = bare.group() if bare and not placed else ""
        complete = prefix + name + ("" if party_ending(name) else ending)
        yield Name(name, evidence), full_name(Name(complete, evidence), longer, source)


def _pieces(words: str) -> list[tuple[int, str]]:
    """Return the bodies that are listed, with their places."""
    cuts = [0]
    for mark in AND.finditer(words):
        ended = LISTED if mark.group() == "、" else ENDED
        if ended.search(words[cuts[-1] : mark.start()]) and cut(words[mark.end() :]):
            cuts.append(mark.end())
    ends = [*cuts[1:], len(words)]
    pieces = ((start, cut(words[start:end].rstrip("、和与及以"))) for start, end in zip(cuts, ends, strict=True))
    return [(start, name) for start, name in pieces if name and not UNNAMED.match(name) and not _is_team(name)]


def _is_team(name: str) -> bool:
    """Whether the words name who inspects: 对巡察组反馈的…."""
    return "巡察组" in name or "巡视组" in name


def _body(role: Role, raw: Name, name: Name) -> NamedBody:
    """Return a body with the words that name it."""
    words = raw.evidence
    return NamedBody(role, raw.name, name.name, words.quote, words.start, words.end, words.place)
