"""Colours of pictures: the colour-blind can distinguish them (after Okabe and Ito, 2008).

Each has a second value for a dark page, under the same name; whatever has a colour is named as
well. Pages have theirs in paper.css; the report's postures in device/report/palette.py.
"""

# By name: on a light page (which is what pictures are drawn with), and on a dark one.
COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#fcfbf8", "#10131a"),
    "plate": ("#f4f2ec", "#171b24"),
    "rule": ("#e4e1d8", "#262c39"),
    "ink": ("#22303c", "#e8e9ec"),
    "grey": ("#6b7785", "#969daf"),
    "pale": ("#9aa7b1", "#6f7a8d"),
    "blue": ("#3b7dd8", "#6fa8f5"),
    "orange": ("#e07b39", "#f0975a"),
    "green": ("#0a8a6a", "#3fbf9b"),
    "purple": ("#b0508f", "#d883ba"),
    "ochre": ("#b08900", "#d6b13c"),
    "sky": ("#4aa8d8", "#7cc7ee"),
    "brown": ("#8a3b12", "#c98158"),
    "red": ("#d1495b", "#ec7b89"),
}
PAPER, PLATE, RULE, INK, GREY, PALE, BLUE, ORANGE, GREEN, PURPLE, OCHRE, SKY, BROWN, RED = (
    light for light, _ in COLOURS.values()
)
SERIES = (BLUE, ORANGE, GREEN, PURPLE, OCHRE, SKY, BROWN, RED)  # beside a baseline in grey
NETS = (BLUE, ORANGE, GREEN, PURPLE, OCHRE, GREY, SKY, BROWN, INK, RED)  # in a comparison
MARKERS = "osD^vPX<>*"


def dark_css() -> str:
    """Return the rules that turn a picture dark: its classes `f-blue` fill, `s-blue` stroke."""
    return "\n".join(
        f".f-{name} {{ fill: {dark}; }} .s-{name} {{ stroke: {dark}; }}"
        for name, (_, dark) in COLOURS.items()
    )
