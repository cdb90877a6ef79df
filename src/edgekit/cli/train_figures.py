"""Print what edgekit train reached: accuracies, each with its split, seed and kind."""

from typing import TYPE_CHECKING, Any

from rich.table import Table

from .output import print_result, print_table

if TYPE_CHECKING:
    from edgekit.run import Outcome
    from edgekit.train.run import TrainingRun


def print_figures(outcome: "Outcome", training: "TrainingRun") -> None:
    """Print the accuracies on the test windows, the cost, and where the pictures are."""
    config = training.config
    table = Table(
        title=f"{outcome.windows['test']:,} test windows, {config.split} split, "
        f"seed {config.seed}, data: {config.dataset}"
    )
    table.add_column("measured, %")
    choices = training.run.spec.choices  # an answer without a choice is right by itself
    for task in choices:
        for name in (task, "macro F1", "balanced"):
            table.add_column(name, justify="right")
    for who in outcome.metrics:
        tasks = outcome.metrics[who]["test"]
        ships = " (ships)" if outcome.shipped == who else ""
        table.add_row(
            f"{who}{ships}", *(figure for task in choices for figure in _figures(tasks[task]))
        )
    for name, tasks in outcome.baseline.items():
        of_posture = _figures(tasks["posture"]) if "posture" in choices else []
        table.add_row(f"{name}, no network", *of_posture)
    print_table(table)
    worn = outcome.posture_by_placement[outcome.shipped]
    if len(worn) > 1:
        shares = ", ".join(f"{name} {100 * share:.2f} %" for name, share in worn.items())
        print_result(f"posture by placement, {outcome.shipped}: {shares}")
    cost = outcome.cost
    print_result(
        f"{outcome.parameters:,} parameters, {config.recipe.epochs} epochs, "
        f"{cost['wall_s']:.0f} s ({cost['cpu_s']:.0f} CPU s, measured). "
        f"Pictures and metrics: {training.run.folder}"
    )


def _figures(task: dict[str, Any]) -> list[str]:
    return [f"{100 * task[key]:.2f}" for key in ("accuracy", "macro_f1", "balanced_accuracy")]
