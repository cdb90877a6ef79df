"""Link: receive records and send commands on a line that may drop."""

from edgekit.errors import EdgekitError

from .frames import Receiver, frame
from .record_bytes import decode, encode
from .records import Greet, Record, Stream
from .serial_line import SerialLine


class Link:
    def __init__(self, line: SerialLine) -> None:
        self.line = line
        self.received_bytes = 0
        self.unknown = 0  # whole frames that hold no known record
        self.receiver = Receiver()  # counts lost and refused frames
        self.asked_to_stream = False  # and not to stop since
        self._counter = 0
        self._refusal: EdgekitError | None = None

    def receive(self) -> list[Record]:
        """Return the records that came, after at most a quarter of a second.

        Raises LineDroppedError, and EdgekitError for another version of the protocol, after the
        records that came before it were returned.
        """
        return [record for record, _ in self.receive_counted()]

    def receive_counted(self) -> list[tuple[Record, int]]:
        """Return those records, each with how many frames were lost or refused before it."""
        if self._refusal is not None:
            raise self._refusal
        data = self.line.read()
        self.received_bytes += len(data)
        records: list[tuple[Record, int]] = []
        for unframed in self.receiver.records(data):
            try:
                record = decode(unframed)
            except EdgekitError as error:
                self._refusal = error
                break
            if record is None:
                self.unknown += 1
            else:
                records.append((record, self.receiver.lost + self.receiver.refused))
        return records

    def send(self, command: Record, packet_bytes: int = 1) -> None:
        """Send a command, filled up by zeros to whole packets. Raises LineDroppedError."""
        if isinstance(command, Greet | Stream):
            self.asked_to_stream = command != Stream(0)
        framed = frame(encode(command), self._counter)
        self.line.write(framed + bytes(-len(framed) % packet_bytes))
        self._counter += 1

    def reopen(self) -> None:
        """Open the port again, and forget partial frames. Raises LineDroppedError."""
        self.line.open()
        self.receiver.restart()
