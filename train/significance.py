"""Test whether two methods differ, from figures that were measured in pairs.

Folds share training windows, so an ordinary paired t-test finds differences that are none. The
corrected one counts the overlap (Nadeau & Bengio, Inference for the Generalization Error, Machine
Learning 52, 2003): the variance of the mean is var(d) x (1/n + test/train) in place of var(d) / n.
Wilcoxon's signed-rank test, which assumes no distribution, stands beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

LEVEL = 0.05  # of the tests, and what the interval leaves out


@dataclass(frozen=True)
class Pair:
    """A against B on the same n places; differences are A - B, in the figures' own unit.

    None stands for what cannot be computed: with fewer than two places, or (for the t-test and what
    derives from the spread) where all differences are the same and not 0.
    """

    n: int
    difference: float | None  # mean
    interval: tuple[float, float] | None  # 95 %, of the corrected t
    p: float | None  # two-sided, of the corrected t
    p_holm: float | None  # p, adjusted for all pairs that were compared together
    p_wilcoxon: float | None  # two-sided; not adjusted
    d_z: float | None  # Cohen's, for pairs: mean over standard deviation of the differences
    rank_biserial: float | None  # -1..1: share of rank sums for A less that for B

    @property
    def differs(self) -> bool:
        return self.p_holm is not None and self.p_holm < LEVEL


def compare_pair(a: ArrayLike, b: ArrayLike, test_over_train: float) -> Pair:
    """Compare figures (n,) of two methods, paired by place.

    `test_over_train`: windows that judge over windows that train. `p_holm` is p until `adjusted`
    knows the other pairs.
    """
    differences = np.asarray(a, dtype=float) - np.asarray(b, dtype=float)
    n = len(differences)
    if n == 0:
        return Pair(0, None, None, None, None, None, None, None)
    mean = float(differences.mean())
    if n == 1:
        return Pair(1, mean, None, None, None, None, None, None)
    p_wilcoxon, rank_biserial = _signed_ranks(differences)
    if np.allclose(differences, differences[0], rtol=1e-9, atol=1e-12):
        if abs(mean) <= 1e-12:
            return Pair(n, 0.0, (0.0, 0.0), 1.0, 1.0, 1.0, 0.0, 0.0)
        return Pair(n, mean, None, None, None, p_wilcoxon, None, rank_biserial)
    spread = float(differences.std(ddof=1))
    error = spread * np.sqrt(1 / n + test_over_train)
    half = error * stats.t.ppf(1 - LEVEL / 2, n - 1)
    p = float(2 * stats.t.sf(abs(mean) / error, n - 1))
    interval = (float(mean - half), float(mean + half))
    return Pair(n, mean, interval, p, p, p_wilcoxon, mean / spread, rank_biserial)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p values so that a false finding among them all is as rare as LEVEL (Holm, 1979)."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def adjusted(pairs: Sequence[Pair]) -> list[Pair]:
    """Set Holm's p in the pairs of one table; those that could not be tested do not count."""
    adjusted_p = iter(holm([pair.p for pair in pairs if pair.p is not None]))
    return [pair if pair.p is None else replace(pair, p_holm=next(adjusted_p)) for pair in pairs]


def sentence(pair: Pair, first: str, second: str, where: str) -> str:
    """Word a comparison of shares (0..1) as a sentence; `first` and `second` name A and B.

    >>> sentence(pair, "Smooth-Distill's teacher", "Born-Again", "held-out subjects, posture")
    "Smooth-Distill's teacher is 1.3 points above Born-Again on held-out subjects, posture (95 %
    interval -0.2 to 2.8; p 0.09, Holm 0.36, d_z 0.6, 5 pairs): no difference can be claimed."
    """
    if pair.difference is None:
        return f"{first} and {second} were not both measured on {where}."
    claim = f"{first} is {_apart(pair.difference)} {second} on {where}"
    if pair.n < 2:
        return f"{claim}: not testable, 1 pair."
    if pair.p is None or pair.p_holm is None or pair.interval is None:
        return f"{claim}: not testable, all {pair.n} differences are the same."
    low, high = (points(end) for end in pair.interval)
    ps = f"p {p_text(pair.p)}, Holm {p_text(pair.p_holm)}, d_z {pair.d_z:.1f}, {pair.n} pairs"
    verdict = "a difference beyond chance" if pair.differs else "no difference can be claimed"
    return f"{claim} (95 % interval {low} to {high}; {ps}): {verdict}."


def p_text(p: float) -> str:
    """Format p with two decimals, three where it is small."""
    if p < 0.001:
        return "< 0.001"
    return f"{p:.3f}" if p < LEVEL else f"{p:.2f}"


def points(share: float) -> str:
    """Format a share (0..1) in hundredths with one decimal; never as -0.0."""
    return f"{round(100 * share, 1) + 0.0:.1f}"


def _apart(difference: float) -> str:
    size = points(abs(difference))
    if size == "0.0":
        return "level with"
    return f"{size} points {'above' if difference > 0 else 'below'}"


def _signed_ranks(differences: np.ndarray) -> tuple[float, float]:
    """Return Wilcoxon's p and the matched-pairs rank-biserial correlation.

    Pairs that tie are left out. For few pairs scipy computes the exact p.
    """
    unequal = differences[np.abs(differences) > 1e-12]
    if len(unequal) == 0:
        return 1.0, 0.0
    ranks = stats.rankdata(np.abs(unequal))
    towards_a = float(ranks[unequal > 0].sum() / ranks.sum())
    return float(stats.wilcoxon(unequal).pvalue), 2 * towards_a - 1
