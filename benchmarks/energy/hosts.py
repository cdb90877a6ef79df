"""Constants of Raspberry Pis and a power bank, as in constants.py."""

from dataclasses import dataclass

from ..figure import Figure
from .constants import assumed, elsewhere


@dataclass(frozen=True)
class Pi:
    name: str
    idle_w: Figure
    busy_core_w: Figure  # beyond idle
    slower: Figure  # CPU seconds there for one on the machine that measured


_SYSBENCH = (
    "a Pi 3's 687, a Pi 4's 1478, a Pi 5's 2737 events/s a core (sysbench, leoncode.co.uk), a Zero "
    "2 W taken as a Pi 3 at 1.0 of 1.4 GHz; that a server's core does 1.5 of a Pi 5's is assumed"
)
PIS = (
    Pi(
        "Raspberry Pi Zero 2 W",
        elsewhere(
            0.60,
            "W",
            "CNX Software, 9 December 2021: 120 mA at 5 V, Raspberry Pi OS Lite, by Otii Arc; low "
            "is the same with HDMI, LED and cores off (75 mA), high 130 mA at 5.3 V "
            "(OpenTrafficCam/OTCamera issue 70)",
            0.375,
            0.69,
        ),
        assumed(0.5, "W", "one Cortex-A53 of four at 1 GHz", 0.25, 0.8),
        assumed(8.0, "x", _SYSBENCH, 4.0, 16.0),
    ),
    Pi(
        "Raspberry Pi 4",
        elsewhere(
            2.7,
            "W",
            "Jeff Geerling, pidramble.com, power consumption: idle, 540 mA; low and high: "
            "chipwired.com, by three meters",
            2.2,
            3.0,
        ),
        elsewhere(
            0.93,
            "W",
            "the same: 6.4 W with four cores busy, less 2.7, a quarter; bounds assumed",
            0.6,
            1.3,
        ),
        assumed(2.8, "x", _SYSBENCH, 1.4, 5.0),
    ),
    Pi(
        "Raspberry Pi 500 (a Pi 5's chip)",
        elsewhere(
            3.1,
            "W",
            "Jeff Geerling, geerlingguy/sbc-reviews issue 60: Pi 500, idle, at the wall; bounds "
            "assumed",
            2.5,
            3.5,
        ),
        elsewhere(
            1.5,
            "W",
            "the same: 9 W with four cores busy (stress-ng), less 3.1, a quarter; bounds assumed",
            1.0,
            2.2,
        ),
        assumed(1.5, "x", _SYSBENCH, 0.8, 2.5),
    ),
)
POWER_BANK_WH = assumed(
    31.5, "Wh", "10,000 mAh at 3.7 V as its label says, 85 % of it at 5 V", 26.0, 34.0
)
