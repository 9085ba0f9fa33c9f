"""Datasette's own table, query and database pages in Chinese.

Datasette 0.65 has no translations. Its pages are therefore rendered as they are, and the
phrases of interface.yml replaced. A phrase contains a piece of markup (``<``, ``>`` or ``"``),
which scraped text, being escaped, never does: data is not translated by accident.
They are lists; the e-mail addresses in them are hidden.
"""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import yaml
from datasette import hookimpl
from jinja2 import Environment
from markupsafe import Markup

from zhenggai.masking import mask_emails

BEIJING = timezone(timedelta(hours=8))
PHRASES = Path(__file__).with_name("interface.yml")


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Register the template filters ``chinese`` and ``beijing_time``; ``language`` and ``t`` are language.py's."""
    phrases = yaml.safe_load(PHRASES.read_text("utf-8"))
    patterns = [(re.compile(english), chinese) for english, chinese in phrases.items()]

    def chinese(page: str) -> Markup:
        shown = mask_emails(str(page))
        if env.globals["language"]() == "zh":
            for pattern, replacement in patterns:
                shown = pattern.sub(replacement, shown)
        return Markup(shown)  # noqa: S704 (what Jinja has rendered and escaped already)

    env.filters["chinese"] = chinese
    env.filters["beijing_time"] = lambda moment: f"{beijing_time(moment)}{env.globals['t']('（北京时间）')}"


def beijing_time(moment: str) -> str:
    """Return a moment of the archive (ISO 8601, UTC) as readers tell the time: 2026-11-22 14:33."""
    return f"{datetime.fromisoformat(moment).astimezone(BEIJING):%Y-%m-%d %H:%M}"
