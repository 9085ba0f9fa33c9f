"""Writes an archive as an older version of the program makes it, as SQL, for `test_upgrades.py`:

    python tests/schemas.py COMMIT > tests/data/schemas/m010.sql

COMMIT is the first of the main branch in which the migration stands. The tables are made by that version's own code, the
rows are those of ``rows.json``, which a crawl of three pages gave, in the columns that the version had.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).parent.parent
ROWS = PROJECT / "tests" / "data" / "schemas" / "rows.json"
# Runs in the older version's folder, and knows nothing but what all of them have.
MAKE = """
import json, sys
from pathlib import Path
from pipelines.archive import open_archive
from pipelines.search import rebuild_index

archive = open_archive(Path(sys.argv[1]))
archive.execute("PRAGMA foreign_keys = OFF")
for table, rows in json.loads(Path(sys.argv[2]).read_text("utf-8")).items():
    if table in archive.table_names():
        known = archive.table(table).columns_dict
        archive.table(table).insert_all([{name: row[name] for name in row if name in known} for row in rows])
rebuild_index(archive)
if "row_hashes" in archive.table_names():
    # From m015 on, whoever stores a row notes what it is.
    from pipelines.row_hashes import NOTED, note_row

    for table, noted in NOTED.items():
        for (key,) in archive.execute(f"SELECT {noted.key} FROM {table} ORDER BY 1").fetchall():
            note_row(archive, table, key)
archive.conn.commit()
(claim,) = archive.execute("PRAGMA application_id").fetchone()
# The words that an index holds lie in tables of its own; what it seems to hold itself is not to be put in.
indexes = tuple(f'INSERT INTO "{table.name}" ' for table in archive.tables if table.virtual_table_using)
lines = (line for line in archive.conn.iterdump() if not line.startswith(indexes))
print(*lines, f"PRAGMA application_id = {claim};", sep="\\n")
"""


def dump(commit: str) -> bytes:
    """Return the archive that the program made at this commit, as SQL."""
    with TemporaryDirectory() as directory:
        tree = Path(directory) / "tree"
        subprocess.run(["git", "worktree", "add", "--detach", "--quiet", str(tree), commit], cwd=PROJECT, check=True)
        try:
            made = [sys.executable, "-c", MAKE, str(Path(directory) / "archive.db"), str(ROWS)]
            return subprocess.run(made, cwd=tree, stdout=subprocess.PIPE, check=True).stdout
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=PROJECT, check=True)


if __name__ == "__main__":
    sys.stdout.buffer.write(dump(sys.argv[1]))
