"""Mounting: a calibration in integers, as a wearable applies it (firmware/src/mounting.h).

    body = (matrix @ counts + offset + half a count) >> 14, saturated to int16

A wearable keeps it, and decides in the body's axes. Both sides compute the same integers, and
refuse a matrix that no rotation and gains can make.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from edgekit.calibration import Calibration, vector
from edgekit.errors import EdgekitError
from edgekit.front_end import COUNTS_LEAST, COUNTS_MOST
from edgekit.spec import ADXL345_COUNTS_PER_G

Row = tuple[int, int, int]
SHIFT = 14
ONE = 1 << SHIFT
GAIN_LEAST, GAIN_MOST = ONE * 3 // 4, ONE * 5 // 4  # `calibrate` finds 0.85 to 1.15
SKEW_MOST = 1 << 20  # of two columns' product, in 1/2^28: 0.2 degrees
OFFSET_MOST = 1 << 24  # 4 g


@dataclass(frozen=True)
class Mounting:
    """`matrix` in 1/2^14, a row for each axis of the body; `offset` in 1/2^14 counts of the body.

    Raises EdgekitError for values that no rotation and gains can make.
    """

    matrix: tuple[Row, Row, Row]
    offset: Row
    IDENTITY: ClassVar["Mounting"]

    def __post_init__(self) -> None:
        columns = np.array(self.matrix, np.int64).T
        products = columns @ columns.T
        gains = np.diagonal(products)
        skew = np.abs(products - np.diag(gains)).max()
        is_a_rotation = (
            np.abs(columns).max() <= GAIN_MOST
            and gains.min() >= GAIN_LEAST**2
            and gains.max() <= GAIN_MOST**2
            and skew <= SKEW_MOST
            and np.linalg.det(columns / ONE) > 0
            and max(map(abs, self.offset)) <= OFFSET_MOST
        )
        if not is_a_rotation:
            raise EdgekitError(
                "the mounting is no rotation with gains of 0.75 to 1.25 and offsets of up to 4 g: "
                "calibrate again with: edgekit calibrate"
            )

    @staticmethod
    def of(calibration: Calibration, counts_per_g: int = ADXL345_COUNTS_PER_G) -> "Mounting":
        """Return the nearest mounting to a calibration. Raises EdgekitError as the class does."""
        exact = np.array(calibration.rotation) @ np.diag(calibration.gain)
        offset_counts = -exact @ np.array(calibration.offset_g) * counts_per_g
        rows = np.rint(exact * ONE).astype(int).tolist()
        x, y, z = (tuple(row) for row in rows)
        offset = np.rint(np.clip(offset_counts * ONE, -(2.0**31), 2.0**31)).astype(int).tolist()
        return Mounting((x, y, z), tuple(offset))

    def calibration(self, counts_per_g: int = ADXL345_COUNTS_PER_G) -> Calibration:
        """Return the calibration that this came from, to 0.01 degrees."""
        exact = np.array(self.matrix, np.float64) / ONE
        gain = np.linalg.norm(exact, axis=0)
        left, _, right = np.linalg.svd(exact / gain)
        rotation = left @ right
        offset_g = -np.linalg.solve(exact, np.array(self.offset) / ONE) / counts_per_g
        x, y, z = (vector(row) for row in rotation)
        return Calibration((x, y, z), vector(offset_g + 0.0), vector(gain))

    def apply(self, counts: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return samples (n, 3) in counts as read as samples (n, 3) in counts in body axes."""
        total = counts.astype(np.int64) @ np.array(self.matrix, np.int64).T
        body = (total + np.array(self.offset) + ONE // 2) >> SHIFT
        return np.asarray(body.clip(COUNTS_LEAST, COUNTS_MOST), np.int16)

    def apply_g(self, xyz_g: NDArray[np.float32], counts_per_g: int) -> NDArray[np.float32]:
        """Return samples (n, 3) in g, whole counts, in g in body axes; NaN stays where it is."""
        is_known = np.isfinite(xyz_g).all(axis=-1)
        counts = np.rint(xyz_g[is_known] * counts_per_g).astype(np.int16)
        body_g = np.full(xyz_g.shape, np.nan, np.float32)
        body_g[is_known] = self.apply(counts) / np.float32(counts_per_g)
        return body_g


Mounting.IDENTITY = Mounting.of(Calibration())
