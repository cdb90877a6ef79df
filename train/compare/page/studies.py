"""Table the paper's other studies: nets by share of the training windows, and constants."""

import polars as pl

from ..results import CONSTANTS, TEACHER, answers, judged_tasks, shares_study, sweep_study
from .tables import (
    METHOD_NAMES,
    SPLIT_NAMES,
    SPREAD,
    Column,
    Table,
    cells_text,
    splits_of,
    spread,
    values_by,
)

SHARE_FIGURES = {
    ("posture", "accuracy"): "posture, accuracy",
    ("placement", "accuracy"): "placement, accuracy",
    ("posture", "macro_f1"): "posture, macro F1",
}
CONSTANT_NAMES = {
    "distill_weight": "weight of distillation (lambda)",
    "decay": "decay of the average",
    "temperature": "temperature (T)",
}


def share_tables(results: pl.DataFrame) -> list[Table]:
    """Table Smooth-Distill's teacher on every net, by share; none without the study."""
    rows = answers(shares_study(results)).filter(who=TEACHER)
    nets = rows["net"].unique(maintain_order=True).to_list()
    splits, shares = splits_of(rows), sorted(rows["train_share"].unique().to_list())
    columns = tuple(Column(f"{share:.0%}", SPLIT_NAMES[s]) for s in splits for share in shares)
    tables = []
    for (task, measure), title in SHARE_FIGURES.items():
        part = rows.filter(task=task, measure=measure)
        values = values_by(part, "net", "split", "train_share")
        lines = tuple(
            (net, *(spread(values.get((net, s, share))) for s in splits for share in shares))
            for net in nets
        )
        note = (
            f"{METHOD_NAMES[TEACHER]}. {SPREAD}; {cells_text(part, 'train_share')} a figure. "
            "The share is of the training windows; the windows that judge are the same."
        )
        tables.append(Table(title, note, (Column("net"), *columns), lines))
    return [table for table in tables if table.rows]


def sweep_tables(results: pl.DataFrame) -> list[Table]:
    """Table Smooth-Distill's constants, one varied at a time; none without the study."""
    tables = []
    for constant in CONSTANTS:
        rows = answers(sweep_study(results, constant)).filter(measure="accuracy")
        for net in rows["net"].unique(maintain_order=True):
            part = rows.filter(net=net)
            heads = [
                (split, task, weights)
                for split in splits_of(part)
                for task in judged_tasks(results)
                for weights in ("teacher", "student")
            ]
            values = values_by(part, constant, "split", "task", "weights")
            columns = tuple(Column(f"{task}, {who}", SPLIT_NAMES[s]) for s, task, who in heads)
            lines = tuple(
                (f"{value:g}", *(spread(values.get((value, *head))) for head in heads))
                for value in sorted(part[constant].unique())
            )
            note = f"Accuracy. {SPREAD}; {cells_text(part, constant)} a figure."
            title = f"{net}: {CONSTANT_NAMES[constant]}"
            tables.append(Table(title, note, (Column("value"), *columns), lines))
    return tables
