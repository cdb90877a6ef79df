"""An INA226 or INA219 on I2C as a power meter, by smbus2.

Tested against a simulated INA226; not run on hardware.
"""

import errno
import time
from typing import Any

import numpy as np

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
    Chip,
    swapped,
)
from .trace import Trace, trace

SILENT_S = 1.0
MOST_RESETS = 5
NOBODY = (errno.ENXIO, errno.EREMOTEIO)


class Ina:
    """Configured when made; each reading is an average over `chip.average_s`.

    Where it meters the machine that reads it, its own work (some 60 wake-ups a second) is in it.
    """

    def __init__(self, chip: Chip, path: str, address: int, shunt_ohms: float) -> None:
        """Raises EdgekitError where the bus does not open or another chip, or none, answers."""
        self._chip, self._path, self._address, self._ohms = chip, path, address, shunt_ohms
        self._where = f"0x{address:02x} on {path}"
        self._resets = self._lost = 0
        self._bus: Any = self._opened()
        try:
            self._refuse_others()
            self._configure()
        except OSError as error:
            self.close()
            raise EdgekitError(self._silence(error)) from None
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
        """From now on. Raises EdgekitError as sample() does, and where current flows backwards."""
        found = self.sample(seconds)
        mean_w = found.mean_w(found.start_s, found.end_s)
        if mean_w < 0:
            raise EdgekitError(
                f"current flows backwards through the {self._chip.name} at {self._where}: "
                "the supply belongs on IN+, the load on IN-"
            )
        return mean_w

    def sample(self, seconds: float) -> Trace:
        """Each average of so many seconds from now on, against time.monotonic().

        A reading that fails leaves a hole. Raises EdgekitError when nobody has answered for
        SILENT_S, when the chip lost its registers more than MOST_RESETS times, or out of range.
        """
        times: list[float] = []
        watts: list[float] = []
        answered_s = time.monotonic()
        end_s = answered_s + seconds
        fresh = False  # the first average began before this did
        while time.monotonic() < end_s:
            time.sleep(self._chip.average_s / 2)
            now_s = time.monotonic()
            try:
                power_w = self._read()
            except OSError as error:
                self._lost += 1
                if now_s - answered_s > SILENT_S:
                    raise EdgekitError(self._silence(error)) from None
                continue
            answered_s = now_s
            if power_w is not None and fresh:
                times.append(now_s)
                watts.append(power_w)
            fresh = fresh or power_w is not None
        return trace(np.array(times), np.array(watts))

    def close(self) -> None:
        self._bus.close()

    def _read(self) -> float | None:
        """W; None before the next average is there, and after a reset, which it mends."""
        chip = self._chip
        flags = self._word(chip.flags)
        if not flags & chip.ready:
            return None
        bus, current = self._word(BUS), self._word(CURRENT)
        self._word(POWER)  # clears an INA219's flag
        if self._word(CONFIGURATION) != chip.configuration:
            self._mend()
            return None
        amperes = chip.amperes(current, self._ohms)
        if flags & chip.overflow or abs(amperes) >= chip.most_amperes(self._ohms):
            raise EdgekitError(
                f"the load draws more than {chip.most_amperes(self._ohms):.3g} A, all that the "
                f"{chip.name} at {self._where} can see by a {self._ohms:g} ohm shunt. "
                "Take a smaller shunt, and name its ohms in --meter."
            )
        return chip.volts(bus) * amperes

    def _mend(self) -> None:
        self._resets += 1
        if self._resets > MOST_RESETS:
            raise EdgekitError(
                f"the {self._chip.name} at {self._where} lost its registers {self._resets} times: "
                "give it a supply of its own (VS, 3.3 V) and short wires"
            )
        self._configure()

    def _configure(self) -> None:
        """What was written must be read back: all that tells an INA219."""
        wanted = {CALIBRATION: self._chip.calibration, CONFIGURATION: self._chip.configuration}
        for register, word in wanted.items():
            self._bus.write_word_data(self._address, register, swapped(word))
        found = {register: self._word(register) for register in wanted}
        if found != wanted:
            raise EdgekitError(
                f"what answers at {self._where} does not keep an {self._chip.name}'s registers: "
                "another chip has that address. See: i2cdetect -y BUS"
            )

    def _refuse_others(self) -> None:
        """An INA226 says what it is; an INA219 cannot, so it must not say that it is an INA226."""
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

    def _opened(self) -> Any:
        try:
            from smbus2 import SMBus
        except ImportError:
            raise EdgekitError("this meter needs smbus2: pip install 'edgekit[device]'") from None
        try:
            return SMBus(self._path)
        except OSError as error:
            cure = {
                errno.ENOENT: "does not exist: sudo raspi-config nonint do_i2c 0",
                errno.EACCES: "may not be opened: sudo usermod -aG i2c $USER, then log in again",
            }
            said = cure.get(error.errno or 0, f"does not open ({error.strerror})")
            raise EdgekitError(f"{self._path} {said}") from None

    def _silence(self, error: OSError) -> str:
        if error.errno in NOBODY:
            return (
                f"nobody answers at {self._where}: look at SDA, SCL, VS and GND of the "
                f"{self._chip.name}, and at its address jumpers A0 and A1 (none bridged: 0x40)"
            )
        return f"the {self._chip.name} at {self._where} does not answer: {error.strerror}"
