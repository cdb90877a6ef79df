"""Check a folder: the facts of each file, and the faults in them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edgekit.dataset_folder.description import Description, read_description
from edgekit.dataset_folder.recordings import DamagedFile, read_folder, recording_paths
from edgekit.label_spans import ENDING

from .facts import FileFacts, facts_of
from .faults import findings
from .finding import Finding


@dataclass(frozen=True)
class Checkup:
    """What a data set holds, and what is wrong with it, what is fatal first."""

    description: Description
    files: list[FileFacts]
    findings: list[Finding]

    @property
    def is_trainable(self) -> bool:
        return not any(finding.is_fatal for finding in self.findings)


def check_folder(
    folder: Path, file_read: Callable[[int, int], None] = lambda done, of: None
) -> Checkup:
    """Read every file of a data set and look for faults; `file_read` is called after each file.

    Raises UsageError where there is no data set, EdgekitError where dataset.toml or a table of
    labels cannot be read.
    """
    description = read_description(folder)
    count = len(recording_paths(folder))
    files: list[FileFacts] = []
    found: list[Finding] = []
    for done, file in enumerate(read_folder(folder, description), 1):
        if isinstance(file, DamagedFile):
            found.append(Finding("file", f"{file.problem}. Remove it, or import it again"))
        else:
            files.append(facts_of(file, description.spec))
        file_read(done, count)
    found += _without_recording(folder)
    found += findings(description, files)
    return Checkup(description, files, sorted(found, key=lambda finding: not finding.is_fatal))


def _without_recording(folder: Path) -> list[Finding]:
    """Return a finding for each table of labels whose recording is not beside it."""
    return [
        Finding("file", f"{path.relative_to(folder)}: there is no recording beside it to label")
        for path in sorted(folder.rglob(f"*{ENDING}"))
        if not path.with_name(path.name.removesuffix(ENDING) + ".npz").is_file()
    ]
