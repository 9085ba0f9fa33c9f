"""What holds for all tests."""

import signal

from hypothesis import HealthCheck, settings

# A shell that runs the tests in the background has them ignore Ctrl-C, and whatever they start would, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# On a busy machine an example takes as long as it takes; and what fails must fail again. Who looks for new examples runs
# `pytest --hypothesis-profile=exploring`.
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", BUSY, derandomize=True)
settings.register_profile("exploring", BUSY)
settings.load_profile("steady")
