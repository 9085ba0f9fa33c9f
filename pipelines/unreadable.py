"""The one error of everything that reads files."""


class UnreadableFileError(Exception):
    """A file cannot be read; the message says why, in Chinese, as readers of the archive see it."""
