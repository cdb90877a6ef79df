"""The sentences that open a report: the night's answer, and how it compares with earlier nights."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, median, stdev

from edgekit.text import minutes_text, short

from .earlier import LEAST_NIGHT_MIN, MOST
from .summary import Share, Summary

LEAST_WORN_MIN = 30.0  # lying: of less no share of the night is given; chosen
LEAST_ACTIVITY_MIN = 1.0  # worn, for activities; chosen
USUAL_NIGHTS = 5  # the fewest earlier nights from which a usual range is given; chosen
LEAST_DIFFERENCE = 5.0  # percentage points below which a night is as usual; chosen
_MOST_LETTERS = 40  # of an activity's name

# Student's t, 95th percentile, for n - 1 degrees of freedom: 90 % of new nights lie in the range.
_T95 = {
    5: 2.132, 6: 2.015, 7: 1.943, 8: 1.895, 9: 1.860,
    10: 1.833, 11: 1.812, 12: 1.796, 13: 1.782, 14: 1.771,
}  # fmt: skip
_WORDS = {1: "last night", 2: "last two nights", 3: "last three nights", 4: "last four nights",
          5: "last five nights", 6: "last six nights", 7: "last seven nights"}  # fmt: skip


@dataclass(frozen=True)
class Usual:
    """The supine share of earlier nights: in per cent, the range only from USUAL_NIGHTS on."""

    nights: int
    median: float
    low: float | None = None
    high: float | None = None


def usual(earlier_percent: Sequence[float]) -> Usual | None:
    """Summarise earlier nights' shares, oldest first; None without one.

    The range is a prediction interval: a further night like these lies in it with 90 %.
    """
    shares = list(earlier_percent)[-MOST:]
    if not shares:
        return None
    if len(shares) < USUAL_NIGHTS:
        return Usual(len(shares), median(shares))
    reach = _T95[len(shares)] * stdev(shares) * sqrt(1 + 1 / len(shares))
    reach = max(reach, LEAST_DIFFERENCE)
    middle = mean(shares)
    return Usual(len(shares), median(shares), max(middle - reach, 0.0), min(middle + reach, 100.0))


def opening(
    summary: Summary,
    earlier_percent: Sequence[float],
    *,
    is_synthetic: bool = False,
    is_doubtful: bool = False,
) -> list[str]:
    """Return the answer of a night, and its comparison with the supine shares of earlier nights.

    A night with a grave doubt is not compared. What is too short, was never worn or is mostly
    missing says so instead.
    """
    if summary.worn_min <= 0:
        if summary.supine is None:
            return ["The sensor was not worn, so there is nothing to report."]
        return ["The sensor was never on somebody lying down, so there is no posture to report."]
    if summary.supine is None:
        return _activities(summary)
    sentences = _night(summary, summary.supine, earlier_percent, is_synthetic)
    return (
        [sentences[0], "Doubtful, so not compared with other nights."] if is_doubtful else sentences
    )


def _night(
    summary: Summary, supine: Share, earlier_percent: Sequence[float], is_synthetic: bool
) -> list[str]:
    lay = "The simulated sleeper lay" if is_synthetic else "You lay"
    back = "on the back" if is_synthetic else "on your back"
    lying = minutes_text(summary.worn_min)
    if summary.worn_min < LEAST_WORN_MIN:
        return [
            f"Too short for a night: only {lying} of lying were recorded, "
            f"{minutes_text(supine.minutes)} of them {back}."
        ]
    missing_min = sum(gap.minutes for gap in summary.gaps)
    if missing_min > summary.span.minutes / 2:
        return [
            f"More than half of this night is missing. In the {lying} that were recorded, "
            f"{lay[0].lower()}{lay[1:]} {back} {supine.percent:.0f} % of the time."
        ]
    if supine.minutes <= 0:
        were = "The simulated sleeper was" if is_synthetic else "You were"
        answer = f"{were} never {back} in {lying}."
    else:
        share = f"{supine.percent:.0f} %" if supine.percent >= 0.5 else "less than 1 %"
        answer = f"{lay} {back} {share} of the night ({minutes_text(supine.minutes)} of {lying})."
    if summary.worn_min < LEAST_NIGHT_MIN:
        return [answer, "Too short to compare with other nights."]
    return [answer, _comparison(supine.percent, usual(earlier_percent), is_synthetic)]


def _comparison(percent: float, before: Usual | None, is_synthetic: bool) -> str:
    your, you = ("the", "this sleeper") if is_synthetic else ("your", "you")
    if before is None:
        return "No earlier night to compare with yet."
    nights = _WORDS.get(before.nights, f"last {before.nights} nights")
    middle = "" if before.nights == 1 else " (median)"
    share = f"On {your} {nights}: {before.median:.0f} %{middle}."
    if before.low is None or before.high is None:
        missing = USUAL_NIGHTS - before.nights
        more = "one more night is" if missing == 1 else f"{missing} more nights are"
        return f"{share} Too few to say what is usual: {more} needed."
    spread = f"{before.low:.0f} to {before.high:.0f} %"
    if before.low <= percent <= before.high:
        return f"{share} That is as usual for {you} ({spread})."
    more = "more" if percent > before.high else "less"
    return f"{share} That is {more} than usual for {you} ({spread})."


def _activities(summary: Summary) -> list[str]:
    worn = minutes_text(summary.worn_min)
    if summary.worn_min < LEAST_ACTIVITY_MIN:
        return [f"Too short to sum up: only {worn} were recorded."]
    most = sorted(summary.classes, key=lambda share: -share.minutes)
    first = most[0]
    answer = (
        f"Most time: {short(first.name, _MOST_LETTERS)}, {first.percent:.0f} % "
        f"({minutes_text(first.minutes)} of {worn} worn)"
    )
    others = [
        f"{short(share.name, _MOST_LETTERS)}, {share.percent:.0f} %"
        for share in most[1:3]
        if share.percent >= 0.5
    ]
    return [f"{answer}; then {' and '.join(others)}." if others else f"{answer}."]
