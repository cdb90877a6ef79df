"""Whether a board keeps up with its sensor: what the FIFO can bear while the core is busy."""

from edgekit.spec import Spec, adxl345_rates

FIFO_SAMPLES = 32  # of an ADXL345 (data sheet, "FIFO")
# The rest is for what the same turn of the main loop does beside the net: reading the samples,
# sending them, and writing records. A page of flash is erased in a turn of its own (app.c).
WINDOW_SHARE = 0.75


def sensor_hz(spec: Spec) -> int:
    """Return the rate at which the wearable's sensor runs for a net's spec (average.h)."""
    return adxl345_rates(spec.rate_hz)[0]


def fifo_ms(spec: Spec) -> float:
    """Return how long the sensor's FIFO takes to fill, from empty."""
    return FIFO_SAMPLES / sensor_hz(spec) * 1000


def window_limit_ms(spec: Spec) -> float:
    """Return how long a window of a net may take, so that no sample is lost while it runs.

    The next window must not come before it has ended, either: a net that is asked more often than
    it answers falls behind, and the FIFO fills.
    """
    return WINDOW_SHARE * min(fifo_ms(spec), spec.hop_s * 1000)


def what_limits(spec: Spec) -> str:
    """Say what window_limit_ms is a part of."""
    if spec.hop_s * 1000 < fifo_ms(spec):
        return f"until the next window ({spec.hop_s * 1000:,.0f} ms)"
    return f"while the sensor's FIFO fills ({fifo_ms(spec):,.0f} ms at {sensor_hz(spec)} Hz)"


def erase_loss(spec: Spec, longest_erase_ms: float) -> int:
    """Return how many samples the longest erasure of a page loses, begun with an empty FIFO."""
    return max(0, round((longest_erase_ms - fifo_ms(spec)) / 1000 * sensor_hz(spec)))
