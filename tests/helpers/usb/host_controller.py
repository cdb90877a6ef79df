"""HostController: a USB host's root port and its transfers, in step with the board's time.

A full-speed bus (USB 2.0, chapters 5, 8 and 9). What a device does against the specification is a
complaint; a test expects none.
"""

from collections import deque
from collections.abc import Callable, Generator
from typing import Protocol

from .port import UsbPort
from .transactions import Bus, TransferEndedError
from .transfer import Setup, Status, Transfer

BULK_PACKET_BYTES = 64
PACKETS_A_MS = 19  # of 64 bytes, bulk (USB 2.0, table 5-9)
FRAME_US = 1000
RESET_US, RECOVERY_US = 50_000, 10_000  # as Linux; the least is 10 ms each (7.1.7.5)
SUSPEND_US = 5_000  # without a start of frame: more than 3 ms (7.1.7.6)
REQUEST_LIMIT_US = 5_000_000  # the longest that a request may take (9.2.6.1)


class Board(Protocol):
    """Whose core runs the device's program: a System of the emulator."""

    @property
    def now_us(self) -> int: ...

    def run_until(self, is_met: Callable[[], bool], limit_us: int) -> bool: ...


class UsbError(Exception):
    """A transfer that did not end well; `status` is None where it did not end in time."""

    def __init__(self, status: Status | None, what: str) -> None:
        self.status = status
        super().__init__(f"{what}: {'no end in time' if status is None else status.name}")


class HostController:
    """One port with one device. `is_damaged` is asked for each packet: True, and it is lost."""

    def __init__(
        self, port: UsbPort, board: Board, is_damaged: Callable[[], bool] = lambda: False
    ) -> None:
        self.board = board
        self.bus = Bus(port, is_damaged)
        self.control_packet_bytes = 8  # until the device has said its own (9.6.1)
        self.is_suspended = False
        self._port = port
        self._is_plugged = False
        self._queues: dict[tuple[int, bool], deque[_Running]] = {}
        self._exchanged_us = board.now_us

    @property
    def complaints(self) -> list[str]:
        return self.bus.complaints

    # The cable.

    def plug(self) -> None:
        self._is_plugged = True
        self._port.set_vbus(True)

    def unplug(self) -> None:
        self._is_plugged = self.is_suspended = False
        self._port.set_vbus(False)
        self._end_all(Status.GONE)

    @property
    def is_connected(self) -> bool:
        return self._is_plugged and self._port.is_attached

    def reset_bus(self) -> None:
        """Reset the device: it has address 0, and every transfer ends."""
        self._end_all(Status.GONE)
        self.is_suspended = False
        self.bus.address, self.control_packet_bytes = 0, 8
        self.bus.toggles.clear()
        self._port.bus_reset()
        self.run(RESET_US + RECOVERY_US)

    def suspend(self) -> None:
        """Stop all traffic: the device must need less than 2.5 mA from now on (7.2.3)."""
        self.is_suspended = True
        self._port.suspend()
        self.run(SUSPEND_US)

    def resume(self) -> None:
        self._port.resume()
        self.run(RECOVERY_US)
        self.is_suspended = False

    # Time.

    def run(self, for_us: int) -> None:
        self.run_until(lambda: False, for_us)

    def run_until(self, is_met: Callable[[], bool], limit_us: int, step_us: int = FRAME_US) -> bool:
        """Let the board run; transactions come when its core sleeps, and after each `step_us`.

        False at the limit.
        """

        def is_due() -> bool:
            self.exchange()
            return is_met()

        end_us = self.board.now_us + limit_us
        while not is_due():
            left_us = end_us - self.board.now_us
            if left_us <= 0:
                return False
            self.board.run_until(is_due, min(step_us, left_us))
        return True

    # Transfers.

    def submit(self, transfer: Transfer) -> Transfer:
        """Queue a transfer behind those of its endpoint."""
        if self.is_connected:
            is_control = transfer.setup is not None
            steps = self._control(transfer) if is_control else self._bulk(transfer)
            key = transfer.endpoint, transfer.is_in and not is_control
            self._queues.setdefault(key, deque()).append((transfer, steps))
        else:
            transfer.end(Status.GONE)
        return transfer

    def unlink(self, transfer: Transfer) -> None:
        """Take a transfer back; what it received so far is in its data."""
        for queue in self._queues.values():
            for running in list(queue):
                if running[0] is transfer:
                    queue.remove(running)
                    transfer.end(Status.UNLINKED)

    def request(self, setup: Setup, data: bytes = b"", limit_us: int = REQUEST_LIMIT_US) -> bytes:
        """Run a control transfer; return what it brought. Raises UsbError."""
        return self.finish(Transfer(0, setup.is_in, setup.length, data, setup), limit_us)

    def finish(self, transfer: Transfer, limit_us: int = REQUEST_LIMIT_US) -> bytes:
        """Run a transfer to its end; return its data. Raises UsbError."""
        self.submit(transfer)
        self.run_until(lambda: transfer.is_done, limit_us)
        status = transfer.status
        if status is not Status.OK:
            self.unlink(transfer)
            raise UsbError(status, f"{transfer.setup or f'endpoint {transfer.endpoint}'}")
        return transfer.data

    def reset_toggle(self, endpoint: int, is_in: bool) -> None:
        """Go on with DATA0, as after CLEAR_FEATURE(ENDPOINT_HALT) (9.4.5)."""
        self.bus.toggles[endpoint, is_in] = 0

    def reset_toggles(self) -> None:
        """Go on with DATA0 on every endpoint but 0, as after SET_CONFIGURATION (9.1.1.5)."""
        self.bus.toggles = {key: t for key, t in self.bus.toggles.items() if key[0] == 0}

    def exchange(self) -> None:
        """Do the transactions for which there was time since the last call."""
        elapsed_us = self.board.now_us - self._exchanged_us
        self._exchanged_us = self.board.now_us
        self.bus.room = min(self.bus.room + elapsed_us * PACKETS_A_MS / FRAME_US, PACKETS_A_MS)
        if not self.is_connected:
            self._end_all(Status.GONE)
            return
        for queue in () if self.is_suspended else list(self._queues.values()):
            while queue and self._advance(*queue[0]):
                queue.popleft()[0].end(Status.OK)

    @staticmethod
    def _advance(transfer: Transfer, steps: "Steps") -> bool:
        """Do what can be done now; True when the transfer is over."""
        try:
            next(steps)
        except StopIteration:
            return True
        except TransferEndedError as error:
            transfer.end(error.status)
            return True
        return False

    def _end_all(self, status: Status) -> None:
        queues, self._queues = self._queues, {}
        for queue in queues.values():
            for transfer, _ in queue:
                transfer.end(status)

    def _control(self, transfer: Transfer) -> "Steps":
        bus, setup = self.bus, transfer.setup
        assert setup is not None
        yield from bus.send_setup(setup)
        if setup.is_in and setup.length:
            yield from self._receive(transfer, self.control_packet_bytes)
            bus.toggles[0, False] = 1
            yield from bus.send_packet(0, b"")
            return
        yield from self._send(transfer, self.control_packet_bytes)
        bus.toggles[0, True] = 1
        if (yield from bus.receive_packet(0, self.control_packet_bytes)):
            bus.complaints.append("a status stage held data")
            raise TransferEndedError(Status.FAILED)

    def _bulk(self, transfer: Transfer) -> "Steps":
        if transfer.is_in:
            yield from self._receive(transfer, BULK_PACKET_BYTES)
        else:
            yield from self._send(transfer, BULK_PACKET_BYTES)

    def _receive(self, transfer: Transfer, packet_bytes: int) -> "Steps":
        """Receive up to a packet that is not full, or all that was asked for (5.5.3, 5.8.3)."""
        while len(transfer.data) < transfer.length:
            packet = yield from self.bus.receive_packet(transfer.endpoint, packet_bytes)
            transfer.data += packet
            if len(transfer.data) > transfer.length:
                self.bus.complaints.append(f"{len(transfer.data)} bytes, not {transfer.length}")
                raise TransferEndedError(Status.OVERFLOW)
            if len(packet) < packet_bytes:
                return

    def _send(self, transfer: Transfer, packet_bytes: int) -> "Steps":
        while transfer.sent < len(transfer.data):
            packet = transfer.data[transfer.sent : transfer.sent + packet_bytes]
            yield from self.bus.send_packet(transfer.endpoint, packet)
            transfer.sent += len(packet)
        if transfer.ends_empty and transfer.sent % packet_bytes == 0:
            yield from self.bus.send_packet(transfer.endpoint, b"")


Steps = Generator[None, None, None]
_Running = tuple[Transfer, Steps]
