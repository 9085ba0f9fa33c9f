"""No scraped text turns the reading direction of a page: U+202E in a title shows the rest of its line backwards.

The marks are left out where a page is rendered, and so are control characters, which HTML forbids.
In the archive, and in what leaves as data, the text is as it was found; CSV alone has no control characters either.
"""

import re

from datasette import hookimpl
from jinja2 import Environment
from markupsafe import Markup

from pipelines.tables import CONTROL_CHARACTER

# Marks, embeddings, overrides and isolates of the bidirectional algorithm; the letters of right-to-left scripts need none.
DIRECTION_MARKS = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
LEFT_OUT = re.compile(f"{DIRECTION_MARKS}|{CONTROL_CHARACTER.pattern}")


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Have Jinja pass through ``without_direction`` whatever a template puts out."""
    env.finalize = without_direction


def without_direction(value: object) -> object:
    """Return a text without the marks; anything else as it is."""
    if not isinstance(value, str) or not LEFT_OUT.search(value):
        return value
    plain = LEFT_OUT.sub("", value)
    return Markup(plain) if isinstance(value, Markup) else plain  # noqa: S704 (what was escaped, less some characters)
