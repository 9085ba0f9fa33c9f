"""One site: the YAML file that declares it, checked so that a mistake names its file, its key and what was expected."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from cssselect import HTMLTranslator, SelectorError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from crawler.software import SOFTWARE, Software
from crawler.urls import is_loopback, server_of
from pipelines.yaml_files import YAMLFileError, load_yaml, parse_yaml

FILE_NAME = re.compile(r"(\d{6})_[a-z0-9]+(?:[-_][a-z0-9]+)*")
# The key with its value, and not the comment that may stand behind it.
LAST_VERIFIED = re.compile(r"^last_verified:[^#\r\n]*?(?=[ \t]*(?:#|\r?$))", re.MULTILINE)
SITES_DIR = Path(__file__).parent / "sites"


class SiteError(Exception):
    """A site's YAML cannot be used; one line for each thing that is wrong with it."""


def _check_address(value: str) -> str:
    if not re.match(r"https?://[^/?#\s]+", value):
        raise ValueError("expected an address that begins with http:// or https://")
    try:
        urlsplit(value).port  # noqa: B018  # raises ValueError
    except ValueError as error:
        raise ValueError("expected a port from 0 to 65535 in the address") from error
    return value


def _check_selector(value: str) -> str:
    try:
        HTMLTranslator().css_to_xpath(value)
    except SelectorError as error:
        raise ValueError(f"expected a CSS selector ({error})") from error
    return value


def _check_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"expected a regular expression ({error})") from error
    return value


def _check_paging(value: str) -> str:
    if "{page}" not in value:
        raise ValueError("expected the address of further pages with {page} in it, such as ?page={page}")
    return value


Address = Annotated[str, AfterValidator(_check_address)]
Steps = Annotated[str, Field(pattern=r"^[^.\s]+(?:\.[^.\s]+)*$")]
"""A way into an answer in JSON: ``data.results``."""

KEYS_OF_FAMILIES = {
    "paging": ("query", "json"),
    "first_page": ("gkmlpt", "json", "query"),
    "api": ("json",),
    "label_file": ("longxun",),
}
"""Keys that are of use to these families alone; the others read it from their pages."""


class Api(BaseModel):
    """How a list in JSON is asked for and read. What is not declared is found by the names that such answers commonly use."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["GET", "POST", "POST JSON"] = "GET"
    """With POST the list's query is sent as a form, with POST JSON as an object."""
    rows: Steps | None = None
    title: Steps | None = None
    address: Annotated[str, Field(min_length=1)] | None = None
    """Steps to the article's address in a row, or an address made of its values: ``/news/{id}.html``."""
    date: Steps | None = None
    total: Steps | None = None
    """Steps to the number of rows on all pages."""


class Site(BaseModel):
    """What a site's YAML declares. ``id`` is the file's name without ``.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str = Field(min_length=1)
    url: Address
    software: Software
    division: str
    """GB/T 2260 code."""
    area: str | None = None
    """Name of a place that GB/T 2260 does not list."""
    lists: list[Address] = Field(min_length=1)
    """First pages of the columns in which notices may appear; the pages to begin at, where links are followed (`links`)."""
    paging: Annotated[str, AfterValidator(_check_paging)] | None = None
    """Address of further list pages, relative to the first: ``?page={page}``."""
    first_page: Annotated[int, Field(ge=0, le=1)] | None = None
    """Number of the first page, where it is not read or tried out."""
    api: Api | None = None
    label_file: Annotated[str, Field(pattern="^/")] | None = None
    """Template that a Longxun site prints its list with, where its pages do not say: ``/xxgk/publicInfoList_newest2020``."""
    article: Annotated[str, AfterValidator(_check_pattern)] | None = None
    """Regular expression that finds an article's address, for lists without dates in an address form of the site's own."""
    body: Annotated[str, AfterValidator(_check_selector)] | None = None
    """CSS selector of the body container."""
    last_verified: date | None = None

    @field_validator("division", mode="before")
    @classmethod
    def _check_division(cls, value: Any) -> Any:
        if not (isinstance(value, str) and re.fullmatch(r"\d{6}", value)):
            raise ValueError('expected the six digits of a GB/T 2260 code in quotes, such as "610100"')
        return value

    @field_validator("lists")
    @classmethod
    def _check_lists(cls, value: list[str]) -> list[str]:
        if twice := {address for address in value if value.count(address) > 1}:
            raise ValueError(f"expected each list once; twice: {', '.join(sorted(twice))}")
        return value

    @model_validator(mode="after")
    def _check_keys(self) -> Self:
        for key, families in KEYS_OF_FAMILIES.items():
            if getattr(self, key) is not None and self.software not in families:
                raise ValueError(f"{key}: expected nothing, since {self.software} has no use for it; {' and '.join(families)} may")
        return self

    @model_validator(mode="after")
    def _check_places(self) -> Self:
        if len({is_loopback(address) for address in [self.url, *self.lists]}) > 1:
            raise ValueError("lists: expected all addresses on the public net or all on loopback, as that of url")
        return self

    @model_validator(mode="after")
    def _check_id(self) -> Self:
        if not self.id.startswith(self.division):
            raise ValueError(f"division: expected {self.id[:6]}, as in the file's name, not {self.division}")
        return self

    @property
    def replica(self) -> bool:
        """Served on loopback, for tests and demos; its notices do not belong into an archive of real ones."""
        return is_loopback(self.url)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts it publishes on, as `server_of` gives them: links that lead elsewhere are not its own."""
        return frozenset(server_of(address) for address in [self.url, *self.lists])


def load_site(path: Path) -> Site:
    """Read one site's YAML. Raises SiteError."""
    named = FILE_NAME.fullmatch(path.stem)
    if named is None or path.suffix != ".yml":
        raise SiteError(f"{path}: expected a file name like 610100_xian_mzj.yml: GB/T 2260 code, underscore, small letters and digits")
    declared = _read_yaml(path)
    if "id" in declared:
        raise SiteError(f"{path}: id: unknown key; a site's id is its file's name")
    try:
        return Site(id=path.stem, **declared)
    except ValidationError as error:
        raise SiteError("\n".join(f"{path}: {_describe(detail)}" for detail in error.errors())) from error


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        declared = load_yaml(path)
    except OSError as error:
        raise SiteError(f"{path}: cannot be read: {error}") from error
    except YAMLFileError as error:
        raise SiteError(f"{path}: {error}") from error
    if not isinstance(declared, dict) or not all(isinstance(key, str) for key in declared):
        raise SiteError(f"{path}: expected keys and values such as `name: 西安市民政局`")
    return declared


def _describe(detail: ErrorDetails) -> str:
    """Say in one line what is wrong with which key."""
    key = ".".join(str(part) for part in detail["loc"])
    prefix = f"{key}: " if key else ""
    match detail["type"]:
        case "extra_forbidden":
            model = Api if detail["loc"][0] == "api" else Site
            return f"{prefix}unknown key; known are {', '.join(name for name in model.model_fields if name != 'id')}"
        case "literal_error" if key == "software":
            return f"{prefix}expected one of {', '.join(SOFTWARE)}, not {detail['input']!r}"
        case "missing":
            return f"{prefix}expected, but not there"
        case "value_error":
            given = f", not {detail['input']!r}" if isinstance(detail["input"], str | int) else ""
            return f"{prefix}{detail['ctx']['error']}{given}"
        case _:
            return f"{prefix}{detail['msg']}, not {detail['input']!r}"


def load_sites(directory: Path) -> list[Site]:
    """Read every site of a directory, in the order of their ids. Raises SiteError with all that is wrong."""
    sites, faults = load_good_sites(directory)
    if faults:
        raise SiteError("\n".join(faults.values()))
    return sites


def load_good_sites(directory: Path) -> tuple[list[Site], dict[str, str]]:
    """Read the sites of a directory, in the order of their ids; return also what is wrong with each of the others, by its id.

    Raises SiteError if there is no such directory.
    """
    if not directory.is_dir():
        raise SiteError(f"{directory}: is not a directory of site files")
    sites: list[Site] = []
    faults: dict[str, str] = {}
    for path in sorted(directory.glob("*.y*ml")):
        try:
            sites.append(load_site(path))
        except SiteError as error:
            faults[path.stem] = str(error)
    return sites, faults


def find_site(name: str, directory: Path) -> Site:
    """Read the site with this id, or the YAML at this path. Raises SiteError; names the known sites if there is none."""
    path = site_path(name, directory)
    if not path.is_file():
        raise SiteError(f"{name}: there is no such site; {_known(site_ids(directory), directory)}")
    return load_site(path)


def site_path(name: str, directory: Path) -> Path:
    """Return the path of the site with this id, or the path itself."""
    return Path(name) if name.endswith((".yml", ".yaml")) else directory / f"{name}.yml"


def set_last_verified(path: Path, day: date) -> None:
    """Put the day into a site's YAML; every other character stays. Raises SiteError where that cannot be done line by line."""
    declared = _read_yaml(path)
    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    line = f"last_verified: {day.isoformat()}"
    changed, found = LAST_VERIFIED.subn(line, text, count=1)
    if not found:
        end = "\r\n" if "\r\n" in text else "\n"
        changed = f"{text}{'' if text.endswith(end) else end}{line}{end}"
    if not _says(changed, declared | {"last_verified": day}):
        raise SiteError(f"{path}: last_verified: expected one key a line, to set it there; write `{line}` yourself")
    try:
        path.write_text(changed, encoding="utf-8", newline="")
    except OSError as error:
        raise SiteError(f"{path}: {error.strerror}") from error


def _says(text: str, declared: dict[str, Any]) -> bool:
    try:
        return bool(parse_yaml(text) == declared)
    except YAMLFileError:
        return False


def site_ids(directory: Path) -> list[str]:
    """Return the ids of a directory's sites, without reading their files."""
    return sorted(path.stem for path in directory.glob("*.yml"))


def _known(ids: Iterable[str], directory: Path) -> str:
    listed = ", ".join(ids)
    return f"known are {listed}" if listed else f"there are none in {directory}"
