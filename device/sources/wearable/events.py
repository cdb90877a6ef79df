"""What a wearable says of itself, as the events of a night: (kind, detail)."""

from dataclasses import fields

from .records import ERRORS, RESET_CAUSES, Boot, DeviceEvent, DeviceHealth, Fault

_GAPS = {  # after these the device's windows start afresh
    "nack", "bus stuck", "timeout", "wrong device", "register lost", "frozen", "self test",
    "overrun",
}  # fmt: skip
_FAULTS = tuple(
    field.name
    for field in fields(DeviceHealth)
    if field.name not in {"time_us", "next_sample", "samples"}
)


def of_device(event: DeviceEvent) -> tuple[str, str]:
    kind, text = _error(event)
    if kind == "ok":  # an answer, the only event that is no error
        return "self test", "the sensor passed its self-test"
    return kind, f"{text} ({event.detail})"


def is_gap(event: DeviceEvent) -> bool:
    return _error(event)[0] in _GAPS


def of_boot(boot: Boot) -> tuple[str, str]:
    causes = dict(enumerate(RESET_CAUSES))
    return "boot", f"number {boot.boot_count}, by {causes.get(boot.reset_cause, 'unknown cause')}"


def of_fault(fault: Fault) -> tuple[str, str]:
    registers = ", ".join(
        f"{field.name.replace('_', ' ')} 0x{getattr(fault, field.name):08x}"
        for field in fields(fault)
    )
    return "fault", f"the run before ended at {registers}"


def of_health(health: DeviceHealth) -> tuple[str, str]:
    counters = ", ".join(f"{name.replace('_', ' ')} {getattr(health, name)}" for name in _FAULTS)
    return "sensor health", f"since its start: {counters}, samples {health.samples}"


def has_worsened(before: DeviceHealth, health: DeviceHealth) -> bool:
    return any(getattr(before, name) != getattr(health, name) for name in _FAULTS)


def _error(event: DeviceEvent) -> tuple[str, str]:
    if event.error < len(ERRORS):
        return ERRORS[event.error]
    return f"error {event.error}", "of a kind that this edgekit does not know"
