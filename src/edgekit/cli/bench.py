"""edgekit bench: latency, memory, energy and accuracy of bundles, and what training cost."""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.bundle import BUNDLES
from edgekit.errors import EdgekitError, UsageError

from .folders import BENCHMARKS
from .options import JsonOption
from .output import print_json, print_progress, print_result

if TYPE_CHECKING:
    from edgekit.benchmarks.bench import BundleWithRun, MeterChoice
    from edgekit.benchmarks.page.bench_page import BenchPage


def bench_command(
    bundles: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[BUNDLE...]",
            help="Folders; all of bundles/ and of the demos here if absent.",
            show_default=False,
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Under two minutes a bundle: short rounds, few windows.")
    ] = False,
    part: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this; may be repeated: inference, device, energy, training, accuracy, "
            "robustness or firmware."
        ),
    ] = None,
    run: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER",
            help="A bundle's run, where it is neither next to it nor in runs/; may be repeated.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            metavar="FOLDER",
            help="The results' folder, benchmark-results/quick or full if absent.",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            metavar="FILE",
            help="The page; results.html in the results' folder if absent.",
        ),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            metavar="FILE",
            help="Also write the page as Markdown, its pictures in the same folder.",
        ),
    ] = None,
    meter: Annotated[
        str | None,
        typer.Option(
            help="A power meter: ina226:/dev/i2c-1:0x40:0.1, ina219:..., rapl, nvml, csv:FILE, or "
            "csv:FILE:VOLT where it has current alone."
        ),
    ] = None,
    metered: Annotated[
        str | None,
        typer.Option(
            help="What the meter measures: wearable (whatever runs at its wires) or monitoring "
            "(this machine, at rest and monitoring in turn). Wearable if absent; "
            "monitoring of rapl and nvml."
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Exit code 1 where a bundle is over its budget; without --out, measure again.",
        ),
    ] = False,
    write_budget: Annotated[
        bool, typer.Option("--write-budget", help="Make these figures the bundles' budget.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Measure speed, memory, battery life, accuracy, and when training is repaid.

    Every installed runtime is measured in the same run, cores of microcontrollers by counted
    instructions; every figure states its kind and its source. What was measured is kept: after
    Ctrl-C, the same command goes on.

    - `edgekit bench --quick`
    - `edgekit bench bundles/wisdm --part inference --part accuracy`
    - `edgekit bench --meter csv:night-on-a-power-meter.csv`
    - `edgekit bench --quick --check`
    - `edgekit bench --quick --json`
    """
    from edgekit.benchmarks.bench import measure

    parts, metering = _parts(part), _meter(meter, metered)
    subjects = _with_runs(bundles, run or [])
    _refuse_without_run(subjects, part or [])
    folder = out or BENCHMARKS / ("quick" if quick else "full")
    if (check or write_budget) and out is None:
        folder = BENCHMARKS / "check"  # kept records are of an edgekit's version, not of its code
        shutil.rmtree(folder, ignore_errors=True)
    for subject in subjects:
        if subject.run is None:
            _progress(
                f"{subject.bundle.name}: its run is not at hand{', nor one of --run' * bool(run)}, "
                "so its accuracy is that of its bundle.json, and its training is left out; name "
                "it with --run FOLDER"
            )
    try:
        failed = measure(subjects, parts, folder, quick, _progress, metering)
    except KeyboardInterrupt:
        _progress("stopped: what was measured is kept, and the same command goes on")
        raise
    page = html or folder / "results.html"
    bench = _write_pages(folder, page, markdown, with_sentences=not json)
    if json:
        _print_json(folder, page, bench)
    if failed:
        others = f" And {len(failed) - 1} more, named above." if failed[1:] else ""
        raise EdgekitError(f"the page lacks what could not be measured: {failed[0]}{others}")
    if write_budget:
        _renew_budget(folder)
    if check:
        check_results(folder, whole=not part)


def _meter(spec: str | None, seen: str | None) -> "MeterChoice | None":
    from edgekit.benchmarks.bench import MeterChoice

    if spec is None:
        if seen is not None:
            raise UsageError("--metered says what a meter measures: name the meter with --meter")
        return None
    if spec.startswith("csv:"):
        table = spec.removeprefix("csv:")
        if not any(Path(name).is_file() for name in (table, table.rpartition(":")[0])):
            raise UsageError(f"no power meter's table at {table}")
    this_machine = spec in ("rapl", "nvml")
    what = seen or ("monitoring" if this_machine else "wearable")
    if what == "monitoring":
        return MeterChoice(spec, "monitoring")
    if what == "wearable" and not this_machine:
        return MeterChoice(spec, "wearable")
    sees = "monitoring" if this_machine else "wearable or monitoring"
    raise UsageError(f"--metered {what}: {spec} sees {sees}")


def _refuse_without_run(subjects: "list[BundleWithRun]", named: list[str]) -> None:
    """Refuse a part that was asked for by name and needs a run which is not at hand."""
    from edgekit.benchmarks.bench import NEED_RUN

    needing = [part for part in named if part in NEED_RUN]
    for subject in subjects:
        if needing and subject.run is None:
            raise UsageError(
                f"--part {needing[0]} needs the run that {subject.bundle.name} was made from, "
                "which is not at hand: name it with --run FOLDER"
            )


def _progress(text: str) -> None:
    print_progress(f"bench  {text}")


def _parts(given: list[str] | None) -> tuple[str, ...]:
    from edgekit.benchmarks.bench import PARTS

    unknown = set(given or ()) - set(PARTS)
    if unknown:
        raise UsageError(f"no part {unknown.pop()!r}; there are: {', '.join(PARTS)}")
    return tuple(given) if given else PARTS


def _with_runs(folders: list[Path] | None, runs: list[Path]) -> "list[BundleWithRun]":
    """Load the bundles and find the run of each."""
    from edgekit.benchmarks.bench import BundleWithRun
    from edgekit.bundle import load_bundle
    from edgekit.convert.find_run import run_of
    from edgekit.run import read_run

    if not folders:
        folders = sorted(
            path.parent
            for pattern in (f"{BUNDLES}/*/bundle.json", "demo-*/bundle-*/bundle.json")
            for path in Path().glob(pattern)
        )
        if not folders:
            raise UsageError(
                f"no bundle in {BUNDLES}/ or a demo's folder here. Name one, or make one with: "
                "edgekit demo"
            )
    for run in runs:
        read_run(run)  # raises UsageError where there is none
    bundles = [load_bundle(folder) for folder in folders]
    return [BundleWithRun(bundle, run_of(bundle, runs)) for bundle in bundles]


def _print_json(folder: Path, page: Path, bench: "BenchPage") -> None:
    """Print the cards, the findings and every record of this session as one JSON document."""
    from edgekit.benchmarks.session_records import session_records

    print_json(
        "bench",
        folder=str(folder),
        page=str(page),
        cards=[asdict(card) for card in bench.cards],
        findings=list(bench.findings),
        records=session_records(folder),
    )


def _write_pages(
    folder: Path, page: Path, markdown: Path | None, with_sentences: bool
) -> "BenchPage":
    from edgekit.benchmarks.page.page import write_pages

    bench = write_pages(folder, page, markdown)
    if with_sentences:
        for card in bench.cards:
            number = f"{card.figure} ({card.figure.kind}). " if card.figure else ""
            print_result(f"{card.title}: {number}{card.sentence}")
        for finding in bench.findings:
            print_result(f"Finding: {finding}")
    _progress(f"open {page}")
    if markdown:
        _progress(f"wrote {markdown}")
    return bench


def _renew_budget(folder: Path) -> None:
    from edgekit.benchmarks import bundle_budget
    from edgekit.benchmarks.results import read_results

    for key in bundle_budget.write_budget(read_results(folder)):
        _progress(f"the budget holds {key}")


def check_results(folder: Path, whole: bool) -> None:
    """Raises EdgekitError where a figure is over its budget, or no bundle has one."""
    from edgekit.benchmarks import bundle_budget
    from edgekit.benchmarks.results import read_results

    verdict = bundle_budget.check(read_results(folder), bundle_budget.read_budget(), whole)
    for line in verdict.unknown:
        _progress(line)
    for line in verdict.over:
        _progress(f"over budget: {line}")
    if verdict.over:
        for line in verdict.versions:
            _progress(line)
        raise EdgekitError(
            f"over budget in {len(verdict.over)} of {verdict.held} figures. If that is meant: "
            f"{bundle_budget.RENEW}, and say why"
        )
    if not verdict.held:
        raise EdgekitError("nothing could be checked: no bundle here has a budget")
    _progress(f"{verdict.held} figures are within their budgets")
