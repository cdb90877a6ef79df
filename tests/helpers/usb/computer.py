"""Computer: what an operating system makes of a USB serial port: a device node, and its identity.

The port is a pseudo-terminal. A program that has it open is DTR, as with Linux' cdc_acm; its speed
is the line coding.
"""

import os
import select
import termios
import tty
from pathlib import Path

from .descriptors import DescriptorError
from .enumeration import UsbDevice, enumerate_device
from .host_controller import HostController, UsbError
from .serial_port import SerialPort
from .sysfs import Plugged, Sysfs

FULL_S = 60.0  # that a program may leave the terminal full
READ_BYTES = 4096
STEP_US = 100_000
BAUDS = {termios.B1200: 1200, termios.B115200: 115_200}


class StuckError(Exception):
    """The program does not read its port."""


class Computer:
    """One socket. `refused` holds what it refused of a device that was plugged in."""

    def __init__(self, host: HostController, tree: Sysfs) -> None:
        self.host, self.tree = host, tree
        self.refused: list[str] = []
        self.device: UsbDevice | None = None
        self._port: SerialPort | None = None
        self._name = ""
        self._board_end = -1

    def plug(self, name: str) -> None:
        """Plug the device in, and give its port this name; a device that is refused gets none."""
        self.host.plug()
        self._enumerate(name)

    def unplug(self) -> None:
        self._forget()
        self.host.unplug()

    def reset_device(self) -> None:
        """Reset the bus in the middle of whatever it is doing, and enumerate the device anew."""
        name = self._name
        self._forget()
        self._enumerate(name)

    def run(self, for_us: int) -> None:
        """Let the board run, and pass bytes between it and the program."""
        end_us = self.host.board.now_us + for_us
        while (left_us := end_us - self.host.board.now_us) > 0:
            self.host.run_until(lambda: False, min(STEP_US, left_us), STEP_US)
            self._pass()

    @property
    def is_open(self) -> bool:
        """Whether a program has the port."""
        return self._port is not None and self._port.is_open

    def _enumerate(self, name: str) -> None:
        try:
            self.device = enumerate_device(self.host)
            self._port = SerialPort(self.host, self.device)
        except (UsbError, DescriptorError) as error:
            self.refused.append(str(error))
            return
        self._board_end, program_end = os.openpty()
        tty.setraw(program_end, termios.TCSANOW)
        os.set_blocking(self._board_end, False)
        device, self._name = self.device.device, name
        identity = Plugged(
            *(device.vendor, device.product, self.device.manufacturer, self.device.product),
            self.device.serial_number,
        )
        self.tree.plug(name, Path(os.ttyname(program_end)), identity)
        os.close(program_end)  # from now on, a hang-up says that no program has it

    def _forget(self) -> None:
        if self._name:
            self.tree.unplug(self._name)
            os.close(self._board_end)
        self._name, self._board_end, self._port, self.device = "", -1, None, None

    def _pass(self) -> None:
        port = self._port
        if port is None:
            return
        if port.is_gone or not self.host.is_connected:
            self._forget()
            return
        try:
            self._follow_program(port)
        except UsbError as error:
            if self.host.is_connected:
                self.refused.append(str(error))
            self._forget()
            return
        if port.is_open:
            self._read_program(port)
        self._write(bytes(port.received))
        port.received.clear()

    def _follow_program(self, port: SerialPort) -> None:
        """Open or close the port as the program did; set the line to its speed."""
        poll = select.poll()
        poll.register(self._board_end, select.POLLHUP)
        has_program = not any(event & select.POLLHUP for _, event in poll.poll(0))
        baud = BAUDS.get(termios.tcgetattr(self._board_end)[4], 9600)
        if has_program and not port.is_open:
            port.open(baud)
        elif port.is_open and baud != int.from_bytes(port.line[:4], "little"):
            port.set_line(baud)
        if port.is_open and not has_program:
            port.close()

    def _read_program(self, port: SerialPort) -> None:
        try:
            data = os.read(self._board_end, READ_BYTES)
        except OSError:  # nothing came, or the program has just gone
            return
        if data:
            port.write(data)

    def _write(self, data: bytes) -> None:
        """Write all to the program, however slowly it reads: the board waits meanwhile."""
        while data and self.is_open:
            if not select.select([], [self._board_end], [], FULL_S)[1]:
                raise StuckError(f"the program has not read its port for {FULL_S:.0f} s")
            try:
                data = data[os.write(self._board_end, data) :]
            except OSError:
                return
