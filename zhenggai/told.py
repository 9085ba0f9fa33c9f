"""What people were told of last: nobody is told every night of what has not changed."""

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.visits import utc_now
from zhenggai.notify import Findings


class Told(BaseModel):
    """When people were told, and which thresholds each site had passed at the last look."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str
    sites: dict[str, list[str]]

    def knows(self, findings: Findings, remind_days: int) -> bool:
        """Tell whether people need not be told: no site has passed another threshold since, and it is not so many days ago."""
        again = datetime.fromisoformat(self.at) + timedelta(days=remind_days)
        known = all(reason.threshold in self.sites.get(site, []) for site, found in findings.items() for reason in found)
        return known and datetime.fromisoformat(utc_now()) < again


def told_path(db: Path) -> Path:
    """Return where that is noted, beside the archive."""
    return db.with_name(f"{db.name}.told")


def last_told(db: Path) -> Told | None:
    """Return what people were told of last; None where they were not, or it cannot be made out: then they are told again."""
    try:
        return Told.model_validate_json(told_path(db).read_bytes())
    except (OSError, ValidationError):
        return None


def note_told(db: Path, findings: Findings, at: str) -> None:
    """Note what was found, and when people were last told; where nothing was found, that they know of nothing. Raises OSError."""
    path = told_path(db)
    if not findings:
        path.unlink(missing_ok=True)
        return
    told = Told(at=at, sites={site: [reason.threshold for reason in found] for site, found in findings.items()})
    part = path.with_name(f"{path.name}.part")
    part.write_text(told.model_dump_json(), "utf-8")
    part.rename(path)
