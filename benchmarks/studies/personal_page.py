"""Draw the curve of personalisation, and write its figures as a table, from the sessions' files."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from edgekit.adaptation import PARTS
from edgekit.errors import UsageError
from edgekit.files import read_json, write_text
from edgekit.pages import markdown
from edgekit.pages.palette import BLUE, INK, ORANGE
from edgekit.pages.picture import draw_frame, save_svg
from edgekit.spec import TASKS

RESULTS, PICTURE = "results.json", "curve.svg"
NUMBERS = ("float", "int8")
WINDOWS = {"own": "the wearer", "old": "other people"}
NAMES = {"heads": "heads alone", "all": "whole net"}
COLOURS, STYLES = {"heads": ORANGE, "all": BLUE}, {"own": "-", "old": ":"}
SHIFT_S = 0.7  # from one line's points to the next's, so that their spreads can be seen
NET = "mtl-net-small"
HEADINGS = ("seconds an activity", "adapted", "windows of", "posture, float", "posture, int8",
            "placement, float", "placement, int8")  # fmt: skip


def write_page(sessions: Path, folder: Path) -> str:
    """Write results.json (of all sessions) and curve.svg, and return the table in Markdown.

    Raises UsageError where no session is finished.
    """
    results = [read_json(path) for path in sorted(sessions.glob("*.json"))]
    if not results:
        raise UsageError(f"no finished session in {sessions}")
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / RESULTS, json.dumps(results, separators=(",", ":")) + "\n")
    draw_curve(results, folder / PICTURE)
    return table(results)


def table(results: list[dict[str, Any]]) -> str:
    """Return a row for each kind of windows, part of the net and length, first that before.

    Every figure is the mean over folds of the mean over the fold's sessions, with the standard
    deviation over folds.
    """
    lengths = sorted({cell["seconds"] for cell in results[0]["cells"]})
    rows = []
    for kind, name in WINDOWS.items():
        rows.append(
            ["0", "nothing", name, *_figures(results, lengths[0], PARTS[0], "before", kind)]
        )
        for part in PARTS:
            for seconds in lengths:
                figures = _figures(results, seconds, part, "after", kind)
                rows.append([str(seconds), NAMES[part], name, *figures])
    return markdown.table(HEADINGS, rows, words=3)


def over_folds(
    results: list[dict[str, Any]], seconds: int, part: str, when: str, number: str, kind: str,
    task: str,
) -> tuple[float, float]:  # fmt: skip
    """Return mean and standard deviation over folds of a cell's accuracy, in per cent."""
    of_folds: dict[int, list[float]] = {}
    for session in results:
        for cell in session["cells"]:
            if (cell["seconds"], cell["part"]) == (seconds, part):
                value = cell[when][number][kind][task]
                of_folds.setdefault(session["fold"], []).append(value)
    means = [100 * float(np.mean(values)) for values in of_folds.values()]
    return float(np.mean(means)), float(np.std(means, ddof=1)) if len(means) > 1 else 0.0


def _figures(
    results: list[dict[str, Any]], seconds: int, part: str, when: str, kind: str
) -> list[str]:
    return [
        "{:.1f} ± {:.1f}".format(*over_folds(results, seconds, part, when, number, kind, task))
        for task in TASKS
        for number in NUMBERS
    ]


def draw_curve(results: list[dict[str, Any]], path: Path) -> None:
    """Draw both heads' accuracy against the seconds that trained, on own and on old windows."""
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    for axes, task in zip(figure.subplots(1, 2, sharey=True), TASKS, strict=True):
        _draw_task(axes, results, task)
        axes.set_title(f"{task}: accuracy, % (from {axes.get_ylim()[0]:.0f} up)", fontsize=10)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    people = len({session["subject"] for session in results})
    folds = len({session["fold"] for session in results})
    figure.suptitle(
        f"WISDM, {NET} that never saw the wearer, adapted to {people} people in {len(results)} "
        f"sessions ({folds} folds, mean ± sd over folds)\n"
        "The wearer's seconds that train and the minutes that judge are of the same session",
        fontsize=9,
        color=INK,
    )
    save_svg(figure, path, "Accuracy of both heads against the seconds that trained")


def _draw_task(axes: Axes, results: list[dict[str, Any]], task: str) -> None:
    lengths = sorted({cell["seconds"] for cell in results[0]["cells"]})
    draw_frame(axes)
    lines = [(part, kind) for kind in WINDOWS for part in PARTS]
    for place, (part, kind) in enumerate(lines):
        colour, style = COLOURS[part], STYLES[kind]
        label = f"{NAMES[part]}: {WINDOWS[kind]}"
        at_s = [seconds + SHIFT_S * (place - 1.5) for seconds in (0, *lengths)]
        for number in NUMBERS:
            points = [over_folds(results, lengths[0], part, "before", number, kind, task)]
            points += [over_folds(results, s, part, "after", number, kind, task) for s in lengths]
            mean, sd = np.array(points).T
            if number == "float":
                axes.errorbar(at_s, mean, sd, color=colour, linestyle=style, marker="o",
                              markersize=5, linewidth=1.6, elinewidth=0.7, label=label)  # fmt: skip
            else:
                axes.plot(at_s, mean, "x", color=INK, markersize=5, zorder=5,
                          label="the same in int8" if place == 0 else None)  # fmt: skip
    axes.set_xticks([0, *lengths])
    axes.set_xlabel("own seconds of each activity (0: not adapted)")
