"""Paired tests: scipy's where scipy has them, the published formula where it has not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists
from scipy import stats

from edgekit.train.significance import adjusted, compare_pair, holm, sentence

shares = lists(floats(0, 1), min_size=2, max_size=10)
p_values = lists(floats(0, 1), max_size=12)

A = [0.712, 0.725, 0.698, 0.731, 0.717]
B = [0.701, 0.709, 0.702, 0.712, 0.699]


def test_without_overlap_the_corrected_test_is_the_paired_t_test() -> None:
    known = stats.ttest_rel(A, B)
    pair = compare_pair(A, B, test_over_train=0)
    assert pair.p == pytest.approx(known.pvalue)
    assert pair.interval == pytest.approx(tuple(known.confidence_interval(0.95)))


def test_overlap_widens_the_variance_as_nadeau_and_bengio_say() -> None:
    differences = np.subtract(A, B)
    t = differences.mean() / np.sqrt(differences.var(ddof=1) * (1 / 5 + 0.25))
    pair = compare_pair(A, B, test_over_train=0.25)
    assert pair.p == pytest.approx(2 * stats.t.sf(abs(t), 4))
    assert pair.d_z == pytest.approx(differences.mean() / differences.std(ddof=1))
    assert pair.p > compare_pair(A, B, 0).p  # type: ignore[operator]


def test_ranks_are_wilcoxons() -> None:
    pair = compare_pair(A, B, 0.25)
    assert pair.p_wilcoxon == pytest.approx(stats.wilcoxon(A, B).pvalue)
    # Ranks of |A - B|: 11, 16, 4, 19, 18 thousandths; only the third speaks for B: (14 - 1) / 15.
    assert pair.rank_biserial == pytest.approx(13 / 15)


@given(shares, integers(0, 2**32 - 1))
def test_swapping_the_two_turns_the_signs_and_keeps_every_p(a: list[float], seed: int) -> None:
    b = np.random.default_rng(seed).random(len(a))
    one, other = compare_pair(a, b, 0.25), compare_pair(b, a, 0.25)
    assert one.p == pytest.approx(other.p)
    assert one.p_wilcoxon == pytest.approx(other.p_wilcoxon)
    for measure in ("difference", "d_z", "rank_biserial"):
        assert getattr(one, measure) == pytest.approx(-getattr(other, measure))


@given(p_values)
def test_holms_p_is_never_below_its_own_nor_above_1_and_keeps_the_order(p: list[float]) -> None:
    raised = holm(p)
    assert all(own <= high <= 1 for own, high in zip(p, raised, strict=True))
    order = sorted(range(len(p)), key=p.__getitem__)
    assert [raised[k] for k in order] == sorted(raised)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_what_cannot_be_tested_says_so_and_does_not_count_for_holm() -> None:
    alone = compare_pair([0.7], [0.6], 0.25)
    assert alone.p is None
    assert "not testable, 1 pair" in sentence(alone, "A", "B", "x")
    constant = compare_pair([0.7, 0.8], [0.6, 0.7], 0.25)
    assert constant.p is None
    assert "not testable" in sentence(constant, "A", "B", "x")
    tested = compare_pair(A, B, 0.25)
    assert adjusted([alone, tested])[1].p_holm == pytest.approx(tested.p)
    assert "not both measured" in sentence(compare_pair([], [], 0.25), "A", "B", "x")


def test_equal_figures_are_no_difference() -> None:
    same = compare_pair(A, A, 0.25)
    assert (same.difference, same.p, same.d_z) == (0, 1, 0)
    assert "level with" in sentence(same, "A", "B", "x")


def test_a_sentence_names_who_where_how_far_and_how_sure() -> None:
    claim = sentence(compare_pair(A, B, 0.25), "Smooth-Distill's teacher", "Born-Again", "x")
    assert claim.startswith("Smooth-Distill's teacher is 1.2 points above Born-Again on x (95 %")
    assert "5 pairs" in claim
    assert claim.endswith("no difference can be claimed.")
    sure = sentence(compare_pair(A, np.subtract(A, [0.1, 0.11, 0.1, 0.1, 0.1]), 0), "A", "B", "x")
    assert sure.endswith("a difference beyond chance.")
