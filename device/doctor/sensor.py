"""The sensor: found, told apart, self-tested, listened to. Leaves it in standby."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from ..adxl345 import registers as reg
from ..adxl345.bus import Bus, BusFault
from .finding import Finding

RATE_HZ = 50
LISTEN_S = 10.0
SETTLE_S = 0.1  # of a new setting: four samples of the self-test's filter, and more
SELF_TEST_SAMPLES = 10
# Least and most change in g of X, Y, Z at the self-test (data sheet, table 1, at 2.5 V; a supply
# of 3.3 V gives up to 1.77 times X and Y, 1.47 times Z: tables 15).
SELF_TEST_G = ((0.20, 3.72), (-3.72, -0.20), (0.30, 5.00))
NOISIEST_G = 0.02  # an axis, at rest; the data sheet says under 1.5 LSB at 100 Hz, or 0.006 g
RATE_WITHIN = 0.05  # of nominal; the part's own oscillator
WIRES = "look at the wires (SDA to pin 3, SCL to pin 5, 3.3 V, ground), keep them under 30 cm"

Sleep = Callable[[float], None]
Open = Callable[[int], Bus]  # from an address


@dataclass(frozen=True)
class Heard:
    xyz_g: NDArray[np.float64]  # (n, 3)
    seconds: float
    overruns: int


def check_sensor(open_bus: Open, sleep: Sleep = time.sleep) -> list[Finding]:
    """All of the sensor; after one that fails the rest would only say so again."""
    try:
        found, bus = scan(open_bus)
    except EdgekitError as error:  # the adapter does not open
        return [Finding("bus", str(error), "restart the computer; sudo modprobe i2c-dev")]
    findings = [found]
    try:
        if bus is not None:
            findings += self_test(bus, sleep)
            if findings[-1].is_ok:
                findings += check_heard(listen(bus, sleep))
    except BusFault as fault:
        findings.append(Finding("bus", f"a transfer failed: {fault}", WIRES))
    finally:
        if bus is not None:
            _standby(bus)
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


def self_test(bus: Bus, sleep: Sleep) -> list[Finding]:
    """The change that the chip's own force makes on each axis."""
    _measure(bus, reg.FULL_RESOLUTION_16G)
    sleep(SETTLE_S)
    at_rest = _mean_g(bus, sleep)
    bus.write(reg.DATA_FORMAT, reg.FULL_RESOLUTION_16G | reg.SELF_TEST)
    sleep(SETTLE_S)
    change_g = _mean_g(bus, sleep) - at_rest
    bus.write(reg.DATA_FORMAT, reg.FULL_RESOLUTION_16G)
    saw = "changes by " + ", ".join(
        f"{axis} {g:+.2f}" for axis, g in zip("xyz", change_g, strict=True)
    )
    limits = zip(change_g, SELF_TEST_G, strict=True)
    if all(least <= g <= most for g, (least, most) in limits):
        return [Finding("self-test", saw + " g")]
    cure = "hold it still and try again; if it stays so, the chip is broken"
    return [Finding("self-test", saw + " g: outside the data sheet's limits", cure)]


def listen(bus: Bus, sleep: Sleep, seconds: float = LISTEN_S) -> Heard:
    """All samples for so long, from the FIFO."""
    _measure(bus, reg.FULL_RESOLUTION_16G)
    counts: list[tuple[int, int, int]] = []
    overruns = 0
    began_s = now_s = time.monotonic()
    while now_s - began_s < seconds:
        sleep(0.2)
        entries = bus.read(reg.FIFO_STATUS, 1)[0] & 0x3F
        for _ in range(entries):
            burst = reg.burst(bus.read(reg.INT_SOURCE, reg.BURST_BYTES))
            overruns += burst.lost_before
            counts.append(burst.xyz)
        now_s = time.monotonic()
    xyz_g = np.array(counts, np.float64).reshape(-1, 3) / reg.COUNTS_PER_G
    return Heard(xyz_g, now_s - began_s, overruns)


def check_heard(heard: Heard) -> list[Finding]:
    """Rate, and noise floor: the median of the seconds' deviations, an axis; pure."""
    rate_hz = len(heard.xyz_g) / heard.seconds
    saw = f"{rate_hz:.2f} Hz over {heard.seconds:.0f} s, set to {RATE_HZ}"
    lost = f", {heard.overruns} overruns" if heard.overruns else ""
    is_near = abs(rate_hz / RATE_HZ - 1) <= RATE_WITHIN
    cure = "" if is_near and not lost else "end what else uses the bus or the processor"
    rate = Finding("rate", saw + lost, cure)
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


def _measure(bus: Bus, data_format: int) -> None:
    bus.write(reg.POWER_CTL, reg.STANDBY)
    bus.write(reg.FIFO_CTL, reg.BYPASS)  # empties it
    bus.write(reg.BW_RATE, reg.RATE_CODES[RATE_HZ])
    bus.write(reg.DATA_FORMAT, data_format)
    bus.write(reg.FIFO_CTL, reg.STREAM_USED)
    bus.write(reg.POWER_CTL, reg.MEASURE)


def _mean_g(bus: Bus, sleep: Sleep) -> NDArray[np.float64]:
    """Of samples that came from now on."""
    for _ in range(bus.read(reg.FIFO_STATUS, 1)[0] & 0x3F):
        bus.read(reg.INT_SOURCE, reg.BURST_BYTES)
    counts = []
    for _ in range(SELF_TEST_SAMPLES):
        sleep(1.1 / RATE_HZ)
        counts.append(reg.burst(bus.read(reg.INT_SOURCE, reg.BURST_BYTES)).xyz)
    return np.asarray(np.mean(counts, axis=0) / reg.COUNTS_PER_G)


def _standby(bus: Bus) -> None:
    try:
        bus.write(reg.POWER_CTL, reg.STANDBY)
    except BusFault:
        return
