"""The paper's words for the twelve sleep postures, which its files and older edgekit files hold.

"upright" is there a person on the back, turned to the right. A person's own "upright" is somebody
who stands, so a word is replaced only where a list is certainly of the sleep postures.
"""

from collections.abc import Iterable

# The first word is the nearest of supine, right, prone and left, the second the side to which the
# body leans. The order is the published code's, and that of the net's answers.
OF_PAPER = {
    "up": "supine",
    "upright": "supine-right",
    "rightup": "right-supine",
    "right": "right",
    "rightdown": "right-prone",
    "downright": "prone-right",
    "down": "prone",
    "downleft": "prone-left",
    "leftdown": "left-prone",
    "left": "left",
    "leftup": "left-supine",
    "upleft": "supine-left",
}
# The paper's words that people use for something of their own.
_COMMON = {"left", "right", "upright"}


def from_paper(names: Iterable[str]) -> tuple[str, ...]:
    """Replace each of the paper's words; other names stay."""
    return tuple(OF_PAPER.get(name, name) for name in names)


def has_all_of_paper(names: Iterable[str]) -> bool:
    """Return whether a list holds all twelve of the paper's words: it is of sleep then."""
    return set(OF_PAPER) <= set(names)


def is_in_paper_words(names: Iterable[str]) -> bool:
    """Return whether a list that is probably of sleep is written in the paper's words.

    All its names are sleep postures, old or new, and one is a word that nobody else uses.
    """
    held = set(names) - {""}
    return held <= {*OF_PAPER, *OF_PAPER.values()} and bool(held & set(OF_PAPER) - _COMMON)
