"""Sum a comparison up in a few sentences: who answers best, whether that is sure, what it cost."""

from statistics import fmean

import polars as pl

from ...methods import METHODS
from ...paper import TRAINING_TIME_RATIO
from ..results import answers, compared_nets, methods_study
from .costs import time_ratios
from .pairwise import WHERE, sentences
from .tables import METHOD_NAMES, cells_text, name_of, splits_of, values_by


def headline(results: pl.DataFrame) -> list[str]:
    """Word the results of the first net that methods were trained on; missing ones are left out."""
    nets = compared_nets(results)
    if not nets:
        return [f"{results['cell'].n_unique()} cells, none of them a trained net."]
    net = nets[0]
    splits = splits_of(methods_study(results).filter(net=net))
    lines = [best for split in splits if (best := _best(results, net, split))]
    lines += _gap(results, net, splits)
    for split in splits:
        for line in sentences(results, net, split, "posture"):
            if any(name in line for name in ("Multitask", "Born-Again")):
                lines.append(line)
    return [*lines, *_cost(results, net)]


def _accuracies(results: pl.DataFrame, net: str, split: str, task: str) -> dict[str, float]:
    """Return mean accuracy by who answers, baselines included; task 'posture' or 'placement'."""
    rows = answers(methods_study(results)).filter(
        (pl.col("net") == net) | (pl.col("method") == "baseline"),
        split=split,
        task=task,
        measure="accuracy",
    )
    return {str(who): fmean(values) for (who,), values in values_by(rows, "who").items()}


def _best(results: pl.DataFrame, net: str, split: str) -> str:
    posture = _accuracies(results, net, split, "posture")
    placement = _accuracies(results, net, split, "placement")
    trained = {who: share for who, share in posture.items() if who in METHOD_NAMES}
    if not trained:
        return ""
    best = max(trained, key=lambda who: trained[who])
    cells = methods_study(results).filter(net=net, split=split)
    line = (
        f"On {WHERE[split]}, {METHOD_NAMES[best]} on {net} is the best net for posture: "
        f"{100 * posture[best]:.1f} % right"
    )
    if best in placement:
        line += f", and {100 * placement[best]:.1f} % of placements"
    baselines = {who: share for who, share in posture.items() if who not in METHOD_NAMES}
    if baselines:
        other = max(baselines, key=lambda who: baselines[who])
        verb = "is better with" if baselines[other] > posture[best] else "reaches"
        line += f"; {name_of(other)} {verb} {100 * baselines[other]:.1f} %"
    return f"{line} (means over {cells_text(cells)} a method)."


def _gap(results: pl.DataFrame, net: str, splits: list[str]) -> list[str]:
    """Word how much the paper's split flatters."""
    if len(splits) < 2:
        return []
    by_split = [_accuracies(results, net, split, "posture") for split in splits]
    shared = [who for who in METHOD_NAMES if all(who in accuracies for accuracies in by_split)]
    if not shared:
        return []
    gaps = [100 * (by_split[1][who] - by_split[0][who]) for who in shared]
    if min(gaps) <= 0:  # too little training for a verdict
        return []
    low, high = f"{min(gaps):.1f}", f"{max(gaps):.1f}"
    by = low if low == high else f"{low} to {high}"
    return [
        f"Random windows flatter: they make posture look {by} points "
        "better than held-out people do, for the same net and training."
    ]


def _cost(results: pl.DataFrame, net: str) -> list[str]:
    ratios = time_ratios(results, net, "cpu_s")
    costs = [
        f"{METHOD_NAMES[method]} {fmean(ratios[method]):.2f} ({TRAINING_TIME_RATIO[method]:g})"
        for method in METHODS
        if method in ratios and method in TRAINING_TIME_RATIO and method != "singletask"
    ]
    if not costs:
        return []
    return [f"CPU time over one single-task training (the paper's): {', '.join(costs)}."]
