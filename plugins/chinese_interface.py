"""Datasette's own table, query and database pages in Chinese.

Datasette 0.65 has no translations. Its pages are therefore rendered as they are, and the
phrases of interface.yml replaced. A phrase contains a piece of markup (``<``, ``>`` or ``"``),
which scraped text, being escaped, never does: data is not translated by accident.
What readers who hear a page need is added by markup.yml. They are lists; the e-mail addresses in them are hidden.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from html import unescape
from pathlib import Path

import yaml
from datasette import hookimpl
from jinja2 import Environment
from markupsafe import Markup, escape

from zhenggai.display import beijing_time, column_label, conditions_in_chinese
from zhenggai.masking import mask_emails

# 59 rows where search matches "低保" and year = 2024 sorted by published descending
COUNTED = re.compile(r"<h3>(?:([\d,]+) rows?)?\s*(?:where (.*?))?\s*(?:sorted by (\w+)( descending)?)?\s*</h3>", re.DOTALL)
SEARCHING = "search matches"
OPTION = re.compile(r"<option( selected)?>([^<]+)</option>")
# Headings of tables, facets that are shown and suggested, the order on phones: each name after what stands before it.
NAMED = [
    re.compile(r'(data-column="([^"]+)"[^>]*>\s*(?:<a [^>]*>)?\s*)\2(?=[\s<&])'),
    re.compile(r"(<strong>)(\w+)(?=[\s<])"),
    re.compile(r'(#facet-[^"]*">)(\w+)(?=</a>)'),
    re.compile(r'(<option value="\w+"(?: selected)?>(?:按 |Sort by ))(\w+)'),
]
TIMED_OUT = re.compile(r'(?<=<p class="facets-timed-out">These facets timed out: )[^<]+')
CARD = re.compile(r'content: "([^"]+)"')
# What makes a pattern more than a text.
SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")

Replacements = list[Callable[[str], str]]

PHRASES = Path(__file__).with_name("interface.yml")
MARKUP = Path(__file__).with_name("markup.yml")
# Titles of tables and queries, their columns and parameters come from metadata.yml, in Chinese.
SPOKEN = [
    re.compile(r"(<h1[^>]*>)\s*([^<]+?)\s*(?=</h1>)"),
    re.compile(r'(<th class="[^"]*" scope="col">)([^<]+)(?=</th>)'),
    re.compile(r'(<label for="qp\d+">)([^<]+)(?=</label>)'),
    re.compile(r'(<li><a href="[^"]*" title="[^"]*">)([^<]+)(?=</a>)'),
]


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Register the template filters ``chinese``, ``masked`` and ``beijing_time``; ``language`` and ``t`` are language.py's."""
    phrases, markup = _replacements(PHRASES), _replacements(MARKUP)

    def labels_of(columns: Mapping[str, str] | None) -> dict[str, str]:
        language = env.globals["language"]()
        return {name: column_label(sentence, language) for name, sentence in (columns or {}).items()} | {"Link": env.globals["t"]("详情")}

    def chinese(page: str, columns: Mapping[str, str] | None = None) -> Markup:
        labels = labels_of(columns)
        shown = OPTION.sub(lambda found: _option(found, labels), mask_emails(str(page)))
        shown = TIMED_OUT.sub(lambda found: _names(found, labels), shown)
        if env.globals["language"]() == "zh":
            shown = _replaced(COUNTED.sub(lambda found: _heading(found, labels), shown), phrases)
        else:
            for place in SPOKEN:
                shown = place.sub(lambda found: f"{found[1]}{escape(env.globals['t'](unescape(found[2])))}", shown)
        shown = _replaced(_labelled(shown, labels), markup)
        return Markup(shown)  # noqa: S704 (what Jinja has rendered and escaped already)

    def card_labels(style: str, columns: Mapping[str, str] | None = None) -> Markup:
        """Return the style of a table on a phone, where each cell has its column before it."""
        labels = labels_of(columns)
        said = CARD.sub(lambda found: f'content: "{labels.get(found[1]) or env.globals["t"](found[1])}"', str(style))
        return Markup(said)  # noqa: S704 (Datasette's own, with our own words)

    env.filters |= {"chinese": chinese, "masked": mask_emails, "card_labels": card_labels}
    env.filters["beijing_time"] = lambda moment: f"{beijing_time(moment)}{env.globals['t']('（北京时间）')}"


def _heading(found: re.Match[str], labels: Mapping[str, str]) -> str:
    """Return how many rows there are, on what conditions and in which order; Datasette counts no rows of common words."""
    rows, conditions, column, descending = found.groups()
    if not any(found.groups()):
        return found[0]
    parts = [f"{rows} 行"] if rows else []
    if conditions:
        parts.append(conditions_in_chinese(conditions, labels))
    if not rows:
        parts.append("太常见，不计行数" if conditions and SEARCHING in conditions else "行数未计")
    if column:
        parts.append(f"按 {labels.get(column, column)} {'从后到前' if descending else '从前到后'}")
    return f"<h3>{'，'.join(parts)}</h3>"


def _option(found: re.Match[str], labels: Mapping[str, str]) -> str:
    """Return the choice of a column by its label; first of all, since a column may be called as a condition is: in."""
    return f'<option value="{found[2]}"{found[1] or ""}>{escape(labels.get(found[2], found[2]))}</option>'


def _names(found: re.Match[str], labels: Mapping[str, str]) -> str:
    """Return the facets that took too long by their labels."""
    return ", ".join(escape(labels.get(name, name)) for name in unescape(found[0]).split(", "))


def _labelled(page: str, labels: Mapping[str, str]) -> str:
    """Put the words for a column where Datasette shows its name; the name stays what forms send."""

    def label(found: re.Match[str]) -> str:
        said = labels.get(found[2])
        return found[0] if said is None else f"{found[1]}{escape(said)}"

    for place in NAMED:
        page = place.sub(label, page)
    return page


def _replaced(page: str, replacements: Replacements) -> str:
    for replace in replacements:
        page = replace(page)
    return page


def _replacements(path: Path) -> Replacements:
    return [_replacement(*pair) for pair in yaml.safe_load(path.read_text("utf-8")).items()]


def _replacement(pattern: str, replacement: str) -> Callable[[str], str]:
    """Return what replaces a pattern; one that is a plain text is looked for in a quarter of the time."""
    if SPECIAL.search(pattern):
        return partial(re.compile(pattern).sub, replacement)
    return lambda page: page.replace(pattern, replacement)
