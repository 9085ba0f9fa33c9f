"""Whose a file is that this process may not write, so that a message can say what to do."""

import os
from pathlib import Path
from pwd import getpwuid


def advice_on_owner(path: Path) -> str:
    """Say whose the file at ``path`` is, or of one that is not there its folder, who wants to write it, and what root types to let them."""
    owned = path if path.exists() else path.parent
    user = _name(os.geteuid())
    return f"{owned} belongs to {_name(owned.stat().st_uid)}, and this runs as {user}: as root, type `chown {user}: {owned}`"


def _name(number: int) -> str:
    """Return a user's name, or the number of one that has none."""
    try:
        return getpwuid(number).pw_name
    except KeyError:
        return str(number)
