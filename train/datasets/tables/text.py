"""Find how a table of text is written: encoding, delimiter, decimal mark, header; read its rows.

The dialect is chosen on whole lines of the file's first part, so nothing depends on where a read
buffer ends. RFC 4180 describes CSV; what spreadsheets add is a decimal comma with `;` or tabs.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError

from ..lines import BadLines
from .times import UNIT_WORDS
from .units import WORDS

HEAD_LINES = 1_000  # GENEActiv writes 100 lines before the samples
CHUNK_LINES = 50_000
LONGEST_LINE = 20_000  # characters
UNCLOSED_QUOTE = "unclosed quote"
TOO_LONG = "longer than a table's line"

BLANK = " "  # any run of blanks
DELIMITERS = ("\t", ";", "|", ",", BLANK)
DELIMITER_NAMES = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma", BLANK: "blank"}
NUMBER = {
    mark: re.compile(rf"[+-]?(\d+(\{mark}\d*)?|\{mark}\d+)([eE][+-]?\d+)?") for mark in (".", ",")
}
NOT_A_NUMBER = {"nan", "inf", "-inf", "null", "none", "na", ""}
TIME = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?|\d{1,2}:\d{2}:\d{2}.*")


@dataclass(frozen=True)
class Dialect:
    """How the lines of one file are built."""

    encoding: str
    delimiter: str  # one of DELIMITERS
    decimal: str  # "." or ","
    record_end: str  # ";" where each line ends so, as WISDM's do; else ""
    preamble: tuple[str, ...]  # the lines before the column line, of which rate and start are read
    header: tuple[str, ...]  # the columns' names; empty where the file has none
    skip: int  # lines before the first row
    columns: int
    first_rows: tuple[tuple[str, ...], ...]

    def describe(self) -> str:
        """Word what matters to a reader: 'semicolon, decimal comma'."""
        comma = ", decimal comma" if self.decimal == "," else ""
        return f"{DELIMITER_NAMES[self.delimiter]}{comma}"


def read_dialect(content: bytes, path: Path) -> Dialect:
    """Find the dialect from the first whole lines.

    Raises EdgekitError where the content is no text or no rows of numbers, UsageError where a comma
    may be the decimal mark as well as the delimiter.
    """
    encoding = _encoding(content, path)
    head = list(islice(_lines(content, encoding), HEAD_LINES))
    filled = [line for line in head if line.strip()]
    if not filled:
        raise EdgekitError(f"{path} is empty. Get the file again.")
    record_end = ";" if _ends_records(filled) else ""
    is_quoted = any('"' in line for line in filled)
    marks = set("".join(filled))  # of which each reading needs its own
    best: tuple[float, str, str] | None = None
    for delimiter in DELIMITERS:
        for decimal in (".", ","):
            if delimiter == "," == decimal and not is_quoted:
                continue
            if not {delimiter, decimal} - {BLANK, "."} <= marks:
                continue
            score = _score(filled, delimiter, decimal, record_end)
            if score > 0 and (best is None or score > best[0]):
                best = score, delimiter, decimal
    if best is None:
        raise UsageError(
            f"{path} is no table that edgekit reads: no rows with three or more columns of numbers "
            "were found. Export it as CSV with columns time, x, y, z."
        )
    _, delimiter, decimal = best
    rows = [_split(line, delimiter, record_end) for line in head]
    begin = next(k for k, row in enumerate(rows) if _is_data(row, decimal))
    data = [tuple(row) for row in rows[begin:] if _is_data(row, decimal)]
    columns = Counter(map(len, data)).most_common(1)[0][0]
    if not any("".join(row[columns - 1 :]) for row in data):
        columns -= 1  # a delimiter at each line's end
        data = [row[:columns] for row in data]
    named = [k for k in range(begin) if head[k].strip()]
    header: tuple[str, ...] = ()
    preamble_end = begin
    if named and _is_header(rows[named[-1]], columns):
        header = tuple(field.strip() for field in rows[named[-1]])
        preamble_end = named[-1]
        if len(named) > 1 and _are_units(header) and _is_header(rows[named[-2]], columns):
            header = tuple(map(_with_unit, rows[named[-2]], header))
            preamble_end = named[-2]
    names = len(rows[named[-1]]) if named else 0
    if delimiter == "," and not header and columns in (2 * names, 2 * names - 1):
        raise UsageError(
            f"{path}: its header names {names} columns and its rows have {columns} fields, "
            "as where the comma is the delimiter and the decimal mark too. Export it again with "
            "semicolons or tabs between the columns, or with decimal points."
        )
    return Dialect(
        encoding, delimiter, decimal, record_end, tuple(head[:preamble_end]), header, begin,
        columns, tuple(data[:200]),
    )  # fmt: skip


def read_rows(
    content: bytes, dialect: Dialect, bad: BadLines
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Yield chunks of (row numbers, rows of fields); blank lines are no rows.

    A row's number is its 0-based place among the lines with content, those left out included. Lines
    that cannot be split are counted in `bad`.
    """
    number = -1
    lines = islice(_lines(content, dialect.encoding), dialect.skip, None)
    while chunk := list(islice(lines, CHUNK_LINES)):
        numbers: list[int] = []
        rows: list[list[str]] = []
        for line in chunk:
            if not line.strip():
                continue
            for record in _records(line, dialect.record_end):
                number += 1
                if len(record) > LONGEST_LINE:
                    bad[TOO_LONG] += 1
                elif record.count('"') % 2:
                    bad[UNCLOSED_QUOTE] += 1
                else:
                    numbers.append(number)
                    rows.append(_split(record, dialect.delimiter, ""))
        yield numbers, rows


def _encoding(content: bytes, path: Path) -> str:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    ):  # fmt: skip
        if content.startswith(mark):
            return encoding
    if content.startswith(b"PK\x03\x04"):
        raise UsageError(
            f"{path} is no table of text: it is a zip archive, which you unpack first, or a .npz "
            "without a recording's header and xyz_g (docs/recording.md writes one in ten lines)"
        )
    if b"\0" in content[:4096]:
        raise UsageError(f"{path} is no table of text: it holds binary data")
    try:
        content[:65_536].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < 65_530:
            return "cp1252"  # a degree or a squared sign, as Windows' programs write it
    return "utf-8"


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    """Yield lines without their ends, which may be LF, CR LF or CR."""
    reader = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="replace")
    for line in reader:
        yield line.rstrip("\n").replace("\0", "")


def _ends_records(lines: list[str]) -> bool:
    ended = [line.rstrip().endswith(";") and line.count(",") >= 3 for line in lines]
    return sum(ended) > len(ended) / 2


def _records(line: str, record_end: str) -> list[str]:
    """Split a line at its record ends: WISDM v1.1 has lines with two records."""
    if not record_end:
        return [line]
    return [part.rstrip(", ") for part in line.split(record_end) if part.strip(", ")]


def _split(line: str, delimiter: str, record_end: str) -> list[str]:
    if record_end:
        records = _records(line, record_end)
        line = records[0] if records else ""
    if delimiter == BLANK:
        return line.replace('"', "").split()
    line = line.strip(" \r") if delimiter == "\t" else line.strip()
    if '"' not in line or len(line) > LONGEST_LINE:
        fields = line.split(delimiter)
    else:
        fields = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    return [field.strip() for field in fields]


def _is_number(field: str, decimal: str) -> bool:
    return NUMBER[decimal].fullmatch(field) is not None


def _is_data(row: list[str], decimal: str) -> bool:
    """Tell a row of samples: three numbers at least, and no word but a label or a time."""
    numbers = sum(_is_number(field, decimal) for field in row)
    words = sum(
        not _is_number(field, decimal)
        and field.lower() not in NOT_A_NUMBER
        and not TIME.fullmatch(field)
        for field in row
    )
    return numbers >= 3 and words < numbers


def _is_header(row: list[str], columns: int) -> bool:
    words = sum(bool(re.search(r"[^\W\d_]", field)) for field in row)
    # phyphox and others leave a name out at the end, or have one more for a trailing delimiter.
    return words >= 2 and abs(len(row) - columns) <= 1


def _are_units(row: Sequence[str]) -> bool:
    """Tell a line of units, as some programs write it below the names: `s,g,g,g`."""
    units = [field.strip("()[] ").lower() for field in row if field]
    return bool(units) and all(unit in WORDS or unit in UNIT_WORDS for unit in units)


def _with_unit(name: str, unit: str) -> str:
    unit = unit.strip("()[] ")
    return f"{name.strip()} ({unit})" if unit else name.strip()


def _score(lines: list[str], delimiter: str, decimal: str, record_end: str) -> float:
    """Rate a reading: the share of lines that are rows of samples, all of one width.

    A fraction counts more than a whole number, so that `0,5;0,7` is not read as whole numbers.
    """
    tail = lines[-200:]
    rows = [_split(line, delimiter, record_end) for line in tail]
    data = [row for row in rows if _is_data(row, decimal)]
    if not data:
        return 0.0
    width, count = Counter(map(len, data)).most_common(1)[0]
    fields = [field for row in data if len(row) == width for field in row]
    numbers = [field for field in fields if _is_number(field, decimal)]
    fractions = sum(decimal in field for field in numbers)
    words = len(fields) - len(numbers)
    share = count / len(tail)
    return share * (len(numbers) + fractions - words) / len(fields)
