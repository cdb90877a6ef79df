"""The same samples, however a spreadsheet or a phone writes its text."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import EdgekitError, UsageError
from edgekit.train.datasets.tables import TableOptions, parse_table
from tests.helpers.tables import even, lines_of, lying, read_table, texts, written

XYZ_G = lying(400)
HERE = Path("ann.csv")


def table_text(delimiter: str = ",", comma: bool = False, quoted: bool = False) -> str:
    columns = [texts(even(400, 50), 2), *map(texts, XYZ_G.T)]
    if comma:
        columns = [[field.replace(".", ",") for field in column] for column in columns]
    header = ["time (s)", "ax (g)", "ay (g)", "az (g)"]
    if quoted:
        columns = [[f'"{field}"' for field in column] for column in columns]
        header = [f'"{name}"' for name in header]
    return lines_of(delimiter.join(header), *columns, delimiter=delimiter)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CR LF", "CR"])
@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "quoted"])
@pytest.mark.parametrize(
    ("delimiter", "comma"),
    [(",", False), (";", False), (";", True), ("\t", False), ("\t", True), ("|", True)],
)
def test_every_way_of_writing_reads_the_same(
    delimiter: str, comma: bool, quoted: bool, end: str, encoding: str
) -> None:
    text = table_text(delimiter, comma, quoted).replace("\n", end)
    if encoding == "cp1252":
        text = text.replace("az (g)", "az (g)" + delimiter + "m/s²").replace(end, end, 1)
        text = text.replace(delimiter + "m/s²", "", 1)
    table = parse_table(text.encode(encoding), HERE, TableOptions())
    (recording,) = table.recordings
    assert np.allclose(recording.xyz_g, XYZ_G, atol=6e-5)
    assert recording.rate_hz == pytest.approx(50, rel=1e-4) and not table.left_out


def test_a_quoted_decimal_comma_between_commas_reads(tmp_path: Path) -> None:
    text = table_text(",", comma=True, quoted=True)
    (recording,) = read_table(written(tmp_path, text)).recordings
    assert np.allclose(recording.xyz_g, XYZ_G, atol=6e-5)


def test_a_decimal_comma_that_is_the_delimiter_too_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="delimiter and the decimal mark too"):
        read_table(written(tmp_path, table_text(",", comma=True)))


def test_blanks_align_columns(tmp_path: Path) -> None:
    text = "".join(f"  {x: .4f}   {y: .4f} {z: .4f}\n" for x, y, z in XYZ_G)
    (recording,) = read_table(written(tmp_path, text), TableOptions(rate_hz=50)).recordings
    assert np.allclose(recording.xyz_g, XYZ_G, atol=6e-5)


def test_three_columns_without_a_rate_ask_for_it(tmp_path: Path) -> None:
    text = "".join(f"{x:.4f} {y:.4f} {z:.4f}\n" for x, y, z in XYZ_G * 9.80665)
    with pytest.raises(UsageError, match="--rate"):
        read_table(written(tmp_path, text))
    table = read_table(written(tmp_path, text), TableOptions(rate_hz=50))
    assert table.unit == "m/s2 (by gravity)"


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("0.5,0.1", "wrong number of columns"),
        ("0.5,0.1,0.1,0.9,7", "wrong number of columns"),
        ("0.5,0.1,word,0.9", "non-numeric"),
        ("0.5,0.1,nan,0.9", "not finite"),
        ("0.5,0.1,1e300,0.9", "not finite"),
        ('0.5,"0.1,0.1,0.9', "unclosed quote"),
        ("0.5,0,0,0", "without acceleration (0, 0, 0)"),
    ],
)
def test_a_bad_line_is_left_out_by_its_cause(tmp_path: Path, line: str, cause: str) -> None:
    lines = table_text().splitlines()
    table = read_table(written(tmp_path, "\n".join([*lines[:200], line, *lines[200:]])))
    assert table.left_out == {cause: 1}
    assert sum(map(len, table.recordings)) == 400


def test_a_gzip_reads_as_what_it_holds(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(table_text().encode()), "ann.csv.gz")
    (recording,) = read_table(path).recordings
    assert (len(recording), recording.subject) == (400, "ann")


def test_binary_data_and_prose_are_no_tables(tmp_path: Path) -> None:
    for content in (b"\x89PNG\0\0\0\0", b"Dear all,\nthe sensor was lost.\n", b"1,2\n3,4\n"):
        with pytest.raises(UsageError, match="no table"):
            read_table(written(tmp_path, content))


def test_a_file_cut_at_any_byte_loses_its_last_row_at_most() -> None:
    content = table_text().encode()
    for end in range(len(content) - 60, len(content)):
        (recording,) = parse_table(content[:end], HERE, TableOptions()).recordings
        assert len(recording) >= 397


@settings(max_examples=100)
@given(
    edits=st.lists(st.tuples(st.integers(0, 9_000), st.binary(max_size=4)), min_size=1, max_size=8)
)
def test_a_damaged_table_reads_or_is_one_clear_line(edits: list[tuple[int, bytes]]) -> None:
    content = bytearray(table_text().encode())
    for place, piece in edits:
        content[place : place + 2] = piece
    try:
        parse_table(bytes(content), HERE, TableOptions())
    except EdgekitError as refusal:
        assert "\n" not in str(refusal) and len(str(refusal)) < 600
