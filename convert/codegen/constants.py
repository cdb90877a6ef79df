"""Write weights and channels as C arrays, in the order in which the kernels read them."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Quantisation
from edgekit.errors import EdgekitError
from edgekit.front_end import INT8_LEAST, INT8_MOST

from ..model import Operator
from .fixed_point import Multiplier, multiplier

WORDS_PER_LINE = 6
GROUP = 4  # columns: a word
MOST_SHIFT = 23  # a zero point << 23 still fits beside a rounding bit and a high half


def matrix_rows(rows: NDArray[np.int8], interleave: int) -> list[str]:
    """Write weights (rows, columns) as NN_W4 words: `interleave` rows, 4 columns each in turn."""
    count, columns = rows.shape
    padded = np.zeros((-(-count // interleave) * interleave, -(-columns // GROUP) * GROUP), np.int8)
    padded[:count, :columns] = rows
    groups = padded.shape[1] // GROUP
    turned = padded.reshape(-1, interleave, groups, GROUP).transpose(0, 2, 1, 3)
    words = np.ascontiguousarray(turned).view("<u4").reshape(-1)
    return [f"W(0x{word:x})" for word in words.tolist()]


def depthwise_weights(taps: NDArray[np.int8]) -> list[str]:
    """Write weights (taps, rows) two rows at a time, tap by tap."""
    count, rows = taps.shape
    padded = np.zeros((count, rows + rows % 2), np.int8)
    padded[:, :rows] = taps
    return [str(w) for w in padded.reshape(count, -1, 2).transpose(1, 0, 2).reshape(-1).tolist()]


def channels(
    operator: Operator,
    rows: NDArray[np.int8],
    bias: NDArray[np.int32],
    multipliers: list[Multiplier],
    below_zero: bool,
    padded_to: int,
) -> list[str]:
    """Write an nn_channel_t for each row of weights (out, columns).

    Raises EdgekitError for a row whose scale or sum 32 bits do not hold.
    """
    zero_x, zero_y = operator.inputs[0].zero_point, operator.output.zero_point
    lines = []
    for row, (weights, start, by) in enumerate(
        zip(rows.astype(int), bias, multipliers, strict=True)
    ):
        folded = int(start) - zero_x * int(weights.sum())
        # The sum's largest magnitude, whatever the window holds.
        reach = abs(folded) + int(np.abs(weights).sum()) * 128
        lines.append(_channel(operator, row, folded, reach, by, zero_y, below_zero))
    return lines + ["{0, 0, 0, 0}"] * (padded_to - len(lines))


def _channel(
    operator: Operator,
    row: int,
    bias: int,
    reach: int,
    by: Multiplier,
    zero_point: int,
    below_zero: bool,
) -> str:
    if by.left or (below_zero and by.right == 0):
        raise EdgekitError(
            f"{operator}: channel {row} has an output finer than its products "
            f"(scale {by.value / (1 << 31) * 2.0**by.shift:.3g}), which the kernels do not round"
        )
    if reach >= 1 << 30:
        raise EdgekitError(f"{operator}: channel {row} may overflow its 32-bit sum")
    value, shift = by.value, by.right
    if shift > MOST_SHIFT:
        if reach >> 1 >= 1 << (shift - 1):
            raise EdgekitError(f"{operator}: channel {row} has a scale of 2^-{shift}, too small")
        value, shift = 0, 0  # every answer rounds to 0
    return f"{{{bias}, {value}, {_addend(shift, zero_point)}, {shift}}}"


def _addend(shift: int, zero_point: int) -> int:
    """Return what is added before a shift right: a half, which rounds, and the zero point."""
    return (1 << shift >> 1) + (zero_point << shift)


def row_multipliers(operator: Operator) -> list[Multiplier]:
    """Return the multiplier of each output channel of a convolution or a dense layer."""
    x, weights, y = operator.inputs[0], operator.inputs[1], operator.output
    count = weights.shape[-1 if operator.name == "DEPTHWISE_CONV_2D" else 0]
    s_x, s_y = float(x.scales[0]), float(y.scales[0])
    if len(weights.scales) == 1 and operator.name == "FULLY_CONNECTED":
        # TFLM multiplies these two in single precision.
        return [multiplier(float(np.float32(x.scales[0] * weights.scales[0])) / s_y)] * count
    scales = np.broadcast_to(weights.scales, (count,))
    return [multiplier(s_x * float(scale) / s_y) for scale in scales]


def add_constants(
    operator: Operator, a: Quantisation, b: Quantisation, y: Quantisation
) -> tuple[list[int], str]:
    """Return the table of a and nn_add_t's three numbers for TFLM's ADD, b on the larger scale.

    Both inputs are brought to twice the larger scale, 20 bits finer; then the sum to the output's.
    """
    twice = 2.0 * b.scale
    of_a, of_y = multiplier(a.scale / twice), multiplier(twice / ((1 << 20) * y.scale))
    if of_y.left or not 0 < of_y.right <= MOST_SHIFT:
        raise EdgekitError(f"{operator}: its inputs and its output are on scales too far apart")
    scaled = [
        of_a.applied((q - a.zero_point) << 20) - (b.zero_point << 19)
        for q in range(INT8_LEAST, INT8_MOST + 1)
    ]
    return scaled, f"{of_y.value}, {_addend(of_y.right, y.zero_point)}, {of_y.right}"


def mean_multiplier(x: Quantisation, y: Quantisation, count: int) -> Multiplier:
    """Return the multiplier from a sum of `count` values to their mean.

    The division is folded in as TFLM's QuantizedMeanOrSum does.
    """
    by = multiplier(x.scale / y.scale)
    shift = min(count.bit_length() - 1, 32, 31 + by.shift)
    return Multiplier((by.value << shift) // count, by.shift - shift)


def array(kind: str, name: str, items: Iterable[str], per_line: int = WORDS_PER_LINE) -> str:
    """Write a constant C array, `per_line` items a line."""
    items = list(items)
    lines = [
        "    " + ", ".join(items[at : at + per_line]) + "," for at in range(0, len(items), per_line)
    ]
    return "\n".join([f"static const {kind} {name}[] = {{", *lines, "};"])


def int8_range(least: int, most: int) -> str:
    return f"{max(least, INT8_LEAST)}, {min(most, INT8_MOST)}"


def c_multiplier(by: Multiplier) -> str:
    return f"{{{by.value}, {by.left}, {by.right}}}"


def c_bool(value: bool) -> str:
    return "true" if value else "false"
