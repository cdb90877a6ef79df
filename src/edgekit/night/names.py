"""Names of nights: the date of the evening on the wearer's clock, and who wore the sensor."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

from edgekit.errors import UsageError

from .utc_offsets import UtcOffsets, utc_offsets

UNNAMED = "wearer"  # the subject of a night whose wearer nobody named
MORNING_H = 6  # a night that begins before this hour belongs to the evening before; chosen
LONGEST_SUBJECT = 60  # characters, as everywhere that a person is named
_LONGEST_WORD = 80  # bytes of the subject in a file's name


def evening(start_s: float, offsets: UtcOffsets) -> date:
    """Return the date of the evening that a night belongs to, on the wearer's clock."""
    local = datetime.fromtimestamp(start_s, UTC) + timedelta(seconds=offsets.at(start_s))
    return (local - timedelta(hours=MORNING_H)).date()


def night_name(start_s: float, subject: str) -> str:
    """Return the name of a night's file, without an ending: 2026-11-28-anna, or 2026-11-28.

    The date is that of the evening on this computer's clock.
    """
    return with_subject(evening(start_s, utc_offsets(start_s)).isoformat(), subject)


def with_subject(name: str, subject: str) -> str:
    """Return a file's name with the subject as its last word, where somebody named one."""
    word = "" if subject == UNNAMED else _word(subject)
    return f"{name}-{word}" if word else name


def checked_subject(text: str | None) -> str | None:
    """Return a subject without blanks around it, None for none.

    Raises UsageError unless it is one printable line of LONGEST_SUBJECT characters or fewer.
    """
    if text is None:
        return None
    name = text.strip()
    if not name or len(name) > LONGEST_SUBJECT or not name.isprintable():
        raise UsageError(
            f"--subject is a name in one line of at most {LONGEST_SUBJECT} characters, "
            f"such as anna, not {text[:LONGEST_SUBJECT]!r}"
        )
    return name


def _word(subject: str) -> str:
    """Return the subject as part of a file's name: letters and digits of any script, and hyphens.

    In lower case, because on some disks Anna.night and anna.night are one file.
    """
    plain = unicodedata.normalize("NFD", subject)
    for _ in range(2):  # Unicode's NFKC_Casefold, which is stable
        plain = unicodedata.normalize("NFKC", plain.casefold())
    words = "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in plain).split()
    return "-".join(words).encode()[:_LONGEST_WORD].decode(errors="ignore").strip("-")
