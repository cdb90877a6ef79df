"""TFLM's integer arithmetic of scales, as its `Prepare` functions compute it."""

import math
from dataclasses import dataclass

import numpy as np

from edgekit.bundle import Quantisation
from edgekit.errors import EdgekitError
from edgekit.front_end import INT8_LEAST, INT8_MOST


@dataclass(frozen=True)
class Multiplier:
    """x * value * 2^(shift - 31), value in [2^30, 2^31) or 0; TFLM's QuantizeMultiplier."""

    value: int
    shift: int  # to the left where above 0

    @property
    def left(self) -> int:
        return max(self.shift, 0)

    @property
    def right(self) -> int:
        return max(-self.shift, 0)

    def applied(self, x: int) -> int:
        """Multiply as TFLM's MultiplyByQuantizedMultiplier does."""
        high = ((x << self.left) * self.value + (1 << 30)) >> 31
        if self.right == 0:
            return high
        return (high - (high < 0) + (1 << (self.right - 1))) >> self.right


def multiplier(real: float) -> Multiplier:
    """Return the multiplier nearest to a real number >= 0; raises EdgekitError beyond 2^30."""
    if real == 0:
        return Multiplier(0, 0)
    fraction, exponent = math.frexp(real)
    value = math.floor(fraction * (1 << 31) + 0.5)
    if value == 1 << 31:
        value, exponent = value // 2, exponent + 1
    if exponent < -31:
        return Multiplier(0, 0)
    if exponent > 30:
        raise EdgekitError(f"a scale of {real:.3g} is beyond what 32 bits hold")
    return Multiplier(value, exponent)


def quantised(real: float, by: Quantisation) -> int:
    """Round a real number as TFLM does: to the nearest, halves away from zero, without a limit."""
    ratio = float(np.float32(real) / np.float32(by.scale))
    return by.zero_point + int(math.copysign(math.floor(abs(ratio) + 0.5), ratio))


def activation_range(name: str, output: Quantisation) -> tuple[int, int] | None:
    """Return the int8 range of a fused activation; None for one that is unknown."""
    least, most = {
        "NONE": (None, None),
        "RELU": (0.0, None),
        "RELU6": (0.0, 6.0),
        "RELU_N1_TO_1": (-1.0, 1.0),
    }.get(name, (math.nan, math.nan))
    if least is not None and math.isnan(least):
        return None
    return (
        INT8_LEAST if least is None else max(INT8_LEAST, quantised(least, output)),
        INT8_MOST if most is None else min(INT8_MOST, quantised(most, output)),
    )
