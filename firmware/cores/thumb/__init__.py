"""Arm's Thumb, of the Cortex-M cores: their compilers, their vector table, their deepest stack."""

from pathlib import Path

from ..architecture import Architecture, Core, Stack

_HARD = ("-mthumb", "-mfloat-abi=hard")


def _worst_stack(elf: Path, vectors: int) -> Stack:
    from .stack import worst_stack  # reads ELF files, which a list of cores has no need of

    return worst_stack(elf, vectors)


THUMB = Architecture(
    name="thumb",
    cores=(
        Core(
            "cortex-m0plus",
            ("-target", "thumb-freestanding-eabi", "-mcpu=cortex_m0plus"),
            ("-mcpu=cortex-m0plus", "-mthumb"),
        ),
        Core(
            "cortex-m3",
            ("-target", "thumb-freestanding-eabi", "-mcpu=cortex_m3"),
            ("-mcpu=cortex-m3", "-mthumb"),
        ),
        Core(
            "cortex-m4",
            ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m4"),
            ("-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", *_HARD),
        ),
        Core(
            "cortex-m33",
            ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m33+dsp"),
            ("-mcpu=cortex-m33", "-mfpu=fpv5-sp-d16", *_HARD),
        ),
        Core(
            "cortex-m55",
            ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m55+mve+mve_fp"),
            ("-mcpu=cortex-m55", *_HARD),
        ),
    ),
    gcc="arm-none-eabi-gcc",
    gcc_package="gcc-arm-none-eabi",
    is_bare=True,
    worst_stack=_worst_stack,
)
