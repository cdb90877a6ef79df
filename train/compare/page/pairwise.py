"""Test whether the methods differ: every pair on a net, a split and a task (paper, table 8)."""

from collections.abc import Iterable
from itertools import combinations

import polars as pl

from edgekit.spec import TASKS

from ...methods import METHODS
from ...paper import P_AGAINST_BORN_AGAIN
from ...significance import Pair, adjusted, compare_pair, p_text, points, sentence
from ...splits import FOLDS, TEST_SHARE, VALIDATION_SHARE
from ..results import TEACHER, answers, compared_nets, judged_tasks, methods_study
from .tables import METHOD_NAMES, NOTHING, SPLIT_NAMES, Column, Table, splits_of

CONTENDERS = tuple(TEACHER if method == "smooth-distill" else method for method in METHODS)
WHERE = {"subject": "held-out people", "random-window": "random windows"}

# Windows that judge over windows that train, in a fold of each split (see `splits.fold`).
TEST_OVER_TRAIN = {
    "subject": (1 / FOLDS) / ((1 - 1 / FOLDS) * (1 - VALIDATION_SHARE)),
    "random-window": TEST_SHARE / ((1 - TEST_SHARE) * (1 - 1 / FOLDS)),
}

Pairs = dict[tuple[str, str], Pair]


def pairs_of(results: pl.DataFrame, net: str, split: str, task: str) -> Pairs:
    """Compare the accuracies of every two CONTENDERS, the later first, where both are done.

    Holm's p counts the pairs of this net, split and task.
    """
    rows = answers(methods_study(results)).filter(
        measure="accuracy", net=net, split=split, task=task
    )
    by_place = {
        who: dict(zip(part.select("fold", "seed").iter_rows(), part["value"], strict=True))
        for who in CONTENDERS
        if not (part := rows.filter(who=who)).is_empty()
    }
    pairs = {}
    for second, first in combinations(by_place, 2):
        shared = sorted(by_place[first].keys() & by_place[second].keys())
        a, b = ([by_place[who][place] for place in shared] for who in (first, second))
        pairs[first, second] = compare_pair(a, b, TEST_OVER_TRAIN[split])
    return dict(zip(pairs, adjusted(list(pairs.values())), strict=True))


def pairwise_tables(results: pl.DataFrame) -> list[Table]:
    """Table Holm's p below the diagonal, the difference above it, by net, split and task."""
    tables = []
    for net, split, task in _places(results):
        pairs = pairs_of(results, net, split, task)
        shown = [who for who in CONTENDERS if any(who in pair for pair in pairs)]
        names = [METHOD_NAMES[who] for who in shown]
        rows = tuple(
            (METHOD_NAMES[row], *(_entry(pairs, row, column) for column in shown)) for row in shown
        )
        title = f"{net}: {task}, {SPLIT_NAMES[split]}"
        columns = _plain(("method", *names))
        tables.append(Table(title, _note(pairs, task, split), columns, rows))
    return [table for table in tables if table.rows]


def pair_tables(results: pl.DataFrame) -> list[Table]:
    """Table all figures of the teacher's pairs, a table a net."""
    columns = (
        "Smooth-Distill's teacher against",
        "difference, points",
        "95 % interval",
        "p",
        "Holm",
        "Wilcoxon p",
        "d_z",
        "rank-biserial",
        "pairs",
    )
    tables = []
    for net in compared_nets(results):
        rows = tuple(
            (f"{METHOD_NAMES[second]}, {WHERE[split]}, {task}", *_in_full(pair))
            for place, split, task in _places(results)
            if place == net
            for (first, second), pair in pairs_of(results, net, split, task).items()
            if first == TEACHER
        )
        note = (
            "Difference: mean of the teacher's accuracy less the other's, with the interval and p "
            "of the corrected resampled t-test. Holm: that p adjusted for all pairs of the net, "
            "split and task. Wilcoxon: signed ranks, not adjusted; with 5 pairs it cannot fall "
            "below 0.06. d_z and rank-biserial are effect sizes."
        )
        tables.append(Table(f"{net}: the teacher's pairs in full", note, _plain(columns), rows))
    return [table for table in tables if table.rows]


def sentences(results: pl.DataFrame, net: str, split: str, task: str) -> list[str]:
    """Word Smooth-Distill's teacher against every other method."""
    pairs = pairs_of(results, net, split, task)
    return [
        sentence(pair, "Smooth-Distill's teacher", METHOD_NAMES[second], f"{WHERE[split]} ({task})")
        for (first, second), pair in pairs.items()
        if first == TEACHER
    ]


def pairwise_sentences(results: pl.DataFrame) -> list[str]:
    """Return `sentences` of every net, split and task, the net named where there are several."""
    several = len(compared_nets(results)) > 1
    return [
        f"{net}: {line}" if several else line
        for net, split, task in _places(results)
        for line in sentences(results, net, split, task)
    ]


def _places(results: pl.DataFrame) -> list[tuple[str, str, str]]:
    splits = splits_of(results)
    tasks = judged_tasks(results)
    return [(n, split, task) for n in compared_nets(results) for split in splits for task in tasks]


def _plain(names: Iterable[str]) -> tuple[Column, ...]:
    return tuple(map(Column, names))


def _in_full(pair: Pair) -> tuple[str, ...]:
    ends = pair.interval and f"{points(pair.interval[0])} to {points(pair.interval[1])}"
    return (
        NOTHING if pair.difference is None else points(pair.difference),
        ends or NOTHING,
        *(NOTHING if p is None else p_text(p) for p in (pair.p, pair.p_holm, pair.p_wilcoxon)),
        *(NOTHING if e is None else f"{e:.2f}" for e in (pair.d_z, pair.rank_biserial)),
        str(pair.n),
    )


def _entry(pairs: Pairs, row: str, column: str) -> str:
    if row == column:
        return ""
    if (row, column) in pairs:
        p_holm = pairs[row, column].p_holm
        return "not testable" if p_holm is None else p_text(p_holm)
    difference = pairs[column, row].difference
    return NOTHING if difference is None else points(-difference)


def _note(pairs: Pairs, task: str, split: str) -> str:
    counts = {pair.n for pair in pairs.values()}
    n = f"{min(counts)} to {max(counts)}" if len(counts) > 1 else f"{max(counts, default=0)}"
    papers = P_AGAINST_BORN_AGAIN[TASKS.index(task)] if task in TASKS else None
    same_test = (
        " Folds of a seed share the windows that judge, so these p are, if anything, too small."
        if split == "random-window"
        else ""
    )
    return (
        "Below the diagonal: p of the corrected resampled t-test, adjusted by Holm. Above it: "
        f"accuracy of the row less that of the column, points. {n} pairs.{same_test} "
        f"The paper: p {papers} for Smooth-Distill against Born-Again."
    )
