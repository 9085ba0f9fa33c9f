"""Writing to a disk that is slow, or full: waiting for it without holding up the crawl; blocks that are there whole or not at all."""

import asyncio
import os
from io import SEEK_END, FileIO


class Disk:
    """What one file's disk has of it. A call of fsync takes milliseconds, and is good for everything written before it."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._next: asyncio.Task[None] | None = None

    async def has_all(self, file: FileIO) -> None:
        """Return once the disk has what is in the file now. Raises OSError."""
        if self._next is None:
            self._next = asyncio.create_task(self._sync(file))
        # Shielded: who stops waiting does not stop the others.
        await asyncio.shield(self._next)

    async def _sync(self, file: FileIO) -> None:
        async with self._turn:
            # Who writes from here on comes too late for this call, and waits for the next one.
            self._next = None
            try:
                await asyncio.to_thread(_sync, file)
            except OSError:
                if not file.closed:  # it was synced when it was closed, perhaps while this waited for a thread
                    raise


def _sync(file: FileIO) -> None:
    if not file.closed:
        os.fsync(file.fileno())


def append_whole(file: FileIO, block: bytes) -> int:
    """Append the whole block to an unbuffered file, or nothing; return its offset. Raises OSError."""
    offset = file.seek(0, SEEK_END)
    try:
        rest = memoryview(block)
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.seek(offset)
        file.truncate()
        raise
    return offset
