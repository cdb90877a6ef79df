"""Policy: when, and how strongly, positional therapy vibrates; on a computer and on a wearable."""

from dataclasses import dataclass

from edgekit.errors import UsageError
from edgekit.spec import Spec
from edgekit.still_limits import MOVING_FROM_G

ALARM_MODES = ("off", "baseline", "supine")  # of a wearable; numbered so on its line
VIBRATION_S = 2.0  # of one level
NEW_NIGHT_S = 3 * 3600.0  # off the body, or without a decision: what follows is another night


@dataclass(frozen=True)
class Policy:
    """When and how strongly a therapy vibrates."""

    after_s: float = 30.0  # still on the back, before the first level
    delay_s: float = 1800.0  # from the first window, to fall asleep in
    levels: tuple[float, ...] = (0.3, 0.6, 1.0)  # strengths of the motor, one after another
    every_s: float = 10.0  # from one level to the next
    pause_s: float = 600.0  # after the last level, before the first again
    still_below_g: float = MOVING_FROM_G  # movement; who moves may be turning already
    within_deg: float = 45.0  # of the back
    baseline: bool = False  # count the alarms, and vibrate none

    def __post_init__(self) -> None:
        """Raises UsageError for a strength outside 0..1, no level, or a time below 0."""
        if not self.levels or not all(0 < level <= 1 for level in self.levels):
            raise UsageError(f"an alarm's levels are strengths above 0 and up to 1: {self.levels}")
        if not min(self.after_s, self.delay_s, self.every_s, self.pause_s) >= 0:
            raise UsageError("the times of an alarm's policy are not below 0")

    @property
    def levels_percent(self) -> tuple[int, ...]:
        """Strengths as a wearable keeps them."""
        return tuple(round(100 * level) for level in self.levels)


def check_alarm(spec: Spec, mode: str) -> None:
    """Raise UsageError for an unknown mode, or an alarm of a model without the body's axes."""
    if mode not in ALARM_MODES:
        raise UsageError(f"a wearable's --alarm is supine, baseline or off, not {mode!r}")
    if mode != "off" and not spec.has_body_axes:
        raise UsageError(f"an alarm needs a bundle of sleep postures, not of {spec.domain}")
