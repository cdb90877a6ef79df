"""What a wearable keeps beside its nights: its mounting and its therapy, read and set."""

import time
from typing import TypeVar

from edgekit.errors import EdgekitError
from edgekit.mounting import Mounting
from edgekit.therapy_policy import ALARM_MODES, Policy

from .link import Link
from .records import DeviceMounting, DeviceTherapy, Record, SetMounting, SetTherapy

NO_MOUNTING_CURE = "Run, wearing it: edgekit calibrate --serial PORT"
TRIES = 5
TRY_S = 1.0
Kept = TypeVar("Kept", bound=Record)


def mounting_of(record: DeviceMounting) -> Mounting | None:
    """Return the mounting of a record; None where the wearable keeps none.

    Raises EdgekitError for one that is no rotation.
    """
    if not record.is_kept:
        return None
    return Mounting(
        (
            (record.xx, record.xy, record.xz),
            (record.yx, record.yy, record.yz),
            (record.zx, record.zy, record.zz),
        ),
        (record.offset_x, record.offset_y, record.offset_z),
    )


def set_mounting(mounting: Mounting | None) -> SetMounting:
    """Return the command that has a wearable keep a mounting, or forget it (None)."""
    if mounting is None:
        return SetMounting(*[0] * 13)
    values = [value for row in (*mounting.matrix, mounting.offset) for value in row]
    return SetMounting(1, *values)


def set_therapy(mode: str, policy: Policy) -> SetTherapy:
    """Return the command that has a wearable run a therapy in a mode of ALARM_MODES."""
    times_s = policy.after_s, policy.delay_s, policy.every_s, policy.pause_s
    return SetTherapy(ALARM_MODES.index(mode), *(round(1000 * each) for each in times_s))


def mode_of(record: DeviceTherapy) -> str:
    """Return the mode of a therapy; a later firmware's has a number only."""
    return ALARM_MODES[record.mode] if record.mode < len(ALARM_MODES) else f"mode {record.mode}"


def check_mounting(record: DeviceMounting, of_night: Mounting | None, port: str) -> None:
    """Raise EdgekitError where the mounting is no longer the one that a night began with."""
    if mounting_of(record) != of_night:
        raise EdgekitError(
            f"the wearable on {port} has another mounting now: this night ends here. Start another"
        )


def keep_mounting(link: Link, mounting: Mounting | None) -> None:
    """Have the wearable keep a mounting, or forget it. Raises EdgekitError where it does not."""
    command = set_mounting(mounting)
    _check_kept(link, command, _exchange(link, command, DeviceMounting))


def keep_therapy(link: Link, mode: str, policy: Policy) -> None:
    """Have the wearable run a therapy from now on. Raises EdgekitError where it does not."""
    command = set_therapy(mode, policy)
    _check_kept(link, command, _exchange(link, command, DeviceTherapy))


def _exchange(link: Link, command: Record, kind: type[Kept]) -> Kept:
    """Send a command until a record of this kind answers it."""
    for _ in range(TRIES):
        link.send(command)
        until = time.monotonic() + TRY_S
        while time.monotonic() < until:
            for record in link.receive():
                if isinstance(record, kind):
                    return record
    raise EdgekitError(
        f"the wearable on {link.line.port} does not answer a setting: its firmware is of another "
        "edgekit; flash it again with: edgekit firmware flash"
    )


def _check_kept(link: Link, command: Record, answer: Record) -> None:
    if vars(command) != vars(answer):
        raise EdgekitError(
            f"the wearable on {link.line.port} did not keep the setting: its flash could not be "
            "written, or its model has no body axes. What it reports: edgekit monitor --serial "
            f"{link.line.port}"
        )
