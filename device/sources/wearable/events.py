"""Turn a wearable's records about itself into the events of a night: (kind, detail)."""

from dataclasses import fields

from edgekit.night.events import BREAKS_WEARABLE, EventKind

from .records import ERROR_KINDS, RESET_CAUSES, Boot, DeviceEvent, DeviceHealth, Fault

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
    return kind, f"{number}{kind.words} ({event.detail})"


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
    return EventKind.SENSOR_HEALTH, f"since its start: {counters}, samples {health.samples}"


def has_worsened(before: DeviceHealth, health: DeviceHealth) -> bool:
    return any(getattr(before, name) != getattr(health, name) for name in _FAULTS)
