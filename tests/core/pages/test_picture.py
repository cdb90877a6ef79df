"""A picture as SVG: text stays text, colours turn dark, and the same figure gives the same file."""

import re
from pathlib import Path
from xml.etree import ElementTree

from matplotlib.figure import Figure

from edgekit.pages.palette import BLUE, COLOURS
from edgekit.pages.picture import draw_frame, save_svg, svg


def drawn(title: str = "giấc ngủ <b> & $5") -> Figure:
    figure = Figure(figsize=(5, 3))
    axes = figure.subplots()
    axes.plot([1, 2, 3], [3, 1, 2], "o-", color=BLUE)
    axes.fill_between([1, 2], [0, 1], [1, 2], color=BLUE, alpha=0.2)
    axes.set_title(title)
    draw_frame(axes)
    return figure


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert svg(drawn(), "a") == svg(drawn(), "a")


def test_a_file_is_well_formed_says_its_words_and_fetches_nothing(tmp_path: Path) -> None:
    save_svg(drawn(), tmp_path / "a.svg", 'what "it" shows')
    text = (tmp_path / "a.svg").read_text()
    root = ElementTree.fromstring(text)
    assert root.attrib["aria-label"] == 'what "it" shows'
    assert "giấc ngủ <b> & $5" in "".join(root.itertext())
    assert text.count("://") == 1  # the name space


def test_every_colour_of_the_palette_has_a_dark_one(tmp_path: Path) -> None:
    save_svg(drawn(), tmp_path / "a.svg", "a")
    text = (tmp_path / "a.svg").read_text()
    coloured = re.findall(r"<[^>]*(?:fill|stroke)=\"#[0-9a-f]{6}\"[^>]*>", text)
    assert coloured
    for element in coloured:
        assert re.search(r'class="[^"]*[fs]-\w+', element), element
    for name, (_, dark) in COLOURS.items():
        assert f".f-{name} {{ fill: {dark}; }}" in text


def test_two_pictures_of_one_page_share_no_id() -> None:
    ids = [set(re.findall(r'id="(.+?)"', svg(drawn(title), "a"))) for title in ("one", "two")]
    assert ids[0] and not ids[0] & ids[1]
    for markup in (svg(drawn(), "a"),):
        assert set(re.findall(r"#(p\w+-\w+)", markup)) <= set(re.findall(r'id="(.+?)"', markup))
