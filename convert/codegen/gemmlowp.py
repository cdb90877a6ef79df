"""Compute e^x, the logistic function and tanh in integers, as TFLM's int8 kernels do.

A number is an int of 32 bits and a count of integer bits: raw / 2^(31 - bits). The steps, their
constants and their rounding are those of gemmlowp's fixedpoint.h, which TFLM calls.
"""

LEAST, MOST = -(1 << 31), (1 << 31) - 1
ONE = MOST  # with 0 integer bits

# e^-(2^k) in 2^-31, k from -2 on: a factor for each bit of the exponent.
_FACTORS = {
    -2: 1672461947,
    -1: 1302514674,
    0: 790015084,
    1: 290630308,
    2: 39332535,
    3: 720401,
    4: 242,
}
_EXP_MINUS_EIGHTH, _THIRD = 1895147668, 715827883
_48_OVER_17, _MINUS_32_OVER_17 = 1515870810, -1010580540  # with 2 integer bits


def product(a: int, b: int) -> int:
    """Return a * b / 2^31 to the nearest, saturated: of their integer bits together."""
    return MOST if a == b == LEAST else (a * b + (1 << 30)) >> 31


def divided(x: int, bits: int) -> int:
    """Return x / 2^bits to the nearest, halves away from zero."""
    if bits == 0:
        return x
    rest, half = x & ((1 << bits) - 1), ((1 << bits) - 1 >> 1) + (x < 0)
    return (x >> bits) + (rest > half)


def saturated(x: int) -> int:
    return max(LEAST, min(MOST, x))


def exp_of_negative(x: int, bits: int) -> int:
    """Return e^x of x <= 0 with `bits` integer bits, with 0 integer bits."""
    if x == 0:
        return ONE
    fraction = 31 - bits
    quarter = 1 << (fraction - 2)
    within = (x & (quarter - 1)) - quarter  # of -1/4 to 0
    result = _exp_within(saturated(within << bits))
    rest = within - x
    for exponent, factor in _FACTORS.items():
        if bits > exponent and rest & (1 << (fraction + exponent)):
            result = product(result, factor)
    return result


def _exp_within(x: int) -> int:
    """Return e^x of -1/4 <= x < 0: four terms about -1/8."""
    x += 1 << 28
    squared = product(x, x)
    cubed, fourth = product(squared, x), product(squared, squared)
    terms = divided(product(divided(fourth, 2) + cubed, _THIRD) + squared, 1)
    return saturated(_EXP_MINUS_EIGHTH + product(_EXP_MINUS_EIGHTH, x + terms))


def _newton(x: int) -> int:
    """Return 2 / (1 + x) of 0 <= x < 1, with 2 integer bits."""
    half = (x + ONE + (1 if x + ONE >= 0 else -1)) // 2
    result = _48_OVER_17 + product(half, _MINUS_32_OVER_17)
    for _ in range(3):
        rest = (1 << 29) - product(half, result)
        result += saturated(product(result, rest) << 2)
    return result


def logistic(x: int, bits: int) -> int:
    """Return 1 / (1 + e^-x) with 0 integer bits."""
    if x == 0:
        return 1 << 30
    positive = saturated(_newton(exp_of_negative(-abs(x), bits)) << 1)
    return positive if x > 0 else ONE - positive


def tanh(x: int, bits: int) -> int:
    """Return tanh x with 0 integer bits."""
    if x == 0:
        return 0
    doubled = exp_of_negative(-abs(x), bits + 1)  # the same number with one bit more is twice it
    positive = saturated((_newton(doubled) - (1 << 29)) << 2)
    return positive if x > 0 else -positive
