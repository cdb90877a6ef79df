"""Tables of text (CSV, TSV) of any program to Recordings."""

from .table import TableOptions, parse_table

__all__ = ["TableOptions", "parse_table"]
