"""One mistyped address does not fill the log."""

import datasette.handle_exception
from datasette import hookimpl


@hookimpl
def startup() -> None:
    """Keep Datasette from printing every 404 and every faulty query.

    Where rich is installed it prints the whole traceback with all local variables, even of
    errors that it answers properly. Unforeseen errors are still printed, plainly.
    """
    datasette.handle_exception.rich = None
