"""docs/firmware-numbers.md: the tables, how they are counted, and on what they were made."""

import platform
import subprocess
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import gcc

from . import tables
from .tables import MeasuredNet


def page(nets: Sequence[MeasuredNet], emulators: str) -> str:
    """`emulators`: one sentence on how two of them agree."""
    return f"""\
# What the generated C takes of a Cortex-M

Made by `python -m edgekit.benchmarks.firmware --markdown docs/firmware-numbers.md`; do not edit.

{made_on()}

**Kind of the figures.** Instructions are exact, counted in emulation of what a compiler made; none
of this was run on hardware, and an instruction is not a cycle. RAM is what the linker and a painted
stack say, code and constants what the linker says. Every count stands for answers that were equal
to tflite-micro's, byte for byte, in the same run. The nets are untrained (weights of a fixed seed,
quantised as `edgekit convert` does): what a kernel does depends on a net's shapes.

## What was aimed at

{tables.targets(nets)}

## Each net on each core

{tables.costs(nets)}

- **instructions**: of one `edgekit_model_run`, from a window of counts to the int8 logits; of the
  {tables.WINDOWS_TRIED} windows tried (half of them white noise) the one that took the most.
  Cortex-M0+, M4 and M33 in unicorn, block by block; M55 in QEMU by its instruction clock.
  {emulators}
- **of the floor**: instructions over the fewest that the products can take, below.
- **RAM**: `static` (the arena of activations and, on the DSP path, the widened weights of two
  channels; the sections .data and .bss) and `stack` (how deep a run wrote into a painted stack, its
  own return address not included; QEMU's run does not tell). Window, logits and all else of the
  application are not in it.
- **code**: the section .text of an image of nothing but the net: the kernels that it calls, the run
  itself, what the compiler calls by itself.
- **constants**: the section .rodata: weights, 16 bytes a channel, a few words a layer.
- micro-mean is a depthwise net of 11.8 k parameters like that of which TFLM was measured:
  mtl-net-micro with ReLU and the mean over time alone.

## Where the instructions go

As zig compiles it; QEMU does not tell one function from another.

{tables.parts(nets)}

## The floor

Products and the loads and widenings that they cannot do without; not counted are loops, rounding,
stores, sums of two tensors, pools, the mean. `products` counts those that reach an answer.

{tables.floors(nets)}

- **M4, M33**: SMLAD makes two products. 14 registers hold a tile of 2 rows by 2 positions (4 sums,
  4 words of widened weights, 2 of activations at a time, pointers), so 16 products of a convolution
  take 8 SMLAD, 1 LDM of weights and 2 LDRD of activations. Weights are kept in 8 bits: each word
  of 4 is loaded (a quarter of an LDM) and widened (2 SXTB16) once a layer. A dense layer uses a
  weight once: 16 products, 4 rows by 4 columns, are 8 SMLAD, 8 SXTB16, 1 LDM and 1 LDRD. A
  depthwise layer: SMLAD again, each pair of activations loaded once; what it takes to bring the
  taps of a channel beside each other is not counted, so that code cannot get there.
- **M0+**: 8 registers hold 4 sums. 4 products are 4 MULS, 4 ADDS and 5 loads; signs for nothing.
  Depthwise: a load, MULS and ADDS each, weights in registers.
- **M55**: VMLADAVA makes 16 products of a convolution or a dense layer; 8 sums fit: 4 rows by 2
  positions with 6 loads, or 8 rows with 9. Depthwise: 4 products by one VMLA and one load.

## Beside others

TFLM cannot be built here, so its figures were **measured elsewhere**: they are the project's notes,
of nets of these kinds, code and RAM to two digits, and nothing of them was counted again. A ratio
above 1 is in favour of the code here, zig's.

{tables.peers(nets)}

**Measured** in this run, on this machine, CPU time of one thread: tflite-micro's interpreter (its
wheel, reference kernels) and the generated C (zig, portable path) on the same windows, each called
from Python, in turn; medians of the rounds, and how far their ratios lie apart. This is no
microcontroller's time.

{tables.host(nets)}

## What was tried

Instructions of a window of white noise on a Cortex-M4, zig, by the step of the code's history;
counted once, unlike all above, on the revisions of their time:

| step | mtl-net-published | mtl-net-small | micro-mean |
| --- | ---: | ---: | ---: |
| the portable path: no SMLAD (built for a Cortex-M3) | 6,202,894 | 8,202,546 | 489,255 |
| SMLAD tiles as inline assembly, activations of 16 bits | 2,890,466 | 3,303,624 | 325,744 |
| a convolution's loop and rounding in one piece of it | 2,848,612 | 3,022,947 | 260,868 |
| the same in a file of its own, four groups a turn | 2,816,614 | 2,580,346 | 186,488 |

Before any of that, when the C is generated: the input's zero point goes into the bias, a pool of
two comes before the rounding and takes no pass of its own, padding lies ready around a
convolution's input, a 1 x K kernel reads its slice in place, and what reaches no answer is not
computed.

## The budget

`benchmarks/firmware/budget.json` keeps instructions, RAM and code of each net and core, as zig
compiles them. `make budget` fails where one is more than 1 % over; `--write` renews the file.
"""


def made_on() -> str:
    names = [f"zig {zig_version()}", gcc_version(), f"unicorn {version('unicorn')}"]
    return (
        f"{date.today():%-d %B %Y}; {', '.join(name for name in names if name)}; "
        f"{platform.system()} on {_processor()}, Python {platform.python_version()}, "
        f"tflite-micro {version('tflite-micro')}."
    )


def zig_version() -> str:
    return version("ziglang")


def gcc_version() -> str:
    """Empty where it is not installed."""
    try:
        command = gcc("cortex-m4").command[0]
    except EdgekitError:
        return ""
    told = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    return f"arm-none-eabi-gcc {told.stdout.splitlines()[0].split()[-2]}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
