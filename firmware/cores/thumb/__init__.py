"""Arm's Thumb, of the Cortex-M cores: their compilers, their vector table, their deepest stack."""

from pathlib import Path

from ..architecture import Architecture, Core, Stack


def _core(name: str, fpu: str | None = None, zig_features: str = "") -> Core:
    """Return a core by GNU's name; `fpu`, GNU's name too, makes the ABI's floats hard."""
    abi, floats = ("eabihf", (f"-mfpu={fpu}", "-mfloat-abi=hard")) if fpu else ("eabi", ())
    zig_cpu = name.replace("-", "_") + zig_features
    return Core(
        name,
        ("-target", f"thumb-freestanding-{abi}", f"-mcpu={zig_cpu}"),
        (f"-mcpu={name}", "-mthumb", *floats),
    )


def _worst_stack(elf: Path, vectors: int) -> Stack:
    from .stack import worst_stack  # reads ELF files, which a list of cores has no need of

    return worst_stack(elf, vectors)


THUMB = Architecture(
    name="thumb",
    cores=(
        _core("cortex-m0plus"),
        _core("cortex-m3"),
        _core("cortex-m4", fpu="fpv4-sp-d16"),
        _core("cortex-m33", fpu="fpv5-sp-d16", zig_features="+dsp"),
        _core("cortex-m55", fpu="auto", zig_features="+mve+mve_fp"),
    ),
    gcc="arm-none-eabi-gcc",
    gcc_package="gcc-arm-none-eabi",
    is_bare=True,
    worst_stack=_worst_stack,
)
