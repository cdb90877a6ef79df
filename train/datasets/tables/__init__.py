"""Tables of any program to Recordings: text (CSV, TSV) and Parquet; an EDF's signals as well."""

from .options import TableOptions
from .parquet import is_parquet, parse_parquet
from .table import parse_table

__all__ = ["TableOptions", "is_parquet", "parse_parquet", "parse_table"]
