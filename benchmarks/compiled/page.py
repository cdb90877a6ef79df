"""Write docs/compile-numbers.md from the record."""

from typing import Any

from edgekit.pages.markdown import table

from .record import RENEW

_ELSEWHERE = (
    "it took 2.3 (with CMSIS-NN) to 9.2 times (reference kernels) as many instructions as the "
    "generated C,\nin 33 to 52 KB of code"
)
# Flash and RAM in KiB that the vendor publishes.
_VENDOR = {"ign": (25.58, 3.94), "gmp": (18.96, 6.33)}


_HEADS = ("net", "is", "multiply-adds", "model.tflite, bytes")
_CORES = ("net", "core", "instructions", "a multiply-add", "RAM", "flash", "of it code")
_TFLM = ("net", "TFLM's arena", "our RAM, M4", "our RAM, M0+", "tflite-micro", "ours", "ratio")
_ST = ("net", "ST, flash", "ours, flash", "ST, RAM", "ours, RAM")


def page(record: dict[str, Any]) -> str:
    nets = record["nets"]
    return f"""\
# What compiled models take

Made by `{RENEW}`; do not edit.

{record["made_on"]}

Five nets that are not ours, in their published shapes. **Their weights are random** (seed 0) and
quantised by TensorFlow's converter on 64 windows of noise: what a kernel does depends on shapes,
and nothing here speaks of accuracy. Every count stands for answers that were equal to
tflite-micro's, byte for byte, on this machine and on each core, in the same run.

{table(_HEADS, _heads(nets), words=2)}

## On each core

**Counted** in emulation, of the input that took the most; not run on hardware, and an instruction
is not a cycle. RAM is the static memory and the deepest stack (QEMU, which runs the M55, does not
tell the stack), flash is code and constants, in bytes, as zig's clang compiles it.

{table(_CORES, _cores(nets), words=2)}

## Beside TFLM

TFLM cannot be built for these cores from packages, so it was not counted on them here. Of edgekit's
own nets it was **measured elsewhere** ([firmware-numbers.md](firmware-numbers.md)): on a Cortex-M4
{_ELSEWHERE}.

**Measured** here, of the files above: the smallest arena in which tflite-micro's wheel answers
(an upper bound: its pointers have 64 bits, a core's 32), and the CPU time of an answer on this
machine, by its reference kernels and by our portable C in turn. No microcontroller has such times.

{table(_TFLM, _tflm(nets), words=1)}

In flash TFLM holds `model.tflite`, its interpreter and the kernels that were registered.

## Beside the vendor's own figures

ST publishes its two nets as **float** models in its own runtime (STM32Cube.AI 10.0.0 on a
B-U585I-IOT02A, a Cortex-M33: total flash and RAM, from the model zoo's pages; **data sheet**). Ours
are the same nets in int8 on a Cortex-M33: what a user gets, not a comparison of runtimes alone.

{table(_ST, _vendor(nets), words=1)}
"""


def _heads(nets: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (name, net["origin"], f"{net['macs']:,}", f"{net['model_bytes']:,}")
        for name, net in nets.items()
    ]


def _cores(nets: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            name,
            core,
            f"{cost['instructions']:,}",
            f"{cost['instructions'] / net['macs']:.2f}",
            f"{cost['ram_bytes']:,}",
            f"{cost['flash_bytes']:,}",
            f"{cost['code_bytes']:,}",
        )
        for name, net in nets.items()
        for core, cost in net["cores"].items()
    ]


def _tflm(nets: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            name,
            f"{net['tflm_arena_bytes']:,}",
            f"{net['cores']['cortex-m4']['ram_bytes']:,}",
            f"{net['cores']['cortex-m0plus']['ram_bytes']:,}",
            f"{net['tflm_us']:,.0f} us",
            f"{net['c_us']:,.0f} us",
            f"{net['tflm_us'] / net['c_us']:.1f}",
        )
        for name, net in nets.items()
    ]


def _vendor(nets: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            name,
            f"{flash:.2f} KiB",
            f"{nets[name]['cores']['cortex-m33']['flash_bytes'] / 1024:.2f} KiB",
            f"{ram:.2f} KiB",
            f"{nets[name]['cores']['cortex-m33']['ram_bytes'] / 1024:.2f} KiB",
        )
        for name, (flash, ram) in _VENDOR.items()
    ]
