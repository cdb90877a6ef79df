"""A wearable's store behind a line that loses, for tests: no time passes, and no thread runs."""

from collections.abc import Callable
from dataclasses import dataclass, field

from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import Bout, Dump, Dumped, Record, Stored


def numbered(sequence: int) -> bytes:
    """A record that names its sequence, so that one taken for another is noticed."""
    return encode(Bout(60 * sequence, 1_200_000 * sequence, 1, 0, 1, 200, 200, -2048, 0, 0))


@dataclass
class StoredLine:
    """Answers DUMP as firmware/src/dump.c does; `read` gives a piece, b"" when all was read.

    `stored` maps a sequence to its record, `first` and `next` are the store's; a record between
    them that is not in `stored` is damaged. `is_lost(dump, frame)` tells which frames of which dump
    do not arrive, both from 0; `cut_after[dump]` ends a dump without its DUMPED after so many
    frames; `overtaken[dump]` is (after so many frames, the store's first from then on).
    """

    stored: dict[int, bytes]
    first: int
    next: int
    is_lost: Callable[[int, int], bool] = lambda _dump, _frame: False
    cut_after: dict[int, int] = field(default_factory=dict)
    overtaken: dict[int, tuple[int, int]] = field(default_factory=dict)
    grows: bool = True  # each dump ends the open bout, which is one more record
    port: str = "/dev/stored"
    dumps: list[int] = field(default_factory=list)  # the sequence that each asked for
    _counter: int = 0
    _out: list[bytes] = field(default_factory=list)
    _commands: Receiver = field(default_factory=Receiver)

    def read(self) -> bytes:
        return self._out.pop(0) if self._out else b""

    def write(self, data: bytes) -> None:
        for record in self._commands.push(data):
            if isinstance(command := decode(record), Dump):
                self._dump(command.sequence)

    def say(self, record: Record) -> None:
        """Send a record outside of a dump."""
        self._out.append(frame(encode(record), self._counter))
        self._counter += 1

    def _dump(self, sequence: int) -> None:
        number = len(self.dumps)
        self.dumps.append(sequence)
        if self.grows:
            self.stored[self.next] = numbered(self.next)
            self.next += 1
        sent, end = 0, self.next
        at = sequence
        while at < end:
            after, first = self.overtaken.get(number, (-1, 0))
            if sent == after:
                self.first = max(self.first, min(first, end))
            at = max(at, self.first)
            if at in self.stored and at < end:
                if sent == self.cut_after.get(number, -1):
                    return
                self._send(number, sent, Stored(at, self.stored[at]))
                sent += 1
            at += 1
        if number not in self.cut_after:
            self._send(number, sent, Dumped(end))

    def _send(self, dump: int, sent: int, record: Record) -> None:
        data = frame(encode(record), self._counter)
        self._counter += 1
        if not self.is_lost(dump, sent):
            self._out.append(data)
