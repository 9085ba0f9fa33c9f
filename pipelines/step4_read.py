"""Step 4, read: a notice's text becomes the record, every value with the words it was read from."""

from dataclasses import replace

from pipelines.divisions import Territory
from pipelines.reading.bodies import Name, read_inspected, read_inspecting, read_issuing, signature_body, title_body
from pipelines.reading.contacts import read_contacts
from pipelines.reading.feedback import read_feedback
from pipelines.reading.figures import read_figures
from pipelines.reading.inspection import find_inspection
from pipelines.reading.kinds import read_types
from pipelines.reading.level import read_level
from pipelines.reading.named_bodies import named_bodies, named_body, read_inspected_bodies
from pipelines.reading.period import read_period
from pipelines.reading.places import read_implied_territory, read_territory
from pipelines.reading.problems import read_ledger
from pipelines.reading.rounds import read_round
from pipelines.reading.signature import Signature, read_signature
from pipelines.reading.source import Source, source_of
from pipelines.reading.team import Team, read_team
from pipelines.reading.unparsed import read_unparsed
from pipelines.record import Document, Evidence, Notice, Site


class ReadPipeline:
    """Scrapy's face of this step."""

    def process_item(self, item: Document) -> Document:
        """Put this step down."""
        item.steps.append(read_page)
        return item


def read_page(document: Document) -> None:
    """Fill in ``document.notice`` if the page is a notice."""
    if document.is_notice and document.text:
        document.notice = read_notice(document.text, document.title, document.published, document.site)


def read_notice(text: str, title: str | None = None, published: str | None = None, site: Site | None = None) -> Notice:
    """Return the record of a notice.

    ``text`` is the clean body, one paragraph a line, without the title; ``published`` an ISO date; ``site``
    what the site declares of itself. Never raises: what cannot be read stays None.
    """
    source = source_of(text, title, published, site)
    notice = Notice()
    signature = read_signature(source)
    written = _written(signature, source.published)
    ledger = read_ledger(source, signature)
    notice.problems = ledger.problems
    notice.contacts, contacts = read_contacts(source, ledger)
    _read_inspection(source, notice, signature, written)
    _keep(notice, "signed_date", signature.date, signature.date_evidence)
    notice.evidence.update(contacts)
    notice.unparsed = read_unparsed(source, ledger, signature, notice.contacts)
    notice.figures, notice.totals, evidence = read_figures(source, ledger)
    notice.evidence.update(evidence)
    notice.doubts = sorted(source.doubts, key=lambda doubt: doubt.start)
    return notice


def _written(signature: Signature, published: str | None) -> str | None:
    """Return the day from which 今年 and 去年 are counted: that of the signature, else of publication."""
    return signature.date or published


def _keep(notice: Notice, field: str, value: object, evidence: Evidence | None) -> None:
    """Set a field together with its evidence; a value without evidence is not kept."""
    if value is not None and evidence is not None:
        setattr(notice, field, value)
        notice.evidence[field] = evidence


def _keep_name(notice: Notice, field: str, name: Name | None) -> None:
    """Set a body's name together with its evidence."""
    if name is not None:
        _keep(notice, field, name.name, name.evidence)
        if name.place is not None:
            notice.evidence[f"{field}_place"] = name.place


def _read_inspection(source: Source, notice: Notice, signature: Signature, written: str | None) -> None:
    """Fill in who inspected whom, how, when and where."""
    inspection = find_inspection(source)
    period = read_period(source, inspection, written)
    _keep(notice, "inspection_start", period.start, period.start_evidence)
    _keep(notice, "inspection_end", period.end, period.end_evidence)
    notice.periods = list(period.stretches)
    if feedback := read_feedback(source, period, written):
        _keep(notice, "feedback_date", *feedback)
    inspected_raw, inspected = read_inspected(source, inspection, signature)
    _keep_name(notice, "inspected_body_raw", inspected_raw)
    _keep_name(notice, "inspected_body", inspected)
    issuing = read_issuing(source, signature, inspected_raw)
    _keep_name(notice, "issuing_body", issuing)
    place = _read_places(source, notice, [inspected, title_body(source), signature_body(source, signature)], written)
    team = read_team(source, inspection)
    committee = read_inspecting(source, team, inspected, place)
    _keep_team(source, notice, team, committee, place[0] if place else None)
    notice.bodies = read_inspected_bodies(source, inspection, signature, (inspected_raw, inspected))
    if inspected_raw and len(notice.bodies) > 1 and all(body.raw in inspected_raw.name for body in notice.bodies):
        notice.inspected_body = "、".join(body.name for body in notice.bodies)
    # Where nothing else tells who publishes, all who were inspected do.
    publishing = [replace(body, role="公布") for body in notice.bodies] if issuing is inspected_raw else named_bodies("公布", issuing)
    notice.bodies += [*named_body("巡察", *committee), *publishing]
    notice.inspection_types, types = read_types(source, inspection, team)
    if types:
        notice.evidence["inspection_types"] = types
    if found := read_round(source, notice.inspecting_body_raw):
        _keep(notice, "round", *found)


def _read_places(source: Source, notice: Notice, names: list[Name | None], written: str | None) -> tuple[Territory, Evidence] | None:
    """Fill in province, city, county and code; return the place by which the names of other bodies may be completed."""
    known = [name for name in names if name]
    named = read_territory(source, known, written)
    address = next((contact for contact in notice.contacts if contact.kind == "address"), None)
    found = named or read_implied_territory(known, address, written)
    if found is None:
        return None
    territory, evidence = found
    for field, value in (
        ("province", territory.province),
        ("city", territory.city),
        ("county", territory.county),
        ("division_code", territory.code),
    ):
        _keep(notice, field, value, evidence)
    return named


def _keep_team(
    source: Source, notice: Notice, team: Team | None, committee: tuple[Name | None, Name | None], territory: Territory | None
) -> None:
    """Set the team, its committee and the committee's level."""
    raw, full = committee
    inspected = f"{source.title.text} {notice.inspected_body or ''}"
    _keep_name(notice, "inspecting_body_raw", raw)
    _keep_name(notice, "inspecting_body", full)
    if team:
        evidence = team.evidence(source, "team: …巡察组")
        _keep(notice, "inspection_team", "".join(evidence.quote.split()), evidence)
        if team.committee:
            _keep(notice, "inspection_level", read_level(team.committee_name, team.name, territory, inspected), evidence)
    if raw and not (team and team.committee):
        _keep(notice, "inspection_level", read_level(raw.name, team.name if team else None, territory, inspected), raw.evidence)
