"""The ADXL345 in C as a Bus, with a clock that the test moves."""

from edgekit.device.sources.adxl345.registers import ADDRESSES
from edgekit.device.sources.clock import Now
from edgekit.device.sources.i2c_bus import BusFault
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor

KINDS = {1: "nack", 2: "io", 3: "timeout"}


class SimulatedLine:
    """INT1 of a simulated bus's chip; an edge may be missed, and the wire may be gone."""

    name = "GPIO17"

    def __init__(self, bus: "SimulatedBus") -> None:
        self._bus, self._was_high = bus, False
        self.waits = self.missed = 0
        self.is_loose = self.is_gone = self.is_closed = False

    def wait(self, seconds: float) -> bool:
        self.waits += 1
        if self.is_gone:
            raise OSError
        end_us = self._bus.time_us + round(seconds * 1e6)
        while not self._rises():
            step_us = min(self._bus.sensor.next_us(), end_us) - self._bus.time_us
            if step_us <= 0:
                return False
            self._bus.sleep(step_us / 1e6)
        return True

    def close(self) -> None:
        self.is_closed = True

    def _rises(self) -> bool:
        was_high, self._was_high = self._was_high, self._bus.sensor.interrupt()
        if was_high or not self._was_high or self.is_loose:
            return False
        self.missed -= 1
        return self.missed < 0


class SimulatedBus:
    name = "simulated"
    reading_method = "simulated"
    address = ADDRESSES[0]

    def __init__(self, sensor: SimulatedSensor) -> None:
        self.sensor = sensor
        self.time_us = 100_000
        self.utc_s = 1_000.0  # above boottime
        self.calls = self.most_at_once = 0
        sensor.advance(self.time_us)

    def now(self) -> Now:
        at_s = self.time_us / 1e6
        return Now(at_s, at_s, at_s + self.utc_s)

    def sleep(self, seconds: float) -> None:
        self.time_us += round(seconds * 1e6)
        self.sensor.advance(self.time_us)

    def read(self, register: int, count: int, times: int = 1) -> bytes:
        self.calls += 1
        self.most_at_once = max(self.most_at_once, times)
        return b"".join(self._transfer(bytes([register]), count) for _ in range(times))

    def write(self, register: int, value: int) -> None:
        self.calls += 1
        self._transfer(bytes([register, value]), 0)

    def reopen(self) -> None:
        self.sensor.clock_out(9)

    def _transfer(self, out: bytes, count: int) -> bytes:
        error, raw = self.sensor.transfer(self.address, out, count)
        self.sleep(self.sensor.transfer_us(len(out), count) / 1e6)
        if error:
            raise BusFault(KINDS.get(error, "io"))
        return raw
