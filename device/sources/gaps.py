"""GapFinder: find the gaps between chunks, and never let a night's time run backwards."""

from dataclasses import dataclass, replace

from edgekit.stretches import TOLERANCE_PERIODS

from .source import Chunk

TOLERANCE_OF_CHUNK = 0.001  # besides, for a rate that is known only nominally


@dataclass(frozen=True)
class Placed:
    """A chunk with its time corrected, and what lies between it and the chunk before."""

    chunk: Chunk
    gap_s: float = 0.0  # above 0 where samples are missing
    step_back_s: float = 0.0  # above 0 where the source's clock went back by that much


class GapFinder:
    def __init__(self, exact_rate: bool = False) -> None:
        """`exact_rate`: the source measures its rate, so no tolerance is applied for it."""
        self._of_chunk = 0.0 if exact_rate else TOLERANCE_OF_CHUNK
        self._due_s: float | None = None  # when the next sample is due
        self._tolerance_s = 0.0
        self._shift_s = 0.0  # added to the source's times since its clock went back

    def place(self, chunk: Chunk) -> Placed:
        """Return the chunk, shifted on where the source's clock went back, and the gap before it.

        No window may cross a gap or a step back.
        """
        chunk = replace(chunk, start_s=chunk.start_s + self._shift_s)
        late_s = 0.0 if self._due_s is None else chunk.start_s - self._due_s
        gap_s = late_s if late_s > self._tolerance_s else 0.0
        step_back_s = -late_s if late_s < -self._tolerance_s else 0.0
        if step_back_s:
            self._shift_s += step_back_s
            chunk = replace(chunk, start_s=chunk.start_s + step_back_s)
        self._due_s = chunk.end_s
        self._tolerance_s = (TOLERANCE_PERIODS + self._of_chunk * len(chunk.xyz_g)) / chunk.rate_hz
        return Placed(chunk, gap_s, step_back_s)
