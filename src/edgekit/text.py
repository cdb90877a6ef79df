"""Durations, times of day, counts and long labels as text, for terminals, reports and pages."""

import time

_SECONDS_BELOW_S = 90.0  # a shorter duration is shown in seconds, a longer one in minutes


def short(label: str, letters: int = 28) -> str:
    """Return a label that leaves room for the picture or the figures beside it."""
    return label if len(label) <= letters else f"{label[: letters - 1]}…"


def one_line(text: str) -> str:
    """Return text of another's file as a terminal or a page may show it: printable, in one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def sentence(text: str) -> str:
    """Return text with a capital at its start and a full stop at its end."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def printable(text: str) -> str:
    """Return text without what a terminal would obey, such as escape codes; lines and tabs stay."""
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in text)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is not 1: 1 file, 3,000 files."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def grouped(number: int) -> str:
    """Return a number as a page shows it, with a narrow space between thousands: 22 874."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def clock(at_s: float) -> str:
    """Return a UTC time as this computer's time of day: 22:30:05."""
    return time.strftime("%H:%M:%S", time.localtime(at_s))


def stopwatch(seconds: float) -> str:
    """Return whole hours, minutes and seconds: 8:05:30."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def hours_and_minutes(seconds: float) -> str:
    """Return whole hours and minutes: 8:05 h."""
    return stopwatch(seconds).rpartition(":")[0] + " h"


def seconds_or_minutes(seconds: float) -> str:
    """Return a short duration in its one unit: 40 s, 12 min, 95 min."""
    return f"{seconds:.0f} s" if seconds < _SECONDS_BELOW_S else f"{seconds / 60:.0f} min"


def duration(seconds: float) -> str:
    """Return a duration that may last hours: 40 s, 12 min, 7 h 0 min, 7 h 5 min."""
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else seconds_or_minutes(seconds)


def minutes_text(minutes: float) -> str:
    """Return minutes as `duration` does, in whole hours where they are whole: 0 min, 40 s, 7 h."""
    return duration(60 * minutes).removesuffix(" 0 min") if minutes > 0 else "0 min"
