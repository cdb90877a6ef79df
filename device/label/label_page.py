"""LabelPage: what one label page is about, read and checked before the page is served."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekit.bundle import Bundle
from edgekit.dataset_folder import DESCRIPTION, read_description
from edgekit.spec import ONE_GAIN, POSTURE_ANGLE_DEG, SLEEP, TASKS, Spec, Task

from ..report.palette import Colour, class_colours
from .address import page_id
from .changes import change_points
from .label_file import LabelFile, Labels, check_name
from .recorded_file import InWords, RecordedFile, is_night, read_recorded_file
from .signal import drawn_range_g
from .suggestions import Suggestions

_CYCLE = 12  # colours of names that are typed


@dataclass(frozen=True)
class LabelPage:
    recorded: RecordedFile
    labels: LabelFile
    suggestions: Suggestions
    suggested_by: str  # who suggests; empty where nothing is suggested
    names: Mapping[Task, Sequence[str]]  # offered, in the order of their digits
    changes_s: Sequence[float]  # where the posture or the movement changes
    next_command: str  # for a person whose labels are done

    def about(self) -> dict[str, Any]:
        """Return what the browser needs to know before it draws."""
        recorded = self.recorded
        signal, offsets = recorded.signal, recorded.utc_offsets
        low_g, high_g = drawn_range_g(signal)
        return {
            "id": page_id(recorded.path),
            "name": recorded.path.name,
            "subject": recorded.subject,
            "duration_s": signal.duration_s,
            "rate_hz": signal.stretches[0].rate_hz,
            "start_utc_s": recorded.start_s if recorded.is_utc else None,
            "utc_offsets": offsets and {"from_s": offsets.from_s, "offset_s": offsets.offset_s},
            "gaps": signal.gaps,
            "range_g": [low_g, high_g],
            "changes": self.changes_s,
            "lanes": {task: _lane(self, task) for task in TASKS},
            "saved_in": self.labels.path.name,
            "suggested_by": self.suggested_by,
            "note": recorded.note,
            "next_command": self.next_command,
        }


def data_set_above(path: Path) -> Path | None:
    """Return the data set's folder that a recording lies in, however deep."""
    folders = path.absolute().parents
    return next((folder for folder in folders if (folder / DESCRIPTION).is_file()), None)


def prepare_page(
    path: Path, bundle: Bundle | None, asked: Mapping[Task, Sequence[str]], next_command: str
) -> LabelPage:
    """Read a Recording or a Night and its labels; `asked` names come first on the page.

    Raises UsageError where there is no such file, EdgekitError where it, its labels or its data
    set's description are damaged, or labels could not be saved.
    """
    folder = data_set_above(path)
    description = read_description(folder) if folder else None
    known = description.spec if description else bundle.spec if bundle else None
    source = description or known
    in_words: InWords = source.in_its_words if source else tuple
    recorded = read_recorded_file(path, in_words)
    labels = LabelFile(recorded, in_words)
    labels.check_writable()
    before = labels.read()
    changes_s = change_points(recorded.signal)
    own = "the night's own decisions" if is_night(path) else ""
    return LabelPage(
        recorded,
        labels,
        Suggestions(recorded, bundle, changes_s),
        bundle.name if bundle else own,
        {task: _offered_names(asked[task], before, recorded, known, task) for task in TASKS},
        changes_s,
        next_command,
    )


def _offered_names(
    asked: Sequence[str],
    labels: Labels,
    recorded: RecordedFile,
    known: Spec | None,
    task: Task,
) -> list[str]:
    """Return a task's names: those asked for, else the `known` or the file's; then those in use.

    Raises EdgekitError where a name that was asked for is none.
    """
    first = [check_name(name) for name in asked]
    if not first:
        first = list(known.labels(task) if known else recorded.names[task])
    used = (span.name for span in (*recorded.within[task], *labels.lanes[task]))
    return list(dict.fromkeys([*first, *used]))


def _lane(page: LabelPage, task: Task) -> dict[str, Any]:
    names = page.names[task]
    is_sleep = task == "posture" and names and set(names) <= set(POSTURE_ANGLE_DEG)
    spec = Spec(SLEEP.domain if is_sleep else task, 1.0, tuple(names), (), ONE_GAIN)
    typed = Spec(task, 1.0, tuple(map(str, range(_CYCLE))), (), ONE_GAIN)
    return {
        "names": [
            {"name": name, **_colour(colour)}
            for name, colour in zip(names, class_colours(spec), strict=True)
        ],
        "typed": [_colour(colour) for colour in class_colours(typed)],
        "within": [[s.start_s, s.end_s, s.name] for s in page.recorded.within[task]],
    }


def _colour(colour: Colour) -> dict[str, str]:
    return {"light": colour.light, "dark": colour.dark}
