"""All replica sites at once, each on a loopback port of its own, in a thread beside the caller."""

import asyncio
import socket
from collections.abc import Collection, Mapping
from itertools import count
from threading import Thread
from types import TracebackType
from typing import Self

from aiohttp import web

from demo.content import load_replicas
from demo.hanweb import Hanweb
from demo.query import Query
from demo.software import Software
from demo.trs import Trs
from demo.vsb import Vsb

HOST = "127.0.0.1"
FIRST_PORT = 8101
SOFTWARE: dict[str, type[Software]] = {software.name: software for software in (Trs, Vsb, Hanweb, Query)}


class ReplicaServers:
    """Context manager: the sites answer inside the block, and their ports are free again after it.

    A site keeps its ``remembered`` port while that is free, because the archive knows its pages by
    address; otherwise it takes the first free port from 8101 up that no other site remembers.
    ``reserved`` ports are left alone.
    """

    def __init__(self, remembered: Mapping[str, int] | None = None, *, reserved: Collection[int] = ()) -> None:
        self.sites = {replica.id: SOFTWARE[replica.software](replica) for replica in load_replicas()}
        self.addresses: dict[str, str] = {}
        self._remembered = remembered or {}
        self._reserved = set(reserved)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="replica sites", daemon=True)
        self._runners: list[web.AppRunner] = []

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop every site, and the thread they run in."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        for identifier, site in self.sites.items():
            listening = self._bind(self._remembered.get(identifier))
            self.addresses[identifier] = f"http://{HOST}:{listening.getsockname()[1]}"
            runner = web.AppRunner(site.application(), access_log=None, shutdown_timeout=1)
            self._runners.append(runner)
            await runner.setup()
            await web.SockSite(runner, listening).start()

    async def _stop(self) -> None:
        for runner in self._runners:
            await runner.cleanup()

    def _bind(self, remembered: int | None) -> socket.socket:
        """Return a socket on the remembered port if it is free, else on the first port that is."""
        taken = self._reserved | set(self._remembered.values())
        if remembered is not None and remembered not in self._reserved and (listening := listen(remembered)):
            return listening
        return next(listening for port in count(FIRST_PORT) if port not in taken and (listening := listen(port)))


def listen(port: int) -> socket.socket | None:
    """Return a socket bound to the loopback port, or None if the port is in use."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except OSError:
        listening.close()
        return None
    return listening
