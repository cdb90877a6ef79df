"""Raspberry Pi Pico and Pico 2: their images, from the boot ROM's first step on."""

from collections.abc import Callable
from pathlib import Path

from edgekit.firmware.build.board import board
from edgekit.firmware.emulate import chip
from edgekit.firmware.emulate.chip import Entry
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import SOFTWARE, Surroundings
from edgekit.firmware.emulate.system import System

from .rp2_blocks import Block, Clocks, Oscillator, Pins, Pll, Resets, Sio, Timer, Watchdog
from .rp2_boot import Rp2040Boot, Rp2350Boot
from .rp2_layout import RP2040, RP2350, Layout
from .rp2_power import Adc, Dormant, Ring
from .rp2_pwm import Pwm
from .rp2_serial import I2c, Uart
from .rp2_usb import Usb
from .rp2_usb_memory import UsbMemory

_MOTOR_PIN = 7

MakeBoot = Callable[[Surroundings, Oscillator, Watchdog], Rp2040Boot | Rp2350Boot]


def pico(image: Path, sensor: SimulatedSensor) -> "System[Rp2]":
    """Power on a Pico."""
    return System(
        image,
        board("pico"),
        "cortex-m0plus",
        sensor,
        lambda around: Rp2(around, RP2040, Rp2040Boot),
    )


def pico2(image: Path, sensor: SimulatedSensor) -> "System[Rp2]":
    """Power on a Pico 2; raises EdgekitError for an image without its block of metadata."""
    return System(
        image, board("pico2"), "cortex-m33", sensor, lambda around: Rp2(around, RP2350, Rp2350Boot)
    )


class Rp2:
    """The blocks that both chips have, as `layout` places them, and the boot ROM of one."""

    def __init__(self, around: Surroundings, layout: Layout, make_boot: MakeBoot) -> None:
        self._around, self.layout = around, layout
        oscillator, psm = Oscillator(around, layout.xosc), Block(around, layout.psm)
        self._watchdog = Watchdog(around, layout, psm)
        self.boot = make_boot(around, oscillator, self._watchdog)
        self.rom = self.boot.rom
        pll = Pll(around, layout.pll, oscillator)
        pll_usb = Pll(around, layout.pll_usb, oscillator, "pll_usb")
        self.clocks = Clocks(around, layout, pll, pll_usb, self.boot.set_clock_mhz)
        self._pins = Pins(around, layout)
        self._timer = Timer(around, layout, self.boot.has_ticks)
        self._uart = Uart(around, layout.uart, self._pins)
        usb_memory = UsbMemory(around)
        self.usb = Usb(around, usb_memory, self.clocks.usb_megahertz, layout is RP2350)
        pads = Block(around, layout.pads, "pads")
        self.adc = Adc(around, layout, self.clocks, self._pins, pads)
        self._uart.is_clocked = self.clocks.peripherals_run
        self.usb.is_clocked = lambda: self.clocks.usb_megahertz() > 0
        self.adc.is_clocked = lambda: self.clocks.adc_megahertz() > 0
        self.ring, self.sio = Ring(around, layout), Sio(around, layout, self._pins)
        self._pwm = Pwm(around, layout, pll, self._pins, self.sio)
        plls = [pll, pll_usb]
        self._dormant = Dormant(around, layout, self.clocks, plls, self.ring, self._pins)
        oscillator.on_dormant = self._dormant.enter
        self._resettable = [
            self.usb,
            *(oscillator, pll, pll_usb, psm, self._pins, self._timer, self._uart),
            *(self.clocks, pads, self.adc, self.ring),
            *(I2c(around, layout, self._pins), self.sio, self._pwm),
            *self.boot.resettable,
        ]
        self.rom.on_boot_loader = self._reset_blocks
        self.resets = Resets(around, layout.resets, layout.reset_bits, self._resettable)
        self.blocks: list[chip.Block] = [
            *(self._watchdog, self.resets, *self._resettable, *self.boot.blocks, usb_memory),
        ]

    def set_usb_power(self, is_on: bool) -> None:
        self.sio.has_usb_power = is_on
        if is_on:
            self._dormant.usb_came()

    def reset(self, cause: int) -> Entry:
        if cause == SOFTWARE and not self.ring.is_on:
            self._around.complaints.append(
                "a reset without the ring oscillator, which starts the chip"
            )
        self._watchdog.reset_for(cause)
        self._reset_blocks()
        self.rom.is_in_boot_loader = False
        return self.boot.enter()

    def _reset_blocks(self) -> None:
        self.resets.reset()
        for block in self._resettable:
            block.reset()

    @property
    def motor(self) -> tuple[float, float]:
        """The share of time that the motor is on, and how often a second it is switched."""
        return self._pwm.output(_MOTOR_PIN)

    def interrupt_lines(self) -> int:
        return (
            self._timer.interrupt() << self.layout.timer_interrupt
            | self._pins.interrupt() << self.layout.io_interrupt
            | self._uart.interrupt() << self.layout.uart_interrupt
            | self.usb.interrupt() << self.layout.usb_interrupt
        )

    def next_event_ns(self) -> int:
        blocks = (self._timer, self._uart, self.usb)
        return min(self._around.next_outside_ns(), *(block.next_ns() for block in blocks))
