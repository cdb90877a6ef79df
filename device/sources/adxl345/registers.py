"""The ADXL345's registers, and how a burst of them is parsed; pure. (data sheet, table 19; FIFO)"""

from dataclasses import dataclass

from edgekit.spec import ADXL345_COUNTS_PER_G

ADDRESSES = (0x53, 0x1D)  # ALT ADDRESS low, high
DEVID, DEVID_VALUE = 0x00, 0xE5
OFSX, OFSY, OFSZ = 0x1E, 0x1F, 0x20
BW_RATE, POWER_CTL, INT_ENABLE, INT_MAP = 0x2C, 0x2D, 0x2E, 0x2F
INT_SOURCE, DATA_FORMAT, FIFO_CTL, FIFO_STATUS = 0x30, 0x31, 0x38, 0x39

STANDBY, MEASURE = 0x00, 0x08
DATA_READY, WATERMARK, OVERRUN = 0x80, 0x02, 0x01
SELF_TEST = 0x80
FULL_RESOLUTION_16G = 0x0B  # keeps 3.9 mg a count over all of +-16 g
BYPASS, STREAM = 0x00, 0x80
WATERMARK_SAMPLES = 20
STREAM_USED = STREAM | WATERMARK_SAMPLES
FIFO_LEVELS = 32
COUNTS_PER_G = ADXL345_COUNTS_PER_G  # in full resolution
NOISE_MOST_G = 0.02  # of an axis at rest; under 1.5 counts at 100 Hz, 0.006 g (table 1)
RATE_CODES = {25: 0x08, 50: 0x09, 100: 0x0A}  # Hz to BW_RATE

BURST_BYTES = 10  # INT_SOURCE to FIFO_STATUS; the step from 0x37 to 0x38 pops the FIFO


@dataclass(frozen=True)
class Burst:
    """One sample, and the registers that tell whether it is valid."""

    int_source: int  # before the pop
    xyz: tuple[int, int, int]  # counts
    data_format: int
    fifo_ctl: int
    fifo_status: int  # after the pop

    @property
    def entries(self) -> int:
        return self.fifo_status & 0x3F

    def holds(self, data_format: int) -> bool:
        """Return whether the chip still held its settings: after a brown-out it does not."""
        return self.data_format == data_format and self.fifo_ctl == STREAM_USED

    @property
    def is_cut(self) -> bool:
        """Whether nobody drove the bus at its end: bit 6 of FIFO_STATUS is always 0."""
        return bool(self.fifo_status & 0x40)

    @property
    def lost_before(self) -> bool:
        """Whether samples may be lost before this one.

        A loss needs a full FIFO, which this reading leaves one short of full: a lower level proves
        that nothing was lost, whenever the chip clears OVERRUN (the data sheet allows two ways).
        """
        return bool(self.int_source & OVERRUN) and self.entries + 1 >= FIFO_LEVELS


def burst(raw: bytes) -> Burst:
    """Parse ten bytes, the registers from INT_SOURCE on."""
    x, y, z = (int.from_bytes(raw[i : i + 2], "little", signed=True) for i in (2, 4, 6))
    return Burst(raw[0], (x, y, z), raw[1], raw[8], raw[9])


def nearest_rate_hz(rate_hz: float) -> int:
    """Return the rate in RATE_CODES that is nearest to a model's by ratio."""
    return min(RATE_CODES, key=lambda hz: max(hz / rate_hz, rate_hz / hz))


def settings(rate_hz: int, data_format: int) -> tuple[tuple[int, int], ...]:
    """Return (register, value) in the order of writing: measuring starts last."""
    return (
        (OFSX, 0),
        (OFSY, 0),
        (OFSZ, 0),
        (BW_RATE, RATE_CODES[rate_hz]),
        (DATA_FORMAT, data_format),
        (INT_MAP, 0),  # everything to INT1
        (FIFO_CTL, STREAM_USED),
        (INT_ENABLE, WATERMARK),
        (POWER_CTL, MEASURE),
    )
