"""Model one ADXL345: acceleration in, counts out, with the errors that the part has."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edgekit.spec import ADXL345_COUNTS_PER_G

LSB_PER_G = float(ADXL345_COUNTS_PER_G)  # 3.9 mg a count
LSB_PER_G_LIMITS = (230.0, 282.0)  # data sheet, full resolution
CALIBRATION_C = 25.0  # data sheet: the temperature that its table is for


@dataclass(frozen=True)
class Adxl345:
    """One unit: what makes it differ from every other. Arrays are (3,): x, y, z."""

    lsb_per_g: NDArray[np.float64]
    offset_g: NDArray[np.float64]  # at 25 degrees C
    offset_g_per_c: NDArray[np.float64]
    noise_lsb: NDArray[np.float64]  # rms, white, before quantisation
    clock_error: float  # 0.01: it samples 1 % faster than it says
    range_g: float = 2.0


def draw_sensor(rng: np.random.Generator) -> Adxl345:
    """Draw a unit off the shelf; the spreads and their sources stand in docs/synthetic.md."""
    return Adxl345(
        lsb_per_g=np.clip(LSB_PER_G * (1 + 0.02 * rng.standard_normal(3)), *LSB_PER_G_LIMITS),
        offset_g=rng.standard_normal(3) * (0.015, 0.015, 0.020),
        offset_g_per_c=rng.standard_normal(3) * (0.0004, 0.0004, 0.0008),
        noise_lsb=np.array([1.0, 1.0, 1.2]) * rng.lognormal(0, 0.1),
        clock_error=float(np.clip(0.004 * rng.standard_normal(), -0.01, 0.01)),
    )


def to_counts(
    sensor: Adxl345,
    acceleration_g: NDArray[np.float64],
    rng: np.random.Generator,
    temperature_c: ArrayLike = CALIBRATION_C,
) -> NDArray[np.int16]:
    """Return what the data registers hold, (N, 3), for a true acceleration (N, 3) in g.

    `temperature_c` is the part's own, one number or (N,).
    """
    warmer_c = np.asarray(temperature_c, np.float64)[..., None] - CALIBRATION_C
    read_g = acceleration_g + sensor.offset_g + sensor.offset_g_per_c * warmer_c
    noise = rng.standard_normal(acceleration_g.shape, np.float32) * sensor.noise_lsb
    limit = sensor.range_g * LSB_PER_G
    counts = np.rint(read_g * sensor.lsb_per_g + noise)
    return np.clip(counts, -limit, limit - 1).astype(np.int16)


def to_g(counts: NDArray[np.int16]) -> NDArray[np.float32]:
    """Convert counts at the nominal 256 per g, as their user does, not at the unit's own scale."""
    return (counts / np.float32(LSB_PER_G)).astype(np.float32)
