"""A table of the archive as CSV and as Parquet."""

import re
from itertools import islice
from pathlib import Path

import pyarrow
from pyarrow.csv import CSVWriter
from pyarrow.parquet import ParquetWriter
from sqlite_utils import Database

ROWS = 2000
"""Rows in memory at a time; of texts, the widest, that is some 25 MB."""
# With these a spreadsheet's formula begins, also in their full-width forms: =HYPERLINK("http://…","点此查看").
FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
# What pages hold by mistake, and no reader of CSV, terminal or browser is to be handed: NUL, ESC, C1. Tabs and ends of lines are none.
CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
TYPES = {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}


class TableError(Exception):
    """A table holds a value that its column must not hold; the message names both."""


def write_table(archive: Database, table: str, csv: Path, parquet: Path) -> int:
    """Write a table's rows into two files, in their order; return how many there are.

    In the CSV, which is UTF-8, NULL is nothing and an empty text is ``""``; a text that begins like a formula gets an
    apostrophe before it, and control characters are left out. Parquet has the values as they are. Raises TableError for a
    value that is not of its column's type.
    """
    schema = pyarrow.schema([(name, TYPES[kind]) for name, kind in archive.table(table).columns_dict.items()])
    rows = archive.table(table).rows_where(order_by="rowid")
    count = 0
    with CSVWriter(csv, schema) as csv_file, ParquetWriter(parquet, schema, compression="zstd") as parquet_file:
        while batch := list(islice(rows, ROWS)):
            values = [_column(table, field, [row[field.name] for row in batch]) for field in schema]
            record_batch = pyarrow.RecordBatch.from_arrays(values, schema=schema)
            csv_file.write_batch(_guarded(record_batch))
            parquet_file.write_batch(record_batch)
            count += len(batch)
    return count


def guarded(text: str) -> str:
    """Return the text as it may stand in a cell of a spreadsheet."""
    plain = CONTROL_CHARACTER.sub("", text)
    return f"'{plain}" if FORMULA.match(plain) and not PLAIN_NUMBER.fullmatch(plain) else plain


def _guarded(batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
    columns = [
        pyarrow.array([None if text is None else guarded(text) for text in column.to_pylist()], type=field.type)
        if field.type == pyarrow.string()
        else column
        for field, column in zip(batch.schema, batch.columns, strict=True)
    ]
    return pyarrow.RecordBatch.from_arrays(columns, schema=batch.schema)


def _column(table: str, field: pyarrow.Field, values: list[object]) -> pyarrow.Array:
    try:
        return pyarrow.array(values, type=field.type)
    except pyarrow.ArrowException as error:
        raise TableError(f"table {table}, column {field.name}: {error}") from error
