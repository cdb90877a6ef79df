"""Lower functions of one value to tables of 256, and SOFTMAX to a table of exponentials."""

import math
from collections.abc import Callable

import numpy as np

from edgekit.bundle import Quantisation
from edgekit.errors import EdgekitError
from edgekit.front_end import INT8_LEAST, INT8_MOST

from ..model import Operator
from .constants import array
from .fixed_point import Multiplier, multiplier
from .gemmlowp import divided, exp_of_negative, logistic, tanh
from .plan import Plan

INT8 = range(INT8_LEAST, INT8_MOST + 1)
SIGMOID_BITS = 4  # integer bits of what LOGISTIC and TANH take
SOFTMAX_BITS = 5
MOST_CLASSES = 511  # a sum of 512 makes TFLM shift by 32 bits, where it aborts


def logistic_table(plan: Plan, operator: Operator) -> None:
    """Write LOGISTIC."""
    _require_output(operator, Quantisation(1 / 256, INT8_LEAST))
    _table(plan, operator, _sigmoid(operator, lambda x: divided(logistic(x, SIGMOID_BITS), 23)))


def tanh_table(plan: Plan, operator: Operator) -> None:
    """Write TANH."""
    _require_output(operator, Quantisation(1 / 128, 0))
    _table(plan, operator, _sigmoid(operator, lambda x: divided(tanh(x, SIGMOID_BITS), 24)))


def leaky_relu(plan: Plan, operator: Operator) -> None:
    """Write LEAKY_RELU, whose scales TFLM divides in double precision, LiteRT in single."""
    x, y = operator.inputs[0], operator.output
    alpha = float(np.float32(operator.options.alpha))
    if not 0 <= alpha < math.inf:
        raise EdgekitError(f"{operator}: its slope is {alpha:g}")
    scale_x, scale_y = x.quantisation.scale, y.quantisation.scale
    above, below = multiplier(scale_x / scale_y), multiplier(scale_x * alpha / scale_y)
    _table(
        plan,
        operator,
        [
            y.zero_point + (above if q >= x.zero_point else below).applied(q - x.zero_point)
            for q in INT8
        ],
    )


def softmax(plan: Plan, operator: Operator) -> None:
    """Write SOFTMAX over the last axis."""
    x, y = operator.inputs[0], operator.output
    beta = float(operator.options.beta)
    _require_output(operator, Quantisation(1 / 256, INT8_LEAST))
    if not 0 < beta < math.inf or x.size != y.size or x.channels != y.channels:
        raise EdgekitError(f"{operator}: its beta is {beta:g}, or its output has another shape")
    if x.channels > MOST_CLASSES:
        raise EdgekitError(
            f"{operator}: {x.channels} classes, but tflite-micro sums the exponentials of at most "
            f"{MOST_CLASSES}. End the model before it: the largest logit is the answer, too"
        )
    real = min(beta * float(x.scales[0]) * (1 << 31 - SOFTMAX_BITS), float((1 << 31) - 1))
    by = multiplier(real)
    if by.shift < 0:
        raise EdgekitError(f"{operator}: its input's scale is too small")
    furthest = -_radius(SOFTMAX_BITS, by)
    values = [
        0 if -steps < furthest else exp_of_negative(by.applied(-steps), SOFTMAX_BITS)
        for steps in range(256)
    ]
    name = f"softmax{operator.place}"
    plan.constants.append(array("int32_t", name, map(str, values), 8))
    view, rows = plan.view(x), x.size // x.channels
    to = plan.new(y)
    plan.add(
        operator.label,
        (view,),
        to,
        lambda at: f"nn_softmax({name}, {at(view)}, {rows}, {x.channels}, {at(to)});",
    )


def _sigmoid(operator: Operator, function: Callable[[int], int]) -> list[int]:
    x, zero = operator.inputs[0], operator.output.zero_point
    by = multiplier(float(x.scales[0]) * (1 << 31 - SIGMOID_BITS))
    if by.shift < 0:
        raise EdgekitError(f"{operator}: its input's scale is too small")
    radius = _radius(SIGMOID_BITS, by)

    def value(steps: int) -> int:
        if abs(steps) >= radius:
            return INT8_LEAST if steps < 0 else INT8_MOST
        return function(by.applied(steps)) + zero

    return [value(q - x.zero_point) for q in INT8]


def _radius(bits: int, by: Multiplier) -> int:
    """Return how many steps of the input a number of `bits` integer bits holds."""
    return math.floor(((1 << bits) - 1) * (1 << 31 - bits) / (1 << by.shift))


def _require_output(operator: Operator, expected: Quantisation) -> None:
    found = operator.output.quantisation
    if found != expected:
        raise EdgekitError(
            f"{operator}: its output has the scale {found.scale:g} and zero point "
            f"{found.zero_point}, not {expected.scale:g} and {expected.zero_point}"
        )


def _table(plan: Plan, operator: Operator, values: list[int]) -> None:
    x = operator.inputs[0]
    if x.size != operator.output.size:
        raise EdgekitError(f"{operator}: its output has another size than its input")
    name = f"table{operator.place}"
    held = [max(INT8_LEAST, min(INT8_MOST, value)) for value in values]
    plan.constants.append(array("int8_t", name, map(str, held), 16))
    view, y = plan.view(x), plan.new(operator.output)
    plan.add(
        operator.label,
        (view,),
        y,
        lambda at: f"nn_table({name}, {at(view)}, {y.size}, {at(y)});",
    )
