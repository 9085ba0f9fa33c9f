"""Work on many machines: a Dask cluster is asked for, found whole, and given batches of jobs."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, TypeVar, cast

import click
from distributed import Client, Future, KilledWorker, Scheduler, Semaphore, get_worker, wait
from distributed.client import FutureCancelledError, FuturesCancelledError

from pipelines.versions import VERSIONS
from pipelines.workers import work_batch
from zhenggai.child import Child, ChildDiedError, borrowed_child, end_children, order, result

Job = TypeVar("Job")
Result = TypeVar("Result")

SECONDS_TO_ANSWER = 10
"""That a scheduler has, and its first worker."""
SECONDS_OF_SILENCE = 60
"""After which a worker that was asked something is left out; one that is busy reads the program from its disk first."""
SECONDS_BETWEEN_LOOKS = 5
"""At who is there, while tasks are waited for."""
SECONDS_WITHOUT_WORKERS = 60
"""That tasks wait for a worker to be started again."""
JOBS_AT_A_TIME = 100
"""What one thread of a worker is handed at once: the better part of a second of work, for which Dask needs some 20 milliseconds."""
BATCHES_AHEAD = 3
"""For each thread of a worker; the rest of the jobs stay where they come from."""


class ClusterError(Exception):
    """The cluster cannot be used; the message says what is wrong and what to do."""


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to the scheduler at an address, and look whether it has workers, all of this version. Raises ClusterError.

    What breaks inside because the cluster does is a ClusterError as well.
    """
    # What Dask would log with tracebacks is in our own messages.
    for logger in ("distributed", "distributed.client"):  # Dask gives the second a level of its own
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=SECONDS_TO_ANSWER)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: no scheduler answers there; start one with `dask scheduler`, or name its address") from error
    with client:
        try:
            _check_workers(client, address)
            yield client
            ask_workers(client, end_children)
        except KilledWorker as error:
            raise ClusterError(f"{address}: worker after worker died of one task; their logs say why ({error})") from error
        except (FutureCancelledError, FuturesCancelledError) as error:
            raise _scheduler_gone(address) from error


def _check_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
    except TimeoutError as error:
        raise ClusterError(f"{address}: the scheduler has no workers; start some with `dask worker {address}`") from error
    said = ask_workers(client, _versions)
    for worker, versions in said.items():
        if not isinstance(versions, TimeoutError):
            refuse_versions(worker, versions, VERSIONS)
    silent = [worker for worker, versions in said.items() if isinstance(versions, TimeoutError)]
    if len(silent) == len(said):
        raise ClusterError(f"{address}: none of the workers answers within {SECONDS_OF_SILENCE} seconds; restart them")
    for worker in silent:
        click.echo(f"the worker at {worker} does not answer within {SECONDS_OF_SILENCE} seconds; it is left out: restart it", err=True)
        client.run_on_scheduler(_leave_out, worker)


def ask_workers(client: Client, function: Callable[[], Any]) -> dict[str, Any]:
    """Have every worker call a function; return by its address what each said: the result, the error, or TimeoutError.

    `Client.run` waits for all, and for ever: one whose machine is frozen would hold up the others.
    """

    async def ask(worker: str) -> tuple[str, Any]:
        asking = client.run(function, workers=[worker], on_error="return")
        try:
            return worker, (await asyncio.wait_for(asking, SECONDS_OF_SILENCE)).get(worker)
        except TimeoutError as error:
            return worker, error

    async def ask_each() -> list[tuple[str, Any]]:
        return await asyncio.gather(*map(ask, workers))

    workers = list(client.nthreads())
    return dict(client.sync(ask_each))


async def _leave_out(worker: str, dask_scheduler: Scheduler) -> None:
    """Have the scheduler give a worker nothing more, and what it has to others. Should it thaw, it ends: others have its tasks."""
    await dask_scheduler.remove_worker(worker, stimulus_id="zhenggai-silent")


def _versions() -> Mapping[str, str]:
    return VERSIONS


def refuse_versions(worker: str, theirs: object, ours: Mapping[str, str]) -> None:
    """Raise ClusterError unless a worker has our versions; ``theirs`` is what it said, which may be an error."""
    if theirs != ours:
        said = _told(theirs) if isinstance(theirs, Mapping) else f"no zhenggai that answers ({theirs})"
        raise ClusterError(f"the worker at {worker} has {said}, and this is {_told(ours)}; install the same version on all machines")


def _told(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def threads_of(client: Client) -> int:
    """Return how many tasks the workers do at once. Raises ClusterError if the scheduler does not say so."""

    async def ask() -> dict[str, int]:
        counts: dict[str, int] = await asyncio.wait_for(cast("Any", client.nthreads()), SECONDS_OF_SILENCE)
        return counts

    try:
        return sum(client.sync(ask).values())
    except OSError as error:
        raise _scheduler_gone(_address(client)) from error


def first_done(client: Client, futures: Sequence[Future[bytes]]) -> list[Future[bytes]]:
    """Wait until one of the futures is done, and return those that are. Raises ClusterError where nobody is left to do them.

    Dask itself would wait for ever: the scheduler keeps the tasks for workers to come.
    """
    deserted = 0
    while deserted < SECONDS_WITHOUT_WORKERS:
        with suppress(TimeoutError):
            return list(wait(futures, timeout=SECONDS_BETWEEN_LOOKS, return_when="FIRST_COMPLETED").done)
        deserted = 0 if threads_of(client) else deserted + SECONDS_BETWEEN_LOOKS
    address = _address(client)
    raise ClusterError(f"{address}: no worker is left; start some with `dask worker {address}`, and type the same command")


def _address(client: Client) -> str:
    """Return the scheduler's address."""
    return str(cast("Any", client.scheduler).address)


def _scheduler_gone(address: str) -> ClusterError:
    return ClusterError(f"{address}: the scheduler is gone, and its tasks with it; start it, and type the same command")


class Spread:
    """Does on a cluster what `pipelines.workers.work_through` does on the cores of this machine."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __call__(self, work: Callable[[Job], Result], jobs: Iterable[Job], *, died: Callable[[Job], Result]) -> Iterator[Result]:
        """Yield what ``work`` makes of each job, in their order; ``died`` gives the result of one that killed its process."""
        remaining = iter(jobs)
        waiting: deque[tuple[Future[bytes], Sequence[Job]]] = deque()
        while batch := tuple(islice(remaining, JOBS_AT_A_TIME)):
            waiting.append((self._submit(work, batch), batch))
            if len(waiting) >= threads_of(self.client) * BATCHES_AHEAD:
                yield from self._results(work, *waiting.popleft(), died)
        while waiting:
            yield from self._results(work, *waiting.popleft(), died)

    def _submit(self, work: Callable[[Job], Result], batch: Sequence[Job]) -> Future[bytes]:
        return self.client.submit(_carry_out, order(work_batch, work, batch), VERSIONS, pure=False)

    def _results(
        self, work: Callable[[Job], Result], future: Future[bytes], batch: Sequence[Job], died: Callable[[Job], Result]
    ) -> list[Result]:
        first_done(self.client, [future])
        try:
            results: list[Result] = result(future.result())
        except ChildDiedError:
            if len(batch) == 1:
                return [died(batch[0])]
            # One job took the work of all with it; which one it was shows when each has a process to itself.
            alone = [(self._submit(work, [job]), [job]) for job in batch]
            results = [outcome for one, job in alone for outcome in self._results(work, one, job, died)]
        return results


def carry_out_alone(given: bytes, errand: str, versions: Mapping[str, str]) -> bytes:
    """Have an order carried out by a new process, and by no other worker at the same time as another of the same name: a Dask task.

    The lease is given back when the worker dies, and its process has died with it.
    """
    worker = get_worker()
    refuse_versions(worker.address, VERSIONS, versions)
    with Semaphore(max_leases=1, name=f"zhenggai {errand}"):
        child = Child(worker.local_directory)
        try:
            return child.carry_out(given)
        finally:
            child.end()


def _carry_out(given: bytes, versions: Mapping[str, str]) -> bytes:
    """Have an order carried out by a process of the worker's own. A worker may have come after the others were asked for their versions."""
    worker = get_worker()
    refuse_versions(worker.address, VERSIONS, versions)
    with borrowed_child(worker.local_directory) as child:
        return child.carry_out(given)
