"""What the replica sites publish, read from ``demo/content``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import count, islice
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True)
class Article:
    """One published text. ``paragraphs`` that begin with white space are set to the right, as signatures are."""

    id: int
    column: str
    title: str
    published: date
    source: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One column (栏目) of a site. ``ordinary`` is the number of everyday articles that fill it."""

    key: str
    """What the software calls it in addresses: a path, a number."""
    name: str
    ordinary: int
    listed: bool = True
    """The crawler is told of it; the others are only linked."""


@dataclass(frozen=True)
class Replica:
    """One site: its declarations and everything it publishes."""

    id: str
    software: str
    name: str
    domain: str
    division: str
    area: str | None
    code: str
    """网站标识码, the site's registration number."""
    robots: str | None
    body: str | None
    navigation: tuple[str, ...]
    footer: tuple[str, ...]
    columns: tuple[Column, ...]
    articles: tuple[Article, ...]

    def in_column(self, column: Column) -> list[Article]:
        """Return the column's articles, newest first."""
        return sorted(
            (article for article in self.articles if article.column == column.key), key=lambda a: (a.published, a.id), reverse=True
        )

    @cached_property
    def by_id(self) -> dict[int, Article]:
        """The articles by their number."""
        return {article.id: article for article in self.articles}


def load_replicas() -> list[Replica]:
    """Read every site below ``demo/content``."""
    return [_load_replica(declaration.parent) for declaration in sorted(CONTENT.glob("*/site.yml"))]


def _load_replica(folder: Path) -> Replica:
    declared = _read(folder / "site.yml")
    columns = tuple(Column(**column) for column in declared.pop("columns"))
    ordinary = declared.pop("ordinary")
    written = [_load_article(path) for path in sorted(folder.glob("*.yml")) if path.name != "site.yml"]
    everyday = [article for column in columns for article in islice(_ordinary_articles(column, **ordinary), column.ordinary)]
    return Replica(
        **declared | {name: tuple(declared[name]) for name in ("navigation", "footer")},
        columns=columns,
        articles=(*written, *everyday),
    )


def _load_article(path: Path) -> Article:
    """Read one article; where it names a ``file``, the text is that file's, without its title line."""
    fields = _read(path)
    text = fields.pop("text", None)
    if text is None:
        text = (path.parent / fields.pop("file")).read_text(encoding="utf-8").removeprefix(fields["title"])
    return Article(**fields, paragraphs=_paragraphs(text))


def _ordinary_articles(column: Column, *, newest: date, every_days: int, first_id: int, values: dict[str, str]) -> Iterator[Article]:
    """Yield everyday articles without end, going back in time; the same ones at every start."""
    templates = _read(CONTENT / "ordinary.yml")
    shift = sum(column.key.encode())  # so that no two columns begin with the same article, or share a number
    for position in count():
        template = templates[(position + shift) % len(templates)]
        published = newest - timedelta(days=position * every_days + shift % every_days)
        words = values | {"year": str(published.year), "month": str(published.month), "number": str(position * 7 % 40 + 3)}
        yield Article(
            id=first_id + shift * 100 - position,
            column=column.key,
            title=template["title"].format(**words),
            published=published,
            source=values["source"],
            paragraphs=_paragraphs(template["text"].format(**words)),
        )


def _paragraphs(text: str) -> tuple[str, ...]:
    """Split a text into its lines, leaving out the blank ones."""
    return tuple(line.rstrip() for line in text.splitlines() if line.strip())


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
