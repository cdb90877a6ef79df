"""Tables of text (CSV, TSV) of any program to Recordings: `read_table`."""

from .table import Table, TableOptions, parse_table, read_table

__all__ = ["Table", "TableOptions", "parse_table", "read_table"]
