"""Date what a wearable stored: a boot's times are its device's clock, which hosts' CLOCKs date.

A boot without a CLOCK is assumed to end where the next one starts.
"""

import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from edgekit.spec import Spec

from .greeting import Greeting
from .record_bytes import decode
from .records import Boot, Bout, DeviceAlarm, DeviceClock, Record

MOST_DRIFT = 200e-6  # more is no crystal's: a clock that differs by more was set wrong
TRIP_S = 2.0  # the most that a host's CLOCK is late by its line


@dataclass
class StoredBoot:
    """The records that were stored between two starts of the wearable, by sequence number."""

    boot_count: int | None  # None: its BOOT record is missing
    bundle_start: bytes | None  # first 8 bytes of the digest of the bundle that decided
    records: dict[int, Record] = field(default_factory=dict)
    # Of the device's clock to UTC: at these times of the device, the offsets, both in s.
    at_s: list[float] = field(default_factory=lambda: [0.0])
    offset_s: list[float] = field(default_factory=lambda: [0.0])
    is_dated: bool = False  # by a host

    def utc_s(self, device_s: float) -> float:
        """Return the UTC of a time of the device, between two dates of a clock that drifts."""
        after = bisect_right(self.at_s, device_s)
        if after in (0, len(self.at_s)):
            return device_s + self.offset_s[max(0, after - 1)]
        span_s = self.at_s[after] - self.at_s[after - 1]
        share = (device_s - self.at_s[after - 1]) / span_s
        drift_s = self.offset_s[after] - self.offset_s[after - 1]
        return device_s + self.offset_s[after - 1] + share * drift_s


@dataclass(frozen=True)
class DatedBout:
    sequence: int
    start_s: float  # UTC
    boot: StoredBoot
    bout: Bout

    def end_s(self, spec: Spec) -> float:
        return self.start_s + self.bout.windows * spec.hop_s

    def is_followed_by(self, other: "DatedBout", spec: Spec) -> bool:
        """Whether the first window of `other` is the one after this bout's last."""
        follows_at = self.bout.first_sample + self.bout.windows * spec.hop
        return other.boot is self.boot and other.bout.first_sample == follows_at


def dated_boots(records: dict[int, bytes], greeting: Greeting) -> list[StoredBoot]:
    """Return the boots of these records, oldest first, each with its offset to UTC."""
    boots = list(_boots(records))
    _complete_bundles(boots, greeting)
    next_start_s = time.time()
    for place, boot in reversed(list(enumerate(boots))):
        is_running = place == len(boots) - 1 and boot.boot_count in (
            greeting.hello.boot_count,
            None,
        )
        dates = [
            (record.time_us / 1e6, (record.utc_us - record.time_us) / 1e6)
            for record in boot.records.values()
            if isinstance(record, DeviceClock)
        ]
        if is_running:
            now_s = time.time() - greeting.offset_s
            dates = [*(date for date in dates if date[0] < now_s), (now_s, greeting.offset_s)]
        if dates:
            _date(boot, dates)
        else:
            boot.offset_s = [next_start_s - _end_s(boot, greeting.model.spec)]
        next_start_s = boot.utc_s(0.0)  # a device's clock starts at its start
    return boots


def dated_bouts(boots: Iterable[StoredBoot], greeting: Greeting) -> list[DatedBout]:
    """Return all bouts in the order in which they were stored.

    Those without a window are left out, and those that the running model has no label for.
    """
    spec, running = greeting.model.spec, greeting.hello.bundle_digest[:8]
    return [
        DatedBout(sequence, boot.utc_s(time_s(record)), boot, record)
        for boot in boots
        for sequence, record in boot.records.items()
        if isinstance(record, Bout)
        and record.windows
        and (
            boot.bundle_start != running
            or (record.posture < len(spec.postures) and record.placement < len(spec.placements))
        )
    ]


def time_s(record: Record) -> float:
    """Return a record's time by the device's clock; 0 for one without."""
    return float(getattr(record, "time_us", 0)) / 1e6


def _boots(records: dict[int, bytes]) -> Iterator[StoredBoot]:
    """Split at each BOOT record, and where the device's clock goes back: a BOOT is missing there.

    A bout's time is that of its start, long before it is stored: it is compared with bouts alone.
    """
    boot = StoredBoot(None, None)
    newest_s = {True: 0.0, False: 0.0}
    for sequence, data in records.items():
        record = decode(data)
        if record is None:
            continue
        # An alarm's time is that of its window, and comes again with the response.
        has_time = hasattr(record, "time_us") and not isinstance(record, DeviceAlarm)
        is_bout = isinstance(record, Bout)
        if isinstance(record, Boot) or (has_time and time_s(record) < newest_s[is_bout]):
            if boot.records:
                yield boot
            newest_s = {True: 0.0, False: 0.0}
            if isinstance(record, Boot):
                boot = StoredBoot(record.boot_count, record.bundle_start)
            else:
                boot = StoredBoot(None, None)
        newest_s[is_bout] = max(newest_s[is_bout], time_s(record))
        boot.records[sequence] = record
    if boot.records:
        yield boot


def _complete_bundles(boots: list[StoredBoot], greeting: Greeting) -> None:
    """Assume that a boot whose BOOT is missing had the bundle of the next one."""
    bundle_start = greeting.hello.bundle_digest[:8]
    for boot in reversed(boots):
        bundle_start = boot.bundle_start = boot.bundle_start or bundle_start


def _date(boot: StoredBoot, dates: list[tuple[float, float]]) -> None:
    """Take the newest date, and of those before it the ones that one crystal may have kept."""
    kept = [dates[-1]]
    for at_s, offset_s in reversed(dates[:-1]):
        later_s, later_offset_s = kept[-1]
        allowed_s = TRIP_S + MOST_DRIFT * (later_s - at_s)
        if at_s < later_s and abs(offset_s - later_offset_s) <= allowed_s:
            kept.append((at_s, offset_s))
    boot.at_s = [at_s for at_s, _ in reversed(kept)]
    boot.offset_s = [offset_s for _, offset_s in reversed(kept)]
    boot.is_dated = True


def _end_s(boot: StoredBoot, spec: Spec) -> float:
    """Return the end of the boot's last record, by the device's clock."""
    return max(
        time_s(record) + (record.windows * spec.hop_s if isinstance(record, Bout) else 0.0)
        for record in boot.records.values()
    )
