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
    """Return how long a window of a net may take, so that no sample is lost while it runs."""
    return WINDOW_SHARE * fifo_ms(spec)


def erase_loss(spec: Spec, longest_erase_ms: float) -> int:
    """Return how many samples the longest erasure of a page loses, begun with an empty FIFO."""
    return max(0, round((longest_erase_ms - fifo_ms(spec)) / 1000 * sensor_hz(spec)))
