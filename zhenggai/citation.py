"""How a notice is cited: after GB/T 7714—2015, and as BibTeX."""

import re
from dataclasses import dataclass

# What TeX takes for a command of its own. BibTeX counts braces even where a backslash stands before them.
TEX_SPECIAL = re.compile(r"[\\{}$&#^_~%]")
TEX_WORDS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


@dataclass(frozen=True, slots=True)
class Source:
    """What a citation states. ``published`` is ISO 8601 as precise as known, ``visited`` and ``permalink`` speak of the archive's page."""

    number: int
    title: str
    author: str | None
    published: str | None
    url: str
    permalink: str
    visited: str


def gb_t_7714(source: Source) -> str:
    """Return the citation of an electronic document: 责任者. 题名[EB/OL]. (公布日期)[引用日期]. 网址.

    What is not known is left out, as the standard has it. The page of the archive is named after the original's address.
    """
    author = f"{source.author}. " if source.author else ""
    published = f"({source.published})" if source.published else ""
    return f"{author}{source.title}[EB/OL]. {published}[{source.visited}]. {source.url}. 存档: {source.permalink}."


def bibtex(source: Source) -> str:
    """Return the citation as an entry ``@misc``, which every BibTeX style knows."""
    year, month, day = [*(source.published or "").split("-"), "", "", ""][:3]
    fields = {
        "title": f"{{{_tex(source.title)}}}",
        "author": f"{{{_tex(source.author)}}}" if source.author else "",
        "year": year,
        "month": month,
        "day": day,
        "howpublished": rf"\url{{{_address(source.url)}}}",
        "note": rf"存档 \url{{{_address(source.permalink)}}}",
        "urldate": source.visited,
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{zhenggai{source.number},\n{lines}}}"


def _tex(text: str) -> str:
    return TEX_SPECIAL.sub(lambda found: TEX_WORDS.get(found[0], rf"\{found[0]}"), " ".join(text.split()))


def _address(url: str) -> str:
    r"""Return an address for ``\url``, inside which only braces and backslashes are special; a URL has neither unescaped."""
    return url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
