"""Figures that others measured, and the targets of ours."""

from dataclasses import dataclass

from .nets import MICRO_MEAN

PUBLISHED, SMALL = "mtl-net-published", "mtl-net-small"


@dataclass(frozen=True)
class Peer:
    """Measured elsewhere (the project's notes), of nets of these kinds: what a window takes.

    All answered as tflite-micro does.
    """

    net: str
    core: str
    engine: str
    instructions: int
    code_bytes: int | None
    ram_bytes: int | None


_REFERENCE, _CMSIS = "TFLM, reference kernels", "TFLM with CMSIS-NN"
TRIAL = "C generated in a trial"
PEERS = (
    Peer(PUBLISHED, "cortex-m4", _REFERENCE, 26_030_000, 33_000, 27_200),
    Peer(PUBLISHED, "cortex-m4", _CMSIS, 6_790_000, 43_000, 27_300),
    Peer(PUBLISHED, "cortex-m4", TRIAL, 3_110_000, 3_000, 7_000),
    Peer(PUBLISHED, "cortex-m33", _CMSIS, 6_790_000, 64_000, 27_000),
    Peer(PUBLISHED, "cortex-m33", TRIAL, 3_100_000, 2_900, 7_000),
    Peer(PUBLISHED, "cortex-m0plus", _REFERENCE, 38_600_000, 43_000, 27_000),
    Peer(PUBLISHED, "cortex-m0plus", TRIAL, 14_200_000, 1_900, 4_000),
    Peer(PUBLISHED, "cortex-m55", _CMSIS, 1_440_000, 52_000, 33_000),
    Peer(PUBLISHED, "cortex-m55", TRIAL, 1_620_000, 1_900, 4_000),
    Peer(MICRO_MEAN, "cortex-m4", _REFERENCE, 1_380_000, 40_000, 5_600),
    Peer(MICRO_MEAN, "cortex-m4", _CMSIS, 450_000, 52_000, 6_100),
    Peer(MICRO_MEAN, "cortex-m0plus", _REFERENCE, 2_330_000, 51_000, 5_600),
    Peer(MICRO_MEAN, "cortex-m55", _CMSIS, 158_000, 69_000, 8_200),
)


@dataclass(frozen=True)
class Target:
    """An upper limit that is aimed at."""

    net: str
    core: str
    figure: str  # a field of NetCost, or "of_floor"
    limit: float


TARGETS = (
    Target(PUBLISHED, "cortex-m4", "instructions", 3_200_000),
    Target(PUBLISHED, "cortex-m4", "ram_bytes", 8_192),
    Target(PUBLISHED, "cortex-m4", "code_bytes", 4_096),
    Target(SMALL, "cortex-m4", "of_floor", 1.3),
    Target(MICRO_MEAN, "cortex-m4", "instructions", 200_000),
    Target(MICRO_MEAN, "cortex-m0plus", "instructions", 900_000),
    Target(MICRO_MEAN, "cortex-m55", "instructions", 158_000),
)
