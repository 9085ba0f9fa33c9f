"""The replica sites of the demo, misbehaving: each address fails up to twice, in ways of its own, before it answers."""

import asyncio
import gzip
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from aiohttp import web

from demo.servers import ReplicaServers

HTML = {"Content-Type": "text/html"}
STALLED_SECONDS = 3
"""Longer than the crawl waits."""


async def be_busy(request: web.Request) -> web.StreamResponse:
    return web.Response(status=503, text="系统繁忙")


async def hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def break_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers=HTML | {"Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b"<html><h1>")
    return await hang_up(request)


async def stall(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(STALLED_SECONDS)
    return await hang_up(request)


async def refuse(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html><body>访问过于频繁，请输入验证码</body></html>", content_type="text/html")


async def cut_gzip(request: web.Request) -> web.StreamResponse:
    whole = gzip.compress(f"<html><h1>{Random(1).randbytes(999).hex()}</h1></html>".encode())
    return web.Response(body=whole[:400], headers=HTML | {"Content-Encoding": "gzip"})


FAULTS = (be_busy, hang_up, break_off, stall, refuse, cut_gzip)


class FaultySites(ReplicaServers):
    """Replica sites that misbehave as long as ``misbehaving`` is set; ``requests`` counts what they were asked."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed
        self.misbehaving = False
        self.requests = 0
        self.asked: Counter[str] = Counter()
        for site in self.sites.values():
            site.application = self._spoil(site.application)

    def _spoil(self, application: Callable[[], web.Application]) -> Callable[[], web.Application]:
        def spoilt() -> web.Application:
            made = application()
            made.middlewares.append(self.answer)
            return made

        return spoilt

    @web.middleware
    async def answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests += 1
        if not self.misbehaving:
            return await handler(request)
        address = f"{request.host}{request.path_qs}"
        # Half of all addresses fail, and no two of them in the same way.
        dice = Random(f"{self.seed} {address}")
        faults = dice.choices(FAULTS, k=dice.choice([0, 0, 1, 2]))
        self.asked[address] += 1
        return await (handler if self.asked[address] > len(faults) else faults[self.asked[address] - 1])(request)
