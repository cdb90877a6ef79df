"""Sections in words: whatever a figure is from can be followed from where it is printed."""

import re
from itertools import pairwise
from pathlib import Path

from edgekit.benchmarks.cards import Bar, Card
from edgekit.benchmarks.figure import Figure, Kind
from edgekit.benchmarks.page.bench_page import BenchPage
from edgekit.benchmarks.page.chart import markup
from edgekit.benchmarks.page.markdown import details, write_markdown
from edgekit.benchmarks.page.page import html
from edgekit.benchmarks.page.printed import print_table
from edgekit.benchmarks.section import Cell, Chart, FigureSection, FigureTable, Row, Series


def us(value: float, source: str = "five rounds") -> Figure:
    return Figure(value, "us", Kind.MEASURED, source)


def table(*columns: tuple[Cell, ...]) -> FigureTable:
    rows = tuple(Row((f"row {n}",), cells) for n, cells in enumerate(zip(*columns, strict=True)))
    heads = tuple(f"column {n}" for n in range(len(columns)))
    return FigureTable("A table", "Of nothing.", ("what",), heads, rows)


def section(*tables: FigureTable, charts: tuple[Chart, ...] = ()) -> FigureSection:
    return FigureSection("speed", "Speed", "A note.", (), charts, tables)


def page(*sections: FigureSection, title: str = "T", made: str = "") -> BenchPage:
    card = Card("time", "Time", "speed", us(3), "Fast.", (Bar("a", us(3), True), Bar("b", us(6))))
    return BenchPage(title, made, "kinds", (card,), "about", (), table(), sections, (table(),))


def test_what_a_column_has_in_common_is_in_its_heading() -> None:
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
    text = details(section(table((us(1), us(2, "another way")))), "../page.md")
    named = {int(n) for found in re.findall(r"<sup>(.*?)</sup>", text) for n in found.split(",")}
    listed = {int(n) for n in re.findall(r"^(\d+)\. ", text, re.MULTILINE)}
    assert named == listed == {1, 2}


def test_a_number_of_the_html_page_is_a_link_to_its_source() -> None:
    made = html(page(section(table((us(1), us(2, "b"))), table((us(3),)))))
    links, ids = re.findall(r'<sup><a href="#(.*?)"', made), re.findall(r'<li id="(.*?)"', made)
    assert sorted(links) == sorted(ids) == ["speed-1-1", "speed-1-2", "speed-2-1"]


def test_a_card_shows_its_number_with_its_kind_and_bars_from_zero() -> None:
    made = html(page(section(table((us(1),)))))
    assert '3.00 <small>us</small></p>\n<p class="kind">measured</p>' in made
    assert re.findall(r'<i style="width: ([\d.]+)%">', made) == ["50.0", "100.0"]


def test_a_page_fetches_nothing_and_escapes_what_it_says() -> None:
    chart = Chart("c", "<b>", "x", "y", (Series("s", (1, 2), (3, 4)),))
    made = html(page(section(table((us(1),)), charts=(chart,)), title="a < b", made="Two `<i>`."))
    assert "a &lt; b" in made and "&lt;b&gt;" in made and "<b>" not in made
    assert "Two <code>&lt;i&gt;</code>." in made
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", made)
    assert "://" not in made


def test_details_and_pictures_lie_in_a_folder_beside_the_markdown(tmp_path: Path) -> None:
    charts = (
        Chart("lines", "t", "x", "y", (Series("s", (1, 2), (3, 4), (2, 3), (4, 5)),)),
        Chart("dots", "t", "x", "", (Series("s", (), (3, 40), names=("p", "q")),), mark="dots",
              log_x=True),
        Chart("bars", "t", "x", "", (Series("s", (), (3, 4), (2, 3), (4, 5), ("p", "q")),),
              mark="bars"),
    )  # fmt: skip
    write_markdown(tmp_path / "page.md", page(section(table((us(1),)), charts=charts)))
    front = (tmp_path / "page.md").read_text()
    assert "(page/speed.md)" in front and "(page/constants.md)" in front
    assert "A table" in (tmp_path / "page" / "speed.md").read_text()
    for chart in charts:
        assert f"![t](page/{chart.name}.svg)" in front
        assert (tmp_path / "page" / f"{chart.name}.svg").read_text().startswith("<svg ")


def test_bars_begin_at_zero_and_a_logarithmic_axis_has_plain_numbers(tmp_path: Path) -> None:
    bars = Chart("b", "t", "x", "", (Series("s", (), (90, 95), names=("p", "q")),), mark="bars",
                 unit="%")  # fmt: skip
    dots = Chart("d", "t", "x", "", (Series("s", (), (2, 5000), names=("p", "q")),), mark="dots",
                 log_x=True)  # fmt: skip
    write_markdown(tmp_path / "page.md", page(section(table((us(1),)), charts=(bars, dots))))
    words = {
        name: re.findall(r">([^<]+)</text>", (tmp_path / "page" / f"{name}.svg").read_text())
        for name in ("b", "d")
    }
    assert "0" in words["b"] and {"p", "q", "90.0", "95.0"} <= set(words["b"])
    assert {"10", "100", "1 k"} <= set(words["d"])


def test_names_of_several_lines_do_not_run_into_each_other() -> None:
    """Chips with long names, one bundle: each row's name needs three lines."""
    names = tuple(f"cortex-m{n}\nA chip, B" for n in range(4))
    chart = Chart("c", "t", "x", "", (Series("s", (), (1, 2, 3, 4), names=names),), mark="dots")
    picture = markup(chart)
    drawn = re.findall(r"translate\(\S+ (\S+)\)\">(?:cortex-m\d|A chip,|B)<", picture)
    heights = sorted(map(float, drawn))
    assert len(heights) == 12
    apart = [below - above for above, below in pairwise(heights)]
    assert min(apart) > 10, "units of the picture; the letters are 9 high"
