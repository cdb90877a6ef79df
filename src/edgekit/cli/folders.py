"""Where things lie when the user names no path: runs/, bundles/, nights/, newest first."""

from contextlib import suppress
from functools import cache
from pathlib import Path

from edgekit import samples
from edgekit.bundle import BUNDLES
from edgekit.errors import EdgekitError, UsageError
from edgekit.run import DESCRIPTION, RUNS, weights_file
from edgekit.settings import folder_setting, found_settings

from .output import print_progress

NIGHTS = Path("nights")
COMPARISONS, IMAGES = Path("comparisons"), Path("images")
BENCHMARKS = Path("benchmark-results")
CALIBRATION = Path("calibration.json")  # where `edgekit calibrate` writes it


def latest(parent: Path, pattern: str, noun: str, command: str) -> Path:
    """Return the newest match in `parent`. Raises UsageError naming the command that makes one."""
    found = sorted(parent.glob(pattern), key=lambda path: path.stat().st_mtime)
    if not found:
        raise UsageError(f"no {noun} in {parent}/ yet. Name one, or make one with: {command}")
    return found[-1]


def latest_run(*, finished: bool) -> Path:
    """Return the newest run that is finished, or one that is not. Raises UsageError without one."""
    noun = "finished run" if finished else "run to resume"
    weights = weights_file("student")
    runs = [
        path
        for path in RUNS.glob(f"*/{DESCRIPTION}")
        if (path.parent / weights).is_file() == finished
    ]
    if not runs:
        raise UsageError(f"no {noun} in {RUNS}/ yet. Make one with: edgekit train")
    return max(runs, key=lambda path: path.stat().st_mtime).parent


def latest_bundle() -> Path:
    """Return the bundle of the settings, or the newest in bundles/, or the shipped one."""
    if "bundle" in found_settings() or any(BUNDLES.glob("*/bundle.json")):
        return own_bundle()
    _report_shipped_bundle()
    return samples.bundle()


def own_bundle() -> Path:
    """Return the bundle of the settings, or the newest in bundles/. Raises UsageError."""
    if "bundle" in found_settings():
        return folder_setting("bundle", BUNDLES)
    return latest(BUNDLES, "*/bundle.json", "bundle", "edgekit convert").parent


def nights_folder() -> Path:
    return folder_setting("nights", NIGHTS)


@cache  # one line a command, however often the bundle is asked for
def _report_shipped_bundle() -> None:
    print_progress(
        f"no bundle in {BUNDLES}/: using the shipped {samples.BUNDLE_NAME} bundle, trained on "
        "simulated people"
    )


def latest_night(subject: str | None = None) -> Path:
    """Return the newest night, of `subject` where one is named. Raises UsageError without one."""
    if subject is None:
        return latest(nights_folder(), "*.night", "night", "edgekit monitor --replay FILE")
    from edgekit.night.reader import open_night

    newest_first = sorted(nights_folder().glob("*.night"), key=lambda path: -path.stat().st_mtime)
    for path in newest_first:
        with suppress(EdgekitError), open_night(path) as night:
            if night.meta.subject == subject:
                return path
    raise UsageError(
        f"no night of {subject} in {nights_folder()}/ yet: "
        "edgekit nights list shows whose are there"
    )
