"""edgekit train --from RUN: adapt a finished Run to its wearer's own minutes."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from edgekit.adaptation import PARTS, Change, Part
from edgekit.errors import UsageError
from edgekit.files import fresh
from edgekit.names import pick
from edgekit.nets import CONVERTIBLE
from edgekit.run import RUNS, read_run
from edgekit.spec import TASKS

from .folders import latest_run
from .options import typed_options
from .output import STDERR, print_progress, print_result, print_table

if TYPE_CHECKING:
    from edgekit.adaptation import Adaptation
    from edgekit.train.adapt.adapt import Adapted
    from edgekit.train.adapt.fine_tune import Pass
    from edgekit.train.adapt.prepare import OwnMinutes

# Options of `edgekit train`, by its parameters' names: of --from alone, of --resume, and of both
# --from and a new run.
OF_ADAPTING = ("adapt", "seconds", "classes")
OF_RESUMING = ("resume", "dataset", "device", "data_dir")
OF_BOTH = ("dataset", "seed", "device", "data_dir", "out")
FORGOTTEN = 0.1  # a class that loses more on old people is named


@dataclass(frozen=True)
class AdaptOptions:
    run: Path
    dataset: str
    part: str
    seconds: float
    classes: str
    seed: int
    device: str
    data_dir: Path | None
    out: Path | None


def check_options(context: typer.Context, *, adapts: bool, resumes: bool) -> None:
    """Refuse the options of the other way to train. Raises UsageError that names them."""
    used = typed_options(context)
    if not adapts:
        wrong = [used[name] for name in OF_ADAPTING if name in used]
        if wrong:
            raise UsageError(f"{', '.join(wrong)} is for adapting a trained net: --from RUN")
        changed = [option for name, option in used.items() if name not in OF_RESUMING]
        if resumes and changed:
            raise UsageError(
                f"{', '.join(changed)} cannot go with --resume: the run goes on as it was begun. "
                "Begin another without --resume"
            )
        return
    wrong = [
        option for name, option in used.items() if name not in (*OF_ADAPTING, *OF_BOTH, "from_run")
    ]
    if wrong:
        raise UsageError(
            f"{', '.join(wrong)} cannot go with --from: net, input and method are the run's, and "
            "an adaptation of seconds is done anew instead of resumed"
        )
    if "dataset" not in used:
        raise UsageError(
            "--from needs --dataset FOLDER, with the wearer's labelled minutes. Make one with: "
            "edgekit record --out FOLDER, or edgekit data import"
        )


def adapt_run(options: AdaptOptions) -> None:
    """Adapt a run and print what it was worth. Raises UsageError or EdgekitError."""
    part: Part = next(p for p in PARTS if p == pick("part of the net", options.part, PARTS))
    folder = latest_run(finished=True) if str(options.run) == "latest" else options.run
    run = read_run(folder)
    if not run.finished:
        raise UsageError(f"{folder} is not finished: edgekit train --resume {folder}")
    if options.out is not None and options.out.exists():
        raise UsageError(f"{options.out} is there already: name another folder with --out")

    from edgekit.train.adapt.adapt import adapt
    from edgekit.train.adapt.fine_tune import STEPS
    from edgekit.train.adapt.prepare import prepare
    from edgekit.train.datasets import load
    from edgekit.train.train_run import pick_device

    device = pick_device(options.device)
    loaded = load(options.dataset, options.data_dir, options.seed)
    out = options.out or fresh(RUNS, f"{run.name}-{loaded.name}")
    print_progress(loaded.summary, "data")
    minutes = prepare(run, loaded, options.seconds, options.classes)
    division = minutes.division
    print_progress(
        f"{len(division.train):,} own windows train (up to the first {options.seconds:g} s of each "
        f"class), {len(division.judged):,} later ones judge",
        "split",
    )
    for doubt in minutes.doubts:
        print_progress(doubt, "note")
    print_progress(f"{out} ({run.name}, {_PARTS[part]}, on {device})", "run")
    with _bar() as progress:
        shown = progress.add_task("adapt", total=STEPS[part].passes, accuracy="")

        def pass_done(done: "Pass") -> None:
            accuracy = f"own training windows {100 * done.posture:.0f} % right"
            progress.update(shown, completed=done.number + 1, accuracy=accuracy)

        adapted = adapt(run, minutes, part, options.seed, device, out, pass_done)
    _print_changes(adapted, minutes)


_PARTS = {"heads": "its heads alone", "all": "the whole net"}


def _bar() -> Progress:
    return Progress(
        TextColumn("[bold]adapt[/]"),
        BarColumn(),
        TextColumn("{task.fields[accuracy]}"),
        TimeElapsedColumn(),
        console=STDERR,
        disable=not STDERR.is_terminal,
    )


def _print_changes(adapted: "Adapted", minutes: "OwnMinutes") -> None:
    """Print before and after, what was added, dropped or forgotten, and the next command."""
    adaptation = adapted.run.adapted_from
    assert adaptation is not None  # it has just been written
    own, old = adaptation.own_windows["judged"], adaptation.old_windows
    table = Table(title=f"{adaptation.run}, adapted to {minutes.dataset.name} (measured, float)")
    for heading in ("accuracy, %", "windows", "head", "before", "after", "change"):
        table.add_column(heading, justify="left" if heading in ("accuracy, %", "head") else "right")
    for name, count, changes in (
        ("own minutes, later than those that train", own, adaptation.own),
        ("test windows of the run: other people", old, adaptation.old),
    ):
        for task in adapted.run.spec.choices:
            if task in changes:
                table.add_row(name, f"{count:,}", task, *_change(changes[task]))
                name = ""
    print_table(table)
    print_result(
        "Own minutes that train and that judge are of the same sessions: another day may differ."
    )
    for line in _notes(adaptation, adapted, minutes):
        print_result(line)
    folder = adapted.run.folder
    follows = f" Next: edgekit convert {folder}" if adapted.run.net in CONVERTIBLE else ""
    print_result(f"Pictures and metrics: {folder}.{follows}")


def _change(change: Change) -> tuple[str, str, str]:
    before, after, gain = (100 * v for v in (change.before, change.after, change.gain))
    return f"{before:.1f}", f"{after:.1f}", f"{gain:+.1f}"


def _notes(adaptation: "Adaptation", adapted: "Adapted", minutes: "OwnMinutes") -> list[str]:
    lines = []
    for task in TASKS:
        for what in ("added", "dropped"):
            names = getattr(adaptation, what)[task]
            if names:
                lines.append(f"{task}, {what}: {', '.join(names)}")
        lacking = adaptation.lacking[task]
        if lacking:
            lines.append(f"{task}, not in the own minutes: {', '.join(lacking)}")
    if adaptation.lacking["placement"] and "placement" in adapted.run.spec.choices:
        lines.append(
            "placement did not learn from the own minutes, because they lack a placement that the "
            "net would forget"
        )
    names_of = adapted.run.spec.labels
    for task in adapted.run.spec.choices:
        lost = [
            f"{names_of(task)[k]} {100 * c.before:.0f} to {100 * c.after:.0f} %"
            for k, c in adapted.old.by_class(task).items()
            if c.gain < -FORGOTTEN
        ]
        if lost:
            lines.append(f"warning: {task} is worse on other people: {'; '.join(lost)}")
        own, old = adaptation.own[task], adaptation.old.get(task)
        if old is not None and old.gain < -0.005 and -old.gain > own.gain:
            lines.append(
                f"warning: {task} loses {-100 * old.gain:.1f} points on other people and gains "
                f"{100 * own.gain:.1f} on the own minutes"
            )
    return lines
