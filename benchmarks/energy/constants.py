"""Constants of the energy models: value, unit, kind, document and page, bounds.

A data sheet's typical figure has no bounds of its own; its source says where its bounds are from.
What no document states is `assumed`: modelled, with wide bounds.
"""

from dataclasses import dataclass

from ..figure import Figure, Kind


def sheet(value: float, unit: str, source: str, low: float, high: float) -> Figure:
    return Figure(value, unit, Kind.DATA_SHEET, source, low, high)


def elsewhere(value: float, unit: str, source: str, low: float, high: float) -> Figure:
    return Figure(value, unit, Kind.ELSEWHERE, source, low, high)


def modelled(value: float, unit: str, source: str, low: float, high: float) -> Figure:
    return Figure(value, unit, Kind.MODELLED, source, low, high)


def assumed(value: float, unit: str, why: str, low: float, high: float) -> Figure:
    return Figure(value, unit, Kind.MODELLED, f"assumed: {why}", low, high)


NIGHT_S = 8 * 3600.0
HOURS_A_MONTH = 730.0

# The sensor --------------------------------------------------------------------------------------

_ADXL345 = (
    "ADXL345 data sheet (Analog Devices), page 14, table {table}, typical at 25 C and 2.5 V; "
    "bounds assumed, -10 to +30 %: at 3.3 V it takes more, and parts of two lots took 40 and 47 "
    "uA where the table says 40 (Analog Devices' forum, DOC-15828)"
)
_BY_RATE_HZ = {
    False: {25: 60, 50: 90, 100: 140, 200: 140, 400: 140},  # table 7
    True: {25: 40, 50: 45, 100: 50, 200: 60, 400: 90},  # table 8
}
# (rate in Hz, low power) -> current while it measures
ADXL345_UA = {
    (rate_hz, low_power): sheet(
        ua, "uA", _ADXL345.format(table=8 if low_power else 7), 0.9 * ua, 1.3 * ua
    )
    for low_power, rates in _BY_RATE_HZ.items()
    for rate_hz, ua in rates.items()
}

# The microcontroller: nRF52840 of a XIAO ---------------------------------------------------------

_PS = "nRF52840 Product Specification v1.1"

SUPPLY_V = sheet(
    3.3, "V", "XIAO nRF52840: its regulator's output; bounds +-2 % assumed", 3.23, 3.37
)
CLOCK_MHZ = Figure(64, "MHz", Kind.DATA_SHEET, f"{_PS}: the core's clock")
MCU_SLEEP_UA = sheet(
    3.16,
    "uA",
    f"{_PS}, 5.2.1.1, I_ON_RAMON_RTC: system on, 256 kB of RAM kept, RTC from the crystal, 3 V, "
    "typical at 25 C; low is without the RTC (2.35, I_ON_RAMON_EVENT), high assumed: a warm skin",
    2.35,
    5.0,
)
MCU_RUN_MA = sheet(
    3.3,
    "mA",
    f"{_PS}, 5.2.1, I_CPU0: CoreMark at 64 MHz from flash, cache and DC/DC, 3 V; low is from RAM "
    "(2.8, I_CPU2), high assumed, +15 %",
    2.8,
    3.8,
)
CYCLES_AN_INSTRUCTION = modelled(
    1.42,
    "cycles",
    "the project's notes: 4.41 M cycles estimated for 3.11 M instructions of MTL-net's generated "
    "C on a Cortex-M4F (1.23 to 1.50 for other nets and engines); low: the core issues one a "
    "cycle; high assumed: weights that wait for flash",
    1.0,
    2.0,
)
INSTRUCTIONS_A_SAMPLE = assumed(
    400, "", "wake-up, drain, checks and mean of a sample, beside the net", 150, 1500
)
INSTRUCTIONS_A_WINDOW = assumed(
    20_000, "", "bringing 300 values to int8, smoothing, the bout, beside the net", 6_000, 60_000
)

# The bus -----------------------------------------------------------------------------------------

BUS_KHZ = Figure(
    390, "kHz", Kind.DATA_SHEET, "nRF52840 errata, anomaly 219: 390 kHz in 400's place"
)
SAMPLE_BITS = Figure(
    126,
    "bit",
    Kind.COUNTED,
    "firmware/src/adxl345/adxl345_burst.h: 13 bytes of 9 bits, start, restart and stop make 120; "
    "two reads of the FIFO's level in a drain of 16 samples, 48 each, 6 more",
)
TWIM_MA = modelled(
    1.0,
    "mA",
    f"{_PS} has none; nRF5340 Product Specification, TWIM transferring at 400 kbps: 1.0 mA; low is "
    "the table of an nRF91 (0.59, HFINT), high this project's earlier estimate (docs/boards.md)",
    0.59,
    1.67,
)
PULL_UP_MA = modelled(
    0.70,
    "mA",
    "two lines with 4.7 kOhm to 3.3 V, each low half of the time: 3.3 / 4.7 mA; the resistance is "
    "assumed, 2.2 to 10 kOhm",
    0.33,
    1.5,
)

# A Pico in its place: RP2040, whose image does not gate its clocks (docs/boards.md)
PICO_MA = {
    "clocks as the image leaves them": assumed(
        7.0, "mA", "docs/boards.md: core asleep, PLL, crystal and every clock on", 5.0, 10.0
    ),
    "clocks off while asleep, which is not built": elsewhere(
        1.5,
        "mA",
        "MicroPython, commit b004e7e (Damien George, 2022): a Pico in lightsleep, at its USB port; "
        "low is dormant (0.9), high assumed",
        0.9,
        2.0,
    ),
}

# Flash and board ---------------------------------------------------------------------------------

FLASH_MA = elsewhere(
    4.0,
    "mA",
    f"Nordic DevZone 45676, Nordic's support: about 4 mA on a few boards ({_PS} has none); bounds "
    "assumed",
    3.0,
    8.0,
)
FLASH_WORD_US = Figure(41, "us", Kind.DATA_SHEET, f"{_PS}, 4.3: a word of 4 bytes, at most")
FLASH_PAGE_MS = Figure(85, "ms", Kind.DATA_SHEET, f"{_PS}, 4.3: erasing 4096 bytes, at most")
FLASH_NIGHT_BYTES = Figure(
    11_272,
    "B",
    Kind.COUNTED,
    "docs/firmware.md, the nights in flash: a sleeper who turns every 3 minutes; low lies still, "
    "high turns every 20 s",
    2_200,
    67_576,
)
FLASH_IMAGE_BYTES = Figure(
    0xA7000, "B", Kind.COUNTED, "firmware/boards/xiao-nrf52840/board.toml: flash for the image"
)
BOARD_UA = elsewhere(
    2.2,
    "uA",
    "regulator and charger: 5.4 uA in all of a XIAO asleep at 3.6 V on its battery pads, by PPK2 "
    "(forum.seeedstudio.com, topic 271841), less the chip's 3.16; bounds assumed",
    1.0,
    4.0,
)

# Cells -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BatteryCell:
    name: str
    capacity_mah: Figure
    usable: Figure  # of the capacity, before the board stops
    lost_a_month: Figure  # of the capacity, by self-discharge


CELLS = (
    BatteryCell(
        "LiPo, 100 mAh",
        assumed(100, "mAh", "the label of a cell of 12 x 30 x 4 mm", 90, 105),
        assumed(0.9, "x", "a 3.3 V regulator ends before the cell does, and cells age", 0.7, 0.95),
        assumed(0.03, "x", "3 % a month with its protection circuit", 0.01, 0.05),
    ),
    BatteryCell(
        "CR2032",
        sheet(
            235,
            "mAh",
            "Energizer CR2032 data sheet: to 2.0 V at 15 kOhm (0.19 mA), 21 C; low assumed: other "
            "makers' (220) and pulses",
            200,
            240,
        ),
        assumed(
            0.95,
            "x",
            "at the board's 3.3 V pin, past its regulator, for its battery pads need more than "
            "3 V; others fed that pin 3.0 V (forum.seeedstudio.com, topic 270472), a cell was not "
            "tried. The sensor ends at 2.0 V, as the capacity does",
            0.8,
            1.0,
        ),
        assumed(0.001, "x", "about 1 % a year", 0.0005, 0.002),
    ),
)

# Radio: what sending costs -----------------------------------------------------------------------

TX_MA = sheet(
    6.40,
    "mA",
    f"{_PS}, 5.2, I_RADIO_TX1: sending at 0 dBm, 1 Mbps BLE, crystal, DC/DC; low is the radio "
    "alone (4.8, 6.20.15.2), high assumed",
    4.8,
    6.6,
)
RX_MA = sheet(
    6.26,
    "mA",
    f"{_PS}, 5.2, I_RADIO_RX0: receiving, 1 Mbps BLE, crystal, DC/DC; low is the radio alone (4.6, "
    "6.20.15.3), high assumed",
    4.6,
    6.5,
)
US_A_BYTE = Figure(8, "us", Kind.DATA_SHEET, "Bluetooth Core Specification, vol. 6 A: 1 Mbps")
PACKET_BYTES = Figure(
    21,
    "B",
    Kind.DATA_SHEET,
    "Bluetooth Core Specification, vol. 6 B, 2.1 and 2.4: preamble 1, access address 4, header 2, "
    "MIC 4, CRC 3; vol. 3: L2CAP 4, ATT 3",
)
PAYLOAD_BYTES = Figure(
    240,
    "B",
    Kind.DATA_SHEET,
    "Bluetooth Core Specification, vol. 6 B, 2.4: at most 251 of a packet, 244 after L2CAP and "
    "ATT: 40 samples of 6 bytes",
)
LISTEN_US = modelled(
    450,
    "us",
    f"ramp-up 140 ({_PS}, 6.20.15.8), the central's empty packet 80 (10 bytes), 150 to turn round, "
    "in which the sender ramps up (Core Specification, vol. 6 B, 4.1); 80 assumed for the clocks' "
    "drift",
    300,
    700,
)
EVENT_CORE_MS = assumed(1.0, "ms", "the core's work for a connection event", 0.5, 2.0)
SENT_TIMES = assumed(1.05, "x", "events for packets sent again, the body in the way", 1.0, 1.5)
DECISION_BYTES = Figure(8, "B", Kind.MODELLED, "window's number, two answers, two confidences")
SAMPLE_BYTES = Figure(6, "B", Kind.DATA_SHEET, "ADXL345 data sheet, 0x32 to 0x37: three of 16 bits")

# From the wall to the supply: a linear charger and a linear regulator in series.
FROM_WALL = assumed(
    0.53, "x", "3.3 V of the adapter's 5 V, all linear, and 80 % of the adapter", 0.4, 0.7
)

# The grid ----------------------------------------------------------------------------------------

GRID_G_A_KWH = {
    "the world": elsewhere(
        481,
        "g/kWh",
        "Ember, 2023, as Statista 943137 cites it (July 2024), lifecycle; low is the IEA's, CO2 "
        "alone, 2024 (Electricity 2025: 445)",
        445,
        500,
    ),
    "the EU": elsewhere(
        243,
        "g/kWh",
        "Ember, Global Electricity Review 2024: 657 Mt CO2 in 2023 over 718 TWh of wind and sun, "
        "26.6 % of all; bounds assumed, years and methods",
        200,
        300,
    ),
}
