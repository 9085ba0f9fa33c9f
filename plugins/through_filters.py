"""``_through=`` beside other filters: Datasette calls the parameter of each :p0, and one took the value of the other."""

import re
from collections.abc import Generator
from functools import partial
from typing import Any

from datasette import hookimpl
from datasette.filters import FilterArguments
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request

PARAMETER = re.compile(r"p\d+")


@hookimpl(hookwrapper=True)
def filters_from_request(request: Request) -> Generator[None, Any, None]:
    """Give the parameters of ``_through`` names of their own."""
    outcome = yield
    if request.args.getlist("_through"):
        outcome.force_result([partial(_renamed, filters) for filters in outcome.get_result()])


async def _renamed(filters: Any) -> FilterArguments | None:
    arguments: FilterArguments | None = await await_me_maybe(filters)
    if arguments is None:
        return None
    for name in filter(PARAMETER.fullmatch, list(arguments.params)):
        arguments.where_clauses = [re.sub(rf":{name}\b", f":through_{name}", clause) for clause in arguments.where_clauses]
        arguments.params[f"through_{name}"] = arguments.params.pop(name)
    return arguments
