"""Whether the words of a heading say that something is wrong, or what was done."""

import re

from pipelines.reading.words import any_of, load

_WORDS = load("problems")
FAULT = re.compile("|".join(_WORDS["faults"]))
PRAISE = re.compile(any_of(_WORDS["praise"]))
REMEDIED = re.compile(_WORDS["remedied"])
BADLY = re.compile(_WORDS["badly"])
CLAUSE_END = re.compile("[,;]")
ACTION = re.compile(any_of(_WORDS["actions"]) + r"|对[^,]{1,20}(?:进行|开展)")
FAULTY_END = re.compile(f"(?:{'|'.join(_WORDS['faulty_ends'])})$")


def is_faulty(words: str) -> bool:
    """Whether a statement says that something is wrong; 整改手续不全工地23处 says it only by the way."""
    clauses = CLAUSE_END.split(PRAISE.sub("", words).removesuffix("方面"))
    words = ",".join(clause for clause in clauses if BADLY.search(clause) or not REMEDIED.match(clause))
    return bool(FAULTY_END.search(words) if ACTION.match(words) else FAULT.search(words))
