"""Rules that were made, revised or abolished: 制定制度6项, 修订完善2项, 废止3项."""

import re
from collections.abc import Iterator

from pipelines.numerals import to_number
from pipelines.reading.counts import CLAUSE, NUMBER, WORDS, Count, is_about
from pipelines.reading.source import Span
from pipelines.reading.words import any_of

KINDS = {word: kind for kind, words in WORDS["rules_by_verb"].items() for word in words}
_VERB = any_of(KINDS)
VERB = re.compile(_VERB)
RULES = re.compile(any_of(WORDS["rules"]))
# 制度9项, 6项制度; in 新订制度4项、修订7项 the second count says what only by its verb.
RULE_COUNT = re.compile(
    rf"{RULES.pattern}(?:等|共|共计)?(?P<number>{NUMBER})(?:余|多)?[项个部份条]"
    rf"|(?P<before>{NUMBER})(?:余|多)?[项个部份条](?:[^,。]{{0,6}}?){RULES.pattern}"
    rf"|{_VERB}了?(?P<made>{NUMBER})(?:余|多)?[项部]"
)
# 拟于年内再制定3项, 学习上级印发制度12项: such a clause counts no rules of the body's own.
NOT_MADE = re.compile(rf"{any_of([*WORDS['planned_acts'], *WORDS['of_others']])}[^,、《]{{0,12}}?{_VERB}")
# 《关于建立残疾人两项补贴会商研判制度的通知》: a count inside a document's name counts nothing.
DOCUMENT_NAME = re.compile(r"《[^《》\n]{0,80}》")


def read_regulations(text: str, sentence: Span) -> Iterator[Count]:
    """Yield the counts of rules of a sentence; a count without a verb of its own has that of the clause before."""
    verb: str | None = None
    for clause in CLAUSE.finditer(text, sentence.start, sentence.end):
        if NOT_MADE.search(clause.group()):
            continue
        told = VERB.search(clause.group())
        verb = told.group() if told else verb
        names = [name.span() for name in DOCUMENT_NAME.finditer(text, clause.start(), clause.end())]
        counted = RULE_COUNT.finditer(text, clause.start(), clause.end())
        found = next((count for count in counted if not any(start <= count.start() < end for start, end in names)), None)
        value = to_number(found["number"] or found["before"] or found["made"]) if found else None
        if verb and found and value is not None:
            about = is_about(text, *found.span())
            yield Count(KINDS[verb], value, "项", Span(*found.span()), Span(*clause.span()), verb, about=about)
