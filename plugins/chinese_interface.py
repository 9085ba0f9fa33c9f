"""Datasette's own table, query and database pages in Chinese.

Datasette 0.65 has no translations. Its pages are therefore rendered as they are, and the
phrases of interface.yml replaced. A phrase contains a piece of markup (``<``, ``>`` or ``"``),
which scraped text, being escaped, never does: data is not translated by accident.
What readers who hear a page need is added by markup.yml. They are lists; the e-mail addresses in them are hidden.
"""

import re
from html import unescape
from pathlib import Path

import yaml
from datasette import hookimpl
from jinja2 import Environment
from markupsafe import Markup, escape

from zhenggai.display import beijing_time
from zhenggai.masking import mask_emails

Patterns = list[tuple[re.Pattern[str], str]]

PHRASES = Path(__file__).with_name("interface.yml")
MARKUP = Path(__file__).with_name("markup.yml")
# Titles of tables and queries come from metadata.yml, in Chinese.
HEADING = re.compile(r"(<h1[^>]*>)\s*([^<]+?)\s*(</h1>)")


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Register the template filters ``chinese`` and ``beijing_time``; ``language`` and ``t`` are language.py's."""
    phrases, markup = _patterns(PHRASES), _patterns(MARKUP)

    def chinese(page: str) -> Markup:
        shown = mask_emails(str(page))
        if env.globals["language"]() == "zh":
            shown = _replaced(shown, phrases)
        else:
            shown = HEADING.sub(lambda found: f"{found[1]}{escape(env.globals['t'](unescape(found[2])))}{found[3]}", shown)
        shown = _replaced(shown, markup)
        return Markup(shown)  # noqa: S704 (what Jinja has rendered and escaped already)

    env.filters["chinese"] = chinese
    env.filters["beijing_time"] = lambda moment: f"{beijing_time(moment)}{env.globals['t']('（北京时间）')}"


def _replaced(page: str, patterns: Patterns) -> str:
    for pattern, replacement in patterns:
        page = pattern.sub(replacement, page)
    return page


def _patterns(path: Path) -> Patterns:
    return [(re.compile(pattern), replacement) for pattern, replacement in yaml.safe_load(path.read_text("utf-8")).items()]
