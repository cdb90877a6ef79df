"""I2cBus: one chip on /dev/i2c-N, with several readings in one system call where possible."""

import ctypes
import errno
from pathlib import Path
from typing import Any, Protocol

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError

MOST_READS = 21  # in one I2C_RDWR: 42 messages, two a reading; on a Pi 0 to 4 one (bcm2835)
I2C_FUNC_I2C = 1
I2C_RDWR = 0x0707

KINDS = {
    errno.ENXIO: "nack",
    errno.EREMOTEIO: "nack",
    errno.ETIMEDOUT: "timeout",
    errno.EBUSY: "busy",
    errno.EAGAIN: "busy",  # arbitration lost
}


class BusFault(Exception):  # noqa: N818 -- a fault is recovered from, not shown as an error
    """A transfer failed: 'nack', 'timeout', 'busy', 'io' or 'ones'.

    Linux does not report how much of a failed transfer reached the chip.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Bus(Protocol):
    """The registers of one chip on a bus."""

    name: str  # the chip's address and the bus, for people
    address: int

    @property
    def reading_method(self) -> str:
        """How several readings are made, for people, as far as it was tried."""

    def read(self, register: int, count: int, times: int = 1) -> bytes:
        """Read `count` bytes from a register on, `times` over, end to end. Raises BusFault."""

    def write(self, register: int, value: int) -> None:
        """Write one byte. Raises BusFault."""

    def reopen(self) -> None:
        """Close and open the adapter. Raises BusFault while it is away."""


class I2cBus:
    """A bus of Linux, by smbus2. Message objects are reused: a night has 72,000 drains."""

    def __init__(self, number: int, address: int) -> None:
        """Raises EdgekitError where the adapter cannot be opened, with the cure."""
        self._number, self.address = number, address
        self.name = f"0x{address:02x} on /dev/i2c-{number}"
        self._smbus: Any = None
        self._combines = True
        self._reads_together = True  # until the adapter refuses
        self._requests: dict[tuple[int, int], Any] = {}  # of (register, count)
        try:
            self._open()
        except OSError as error:
            raise EdgekitError(_cure(number, error)) from None

    @property
    def reading_method(self) -> str:
        if not self._combines:
            return "one reading a system call, by SMBus: this adapter has no I2C_RDWR"
        if not self._reads_together:
            return (
                "one reading a system call: this adapter refuses an I2C_RDWR of several, "
                "as that of a Raspberry Pi 0 to 4 does"
            )
        return f"up to {MOST_READS} readings a system call, by I2C_RDWR"

    def read(self, register: int, count: int, times: int = 1) -> bytes:
        try:
            if self._smbus is None:
                self._open()
            if not self._combines:
                read = self._smbus.read_i2c_block_data
                parts = [bytes(read(self.address, register, count)) for _ in range(times)]
                return b"".join(parts)
            if times > 1 and self._reads_together:
                try:
                    return self._transfer(register, count, times)
                except OSError as error:  # refused whole, before a byte went out
                    if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                        raise
                    self._reads_together = False
            return b"".join(self._transfer(register, count, 1) for _ in range(times))
        except OSError as error:
            raise BusFault(KINDS.get(error.errno or 0, "io")) from None

    def write(self, register: int, value: int) -> None:
        try:
            if self._smbus is None:
                self._open()
            self._smbus.write_byte_data(self.address, register, value)
        except OSError as error:
            raise BusFault(KINDS.get(error.errno or 0, "io")) from None

    def reopen(self) -> None:
        """Raises BusFault while the adapter is away; a later transfer tries again."""
        try:
            self.close()
            self._open()
        except OSError:
            raise BusFault("io") from None

    def close(self) -> None:
        smbus, self._smbus = self._smbus, None
        if smbus is not None:
            smbus.close()

    def _open(self) -> None:
        from fcntl import ioctl  # ModuleNotFoundError on Windows, which has no such bus

        try:
            from smbus2 import SMBus
        except ImportError:
            raise EdgekitError(f"the sensor needs smbus2: {install_line('device')}") from None
        self._ioctl = ioctl
        self._smbus = SMBus(self._number)
        self._combines = bool(int(self._smbus.funcs) & I2C_FUNC_I2C)

    def _transfer(self, register: int, count: int, times: int) -> bytes:
        """Make `times` readings in one system call. Raises OSError."""
        request, into = self._messages(register, count)
        request.nmsgs = 2 * times
        if self._ioctl(self._smbus.fd, I2C_RDWR, request) != 2 * times:
            raise OSError(errno.EIO, "a transfer ended early")
        return ctypes.string_at(into, count * times)

    def _messages(self, register: int, count: int) -> tuple[Any, Any]:
        """Return a request of MOST_READS readings, and the buffer of their bytes."""
        if (register, count) not in self._requests:
            from smbus2.smbus2 import i2c_msg, i2c_rdwr_ioctl_data

            to = ctypes.create_string_buffer(bytes([register]), 1)
            into = (ctypes.c_char * (MOST_READS * count))()
            at, pointer = ctypes.addressof(into), ctypes.POINTER(ctypes.c_char)
            messages = []
            for i in range(MOST_READS):
                part = ctypes.cast(at + i * count, pointer)
                messages.append(i2c_msg(self.address, 0, 1, ctypes.cast(to, pointer)))
                messages.append(i2c_msg(self.address, 1, count, part))
            request = i2c_rdwr_ioctl_data.create(*messages)  # type: ignore[arg-type]
            self._requests[register, count] = request, into, to, messages  # kept alive
        request, into, *_ = self._requests[register, count]
        return request, into


def _cure(number: int, error: OSError) -> str:
    path = f"/dev/i2c-{number}"
    if error.errno == errno.ENOENT:
        named = [each.name.removeprefix("i2c-") for each in Path("/dev").glob("i2c-*")]
        if buses := ", ".join(sorted(named, key=lambda name: (len(name), name))):
            return f"{path} does not exist. There are --bus {buses}: see `edgekit doctor`"
        seen = "I2C is off" if number == 1 else "nor does any other bus, and a Pi's is --bus 1"
        return (
            f"{path} does not exist ({seen}): sudo raspi-config nonint do_i2c 0, then see "
            "`edgekit doctor`"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{path} may not be opened: sudo usermod -aG i2c $USER, then log in again"
    return f"{path} does not open ({error.strerror}): see `edgekit doctor`"
