"""Compute the constants of a spec's front end that firmware/nn/edgekit_front_end.h reads."""

from dataclasses import astuple, dataclass
from fractions import Fraction

from edgekit.errors import EdgekitError
from edgekit.front_end import COUNTS_LEAST
from edgekit.spec import ADXL345_COUNTS_PER_G, Spec


@dataclass(frozen=True)
class FrontEndC:
    """The fields of edgekit_front_end_t, in their order."""

    window: int
    gravity_shift: int
    motion_factor: int  # 0: no motion channels
    reciprocal: int
    reciprocal_shift: int

    def __str__(self) -> str:
        return f"{{{', '.join(map(str, astuple(self)))}}}"


def front_end_c(spec: Spec) -> FrontEndC:
    """Return a spec's constants.

    Raises EdgekitError for a window whose mean C cannot compute by a multiplication.
    """
    front_end, window = spec.front_end, spec.window
    coarse = ADXL345_COUNTS_PER_G // front_end.gravity_steps_per_g
    factor = (front_end.motion_steps_per_g or 0) // ADXL345_COUNTS_PER_G
    shift = window.bit_length() - 1
    reciprocal = round(Fraction(1 << (30 + shift), window))
    if factor and not _is_exact(window, factor, reciprocal, shift):
        raise EdgekitError(
            f"the mean of a window of {window:,} samples at {front_end.motion_steps_per_g} motion "
            "steps per g is not exact in 32 bits: take a shorter window or a coarser step"
        )
    return FrontEndC(window, coarse.bit_length() - 1, factor, reciprocal, shift)


def _is_exact(window: int, factor: int, reciprocal: int, shift: int) -> bool:
    """Prove that edgekit_mean rounds every dividend / window down.

    It computes floor(dividend / window + 2^-(shift + 1) + error). A quotient is a multiple of
    1 / window, so what is added must stay within 0 and 1 / window.
    """
    largest = 4 * (factor * window * -COUNTS_LEAST + window // 2)  # what is multiplied
    half = Fraction(1, 2 << shift)
    off = abs(reciprocal - Fraction(1 << (30 + shift), window))
    error = largest * off / (1 << (32 + shift))
    return largest < 1 << 31 and error < half and half + error < Fraction(1, window)
