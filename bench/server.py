"""A server on an archive, asked over HTTP, with the time that it takes and the processor time that it takes for it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

CLIENTS = 4
SECONDS = 5


class Server:
    """A running `zhenggai serve`."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self._port = port

    def connect(self, *, kept: bool = True) -> Callable[[str], float]:
        """Return a function that asks for a path on one connection that stays open, and returns the seconds until all of it was there.

        Unless pages may be ``kept``, each is made anew, as for one who is signed in.
        """
        connection = HTTPConnection("127.0.0.1", self._port, timeout=120)
        headers = {} if kept else {"Authorization": "none"}

        def ask(path: str) -> float:
            begun = time.perf_counter()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise RuntimeError(f"{path}: status {response.status}")
            return time.perf_counter() - begun

        return ask

    def processor_seconds(self) -> float:
        """Return what the server's threads have used of a processor so far."""
        spent = (task.read_text().split()[0] for task in Path(f"/proc/{self._process.pid}/task").glob("*/schedstat"))
        return sum(map(int, spent)) / 1e9

    def load(self, path: str, *, kept: bool = True) -> tuple[float, float]:
        """Let several clients ask for one path; return requests a second, and requests a second of processor time."""
        counts: list[int] = []
        ended = time.perf_counter() + SECONDS

        def client() -> None:
            ask, count = self.connect(kept=kept), 0
            while time.perf_counter() < ended:
                ask(path)
                count += 1
            counts.append(count)

        used, begun = self.processor_seconds(), time.perf_counter()
        threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.perf_counter() - begun), sum(counts) / (self.processor_seconds() - used)


@contextmanager
def serving(db: Path) -> Iterator[Server]:
    """Serve an archive while the block runs."""
    command = [sys.executable, "-m", "zhenggai", "serve", "--db", str(db), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    try:
        assert process.stdout is not None  # it is piped
        line = process.stdout.readline()
        server = Server(process, int(line.split("127.0.0.1:")[1].split("/")[0]))
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            server.connect()("/robots.txt")
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
