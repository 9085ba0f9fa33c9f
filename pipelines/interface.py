"""Answers in JSON where a page was asked for: the HTML that they wrap, or that there is none."""

import json
import re
from typing import Any

NUMBER = re.compile(r"-?\d+")
MISSING_CODES = {"404", "410"}
GOOD_CODES = {"0", "1", "200"}
CODES = ("code", "status", "errcode")
MESSAGES = ("message", "msg", "errmsg")


def read_object(text: str) -> dict[str, Any] | None:
    """Return the object that an answer is, or None for a page and anything else."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def says_missing(text: str) -> bool:
    """Tell whether an answer of status 200 says in itself that there is nothing: ``{"code":404,"msg":"内容不存在"}``."""
    answer = read_object(text)
    return answer is not None and _code(answer) in MISSING_CODES


def failure_in(text: str) -> str | None:
    """Return why an answer says that it failed, or None: ``{"success":false,"code":"500","message":"系统繁忙"}``."""
    answer = read_object(text)
    if answer is None or (answer.get("success") not in (False, "false") and _code(answer) in {None, *GOOD_CODES}):
        return None
    said = next((answer[name] for name in MESSAGES if answer.get(name)), f"code {_code(answer)}")
    return f"the answer says that it failed: {said}"


def html_within(text: str) -> str | None:
    """Return the HTML that an answer wraps, as JPaaS does (``{"data":{"html":"…"}}``); None where it has none."""
    answer = read_object(text) or {}
    data = answer.get("data")
    found = data.get("html") if isinstance(data, dict) else data
    return found if isinstance(found, str) and found.strip() else None


def _code(answer: dict[str, Any]) -> str | None:
    """``"status": "success"`` and ``true`` are no codes."""
    return next((code for name in CODES if NUMBER.fullmatch(code := str(answer.get(name)))), None)
