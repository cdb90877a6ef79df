"""Where the RP2040 and the RP2350 keep their peripherals (address maps of their data sheets)."""

from dataclasses import dataclass

from edgekit.firmware.build.board import board


@dataclass(frozen=True)
class Layout:
    """Addresses of blocks; numbers in RESETS, and of interrupts; offsets that differ; values."""

    resets: int
    clocks: int
    xosc: int
    rosc: int
    rosc_status: int
    adc: int
    clk_adc_ctrl: int
    gpio_out_set: int
    gpio_out_clr: int
    io_dormant_inte3: int
    pll: int
    pll_usb: int
    clk_usb_ctrl: int
    psm: int
    io: int
    pads: int
    i2c: int
    uart: int
    timer: int
    watchdog: int
    pwm: int
    reset_bits: dict[str, int]
    timer_interrupt: int
    io_interrupt: int
    uart_interrupt: int
    usb_interrupt: int
    gpio_oe_set: int
    gpio_oe_clr: int
    io_inte0: int
    timer_intr: int
    psm_wdsel_all: int
    watchdog_load_8_s: int
    clock_mhz: int


def _clock_mhz(name: str) -> int:
    clock_hz = board(name).clock_hz
    assert clock_hz is not None
    return clock_hz // 1_000_000


RP2040 = Layout(
    resets=0x4000_C000,
    clocks=0x4000_8000,
    xosc=0x4002_4000,
    rosc=0x4006_0000,
    rosc_status=0x18,
    adc=0x4004_C000,
    clk_adc_ctrl=0x60,
    gpio_out_set=0x14,
    gpio_out_clr=0x18,
    io_dormant_inte3=0x16C,
    pll=0x4002_8000,
    pll_usb=0x4002_C000,
    clk_usb_ctrl=0x54,
    psm=0x4001_0000,
    io=0x4001_4000,
    pads=0x4001_C000,
    i2c=0x4004_4000,
    uart=0x4003_4000,
    timer=0x4005_4000,
    watchdog=0x4005_8000,
    pwm=0x4005_0000,
    reset_bits={
        "adc": 0,
        "i2c": 3,
        "io": 5,
        "pads": 8,
        "pll": 12,
        "pll_usb": 13,
        "pwm": 14,
        "timer": 21,
        "uart": 22,
        "usb": 24,
    },
    timer_interrupt=0,
    io_interrupt=13,
    uart_interrupt=20,
    usb_interrupt=5,
    gpio_oe_set=0x24,
    gpio_oe_clr=0x28,
    io_inte0=0x100,
    timer_intr=0x34,
    psm_wdsel_all=0x0001FFFC,
    watchdog_load_8_s=16_000_000,
    clock_mhz=_clock_mhz("pico"),
)

RP2350 = Layout(
    resets=0x4002_0000,
    clocks=0x4001_0000,
    xosc=0x4004_8000,
    rosc=0x400E_8000,
    rosc_status=0x1C,
    adc=0x400A_0000,
    clk_adc_ctrl=0x6C,
    gpio_out_set=0x18,
    gpio_out_clr=0x20,
    io_dormant_inte3=0x2E4,
    pll=0x4005_0000,
    pll_usb=0x4005_8000,
    clk_usb_ctrl=0x60,
    psm=0x4001_8000,
    io=0x4002_8000,
    pads=0x4003_8000,
    i2c=0x4009_0000,
    uart=0x4007_0000,
    timer=0x400B_0000,
    watchdog=0x400D_8000,
    pwm=0x400A_8000,
    reset_bits={
        "adc": 0,
        "i2c": 4,
        "io": 6,
        "pads": 9,
        "pll": 14,
        "pll_usb": 15,
        "pwm": 16,
        "timer": 23,
        "uart": 26,
        "usb": 28,
    },
    timer_interrupt=0,
    io_interrupt=21,
    uart_interrupt=33,
    usb_interrupt=14,
    gpio_oe_set=0x38,
    gpio_oe_clr=0x40,
    io_inte0=0x248,
    timer_intr=0x3C,
    psm_wdsel_all=0x01FFFFF3,
    watchdog_load_8_s=8_000_000,
    clock_mhz=_clock_mhz("pico2"),
)
