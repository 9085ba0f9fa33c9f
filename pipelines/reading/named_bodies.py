"""All bodies that a notice names: 对市民政局、水务局、教育局党组开展巡察 inspects three."""

from collections.abc import Iterator

from pipelines.divisions import match_prefix
from pipelines.reading.bodies import TARGETS, Name, full_name, signatories, signature_body, title_body
from pipelines.reading.enumeration import enumerated
from pipelines.reading.inspection import Inspection
from pipelines.reading.names import BARE_DIVISION, is_pointer, party_ending, stem
from pipelines.reading.signature import Signature
from pipelines.reading.source import Source
from pipelines.record import NamedBody, Role


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
    written = enumerated(source.text.text[start:end])
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


def _body(role: Role, raw: Name, name: Name) -> NamedBody:
    """Return a body with the words that name it."""
    words = raw.evidence
    return NamedBody(role, raw.name, name.name, words.quote, words.start, words.end, words.place)
