"""Speak prompts by a program of the system, without waiting for it."""

import shutil
import subprocess
from dataclasses import dataclass, field

from edgekit.errors import UsageError

PROGRAMS = ("espeak-ng", "espeak", "spd-say", "say")


@dataclass
class Speech:
    """Speaks one text at a time: a new one cuts the one before short."""

    program: str
    is_broken: bool = field(default=False, init=False)  # it cannot be started, as far as is known
    _speaking: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def has_failed(self) -> bool:
        """Whether the last text was not spoken, as on a computer without sound."""
        code = None if self._speaking is None else self._speaking.poll()
        return self.is_broken or (code is not None and code > 0)

    def say(self, text: str) -> None:
        """Begin to speak; raises nothing."""
        self.stop()
        try:
            self._speaking = subprocess.Popen(
                [self.program, text],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self.is_broken = True

    def stop(self) -> None:
        """Stop speaking."""
        if self._speaking is not None and self._speaking.poll() is None:
            self._speaking.kill()  # one that ignores a polite signal would hold the samples up
            self._speaking.wait()

    def finish(self, limit_s: float) -> None:
        """Let the last text be heard, for at most `limit_s`."""
        if self._speaking is not None:
            try:
                self._speaking.wait(timeout=limit_s)
            except subprocess.TimeoutExpired:
                self.stop()


def find_speech(wanted: bool | None) -> Speech | None:
    """Return the speech of this computer; None where it has none, or `wanted` is False.

    Raises UsageError where `wanted` is True and no program is found.
    """
    if wanted is False:
        return None
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None and wanted:
        raise UsageError(
            f"--speak needs one of {', '.join(PROGRAMS)}: sudo apt install espeak-ng. Without it "
            "prompts are printed, with a beep"
        )
    return Speech(program) if program else None
