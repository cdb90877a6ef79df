"""The sentences that a page of nights opens with, and the nights that they are about."""

from collections.abc import Sequence
from statistics import median

from edgekit.text import counted, minutes_text

from .earlier import LEAST_NIGHT_MIN
from .night_entry import NightEntry


def nights_sentences(entries: Sequence[NightEntry]) -> list[str]:
    """Return the answer of these nights, and how many of them it leaves out."""
    whole = long_enough(entries)
    if not whole:
        return ["Nothing to sum up: none of these nights is long enough and free of doubt."]
    is_synthetic = all(entry.is_synthetic for entry in entries)
    who, back = ("The simulated sleeper", "the back") if is_synthetic else ("You", "your back")
    nights = "this night" if len(whole) == 1 else f"these {len(whole)} nights"
    supine = sorted(
        (entry.row.supine_percent, entry.row.day)
        for entry in whole
        if entry.row.supine_percent is not None
    )
    if not supine:
        worn = minutes_text(median(entry.summary.worn_min for entry in whole))
        return [f"{who} wore the sensor for {worn} a night (median of {nights})."]
    (least, least_day), (most, most_day) = supine[0], supine[-1]
    share = median(percent for percent, _ in supine)
    sentences = [f"{who} lay on {back} {share:.0f} % of the time on {nights}."]
    if len(supine) > 1:
        sentences = [
            f"{who} lay on {back} {share:.0f} % of the time (median of {nights}).",
            f"Least: {least:.0f} % on {least_day}. Most: {most:.0f} % on {most_day}.",
        ]
    return [*sentences, *_not_counted(entries)]


def _not_counted(entries: Sequence[NightEntry]) -> list[str]:
    """Return a sentence on the doubtful nights and one on the short ones, where there are any."""
    doubtful = sum(entry.row.is_doubtful for entry in entries)
    short = len(entries) - doubtful - len(long_enough(entries))
    sentences = []
    if doubtful:
        verb = "is" if doubtful == 1 else "are"
        sentences.append(f"Not counted: {counted(doubtful, 'night')} that {verb} doubtful.")
    if short:
        sentences.append(f"Not counted: {counted(short, 'night')} with under two hours of lying.")
    return sentences


def long_enough(entries: Sequence[NightEntry]) -> list[NightEntry]:
    """Return the nights that medians are taken over: neither doubtful nor, of sleep, too short."""
    return [
        entry
        for entry in entries
        if not entry.row.is_doubtful
        and (not entry.spec.has_body_axes or entry.summary.worn_min >= LEAST_NIGHT_MIN)
    ]
