"""A process of a worker's own, that does one thing after another and ends with the worker, be it by kill -9.

Dask runs tasks in threads of a process that may have no children by `multiprocessing`. A reactor runs once in a process,
the time of a page is bounded by signals that only a main thread gets, and a page may kill the process that reads it.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import Empty, LifoQueue, SimpleQueue
from typing import Any


class ChildDiedError(Exception):
    """The process ended before it gave an answer."""


def order(function: Callable[..., Any], *arguments: Any) -> bytes:
    """Return a call as a child takes it. It is packed where it is given, so that whoever hands it on need not look inside."""
    return pickle.dumps((function, arguments))


def result(answer: bytes) -> Any:
    """Return what the function of an order returned, or raise what it raised."""
    succeeded, outcome = pickle.loads(answer)  # noqa: S301 - from a process that we, or a worker of ours, started
    if not succeeded:
        raise outcome
    return outcome


class Child:
    """A process that carries out orders in its main thread. What it lays aside goes into ``directory``."""

    def __init__(self, directory: str) -> None:
        self._connection, theirs = Pipe()
        command = [sys.executable, "-m", "zhenggai.child", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=os.environ | {"TMPDIR": directory}
            )

    def carry_out(self, given: bytes) -> bytes:
        """Return the answer to an order. Raises ChildDiedError."""
        try:
            self._connection.send_bytes(given)
            return self._connection.recv_bytes()
        except (EOFError, ConnectionError) as error:
            raise ChildDiedError(f"its process died, with status {self._process.wait()}") from error

    def end(self) -> None:
        """End the process, which has nothing to do."""
        self._connection.close()
        self._process.wait()


_idle: LifoQueue[Child] = LifoQueue()


@contextmanager
def borrowed_child(directory: str) -> Iterator[Child]:
    """Give a process for a while; one that has died is not kept for the next."""
    try:
        child = _idle.get_nowait()
    except Empty:
        child = Child(directory)
    try:
        yield child
    except BaseException:
        child.end()
        raise
    _idle.put(child)


def end_children() -> None:
    """End the processes that nobody has borrowed."""
    while not _idle.empty():
        _idle.get().end()


def _serve(connection: Connection) -> None:
    """Carry out what is ordered, one thing after another."""
    orders: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, orders), daemon=True).start()
    while True:
        connection.send_bytes(pickle.dumps(_carry_out(orders.get())))


def _carry_out(given: bytes) -> tuple[bool, Any]:
    try:
        # Unpickled only here: what is imported thereby may want the main thread, as Twisted does.
        function, arguments = pickle.loads(given)  # noqa: S301 - from the process that started this one
        return True, function(*arguments)
    except Exception as error:  # whoever gave the order is told
        return False, error


def _listen(connection: Connection, orders: SimpleQueue[bytes]) -> None:
    """Take orders while the last one is carried out; end at once when there is nobody left who gives any."""
    while True:
        try:
            orders.put(connection.recv_bytes())
        except (EOFError, OSError):
            os._exit(1)


if __name__ == "__main__":
    _serve(Connection(int(sys.argv[1])))
