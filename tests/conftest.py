"""What holds for all tests."""

import signal

# A shell that runs the tests in the background has them ignore Ctrl-C, and whatever they start would, too.
signal.signal(signal.SIGINT, signal.default_int_handler)
