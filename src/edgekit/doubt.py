"""Doubt: a reason not to believe a recording or a night; every kind stands in one list.

A night stores its doubts, and the terminal, the dashboard and the report show them. A new kind is
one entry here, and whoever finds it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from edgekit.text import sentence
from edgekit.worded import WordedEnum


class DoubtKind(WordedEnum):
    """The kind as a night stores it, with what it means in plain words; the gravest first."""

    UNIT = "unit", "gravity at rest is not 1 g"
    DOMAIN = "domain", "neither its labels nor its placement are the model's"
    AXES = "axes", "gravity points where it cannot on a lying body"
    NOT_A_NIGHT = "not a night", "the wearer moved, or was upright, most of the time"
    RATE = "rate", "sampled more slowly than the model was trained on"
    LABELS = "labels", "some of its labels are not the model's"
    PLACEMENT = "placement", "worn at a place that the model does not know"
    AGREEMENT = "agreement", "few decisions agree with the labels"
    STUCK = "stuck", "values stand still that a living sensor would change"
    ZEROS = "zeros", "samples that are 0, 0, 0 were never measured"
    CLIPPED = "clipped", "samples stand at the end of the sensor's range"
    DATE = "date", "its date cannot be right"
    FILE = "file", "the reader of the file left something out"
    NOT_CALIBRATED = "not calibrated", "the sensor's axes are assumed to be the body's"


# The figures of a night with one of these mean little, whatever the model's confidence.
GRAVE = frozenset(
    {
        DoubtKind.UNIT, DoubtKind.DOMAIN, DoubtKind.AXES, DoubtKind.NOT_A_NIGHT, DoubtKind.RATE,
        DoubtKind.LABELS, DoubtKind.PLACEMENT, DoubtKind.AGREEMENT,
    }
)  # fmt: skip
_ORDER = {kind: place for place, kind in enumerate(DoubtKind)}


@dataclass(frozen=True)
class Doubt:
    kind: DoubtKind
    text: str  # one line for people, with the next step where there is one

    def __str__(self) -> str:
        return self.text

    @property
    def is_grave(self) -> bool:
        return self.kind in GRAVE


UNRELIABLE = "Do not rely on these figures"


def warning(doubts: Iterable[Doubt]) -> list[str]:
    """Return the lines of the one warning about what is grave; none where nothing is."""
    grave = [sentence(doubt.text) for doubt in doubts if doubt.is_grave]
    return [f"{UNRELIABLE}:", *grave] if grave else []


def united(*groups: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Return all doubts, the gravest first; a kind that an earlier group holds is not repeated."""
    kept: list[Doubt] = []
    for group in groups:
        known = {doubt.kind for doubt in kept}
        kept += [doubt for doubt in group if doubt.kind not in known]
    return tuple(sorted(dict.fromkeys(kept), key=lambda doubt: _ORDER[doubt.kind]))
