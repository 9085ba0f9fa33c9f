"""Signals of this project's own, sent through Scrapy's signal manager."""

capture_written = "capture_written"
"""Responses are safe in their WARC file: those for which the disk was waited for together. A plain string, so that a receiver
needs no import from here.

Receivers get ``captures``, a list of dicts: ``id`` (WARC-Record-ID), ``url``, ``time`` (ISO 8601, UTC), ``status``, ``headers``,
``sha256`` and ``length`` of the payload as received, ``warc_file`` (relative to the archive's directory), ``warc_offset``,
``revisit_of`` (None, or the id of the capture whose record holds the payload: this one's has only the headers).
"""
answer_judged = "answer_judged"
"""An answer was looked at; sent from the first one on that was refused. Receivers get ``url``, the address that answered, and
``refused``: whether it is no page, but what a firewall shows in the place of one."""
capture_failed = "capture_failed"
"""A response could not be written to a WARC file. Receivers get ``reason``, which names the directory and what is wrong with it."""
