"""Lists that a page fetches by script: where they are asked for, by what method, and how their pages are counted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from crawler.answers import ADDRESSES
from crawler.clicks import PageScripts
from crawler.markup import Markup
from crawler.recognise import PAGE_PARAMETER, own_paging
from crawler.scripts import OWNER, AsForm, AsJson, Joined, Unknown, read_arguments, strings_of
from crawler.urls import is_on_hosts, server_of

# fetch("/api/list?…"), $.post('/queryList', {…}), $.ajax({url: …}), axios.get(…), this.$http.post(…), xhr.open("GET", …)
CALL = re.compile(r"(?<![\w$])(?P<owner>(?:[\w$]+\s*\.\s*)*)(?P<verb>fetch|ajax|getJSON|get|post|axios|\$http|request|open)\s*\(")
# They send an object as JSON unless told otherwise; jQuery sends it as a form.
SENDS_JSON = re.compile(r"axios|http|request", re.IGNORECASE)
PAGE_SIZE = re.compile(r"(?:page_?)?size|rows|limit|per_?page|prepage", re.IGNORECASE)
USUAL_SIZE = "20"
PAGE_VARIABLE = re.compile(
    r"(?:\w+\.)*(?:(?:cur(?:r(?:ent)?)?_?)?(?:p|n|i|pn|pg|page|index)_?(?:no|num|index|number|i)?|current|cur|num)", re.IGNORECASE
)
# What keeps an answer from being taken out of a cache: _=1700000000, t=, rnd=
MOMENTS = {"_", "t", "r", "v", "rnd", "rand", "random", "time", "timestamp", "callback"}
# "<a href='" + row.url + "'>", `<a href="/news/${row.id}.html">`
LINK = re.compile(r"""\bhref\s*=\s*["']?(?P<head>[^"'<>\s]*)$""")
LINK_END = re.compile(r"""["'<>\s]""")
# Stands for a part that the script makes when it runs, numbered.
PLACE = re.compile("\ue000(\\d+)\ue001")
Method = Literal["GET", "POST", "POST JSON"]


@dataclass(frozen=True, slots=True)
class ScriptedList:
    """A list that answers a script, as a site's YAML declares it."""

    url: str
    """With the fields of a form in its query."""
    method: Method
    paging: str | None
    """``?page={page}``, or ``list_{page}.json`` beside the list; None where nothing counts its pages."""
    first_page: int | None
    """0 where its pages are counted from there."""
    address: str | None
    """What an article's address is made of: ``/news/{id}.html``, or the name of a value with no usual name."""

    @property
    def way(self) -> tuple[Method, str | None, int | None]:
        """How its pages are asked for: what lists of one site have in common."""
        return self.method, self.paging, self.first_page


@dataclass(frozen=True, slots=True)
class _Call:
    method: Method
    url: str | Joined
    data: Mapping[str, Any]


def scripted_lists(html: str, url: str) -> list[ScriptedList]:
    """Return the lists on the page's own host for which its scripts ask, those whose pages are counted first, each once."""
    scripts = PageScripts(Markup(html or "<p>", url).tree)
    address = next(filter(None, (_row_address(script, url) for script in scripts.texts)), None)
    found = [asked for script in scripts.texts for call in _calls(script, scripts.known) if (asked := _asked(call, script, url, address))]
    return sorted(dict.fromkeys(found), key=lambda asked: asked.paging is None)


def _calls(script: str, known: Mapping[str, Any]) -> Iterator[_Call]:
    for found in CALL.finditer(script):
        arguments = read_arguments(script, found.end(), known)
        if found["verb"] == "open":  # xhr.open("GET", "/list?page=1", true); window.open("/a.html") asks for no list
            arguments = arguments[1:2] if arguments[:1] in (["GET"], ["get"]) else []
        if arguments and (call := _call(found["owner"] + found["verb"], found["verb"], arguments)):
            yield call


def _call(function: str, verb: str, arguments: list[Any]) -> _Call | None:
    options = next((argument for argument in arguments if isinstance(argument, dict) and "url" in argument), {})
    if not options and len(arguments) > 1 and verb in ("fetch", "ajax", "request") and isinstance(arguments[1], dict):
        options = arguments[1]
    url = options.get("url", arguments[0])
    # columns.get("x") asks a table, and not a server.
    if not isinstance(url, str | Joined) or not re.search(r"[/.?]", _text(url, [])):
        return None
    body = options.get("data", options.get("body"))
    if not options and len(arguments) > 1:
        body = arguments[1]
        if verb == "get" and isinstance(body, dict) and isinstance(body.get("params"), dict):
            body = body["params"]  # axios.get("/list", {params: {page: 1}})
    named = options.get("type", options.get("method", verb))
    is_post = isinstance(named, str) and named.upper() == "POST"
    data = body.value if isinstance(body, AsJson | AsForm) else body
    data = dict(parse_qsl(data, keep_blank_values=True)) if isinstance(data, str) else data
    params = options.get("params")
    fields = {**(params if isinstance(params, dict) else {}), **(data if isinstance(data, dict) else {})}
    sends_json = isinstance(body, dict) and SENDS_JSON.search(function) is not None
    as_json = isinstance(body, AsJson) or sends_json or "json" in str(options.get("contentType"))
    return _Call(("POST JSON" if as_json else "POST") if is_post else "GET", url, fields)


def _asked(call: _Call, script: str, page: str, address: str | None) -> ScriptedList | None:
    """Return the list that a call asks for; None where it is another site's, or depends on what only the running script knows."""
    unknown: list[Unknown] = []
    target = urljoin(page, _text(call.url, unknown))
    if not target.startswith(("http://", "https://")) or not is_on_hosts(target, frozenset({server_of(page)})):
        return None
    fields = parse_qsl(urlsplit(target).query, keep_blank_values=True)
    for name, value in call.data.items():
        one = value[0] if isinstance(value, list) and len(value) == 1 else value
        if not isinstance(one, str | int | float | Joined | Unknown):
            return None
        is_size = isinstance(one, Unknown) and PAGE_SIZE.fullmatch(name) is not None
        fields.append((name, USUAL_SIZE if is_size else _text(one, unknown)))
    fields = [(name, value) for name, value in fields if not (PLACE.search(value) and name in MOMENTS)]
    counted = [name for name, value in fields if PLACE.search(value)]
    path = urlsplit(target).path
    if len(counted) + len(PLACE.findall(path)) > 1:
        return None
    if PLACE.search(path):
        return _in_path(target, fields, call.method, script, unknown, address)
    bare = target.partition("?")[0].partition("#")[0]
    if not counted:
        asked = _with_query(bare, fields)
        return ScriptedList(asked, call.method, own_paging(asked).paging, own_paging(asked).first_page, address)
    variable = unknown[int(PLACE.findall(dict(fields)[counted[0]])[0])]
    if not PLACE.fullmatch(dict(fields)[counted[0]]) or not (
        PAGE_PARAMETER.fullmatch(counted[0]) or PAGE_VARIABLE.fullmatch(variable.name)
    ):
        return None
    first = _first_page(variable, script)
    asked = _with_query(bare, [(name, str(first) if name == counted[0] else value) for name, value in fields])
    return ScriptedList(asked, call.method, f"?{counted[0]}={{page}}", 0 if first == 0 else None, address)


def _in_path(
    target: str, fields: list[tuple[str, str]], method: Method, script: str, unknown: list[Unknown], address: str | None
) -> ScriptedList | None:
    """Return the list whose number of the page stands in the name of a file: ``list_1.json``."""
    folder, _, name = target.partition("?")[0].rpartition("/")
    variable = unknown[int(PLACE.findall(target)[0])]
    if not PLACE.search(name) or PLACE.search(folder) or not PAGE_VARIABLE.fullmatch(variable.name):
        return None
    first = _first_page(variable, script)
    asked = _with_query(f"{folder}/{PLACE.sub(str(first), name)}", fields)
    return ScriptedList(asked, method, _with_query(PLACE.sub("{page}", name), fields), 0 if first == 0 else None, address)


def _with_query(address: str, fields: list[tuple[str, str]]) -> str:
    query = "&".join(f"{quote(name, safe='[]')}={quote(value, safe='[],:')}" for name, value in fields)
    return f"{address}?{query}" if query else address


def _text(value: Any, unknown: list[Unknown]) -> str:
    """Return a value as it is sent; what is not known is a PLACE in it, and is added to the list."""
    parts = []
    for part in value.parts if isinstance(value, Joined) else (value,):
        if isinstance(part, Unknown):
            parts.append(f"\ue000{len(unknown)}\ue001")
            unknown.append(part)
        else:
            parts.append(str(part).lower() if isinstance(part, bool) else str(part))
    return "".join(parts)


def _first_page(variable: Unknown, script: str) -> int:
    """Return the number of the first page: what the script hands to the function that has the variable for a parameter, or 1."""
    name = re.escape(variable.name)
    function = re.search(
        rf"function\s+([\w$]+)\s*\(\s*{name}\b|([\w$]+)\s*[=:]\s*(?:function\s*\(\s*{name}\b|\(?\s*{name}\s*\)?\s*=>)", script
    )
    begun = re.search(rf"(?<!function\s)\b{re.escape(function[1] or function[2])}\s*\(\s*([01])\s*[,)]", script) if function else None
    first = (int(begun[1]) if begun else 1) + variable.more
    return first if first in (0, 1) else 1


def _row_address(script: str, page: str) -> str | None:
    """Return what the script makes the address of an article of, for a list whose rows have none under a usual name."""
    for value in strings_of(script, {}):
        parts = value.parts if isinstance(value, Joined) else ()
        for position, part in enumerate(parts[:-1]):
            begun = LINK.search(part) if isinstance(part, str) else None
            if begun and (address := _address(begun["head"], parts[position + 1 :], page)):
                return address
    return None


def _address(head: str, parts: tuple[str | Unknown, ...], page: str) -> str | None:
    made, named = head, []
    for part in parts:
        if isinstance(part, Unknown):
            # row.id, rows[i].id, this.row.id: what the row calls it; row.source.id is within the row
            named.append(OWNER.sub("", part.name).partition(".")[2])
            made += f"{{{named[-1]}}}"
        else:
            made += LINK_END.split(part, maxsplit=1)[0]
            if LINK_END.search(part):
                break
    if not named or not all(named):
        return None
    if made == f"{{{named[0]}}}":
        return None if named[0].lower() in ADDRESSES else named[0]
    return made if made.startswith(("/", "http")) else urljoin(page, made)
