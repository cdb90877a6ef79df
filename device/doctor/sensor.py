"""The sensor: found, told apart, self-tested, listened to. Leaves it in standby."""

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from ..sources.adxl345 import registers as reg
from ..sources.adxl345.bus import Bus, BusFault
from ..sources.adxl345.chip import Chip
from ..sources.adxl345.listen import Heard, listen
from ..sources.adxl345.self_test import limits_g, self_test
from .finding import Finding

RATE_HZ = 50
LISTEN_S = 10.0
NOISIEST_G = 0.02  # an axis, at rest; the data sheet says under 1.5 LSB at 100 Hz, or 0.006 g
RATE_WITHIN = 0.05  # of nominal; the part's own oscillator
WIRES = "look at the wires (SDA to pin 3, SCL to pin 5, 3.3 V, ground), keep them under 30 cm"

Sleep = Callable[[float], None]
Open = Callable[[int], Bus]  # from an address


def check_sensor(open_bus: Open, sleep: Sleep = time.sleep) -> list[Finding]:
    """All of the sensor; after one that fails the rest would only say so again."""
    try:
        found, bus = scan(open_bus)
    except EdgekitError as error:  # the adapter does not open
        return [Finding("bus", str(error), "restart the computer; sudo modprobe i2c-dev")]
    if bus is None:
        return [found]
    findings = [found]
    chip = Chip(bus, RATE_HZ, time.monotonic, sleep)
    try:
        findings.append(check_self_test(self_test(bus, time.monotonic, sleep)))
        if findings[-1].is_ok:
            findings += check_heard(listen(chip, LISTEN_S))
            findings.append(Finding("reading", bus.way))  # tried by what was heard
    except BusFault as fault:
        findings.append(Finding("bus", f"a transfer failed: {fault}", WIRES))
    except EdgekitError as error:  # it was an ADXL345 a moment ago
        findings.append(Finding("bus", str(error), WIRES))
    finally:
        chip.stand_by()
    return findings


def scan(open_bus: Open, addresses: Sequence[int] = reg.ADDRESSES) -> tuple[Finding, Bus | None]:
    """The first address that answers as an ADXL345, and its bus."""
    others = []
    for address in addresses:
        bus = open_bus(address)
        try:
            devid = bus.read(reg.DEVID, 1)[0]
        except BusFault:
            continue
        if devid == reg.DEVID_VALUE:
            return Finding("sensor", f"an ADXL345 at 0x{address:02x}"), bus
        others.append(f"0x{address:02x} answers 0x{devid:02x}, an ADXL345 0xe5")
    both = " and ".join(f"0x{address:02x}" for address in addresses)
    if others:
        return Finding("sensor", "; ".join(others), f"another chip, or noise: {WIRES}"), None
    cure = f"{WIRES}; CS must be at 3.3 V"
    return Finding("sensor", f"nothing answers at {both}", cure), None


def check_self_test(change_g: NDArray[np.float64]) -> Finding:
    """A Pi's 3.3 V reaches the chip directly, or through a breakout's regulator as less."""
    least_g, most_g = limits_g(2.5, 3.3)
    saw = "changes by " + ", ".join(
        f"{axis} {g:+.2f}" for axis, g in zip("xyz", change_g, strict=True)
    )
    if (least_g <= change_g).all() and (change_g <= most_g).all():
        return Finding("self-test", saw + " g")
    cure = "hold it still and try again; if it stays so, the chip is broken"
    return Finding("self-test", saw + " g: outside the data sheet's limits", cure)


def check_heard(heard: Heard) -> list[Finding]:
    """Rate, and noise floor: the median of the seconds' deviations, an axis; pure."""
    saw = f"{heard.rate_hz:.2f} Hz over {LISTEN_S:.0f} s, set to {RATE_HZ}"
    met = "".join(f", {kind} {times}" for kind, times in heard.faults.items())
    is_near = abs(heard.rate_hz / RATE_HZ - 1) <= RATE_WITHIN
    cure = "" if is_near and not met else f"end what else uses the bus or the processor; {WIRES}"
    rate = Finding("rate", saw + met, cure)
    seconds = len(heard.xyz_g) // RATE_HZ
    if not seconds:
        return [rate]
    parts = heard.xyz_g[: seconds * RATE_HZ].reshape(seconds, RATE_HZ, 3)
    noise_g = np.median(parts.std(axis=1), axis=0)
    axes = (f"{axis} {1e3 * g:.1f}" for axis, g in zip("xyz", noise_g, strict=True))
    said = ", ".join(axes) + " mg"
    if not noise_g.any():
        return [
            rate,
            Finding("noise", "every sample is the same", "the sensor is stuck: power it off"),
        ]
    if noise_g.max() <= NOISIEST_G:
        return [rate, Finding("noise", said)]
    cure = "lay it still, on a table, and try again; else a capacitor of 1 uF at its supply"
    return [rate, Finding("noise", said, cure)]
