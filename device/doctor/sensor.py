"""Check the sensor: find and identify it, self-test it, listen to it. Leaves it in standby."""

import time
from collections.abc import Callable

import numpy as np

from edgekit.errors import EdgekitError

from ..sources import sensors
from ..sources.i2c_bus import Bus, BusFault
from ..sources.sensor import Heard, NowS, SelfTestResult, SensorKind, Sleep, listen
from .finding import Finding

RATE_HZ = 50
LISTEN_S = 10.0
RATE_WITHIN = 0.05  # of nominal; a sensor's own oscillator is not exact
WIRES = "look at the wires (SDA to pin 3, SCL to pin 5, 3.3 V, ground), keep them under 30 cm"

OpenBus = Callable[[int], Bus]  # from an address


def check_sensor(
    open_bus: OpenBus, sleep: Sleep = time.sleep, now_s: NowS = time.monotonic
) -> list[Finding]:
    """Check all of the sensor; the first failure ends it, because later checks would repeat it."""
    try:
        finding, kind, bus = scan(open_bus)
    except EdgekitError as error:  # the adapter does not open
        return [Finding("bus", str(error), "restart the computer; sudo modprobe i2c-dev")]
    findings = [finding]
    if kind is None or bus is None:
        return findings
    sensor = kind.open(bus, RATE_HZ, now_s, sleep)
    try:
        findings.append(check_self_test(kind.self_test(bus, now_s, sleep)))
        if findings[-1].is_ok:
            heard = listen(sensor, LISTEN_S)
            findings += check_heard(heard, sensor.rate_hz, kind.noise_most_g)
            findings.append(Finding("reading", bus.reading_method))  # known after `listen` alone
    except BusFault as fault:
        findings.append(Finding("bus", f"a transfer failed: {fault}", WIRES))
    except EdgekitError as error:  # another chip answers than a moment ago
        findings.append(Finding("bus", str(error), WIRES))
    finally:
        sensor.stand_by()
    return findings


def scan(open_bus: OpenBus) -> tuple[Finding, SensorKind | None, Bus | None]:
    """Return the first known sensor that answers, and its bus; None where there is none.

    Raises EdgekitError where the bus does not open.
    """
    others = []
    for kind in sensors.KINDS:
        for address in kind.addresses:
            bus = open_bus(address)
            try:
                other = kind.identify(bus)
            except BusFault:
                continue
            if not other:
                return Finding("sensor", f"an {kind.name} at 0x{address:02x}"), kind, bus
            others.append(f"0x{address:02x} answers {other}")
    if others:
        return Finding("sensor", "; ".join(others), f"another chip, or noise: {WIRES}"), None, None
    addresses = dict.fromkeys(address for kind in sensors.KINDS for address in kind.addresses)
    tried = " and ".join(f"0x{address:02x}" for address in addresses)
    cure = f"{WIRES}; CS must be at 3.3 V"
    return Finding("sensor", f"nothing answers at {tried}", cure), None, None


def check_self_test(result: SelfTestResult) -> Finding:
    saw = "changes by " + ", ".join(
        f"{axis} {g:+.2f}" for axis, g in zip("xyz", result.change_g, strict=True)
    )
    if result.is_passed:
        return Finding("self-test", saw + " g")
    cure = "hold it still and try again; if it stays so, the chip is broken"
    return Finding("self-test", saw + " g: outside the data sheet's limits", cure)


def check_heard(heard: Heard, rate_hz: int, noise_most_g: float) -> list[Finding]:
    """Check the rate, and each axis's noise: the median over seconds of its deviation; pure."""
    saw = f"{heard.rate_hz:.2f} Hz over {LISTEN_S:.0f} s, set to {rate_hz}"
    faults = "".join(f", {kind} {times}" for kind, times in heard.faults.items())
    is_near = abs(heard.rate_hz / rate_hz - 1) <= RATE_WITHIN
    cure = "" if is_near and not faults else f"end what else uses the bus or the processor; {WIRES}"
    rate = Finding("rate", saw + faults, cure)
    seconds = len(heard.xyz_g) // rate_hz
    if not seconds:
        return [rate]
    parts = heard.xyz_g[: seconds * rate_hz].reshape(seconds, rate_hz, 3)
    noise_g = np.median(parts.std(axis=1), axis=0)
    axes = (f"{axis} {1e3 * g:.1f}" for axis, g in zip("xyz", noise_g, strict=True))
    saw = ", ".join(axes) + " mg"
    if not noise_g.any():
        cure = "the sensor is stuck: power it off"
        return [rate, Finding("noise", "every sample is the same", cure)]
    if noise_g.max() <= noise_most_g:
        return [rate, Finding("noise", saw)]
    cure = "lay it still, on a table, and try again; else a capacitor of 1 uF at its supply"
    return [rate, Finding("noise", saw, cure)]
