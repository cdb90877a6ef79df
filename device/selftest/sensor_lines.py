"""Judge the sensor and its bus: the first fault leaves what depends on it not measured."""

from collections.abc import Iterator

import numpy as np

from ..doctor.sensor import RATE_WITHIN
from ..sources.adxl345.registers import ADDRESSES, DEVID_VALUE, NOISE_MOST_G
from ..sources.wearable.records import CHECK_TRANSFERS, ERRORS, NOT_MEASURED, Check
from .judged import OK, Judged, error_words, passed, unmeasured
from .measure import Measured

GRAVITY_G = (0.7, 1.3)  # 1 g, and the chip's zero-g offset of up to 0.25 g in z
WIRES = "look at the wires, as drawn in docs/wiring-and-wearing.md, and keep them under 30 cm"


def sensor_lines(found: Measured) -> Iterator[Judged]:
    """Yield the lines of bus and sensor."""
    sensor, bus = found.checks.get("sensor"), found.checks.get("bus")
    why = ""
    if bus is not None and bus.error not in (OK, NOT_MEASURED):
        why = "the bus does not work"
    elif sensor is None or sensor.error != OK:
        why = "there is no ADXL345"
    yield _bus(found, bus)
    yield _identity(sensor) if not why or why.startswith("there") else unmeasured("sensor", why)
    yield unmeasured("self-test", why) if why else _self_test(found)
    yield unmeasured("rate", why) if why else _rate(found)
    yield unmeasured("noise", why) if why else _noise(found)
    yield unmeasured("gravity", why) if why else _gravity(found)


def _bus(found: Measured, bus: Check | None) -> Judged:
    expected = f"both lines high, 0 of {CHECK_TRANSFERS} transfers failed"
    if bus is None:
        return unmeasured("bus", "no answer", expected)
    if bus.error == NOT_MEASURED:
        return unmeasured("bus", "both lines are high, but nobody answers on them", expected)
    if bus.error != OK:
        cure = f"SDA or SCL touches ground or another wire, or lacks its pull-up: {WIRES}"
        return passed("bus", False, error_words(bus.error), expected, cure)
    first, last = (found.health[0], found.health[-1]) if found.health else (None, None)
    new = 0
    if first is not None and last is not None:
        new = sum(
            getattr(last, name) - getattr(first, name)
            for name in ("nacks", "timeouts", "bus_recoveries")
        )
    sensor = found.checks.get("sensor")
    new = new if sensor is not None and sensor.error == OK else 0
    saw = f"{bus.value} of {CHECK_TRANSFERS} transfers failed, {new} faults while it measured"
    return passed("bus", bus.value == 0 and new == 0, saw, expected, f"{WIRES}; stronger pull-ups")


def _identity(sensor: Check | None) -> Judged:
    expected = f"an ADXL345: 0x{DEVID_VALUE:02X} (data sheet, register 0x00)"
    if sensor is None:
        return unmeasured("sensor", "no answer", expected)
    if sensor.error == OK:
        return passed("sensor", True, f"an ADXL345 at 0x{sensor.value >> 8:02x}", expected, "")
    places = " and ".join(f"0x{address:02x}" for address in ADDRESSES)
    if ERRORS[sensor.error : sensor.error + 1] and ERRORS[sensor.error][0] == "wrong device":
        saw = f"0x{sensor.value >> 8:02x} answers 0x{sensor.value & 0xFF:02X}: another chip"
        return passed("sensor", False, saw, expected, "the breakout must hold an ADXL345")
    saw = f"{error_words(sensor.error)}, at {places}"
    return passed("sensor", False, saw, expected, f"{WIRES}; CS must be at 3.3 V")


def _self_test(found: Measured) -> Judged:
    expected = "each axis moves as the data sheet says (table 1, self-test)"
    if found.self_test is None:
        return unmeasured("self-test", "no answer", expected)
    error = found.self_test.error
    cure = "hold it still and try again; if it stays so, the chip is broken"
    return passed(
        "self-test", error == OK, error_words(error) if error else "passed", expected, cure
    )


def _rate(found: Measured) -> Judged:
    nominal_hz = found.greeting.model.spec.rate_hz
    expected = f"{nominal_hz:g} Hz within {RATE_WITHIN:.0%}, and no gap"
    if found.rate_hz is None:
        return passed("rate", False, "no samples came", expected, f"{WIRES}; see the lines above")
    gaps = [error_words(event.error) for event in found.events if event.error]
    is_near = abs(found.rate_hz / nominal_hz - 1) <= RATE_WITHIN
    saw = f"{found.rate_hz:.2f} Hz over {found.seconds:g} s" + "".join(f", {gap}" for gap in gaps)
    cure = f"report it; a chip's own oscillator is nearer. {WIRES}"
    return passed("rate", is_near and not gaps, saw, expected, cure)


def _noise(found: Measured) -> Judged:
    expected = f"more than nothing, less than {1e3 * NOISE_MOST_G:g} mg (data sheet, table 1: 6 mg)"
    spec = found.greeting.model.spec
    rate, per_g = round(spec.rate_hz), found.greeting.hello.counts_per_g
    seconds = len(found.counts) // rate
    if not seconds:
        return unmeasured("noise", "less than a second of samples came", expected)
    parts = found.counts[: seconds * rate].reshape(seconds, rate, 3) / per_g
    noise_g = np.median(parts.std(axis=1), axis=0)
    saw = ", ".join(f"{axis} {1e3 * g:.1f}" for axis, g in zip("xyz", noise_g, strict=True)) + " mg"
    if not noise_g.any():
        return passed("noise", False, "every sample is the same", expected, "power the sensor off")
    cure = "lay it still, on a table, and try again; else a capacitor of 1 uF at its supply"
    return passed("noise", bool(noise_g.max() <= NOISE_MOST_G), saw, expected, cure)


def _gravity(found: Measured) -> Judged:
    expected = f"{GRAVITY_G[0]:g} to {GRAVITY_G[1]:g} g (1 g; data sheet, table 1: zero-g offset)"
    if not len(found.counts):
        return unmeasured("gravity", "no samples came", expected)
    mean_g = found.counts.mean(axis=0) / found.greeting.hello.counts_per_g
    length_g = float(np.linalg.norm(mean_g))
    saw = f"{length_g:.2f} g: " + ", ".join(
        f"{axis} {g:+.2f}" for axis, g in zip("xyz", mean_g, strict=True)
    )
    cure = "lay it still and try again; if it stays so, the chip is broken"
    return passed("gravity", GRAVITY_G[0] <= length_g <= GRAVITY_G[1], saw, expected, cure)
