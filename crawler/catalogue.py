"""``python -m crawler.catalogue``: print docs/site-software.md from the docstrings of the spiders.

Each spider's docstring says, in this order and these words, what a person needs to know of its family (`WORDS`).
"""

import inspect
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import click

from crawler.sites import KEYS_OF_FAMILIES
from crawler.software import SOFTWARE
from crawler.spiders.base import SiteSpider

WORDS = ("Software", "Recognised by", "List", "Paging", "Detail", "Caveats")
DOCUMENT = Path(__file__).parent.parent / "docs" / "site-software.md"
PARAGRAPH = re.compile(rf"^({'|'.join(WORDS)}): (.+(?:\n {{4}}.+)*)", re.MULTILINE)
HEAD = """\
# Site software

The families of site software that the crawler knows, from the docstrings in `crawler/spiders/` (`make docs` writes this file).
A site's YAML names one of them as `software`. Keys that some families have a use for: {keys}; `article` is open to all
(`crawler/sites.py` says what each means).
"""


class DocstringError(Exception):
    """A spider's docstring lacks a word of the vocabulary, or has one twice or out of its order."""


@dataclass(frozen=True, slots=True)
class Family:
    """What the catalogue says of one family."""

    software: str
    title: str
    said: dict[str, str]
    """By the words of the vocabulary."""


def spider_of(software: str) -> type[SiteSpider]:
    """Return the spider of a family: the class of that name in the file of that name."""
    module = import_module(f"crawler.spiders.{software}")
    classes = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, SiteSpider)]
    return next(spider for spider in classes if getattr(spider, "name", None) == software)


def describe(software: str, docstring: str) -> Family:
    """Read a family's docstring. Raises DocstringError."""
    text = inspect.cleandoc(docstring)
    said = PARAGRAPH.findall(text)
    if tuple(word for word, _ in said) != WORDS:
        raise DocstringError(f"{software}: expected {', '.join(WORDS)}, each once and in this order; found {[word for word, _ in said]}")
    return Family(software, text.partition("\n")[0].rstrip("."), {word: " ".join(lines.split()) for word, lines in said})


def render() -> str:
    """Return the whole document. Raises DocstringError."""
    known = [describe(software, spider_of(software).__doc__ or "") for software in SOFTWARE]
    keys = ", ".join(f"`{key}` ({', '.join(families)})" for key, families in KEYS_OF_FAMILIES.items())
    rows = "\n".join(f"| [`{family.software}`](#{family.software}) | {family.title} | {_short(family)} |" for family in known)
    table = f"| `software` | family | where |\n|---|---|---|\n{rows}\n"
    return "\n".join([HEAD.format(keys=keys), table, *(_section(family) for family in known)])


def _short(family: Family) -> str:
    return family.said["Software"].rstrip(".").replace("``", "`")


def _section(family: Family) -> str:
    lines = "\n".join(f"- **{word}:** {text.replace('``', '`')}" for word, text in family.said.items())
    return f"## {family.software}\n\n{lines}\n"


@click.command()
@click.option("--check", is_flag=True, help="Fail if docs/site-software.md is not what would be written.")
def main(*, check: bool) -> None:
    """Write docs/site-software.md.

    \b
    Example: python -m crawler.catalogue --check
    """
    text = render()
    if check and (not DOCUMENT.is_file() or DOCUMENT.read_text(encoding="utf-8") != text):
        raise click.ClickException(f"{DOCUMENT} is stale; `make docs` writes it")
    if not check:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
