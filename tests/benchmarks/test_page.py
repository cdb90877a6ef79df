"""Sections in words: whatever a figure is from can be followed from where it stands."""

import re
from pathlib import Path

from PIL import Image

from edgekit.benchmarks.figure import Figure, Kind
from edgekit.benchmarks.page.markdown import markdown, write_markdown
from edgekit.benchmarks.page.page import html
from edgekit.benchmarks.page.printed import print_table
from edgekit.benchmarks.section import Cell, Chart, FigureSection, FigureTable, Row, Series


def us(value: float, source: str = "five rounds") -> Figure:
    return Figure(value, "us", Kind.MEASURED, source)


def table(*columns: tuple[Cell, ...]) -> FigureTable:
    rows = tuple(Row((f"row {n}",), cells) for n, cells in enumerate(zip(*columns, strict=True)))
    heads = tuple(f"column {n}" for n in range(len(columns)))
    return FigureTable("A table", "Of nothing.", ("what",), heads, rows)


def test_what_a_column_has_in_common_stands_in_its_heading() -> None:
    words = print_table(table((us(1), us(2))))
    assert words.heads[1].text == "column 0, us" and words.heads[1].sources == (1,)
    assert [row[1].text for row in words.rows] == ["1.00", "2.00"]
    assert words.sources == ("measured: five rounds",)


def test_figures_of_different_sources_each_name_their_own() -> None:
    other = Figure(3.0, "mA", Kind.DATA_SHEET, "table 7")
    words = print_table(table((us(1), other), (us(5), None)))
    assert words.heads[1].text == "column 0" and words.heads[1].sources == ()
    assert words.rows[0][1].text == "1.00 us" and words.rows[0][1].sources == (1,)
    assert words.rows[1][1].text == "3.00 mA" and words.rows[1][1].sources == (2,)
    assert words.rows[1][2].text == "-"
    assert words.sources == ("measured: five rounds", "data sheet: table 7")


def test_every_number_of_a_page_leads_to_a_source() -> None:
    section = FigureSection("Speed", "A note.", tables=(table((us(1), us(2, "another way"))),))
    text = markdown("T", "", [section], "pictures")
    named = {int(n) for found in re.findall(r"<sup>(.*?)</sup>", text) for n in found.split(",")}
    listed = {int(n) for n in re.findall(r"^(\d+)\. ", text, re.MULTILINE)}
    assert named == listed == {1, 2}


def test_a_number_of_the_html_page_is_a_link_to_its_source() -> None:
    page = html(
        "T", "", [FigureSection("Speed", "n", tables=(table((us(1), us(2, "b"))), table((us(3),))))]
    )
    links, ids = re.findall(r'<sup><a href="#(.*?)"', page), re.findall(r'<li id="(.*?)"', page)
    assert sorted(links) == sorted(ids) == ["speed-1-1", "speed-1-2", "speed-2-1"]


def test_a_page_fetches_nothing_and_escapes_what_it_says() -> None:
    chart = Chart("c", "<b>", "x", "y", (Series("s", (1, 2), (3, 4)),))
    page = html("a < b", "One.\n\nTwo `<i>`.", [FigureSection("Speed", "n", charts=(chart,))])
    assert "a &lt; b" in page and "&lt;b&gt;" in page and page.count("<p>") == 2
    assert "Two <code>&lt;i&gt;</code>." in page
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", page)


def test_the_pictures_lie_in_a_folder_beside_the_markdown(tmp_path: Path) -> None:
    marks = (
        Chart("lines", "t", "x", "y", (Series("s", (1, 2), (3, 4), (2, 3), (4, 5)),)),
        Chart("points", "t", "x", "y", (Series("s", (1,), (3,), names=("p",)),), mark="points"),
        Chart("bars", "t", "x", "y", (Series("s", (0, 1), (3, 4)),), mark="bars", log_x=True),
    )
    write_markdown(tmp_path / "page.md", "T", "head", [FigureSection("S", "n", charts=marks)])
    for chart in marks:
        assert f"![t](page/{chart.name}.png)" in (tmp_path / "page.md").read_text()
        with Image.open(tmp_path / "page" / f"{chart.name}.png") as picture:
            assert picture.width > 600
