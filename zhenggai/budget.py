"""How long a run may take, as it is typed: 90m, 6h, 1d, 1h30m."""

import re

import click

DURATION = re.compile(r"(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?:(?P<seconds>\d+)s)?", re.IGNORECASE)
SECONDS = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}


class Duration(click.ParamType[int]):
    """A length of time in days, hours, minutes and seconds; its value is in seconds."""

    name = "duration"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the seconds; explain what is expected where there are none."""
        if isinstance(value, int):
            return value
        found = DURATION.fullmatch(value)
        seconds = sum(int(found[unit] or 0) * length for unit, length in SECONDS.items()) if found else 0
        if not seconds:
            self.fail(f"{value!r} is no length of time; expected days, hours or minutes, such as 90m, 6h, 1h30m or 1d", param, ctx)
        return seconds
