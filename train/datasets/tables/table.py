"""Read a table of text as people export it: CSV, TSV and their like."""

from collections import Counter
from pathlib import Path

from ..imported import Imported
from ..lines import BadLines
from .columns import find_columns
from .options import TableOptions
from .preamble import read_preamble, refuse_decisions, refuse_epochs
from .rows import read_columns
from .sheet import Sheet, imported_sheet
from .stamps import find_zone, stamp_reader
from .text import read_dialect


def parse_table(content: bytes, path: Path, options: TableOptions) -> Imported:
    """Read the content of a file of text, in which each line is a sample.

    Raises UsageError where it is no table, or two readings are possible (the message names the
    option that decides); EdgekitError where it is damaged or holds no samples.
    """
    zone = find_zone(options.zone)
    first_line = content[:4096].partition(b"\n")[0].decode("utf-8", "replace")
    refuse_decisions(first_line.strip().split(","), path)
    dialect = read_dialect(content, path)
    refuse_epochs(dialect.preamble, path)
    columns = find_columns(dialect, options.columns, path)
    preamble = read_preamble(dialect.preamble, zone, options.dates, path)
    stamps = None
    if columns.time is not None:
        first = [row[columns.time] for row in dialect.first_rows if len(row) > columns.time]
        if _is_text(first, dialect.decimal):
            stamps = stamp_reader(first, options.dates, zone, path)
    bad: BadLines = Counter()
    rows = read_columns(content, dialect, columns, stamps, bad)
    sheet = Sheet(rows, columns, dialect.header, stamps, preamble, bad, dialect.describe())
    return imported_sheet(sheet, path, options)


def _is_text(values: list[str], decimal: str) -> bool:
    numbers = 0
    for value in values:
        try:
            float(value.replace(decimal, "."))
            numbers += 1
        except ValueError:
            pass
    return 2 * numbers < len(values)
