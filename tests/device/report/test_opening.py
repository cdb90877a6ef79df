"""A report speaks first: the night's answer, and what is usual for this person."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.device.report import write_report
from edgekit.device.report.opening import LEAST_DIFFERENCE, USUAL_NIGHTS, opening, usual
from edgekit.device.report.summary import Summary, summarise
from edgekit.doubt import Doubt, DoubtKind
from edgekit.night.columns import selected
from edgekit.spec import SLEEP, WISDM
from tests.helpers.nights import START_S, Plan, decisions, write_night

SUPINE = SLEEP.postures[0]
DAY_S = 86_400
shares = st.lists(st.floats(0, 100), min_size=USUAL_NIGHTS, max_size=20)


def night(supine_min: float, left_min: float) -> Summary:
    return summarise(decisions([(SUPINE, supine_min), ("left", left_min)]), SLEEP)


def test_the_first_sentence_is_the_share_of_the_night_on_the_back() -> None:
    first, second = opening(night(124, 337), [])
    assert first == "You lay on your back 27 % of the night (2 h 4 min of 7 h 41 min)."
    assert second == "No earlier night to compare with yet."


def test_few_earlier_nights_are_no_habit() -> None:
    _, second = opening(night(124, 337), [30.0, 40.0, 38.0])
    assert second == (
        "On your last three nights: 38 % (median). Too few to say what is usual: "
        "2 more nights are needed."
    )


@pytest.mark.parametrize(
    ("supine_min", "verdict"),
    [
        (230, "That is more than usual for you (29 to 47 %)."),
        (180, "That is as usual for you (29 to 47 %)."),
        (60, "That is less than usual for you (29 to 47 %)."),
    ],
)
def test_a_night_is_more_or_less_than_usual_only_outside_the_range_of_the_others(
    supine_min: float, verdict: str
) -> None:
    earlier = [33.0, 38.0, 42.0, 35.0, 42.0]
    _, second = opening(night(supine_min, 400 - supine_min), earlier)
    assert second == f"On your last five nights: 38 % (median). {verdict}"


@given(shares)
def test_the_usual_range_holds_the_mean_and_never_leaves_0_to_100(earlier: list[float]) -> None:
    before = usual(earlier)
    assert before is not None and before.low is not None and before.high is not None
    assert 0 <= before.low <= np.mean(earlier[-14:]) + 1e-9
    assert np.mean(earlier[-14:]) - 1e-9 <= before.high <= 100
    assert before.high - before.low >= LEAST_DIFFERENCE - 1e-9


def test_nine_of_ten_further_nights_of_one_person_are_as_usual() -> None:
    rng = np.random.default_rng(0)
    inside = []
    for _ in range(2000):
        *earlier, further = rng.normal(40, 8, 8)
        before = usual(earlier)
        assert before and before.low is not None and before.high is not None
        inside.append(before.low <= further <= before.high)
    assert 0.88 < np.mean(inside) < 0.92


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ([(SUPINE, 3), ("left", 9)], "Too short for a night: only 12 min of lying were recorded"),
        ([("off!", 40)], "never on somebody lying down"),
        ([("left", 200)], "You were never on your back in 3 h 20 min."),
        ([(SUPINE, 1), ("left", 420)], "less than 1 % of the night (60 s of 7 h 1 min)"),
    ],
)
def test_a_night_without_an_answer_says_why(plan: Plan, sentence: str) -> None:
    assert sentence in opening(summarise(decisions(plan), SLEEP), [50.0] * 9)[0]


def test_a_night_that_is_mostly_missing_says_so_first() -> None:
    lain = decisions([(SUPINE, 480)])
    parts = selected(lain, np.r_[0:3000, len(lain) - 3000 : len(lain)])
    first = opening(summarise(parts, SLEEP), [])[0]
    assert first.startswith("More than half of this night is missing.") and "100 %" in first


def test_activities_have_their_own_sentence() -> None:
    plan = [("sitting", 6.0), ("walking", 3.0), ("stairs", 1.0)]
    sentences = opening(summarise(decisions(plan, WISDM), WISDM), [])
    assert sentences == ["Most time: sitting, 60 % (6 min of 10 min worn); then walking, 30 % and stairs, 10 %."]  # fmt: skip # noqa: E501


def test_the_page_compares_with_the_same_persons_nights_that_are_long_enough(
    tmp_path: Path,
) -> None:
    for day, (who, minutes) in enumerate([("anna", 400), ("bob", 400), ("anna", 50)]):
        lain = decisions([(SUPINE, minutes)], start_s=START_S + DAY_S * day)
        write_night(tmp_path / f"{day}.night", lain, subject=who)
    tonight = decisions([("left", 400)], start_s=START_S + DAY_S * 4)
    page = write_report(write_night(tmp_path / "4.night", tonight, subject="anna")).html.read_text()
    head = page.split('class="numbers"')[0]
    assert "You were never on your back in 6 h 40 min." in head
    assert "On your last night: 100 %." in head


def test_a_warning_stands_above_the_sentence_and_a_note_below_it(tmp_path: Path) -> None:
    path = write_night(
        tmp_path / "a.night",
        decisions([("left", 200)]),
        source="synthetic sleeper",
        doubts=(Doubt(DoubtKind.UNIT, "gravity is 9.8 g at rest"),),
    )
    page = write_report(path).html.read_text()
    places = [
        page.index(text) for text in ("Gravity is 9.8 g", "was never on the back", "Synthetic:")
    ]
    assert places == sorted(places)


def test_a_doubtful_night_is_not_compared() -> None:
    first, second = opening(night(124, 337), [30.0] * 9, is_doubtful=True)
    assert "27 %" in first and second == "Doubtful, so not compared with other nights."
