"""Imported: the Recordings of one file, and how it was understood."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.recording import Recording

from .lines import BadLines
from .split_at_gaps import without_zeros

NO_ACCELERATION = "without acceleration (0, 0, 0)"


@dataclass(frozen=True)
class Imported:
    """What a file holds, in the words of the import's table."""

    recordings: list[Recording]
    unit: str  # of the acceleration in the file, with where it is known from
    layout: str  # the format
    gaps: int
    left_out: BadLines  # cause -> rows or blocks
    notes: tuple[str, ...] = ()  # what is doubtful or worth to know

    def check(self, path: Path) -> None:
        """Raise EdgekitError where nothing is left."""
        if not self.recordings:
            raise EdgekitError(f"{path} holds no samples but 0, 0, 0: nothing was measured")

    def without_zeros(self) -> "Imported":
        """Return it without samples of 0, 0, 0, which no sensor that is at work measures."""
        recordings, zeros = without_zeros(self.recordings)
        if not zeros:
            return self
        cuts = len(recordings) - len(self.recordings)
        return replace(
            self,
            recordings=recordings,
            gaps=max(0, self.gaps + cuts),
            left_out=self.left_out + Counter({NO_ACCELERATION: zeros}),
        )


def of_set(
    recordings: Sequence[Recording], unit: str, layout: str, left_out: BadLines, *notes: str
) -> Imported:
    """Return what a file of a public set holds, of which each recording but one ends at a gap."""
    if "by gravity" in unit:
        notes = (f"its samples are in {unit}, which the set is not", *notes)
    return Imported(list(recordings), unit, layout, len(recordings) - 1, left_out, notes)
