"""Table what the methods cost, beside the paper's figures."""

from statistics import fmean

import polars as pl

from ...methods import METHODS, phases
from ...paper import ENERGY_KWH_A100, TRAINING_TIME_RATIO
from ..results import compared_nets, methods_study
from .tables import (
    NOTHING,
    Column,
    Table,
    Values,
    cells_text,
    mean,
    name_of,
    on_net,
    spread,
    values_by,
)

ONE_TASK = "Single-task, one of its two nets"
PLACE = ("split", "fold", "seed")
COLUMNS = (
    Column("method"),
    Column("total", "wall, s"),
    Column("an epoch", "wall, s"),
    Column("total", "CPU, s"),
    Column("an epoch", "CPU, s"),
    Column("wall", "times one single-task training"),
    Column("CPU", "times one single-task training"),
    Column("the paper", "times one single-task training"),
    Column("peak memory, MB"),
    Column("parameters"),
    Column("MACs a window"),
    Column("here", "energy, kWh"),
    Column("the paper, A100", "energy, kWh"),
)


def cost_tables(results: pl.DataFrame) -> list[Table]:
    """Table time, memory, size and energy of a method's trainings, a table a net."""
    study = methods_study(results)
    tables = []
    for net in compared_nets(results):
        part = on_net(study, net).filter(pl.col("measure").is_in(["wall_s", "cpu_s"]))
        kinds = study.filter(measure="energy_kwh", net=net)["name"].unique().sort().to_list()
        note = (
            f"Means over {cells_text(part)} a split, splits together; seconds and memory measured, "
            "parameters and multiply-accumulates (MACs) counted"
            + (f", energy {' or '.join(kinds)}" if kinds else "")
            + ". The ratios are taken fold by fold (mean ± standard deviation). The paper's "
            "energies are its time ratios x a constant power."
        )
        rows = tuple(_lines(study, net))
        tables.append(Table(f"{net}: what training costs", note, COLUMNS, rows))
    return [table for table in tables if table.rows]


def time_ratios(results: pl.DataFrame, net: str, measure: str) -> dict[str, list[float]]:
    """Divide a method's `wall_s` or `cpu_s` by that of one single-task training, place by place.

    By method; those without a place in common with single-task are missing.
    """
    rows = methods_study(results).filter(net=net, measure=measure)
    one_task = (
        rows.filter(pl.col("task") != "", method="singletask")
        .group_by(PLACE)
        .agg(pl.col("value").mean().alias("one_task"))
        .filter(pl.col("one_task") > 0)
    )
    ratios = (
        rows.filter(task="")
        .join(one_task, on=PLACE)
        .with_columns(value=pl.col("value") / pl.col("one_task"))
    )
    return {str(key[0]): values for key, values in values_by(ratios, "method").items()}


def _lines(study: pl.DataFrame, net: str) -> list[tuple[str, ...]]:
    rows = study.filter(net=net)
    values = values_by(rows.filter(pl.col("task") == ""), "method", "measure")
    epochs = dict(rows.group_by("method").agg(pl.col("epochs").mean()).iter_rows())
    wall, cpu = (time_ratios(study, net, measure) for measure in ("wall_s", "cpu_s"))
    lines = []
    for method in METHODS:
        if (method, "wall_s") not in values:
            continue
        if method == "singletask":
            lines.append(_one_task_line(rows, epochs[method]))
        papers_ratio = NOTHING if method == "singletask" else _papers(TRAINING_TIME_RATIO, method)
        lines.append(
            (
                "Single-task, both nets" if method == "singletask" else name_of(method),
                *_seconds(values, method, epochs[method] * len(phases(method))),
                spread(wall.get(method), 1, 2),
                spread(cpu.get(method), 1, 2),
                papers_ratio,
                mean(values.get((method, "peak_memory_mb")), 1, 0),
                mean(values.get((method, "parameters")), 1, 0),
                mean(values.get((method, "macs")), 1, 0),
                _kwh(values.get((method, "energy_kwh"))),
                _papers(ENERGY_KWH_A100, method),
            )
        )
    baselines = values_by(study.filter(method="baseline"), "net", "measure")
    for name in dict.fromkeys(str(key[0]) for key in baselines):
        wall_s, cpu_s = (mean(baselines.get((name, m)), 1) for m in ("wall_s", "cpu_s"))
        rest = (NOTHING,) * (len(COLUMNS) - 5)
        lines.append((name_of(name), wall_s, NOTHING, cpu_s, NOTHING, *rest))
    return lines


def _one_task_line(rows: pl.DataFrame, epochs: float) -> tuple[str, ...]:
    """Return the line that all ratios are over; parameters and energy stand with both nets."""
    values = values_by(rows.filter(pl.col("task") != "", method="singletask"), "method", "measure")
    return (
        ONE_TASK,
        *_seconds(values, "singletask", epochs),
        "1",
        "1",
        _papers(TRAINING_TIME_RATIO, "singletask"),
        mean(values.get(("singletask", "peak_memory_mb")), 1, 0),
        *(NOTHING,) * 2,
        _kwh(values.get(("singletask", "energy_kwh"))),
        NOTHING,
    )


def _seconds(values: Values, method: str, epochs: float) -> tuple[str, ...]:
    """Format wall and CPU seconds, each in total and per epoch."""
    texts: list[str] = []
    for measure in ("wall_s", "cpu_s"):
        seconds = values.get((method, measure))
        texts += [mean(seconds, 1), mean(seconds, 1 / epochs, 2)]
    return tuple(texts)


def _kwh(values: list[float] | None) -> str:
    return f"{fmean(values):.2g}" if values else NOTHING


def _papers(figures: dict[str, float], method: str) -> str:
    return f"{figures[method]:g}" if method in figures else NOTHING
