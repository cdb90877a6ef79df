"""Judged: one line of a self-test, a figure beside what is expected of it."""

from dataclasses import dataclass
from enum import StrEnum

from ..sources.wearable.records import ERRORS

OK = 0  # of a CHECK's error


class Result(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Judged:
    """One line of the self-test."""

    what: str
    result: Result
    saw: str  # the figure, or why there is none
    expected: str = ""  # with its source
    cure: str = ""  # of a failure


def passed(what: str, is_good: bool, saw: str, expected: str, cure: str) -> Judged:
    return Judged(
        what, Result.PASS if is_good else Result.FAIL, saw, expected, "" if is_good else cure
    )


def unmeasured(what: str, why: str, expected: str = "") -> Judged:
    return Judged(what, Result.NOT_MEASURED, why, expected)


def error_words(error: int) -> str:
    """Return the sentence for an edgekit_error_t; a later firmware's has a number only."""
    return ERRORS[error][1] if error < len(ERRORS) else f"error {error}"
