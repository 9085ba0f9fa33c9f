"""The steps from an answer to a record, in their order; what the crawl, `read`, `probe` and the measurements share."""

from collections.abc import Callable, Iterable

from pipelines.record import Document
from pipelines.step1_decode import decode_page
from pipelines.step2_extract import extract_page
from pipelines.step3_classify import classify_page
from pipelines.step4_read import read_page

Step = Callable[[Document], None]
STEPS: tuple[Step, ...] = (decode_page, extract_page, classify_page, read_page)


def run_steps(document: Document, steps: Iterable[Step] = STEPS) -> None:
    """Fill in the document step by step; each step leaves alone what is none of its business."""
    for step in steps:
        step(document)
