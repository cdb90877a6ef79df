"""A night from a Recording or a raw public file."""

import time
from contextlib import ExitStack
from dataclasses import replace as rename
from pathlib import Path

from edgekit.errors import UsageError
from edgekit.recording import Recording, load_recording

from ..output import print_doubts, print_result
from .night_options import NightOptions, loaded_calibration
from .watching import limited, opened_terminal, opened_views


def watch_replay(options: NightOptions, replay: Path) -> None:
    """Replay a file through a bundle and write its night."""
    from edgekit.device.decide.answer import BundleAnswer
    from edgekit.device.monitor.monitor import record_night
    from edgekit.device.monitor.progress import read_progress
    from edgekit.device.monitor.views.view import Views
    from edgekit.device.sources.source import Replay

    calibration = loaded_calibration(options.calibration)
    recordings, notes = _read(replay)
    if options.subject:
        recordings = [rename(each, subject=options.subject) for each in recordings]
    source = Replay(recordings, options.times_real_time(), notes)
    is_dated = source.about.clock == "utc"
    start_s = min(each.start_s for each in recordings) if is_dated else time.time()
    night = options.night(start_s, source.about.subject)
    answer = BundleAnswer(options.loaded_bundle(), calibration=calibration)
    with ExitStack() as stack:
        progress = read_progress(night) if options.resume and options.web else None
        views = opened_views(options, source.about.subject, night, progress, stack)
        views.append(opened_terminal(stack, is_progress=True))
        limit = limited(source, options, night)
        result = record_night(limit, answer, night, Views(views), options.resume)
    print_doubts(result.doubts, replay.name)
    agreement = ""
    if result.labelled:
        share = 100 * result.agreed / result.labelled
        agreement = f"; {share:.1f} % of {result.labelled:,} labelled windows decided as labelled"
    if not result.windows:
        window_s = answer.model.spec.window_s
        print_result(
            f"{night}: no decision: {replay.name} is shorter than a window of {window_s:g} s"
        )
        return
    print_result(
        f"{night}: {result.recorded_s / 3600:.2f} h, {result.windows:,} decisions, "
        f"{result.gaps} gaps, in {result.wall_s:.1f} s "
        f"({result.classify_us:.1f} us a window, measured){agreement}"
    )


def _read(path: Path) -> tuple[list[Recording], list[str]]:
    """Read one Recording, or those of a raw file, and what was left out of it or is doubtful.

    The readers of raw files come with the training side.
    """
    if path.suffix == ".npz":
        return [load_recording(path)], []
    _refuse_what_is_no_file_of_samples(path)
    from edgekit.train.datasets import read_raw
    from edgekit.train.datasets.lines import describe

    imported = read_raw(path)
    left_out = [describe(imported.left_out)] if imported.left_out.total() else []
    return imported.recordings, [*left_out, *imported.notes]


def _refuse_what_is_no_file_of_samples(path: Path) -> None:
    """Refuse a night, a folder and a name that nothing has, with or without the training side."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name a recording in it")
    if not path.exists():
        raise UsageError(f"no recording at {path}. Simulate one with: edgekit simulate night.npz")
    if path.suffix == ".night":
        raise UsageError(
            f"{path} is a night: read it with edgekit report {path}, or let another model decide "
            f"on it with edgekit rescore {path}"
        )
