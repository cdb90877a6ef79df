"""The constants of a spec's front end, as firmware/nn/edgekit_front_end.h wants them."""

from dataclasses import dataclass

from edgekit.errors import EdgekitError
from edgekit.spec import ADXL345_COUNTS_PER_G, Spec

MOST_SUM = 1 << 16  # of window * motion_factor: the sum of a window's counts then fits 32 bits


@dataclass(frozen=True)
class FrontEndC:
    """The fields of edgekit_front_end_t, in their order."""

    window: int
    gravity_shift: int
    motion_factor: int  # 0: no motion channels

    def __str__(self) -> str:
        return f"{{{self.window}, {self.gravity_shift}, {self.motion_factor}}}"


def front_end_c(spec: Spec) -> FrontEndC:
    """Raises EdgekitError for a window whose sum does not fit 32 bits."""
    front_end = spec.front_end
    coarse = ADXL345_COUNTS_PER_G // front_end.gravity_steps_per_g
    factor = (front_end.motion_steps_per_g or 0) // ADXL345_COUNTS_PER_G
    if spec.window * max(factor, 1) >= MOST_SUM:
        raise EdgekitError(
            f"a window of {spec.window:,} samples is too long to be summed in 32 bits: at "
            f"{front_end.motion_steps_per_g} motion steps per g the longest has "
            f"{(MOST_SUM - 1) // max(factor, 1):,}"
        )
    return FrontEndC(spec.window, coarse.bit_length() - 1, factor)
