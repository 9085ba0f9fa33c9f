"""A job that ends its process, for the tests of those who have jobs done; imports little, since the processes import it."""

import os
import signal


def end_at_two(job: int) -> int:
    if job == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return job
