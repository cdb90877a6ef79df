"""Colours of pictures on white: the colour-blind can distinguish them (after Okabe and Ito, 2008).

Whatever has a colour is named as well. Pages have theirs, light and dark, in paper.css; the
report's postures in device/report/palette.py.
"""

INK, GREY, PALE = "#22303c", "#6b7785", "#9aa7b1"
BLUE, ORANGE, GREEN, PURPLE, OCHRE, SKY, BROWN, RED = (
    "#3b7dd8",
    "#e07b39",
    "#0a8a6a",
    "#b0508f",
    "#b08900",
    "#4aa8d8",
    "#8a3b12",
    "#d1495b",
)
SERIES = (BLUE, ORANGE, GREEN, PURPLE, OCHRE, SKY, BROWN, RED)  # beside a baseline in grey
NETS = (BLUE, ORANGE, GREEN, PURPLE, OCHRE, GREY, SKY, BROWN, INK, RED)  # in a comparison
MARKERS = "osD^vPX<>*"
