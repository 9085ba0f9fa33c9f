"""When a site needs a person, and who is told: ``monitors.yml`` beside the archive."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines.yaml_files import YAMLFileError, load_yaml

FILE_NAME = "monitors.yml"
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
HeaderText = Annotated[str, Field(pattern=r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$")]
"""What an HTTP header may hold without being encoded: ASCII, in one line."""
Mailbox = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class MonitorsError(Exception):
    """The file of monitors cannot be used; one line for each thing that is wrong with it."""


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _check_address(value: str) -> str:
    if not value.isascii() or not re.fullmatch(r"https?://[^/?#\s]+\S*", value):
        raise ValueError(
            "expected an address that begins with http:// or https://, in ASCII and without spaces; write others encoded"
            " (%E9%80%9A in a path, xn--… for a host)"
        )
    try:
        urlsplit(value).port  # noqa: B018  # raises ValueError
    except ValueError as error:
        raise ValueError("expected a port from 0 to 65535 in the address") from error
    return value


Address = Annotated[str, AfterValidator(_check_address)]


class Thresholds(_Declared):
    """From where on a site needs a person. Shares are from 0 to 1."""

    overdue_days: Count = 3
    """Days since a crawl of it was due and none has come to its end without a fault."""
    silent_days: Count = 7
    """Days since a crawl of it listed anything."""
    no_new_notice_days: Count = 400
    """Days since it had a new notice; inspections come in rounds, some months to a year apart."""
    listed_share: Share = 0.3
    """Of the median of its earlier crawls, entries that the last one listed: fewer, and the layout of its lists has changed."""
    history_crawls: Count = 30
    """Earlier crawls that the median is taken of."""
    fewest_crawls: Count = 3
    """Earlier crawls without which there is no history to compare with."""
    failed_crawls: Count = 3
    """Crawls in a row that ended in errors."""
    blocked_crawls: Count = 2
    """Crawls in a row that the site refused."""
    recent_days: Count = 30
    """Days that are compared with all before them, in the three shares below."""
    fewest_pages: Count = 10
    """Pages, both recent and before, without which shares are not compared."""
    rejected_rise: Share = 0.4
    """Rise of the share of pages judged not to be notices."""
    filled_fall: Share = 0.4
    """Fall of the share of notices in which a field was read."""
    fallback_rise: Share = 0.4
    """Rise of the share of notices whose body container trafilatura disagreed with, so that its own text was taken."""


class Webhook(_Declared):
    """An address that is sent the reasons, as JSON by POST."""

    url: Address
    headers: dict[HeaderText, HeaderText] = {}
    timeout_seconds: Count = 30


class Email(_Declared):
    """A mail server, and who writes to whom."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    security: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password_file: Path | None = None
    """The password stands in a file of its own, so that this one can be shown."""
    sender: Mailbox
    to: Annotated[list[Mailbox], Field(min_length=1)]
    timeout_seconds: Count = 30

    @model_validator(mode="after")
    def _name_user_with_password(self) -> Self:
        if (self.user is None) != (self.password_file is None):
            raise ValueError("expected both user and password_file, or neither")
        return self


class Monitors(_Declared):
    """The whole file."""

    thresholds: Thresholds = Thresholds()
    sites: dict[str, Thresholds] = {}
    """Thresholds of single sites, by id; what is left out there is as for all."""
    remind_days: Count = 7
    """Days after which people are told again of what they were told of."""
    webhook: Webhook | None = None
    email: Email | None = None

    def thresholds_of(self, site: str) -> Thresholds:
        """Return the thresholds that hold for the site with this id."""
        own = self.sites.get(site, Thresholds())
        return self.thresholds.model_copy(update=own.model_dump(exclude_unset=True))


def monitors_path(archive: Path, named: Path | None = None) -> Path:
    """Return where the monitors of an archive stand: at the path that was named, else beside it."""
    return named or archive.parent / FILE_NAME


def load_monitors(path: Path) -> Monitors:
    """Read the monitors; where there is no file, the defaults hold and nobody is told. Raises MonitorsError."""
    try:
        declared = load_yaml(path) or {}
    except FileNotFoundError:
        return Monitors()
    except (OSError, YAMLFileError) as error:
        raise MonitorsError(f"{path}: {error}") from error
    try:
        return Monitors.model_validate(declared)
    except ValidationError as error:
        faults = (f"{path}: {'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}" for fault in error.errors())
        raise MonitorsError("\n".join(faults)) from error
