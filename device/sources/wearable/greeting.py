"""Greeting: which wearable answers on the line, its model, and its clock's offset to UTC."""

import time
from dataclasses import asdict, dataclass, field

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.mounting import Mounting
from edgekit.spec import ONE_GAIN, Spec

from .link import Link
from .records import (
    FEATURES,
    DeviceClock,
    DeviceMounting,
    DeviceTherapy,
    Greet,
    Hello,
    Label,
    Record,
    SetClock,
)
from .settings import mode_of, mounting_of

KEEPS_MOUNTING = 1 << FEATURES.index("mounting")  # of Hello.features
TRIES = 5
TRY_S = 1.0


@dataclass(frozen=True)
class WearableModel:
    """The model that runs on the wearable, as the wearable describes it."""

    name: str
    digest: str  # sha256 of bundle.json
    spec: Spec


@dataclass(frozen=True)
class Greeting:
    hello: Hello
    model: WearableModel
    offset_s: float  # from the wearable's clock to UTC
    early: tuple[Record, ...]  # its other records since
    mounting: Mounting | None = None  # that it decides by
    alarm: str = "off"  # of ALARM_MODES


@dataclass
class GreetingParts:
    """The parts of a greeting, as they come."""

    hello: Hello | None = None
    labels: dict[tuple[int, int], str] = field(default_factory=dict)
    mounting: Mounting | None = None
    alarm: str = "off"

    def add(self, record: Record) -> bool:
        """Return whether it is a part, or comes before the greeting and is dropped."""
        if isinstance(record, Label):
            self.labels[record.head, record.index] = record.name
            return True
        if isinstance(record, DeviceMounting):
            self.mounting = mounting_of(record)
            return True
        if isinstance(record, DeviceTherapy):
            self.alarm = mode_of(record)
            return True
        if isinstance(record, Hello):
            self.hello = record
            return True
        return self.hello is None

    @property
    def model(self) -> WearableModel | None:
        """None while a label is missing, or the mounting that it keeps."""
        if self.hello is None:
            return None
        if self.hello.features & KEEPS_MOUNTING and self.mounting is None:
            return None
        counts = self.hello.postures, self.hello.placements
        names = [
            [self.labels.get((head, index), "") for index in range(count)]
            for head, count in enumerate(counts)
        ]
        if not all(map(all, names)):
            return None
        spec = Spec.from_json(
            {
                "domain": self.hello.domain,
                "rate_hz": self.hello.rate_mhz / 1000,
                "postures": names[0],
                "placements": names[1],
                "window": self.hello.window,
                "hop": self.hello.hop,
                # The wearable does not name its front end, and nothing here depends on it.
                "front_end": asdict(ONE_GAIN),
            }
        )
        return WearableModel(self.hello.bundle_name, self.hello.bundle_digest.hex(), spec)


def greet(link: Link, tries: int = TRIES) -> Greeting:
    """Greet the wearable and set its clock. Raises EdgekitError when none answers."""
    parts, early = GreetingParts(), list[Record]()
    came: set[type[Record]] = set()
    for _ in range(tries):
        link.send(Greet())
        until = time.monotonic() + TRY_S
        while (model := parts.model) is None and time.monotonic() < until:
            records = link.receive()
            came |= set(map(type, records))
            early += [record for record in records if not parts.add(record)]
        if model is not None and parts.hello is not None:
            _check(parts.hello)
            offset_s = _set_clock(link, tries, early)
            return Greeting(parts.hello, model, offset_s, tuple(early), parts.mounting, parts.alarm)
    is_wearable = bool(came - {Greet} or link.unknown)
    raise _no_answer(link, is_wearable, is_echo=Greet in came and not is_wearable)


def check_bundle(greeting: Greeting, bundle: Bundle) -> None:
    """Raise EdgekitError when another bundle runs on the wearable."""
    if greeting.model.digest != bundle.digest:
        raise EdgekitError(
            f"the wearable runs bundle {greeting.model.name} ({greeting.model.digest[:12]}), not "
            f"{bundle.folder} ({bundle.digest[:12]}): leave --bundle out, or put that bundle on "
            "it with: edgekit firmware flash"
        )


def now_us() -> int:
    return time.time_ns() // 1000


def _set_clock(link: Link, tries: int, early: list[Record]) -> float:
    """Set the clock and return its offset to UTC; add all other records to `early`."""
    offset_s: float | None = None
    for _ in range(tries):
        sent_us = now_us()
        link.send(SetClock(sent_us))
        until = time.monotonic() + TRY_S
        while offset_s is None and time.monotonic() < until:
            for record in link.receive():
                if isinstance(record, DeviceClock) and record.utc_us == sent_us:
                    offset_s = (record.utc_us - record.time_us) / 1e6
                else:
                    early.append(record)
        if offset_s is not None:
            return offset_s
    raise EdgekitError(
        f"the wearable on {link.line.port} answers the greeting, but not the time of day: "
        "its firmware is of another edgekit; flash it again"
    )


def _check(hello: Hello) -> None:
    if not hello.counts_per_g:
        raise EdgekitError("the wearable reports no counts per g: flash its firmware again")


def _no_answer(link: Link, is_wearable: bool, is_echo: bool) -> EdgekitError:
    port, receiver = link.line.port, link.receiver
    if not link.received_bytes:
        return EdgekitError(
            f"nothing answers on {port}: not a byte came. Is it the wearable's port, is the "
            "wearable powered, and flashed (edgekit firmware flash)? Plug it in anew, try again"
        )
    if is_wearable:
        return EdgekitError(
            f"the wearable on {port} speaks, but did not greet: {receiver.lost} frames were lost, "
            f"{receiver.refused} came damaged. Try another cable or port, and flash its firmware "
            "again"
        )
    if is_echo:
        return EdgekitError(
            f"what was sent on {port} came back, and nothing else: TX and RX touch each other, or "
            "another device echoes"
        )
    return EdgekitError(
        f"what speaks on {port} is no edgekit wearable: {link.received_bytes} bytes came, no "
        "greeting among them. Another device's port, or firmware that is not edgekit's"
    )
