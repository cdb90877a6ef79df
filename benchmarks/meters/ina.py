"""Driver of an INA226 or INA219 on I2C as a power meter, by smbus2.

Tested against a simulated INA226; not run on hardware.
"""

import errno
import time
from typing import Any

import numpy as np

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError

from .ina_chip import (
    BUS,
    CALIBRATION,
    CONFIGURATION,
    CURRENT,
    DIE,
    DIE_INA226,
    MANUFACTURER,
    POWER,
    TEXAS_INSTRUMENTS,
    InaChip,
    swapped,
)
from .trace import Trace, make_trace

SILENT_S = 1.0
MAX_RESETS = 5
NO_ANSWER = (errno.ENXIO, errno.EREMOTEIO)


class Ina:
    """A chip, configured on construction; each reading is an average over `chip.average_s`.

    Where it meters the machine that reads it, its own work (some 60 wake-ups a second) is included.
    """

    def __init__(self, chip: InaChip, path: str, address: int, shunt_ohms: float) -> None:
        """Open and configure. Raises EdgekitError where the bus or the chip does not answer."""
        self._chip, self._path, self._address, self._ohms = chip, path, address, shunt_ohms
        self._where = f"0x{address:02x} on {path}"
        self._resets = self._lost = 0
        self._bus: Any = self._open_bus()
        try:
            self._check_identity()
            self._configure()
        except OSError as error:
            self.close()
            raise EdgekitError(self._no_answer_text(error)) from None
        except EdgekitError:
            self.close()
            raise

    @property
    def name(self) -> str:
        text = f"{self._chip.name} at {self._where}, {self._ohms:g} ohm shunt"
        if self._resets:
            text += f", reset {self._resets} x"
        return text + (f", {self._lost} readings failed" if self._lost else "")

    def mean_w(self, seconds: float) -> float:
        """Measure from now on. Raises as sample() does, and EdgekitError at negative power."""
        trace = self.sample(seconds)
        mean_w = trace.mean_w(trace.start_s, trace.end_s)
        if mean_w < 0:
            raise EdgekitError(
                f"current flows backwards through the {self._chip.name} at {self._where}: "
                "the supply belongs on IN+, the load on IN-"
            )
        return mean_w

    def sample(self, seconds: float) -> Trace:
        """Record the averages of so many seconds from now on, by time.monotonic().

        A reading that fails leaves a hole. Raises EdgekitError when the chip has not answered for
        SILENT_S, lost its registers more than MAX_RESETS times, or is out of its range.
        """
        times: list[float] = []
        watts: list[float] = []
        answered_s = time.monotonic()
        end_s = answered_s + seconds
        is_whole = False  # the first average began before the measurement
        while time.monotonic() < end_s:
            time.sleep(self._chip.average_s / 2)
            now_s = time.monotonic()
            try:
                power_w = self._read()
            except OSError as error:
                self._lost += 1
                if now_s - answered_s > SILENT_S:
                    raise EdgekitError(self._no_answer_text(error)) from None
                continue
            answered_s = now_s
            if power_w is not None and is_whole:
                times.append(now_s)
                watts.append(power_w)
            is_whole = is_whole or power_w is not None
        return make_trace(np.array(times), np.array(watts))

    def close(self) -> None:
        self._bus.close()

    def _read(self) -> float | None:
        """Return W, or None before the next average, and after a reset, which is repaired."""
        chip = self._chip
        flags = self._word(chip.flags)
        if not flags & chip.ready:
            return None
        bus, current = self._word(BUS), self._word(CURRENT)
        self._word(POWER)  # clears an INA219's flag
        if self._word(CONFIGURATION) != chip.configuration:
            self._reconfigure()
            return None
        amperes = chip.amperes(current, self._ohms)
        if flags & chip.overflow or abs(amperes) >= chip.max_amperes(self._ohms):
            raise EdgekitError(
                f"the load draws more than {chip.max_amperes(self._ohms):.3g} A, all that the "
                f"{chip.name} at {self._where} can see by a {self._ohms:g} ohm shunt. "
                "Take a smaller shunt, and name its ohms in --meter."
            )
        return chip.volts(bus) * amperes

    def _reconfigure(self) -> None:
        self._resets += 1
        if self._resets > MAX_RESETS:
            raise EdgekitError(
                f"the {self._chip.name} at {self._where} lost its registers {self._resets} times: "
                "give it a supply of its own (VS, 3.3 V) and short wires"
            )
        self._configure()

    def _configure(self) -> None:
        """Write the registers and read them back, the only test of an INA219's presence."""
        wanted = {CALIBRATION: self._chip.calibration, CONFIGURATION: self._chip.configuration}
        for register, word in wanted.items():
            self._bus.write_word_data(self._address, register, swapped(word))
        if {register: self._word(register) for register in wanted} != wanted:
            raise EdgekitError(
                f"what answers at {self._where} does not keep an {self._chip.name}'s registers: "
                "another chip has that address. See: i2cdetect -y BUS"
            )

    def _check_identity(self) -> None:
        """Check that the chip is the named one. An INA219 has no identity; an INA226 has."""
        maker, die = self._word(MANUFACTURER), self._word(DIE)
        is_ina226 = maker == TEXAS_INSTRUMENTS and die >> 4 == DIE_INA226
        if is_ina226 == (self._chip.name == "INA226"):
            return
        what = f"what answers at {self._where}"
        if is_ina226:
            raise EdgekitError(f"{what} is an INA226, not an INA219: --meter ina226:...")
        raise EdgekitError(
            f"{what} says 0x{maker:04x} 0x{die:04x} of itself, an INA226 0x5449 0x2260. "
            "An INA219 has no such numbers: if it is one, --meter ina219:..."
        )

    def _word(self, register: int) -> int:
        return swapped(self._bus.read_word_data(self._address, register))

    def _open_bus(self) -> Any:
        try:
            from smbus2 import SMBus
        except ImportError:
            raise EdgekitError(f"this meter needs smbus2: {install_line('device')}") from None
        try:
            return SMBus(self._path)
        except OSError as error:
            cure = {
                errno.ENOENT: "does not exist: sudo raspi-config nonint do_i2c 0",
                errno.EACCES: "may not be opened: sudo usermod -aG i2c $USER, then log in again",
            }
            problem = cure.get(error.errno or 0, f"does not open ({error.strerror})")
            raise EdgekitError(f"{self._path} {problem}") from None

    def _no_answer_text(self, error: OSError) -> str:
        if error.errno in NO_ANSWER:
            return (
                f"nobody answers at {self._where}: look at SDA, SCL, VS and GND of the "
                f"{self._chip.name}, and at its address jumpers A0 and A1 (none bridged: 0x40)"
            )
        return f"the {self._chip.name} at {self._where} does not answer: {error.strerror}"
