"""What queries and charts of days leave out, said on their pages: notices whose dates contradict each other."""

from collections.abc import Awaitable, Callable

from datasette import hookimpl
from datasette.app import Datasette

IN_CONFLICT = "SELECT count(*) FROM notices WHERE length(published) = 10 AND length(feedback_date) = 10 AND published < feedback_date"


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Callable[[], Awaitable[int]]]:
    """Give templates ``dates_in_conflict()``, the number of notices published before the feedback that they tell of."""

    async def dates_in_conflict() -> int:
        (count,) = (await datasette.get_database("archive").execute(IN_CONFLICT)).first()
        return int(count)

    return {"dates_in_conflict": dates_in_conflict}
