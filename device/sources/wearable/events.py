"""Turn a wearable's records about itself into the events of a night: (kind, detail)."""

from dataclasses import fields

from edgekit.night.events import BREAKS_WEARABLE, EventKind
from edgekit.text import counted

from .records import (
    CLOCK_SOURCES,
    ERROR_KINDS,
    RESET_CAUSES,
    Boot,
    DeviceEvent,
    DeviceHealth,
    Fault,
)

PAGES = 65_536  # in the detail of a damaged flash: pages * PAGES + records
BATTERY_STEP_MV = 100  # a battery that fell by so much is worth another event

_FAULTS = tuple(
    field.name
    for field in fields(DeviceHealth)
    if field.name
    not in {"time_us", "next_sample", "samples", "battery_mv", "clock_source", "listener"}
)


def of_device(event: DeviceEvent) -> tuple[EventKind, str]:
    if event.error == 0:  # an answer, the only event that is no error
        return EventKind.SELF_TEST, "the sensor passed its self-test"
    kind, number = EventKind.UNKNOWN_ERROR, f"number {event.error}, "
    if event.error <= len(ERROR_KINDS):
        kind, number = ERROR_KINDS[event.error - 1], ""
    if kind in {EventKind.LOW_BATTERY, EventKind.BATTERY_EMPTY}:
        return kind, f"{kind.words} ({_volts(event.detail)})"
    if kind is EventKind.BAD_RECORD and event.detail >= PAGES:
        pages, records = divmod(event.detail, PAGES)
        return kind, f"{kind.words} ({_damage(pages, records)})"
    return kind, f"{number}{kind.words} ({event.detail})"


def damaged_pages(event: DeviceEvent) -> int:
    """Return of how many pages of the records' flash the header was damaged at a start."""
    is_of_flash = event.error and of_device(event)[0] is EventKind.BAD_RECORD
    return event.detail // PAGES if is_of_flash else 0


def _damage(pages: int, records: int) -> str:
    known = f"{counted(pages, 'page')} of the flash with a damaged header"
    return f"{known}, {counted(records, 'damaged record')}" if records else known


def is_gap(event: DeviceEvent) -> bool:
    return event.error != 0 and of_device(event)[0] in BREAKS_WEARABLE


def of_boot(boot: Boot) -> tuple[EventKind, str]:
    causes = dict(enumerate(RESET_CAUSES))
    cause = causes.get(boot.reset_cause, "unknown cause")
    return EventKind.BOOT, f"number {boot.boot_count}, by {cause}"


def of_fault(fault: Fault) -> tuple[EventKind, str]:
    registers = ", ".join(
        f"{field.name.replace('_', ' ')} 0x{getattr(fault, field.name):08x}"
        for field in fields(fault)
    )
    return EventKind.FAULT, f"the run before ended at {registers}"


def of_health(health: DeviceHealth) -> tuple[EventKind, str]:
    counters = ", ".join(f"{name.replace('_', ' ')} {getattr(health, name)}" for name in _FAULTS)
    since_start = f"since its start: {counters}, samples {health.samples}"
    return EventKind.SENSOR_HEALTH, since_start + _supply(health)


def _supply(health: DeviceHealth) -> str:
    """Say what feeds the wearable, and that its clock is not the one it should be."""
    parts = [f"; battery {_volts(health.battery_mv)}"] if health.battery_mv else []
    if dict(enumerate(CLOCK_SOURCES)).get(health.clock_source) == "rc":
        parts.append("; its crystal does not run: the clock is an RC oscillator's, 250 ppm or more")
    return "".join(parts)


def _volts(millivolts: int) -> str:
    return f"{millivolts / 1000:.2f} V"


def has_worsened(before: DeviceHealth, health: DeviceHealth) -> bool:
    """Whether a fault was counted, the battery fell, or the clock is another since `before`."""
    fell = before.battery_mv - health.battery_mv >= BATTERY_STEP_MV and health.battery_mv > 0
    is_other_clock = before.clock_source != health.clock_source
    counted = any(getattr(before, name) != getattr(health, name) for name in _FAULTS)
    return counted or fell or is_other_clock
