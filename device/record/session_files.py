"""SessionFiles: the Recordings of a session, and which of its steps are in them.

After each finished step its samples are added to the session's newest Recording, which is written
whole under the same name; after a gap a new one begins. A hidden file beside them counts the
finished steps, so that the same command continues after Ctrl-C or a kill; it goes with the last.
"""

import hashlib
import json
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import read_json, write_json
from edgekit.recording import Clock, Recording, save_recording

from .attempt import SHORTEST_S, Piece
from .protocol import Protocol

FORMAT = "edgekit recording session"
VERSION = 1


@dataclass(eq=False)
class _Stretch:
    """Samples without a gap at one placement: one Recording."""

    pieces: list[Piece] = field(default_factory=list)
    path: Path | None = None  # from its first writing on

    @property
    def duration_s(self) -> float:
        return sum(piece.duration_s for piece in self.pieces)


@dataclass(frozen=True)
class SessionKey:
    """What must be the same for a session to be continued; its protocol has its placements."""

    folder: Path
    subject: str
    protocol: Protocol

    @property
    def progress_path(self) -> Path:
        placement = self.protocol.steps[0].placement
        name = "-".join(map(file_word, (self.subject, placement, self.protocol.name)))
        return self.folder / f".{name}.session.json"

    @property
    def digest(self) -> str:
        fields = json.dumps([self.subject, asdict(self.protocol)], sort_keys=True)
        return hashlib.sha256(fields.encode()).hexdigest()


def finished_steps(key: SessionKey) -> int:
    """Return how many steps of an unfinished session are recorded; 0 where there is none.

    A session whose last step is recorded is over, though a kill may have left its file.

    Raises UsageError where its protocol has changed since, or its file is damaged.
    """
    path = key.progress_path
    if not path.exists():
        return 0
    try:
        fields = read_json(path)
        finished = fields.get("finished")
        if fields.get("format") != FORMAT or fields.get("version") != VERSION:
            raise EdgekitError(f"{path} is of another program or version")
        if isinstance(finished, bool) or not isinstance(finished, int) or finished < 0:
            raise EdgekitError(f"{path} is damaged: finished is {finished!r}")
    except EdgekitError as error:
        raise UsageError(f"{error}. Begin the session anew with --restart") from None
    if fields.get("digest") != key.digest or finished > len(key.protocol.steps):
        raise UsageError(
            f"{key.protocol.name} has changed since its first {finished} steps were recorded. "
            "Begin the session anew with --restart; what was recorded stays"
        )
    return finished if finished < len(key.protocol.steps) else 0


class SessionFiles:
    """Writes in a thread of its own, because a card's fsync outlasts the sensor's FIFO."""

    def __init__(self, key: SessionKey, finished: int, source: str, clock: Clock) -> None:
        """Raises EdgekitError where the folder cannot be written to, before anybody lies down."""
        _check_folder(key.folder)
        self._key, self._finished = key, finished
        self._source, self._clock = source, clock
        self._stretches: list[_Stretch] = []
        self._correction_s = 0.0  # of the clock, which was set while it was recorded
        self._writer = ThreadPoolExecutor(max_workers=1)
        self._writing: list[Future[None]] = []

    @property
    def written(self) -> tuple[Path, ...]:
        """The Recordings of this run."""
        return tuple(stretch.path for stretch in self._stretches if stretch.path)

    def add(self, pieces: Sequence[Piece]) -> None:
        """Add a finished step. Raises EdgekitError where an earlier one could not be written."""
        self._raise_failures()
        changed: list[_Stretch] = []
        for piece in pieces:
            last = self._stretches[-1] if self._stretches else None
            if last is None or not piece.follows or last.pieces[-1].placement != piece.placement:
                last = _Stretch()
                self._stretches.append(last)
            last.pieces.append(piece)
            if last not in changed:
                changed.append(last)
        self._finished += 1
        self._write_later(changed)

    def correct_clock(self, by_s: float) -> None:
        """Move all times of this run, because the computer's clock was set."""
        self._correction_s += by_s
        if self._stretches:
            self._write_later(self._stretches)

    def close(self) -> None:
        """Wait until all is written; forget the session where its last step is.

        Raises EdgekitError where something could not be written.
        """
        self._writer.shutdown(wait=True)  # of no effect the second time
        self._raise_failures()
        if self._finished == len(self._key.protocol.steps):
            self._key.progress_path.unlink(missing_ok=True)

    def recordings(self) -> list[Recording]:
        """Return what was written in this run."""
        return [self._recording(stretch) for stretch in self._stretches if stretch.path]

    def _write_later(self, changed: Sequence[_Stretch]) -> None:
        ready: list[tuple[Recording, Path]] = []
        for stretch in changed:
            if stretch.duration_s >= SHORTEST_S:  # a shorter one grows, or is not written
                stretch.path = stretch.path or self._free_path(stretch)
                ready.append((self._recording(stretch), stretch.path))
        self._writing.append(self._writer.submit(self._write, ready, self._finished))

    def _write(self, ready: Sequence[tuple[Recording, Path]], finished: int) -> None:
        for recording, path in ready:
            save_recording(recording, path)
        fields = {
            "format": FORMAT, "version": VERSION, "digest": self._key.digest, "finished": finished,
        }  # fmt: skip
        write_json(self._key.progress_path, fields)

    def _raise_failures(self) -> None:
        for writing in [writing for writing in self._writing if writing.done()]:
            self._writing.remove(writing)
            writing.result()

    def _recording(self, stretch: _Stretch) -> Recording:
        """Return one Recording: its rate is its samples over its whole span."""
        pieces = stretch.pieces
        xyz_g = np.concatenate([piece.xyz_g for piece in pieces])
        label = np.concatenate([np.full(len(p.xyz_g), p.label, np.int16) for p in pieces])
        return Recording(
            xyz_g=xyz_g,
            rate_hz=len(xyz_g) / stretch.duration_s,
            subject=self._key.subject,
            placement=pieces[0].placement,
            label=label,
            label_names=self._key.protocol.labels,
            start_s=pieces[0].start_s + self._correction_s,
            clock=self._clock,
            source=self._source,
        )

    def _free_path(self, stretch: _Stretch) -> Path:
        words = (self._key.subject, stretch.pieces[0].placement, self._key.protocol.name)
        base = "-".join(map(file_word, words))
        taken = set(self.written)
        for number in range(1, 100_000):
            path = self._key.folder / f"{base}-{number}.npz"
            if path not in taken and not path.exists():
                return path
        raise EdgekitError(f"{self._key.folder} holds too many recordings: name another --out")


def _check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise EdgekitError(f"{folder} cannot be written to: {error.strerror}") from None


def file_word(text: str) -> str:
    """Return a word for a file's name: letters, digits and dashes of `text`, in lower case."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[^\w]+", "-", plain).strip("-_") or "x"
