"""What a person decided against the rules: pages that are notices although step 3 says no, and the other way round.

They stand in a YAML file beside the archive, so that they outlive every rereading of it.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipelines.identity import address_key
from pipelines.yaml_files import YAMLFileError, load_yaml

FILE_NAME = "overrides.yml"
Words = Annotated[str, Field(min_length=1)]


class OverridesError(Exception):
    """The file of overrides cannot be used; one line for each thing that is wrong with it."""


class Override(BaseModel):
    """One decision, as the file has it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    url: Annotated[str, Field(pattern="^https?://")]
    is_notice: bool
    reason: Words
    by: Words
    """Who decided."""
    date: date

    @property
    def judgement(self) -> tuple[bool, str]:
        """Whether the page is a notice, and the reason as readers see it."""
        return self.is_notice, f"人工改判：{self.reason}（{self.by}，{self.date}）"


Overrides = Mapping[str, Override]
"""By the key of the page's address."""


def overrides_path(archive: Path, named: str | Path | None = None) -> Path:
    """Return where the overrides of an archive stand: at the path that was named, else beside it."""
    return Path(named) if named else archive.parent / FILE_NAME


def load_overrides(path: Path) -> Overrides:
    """Read the overrides; where there is no file, there are none. Raises OverridesError."""
    try:
        declared = load_yaml(path) or []
    except FileNotFoundError:
        return {}
    except (OSError, YAMLFileError) as error:
        raise OverridesError(f"{path}: {error}") from error
    try:
        overrides = TypeAdapter(list[Override]).validate_python(declared)
    except ValidationError as error:
        faults = (f"{path}: {_place(fault['loc'])}: {fault['msg']}" for fault in error.errors())
        raise OverridesError("\n".join(faults)) from error
    by_key: dict[str, Override] = {}
    for override in overrides:
        if by_key.setdefault(address_key(override.url), override) is not override:
            raise OverridesError(f"{path}: {override.url}: expected each page once")
    return by_key


def _place(steps: tuple[int | str, ...]) -> str:
    """Name the place of a fault as a person counts: ``entry 2: date``."""
    return ": ".join(f"entry {step + 1}" if isinstance(step, int) else step for step in steps) or "expected a list"
