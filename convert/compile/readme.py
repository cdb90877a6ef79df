"""Write the README of a compiled model: how to call it, how to build it, what it takes."""

from collections import Counter
from typing import TYPE_CHECKING

from edgekit.distribution import install_line
from edgekit.pages.markdown import table
from edgekit.text import one_line

from .interface import Interface
from .text import markdown_cell

if TYPE_CHECKING:
    from .compile_model import CompiledModel


def readme(compiled: "CompiledModel", interface: Interface) -> str:
    parts = [
        _head(compiled, interface),
        _call(interface),
        "## Build it\n",
        _plain(interface.name),
        *(_FORMS[form](interface.name) for form in compiled.forms),
        _cost(compiled),
        _operators(compiled),
        _proof(compiled),
    ]
    return "\n".join(parts)


def _head(compiled: "CompiledModel", interface: Interface) -> str:
    notes = "".join(f"- {one_line(note)}\n" for note in compiled.notes)
    return f"""\
# {interface.name}

{interface.origin}

The same int8 net in C11: no interpreter, no allocation, no float, no library but `memset`. It needs
a core of 32 bits or more, little-endian. The kernels are under the licence beside this file.

{notes}"""


def _call(interface: Interface) -> str:
    name, upper = interface.name, interface.name.upper()
    ports = (interface.input, *interface.outputs)
    rows = [
        (
            port.name,
            markdown_cell(port.tensor),
            " x ".join(map(str, port.shape)),
            f"{port.scale:.6g}",
            str(port.zero_point),
        )
        for port in ports
    ]
    buffers = "\n".join(
        f"int8_t {port.name}[{upper}_{port.name.upper()}_SIZE];" for port in interface.outputs
    )
    arguments = ", ".join(port.name for port in interface.outputs)
    first = interface.outputs[0].name
    return f"""\
## Call it

```c
#include "{name}.h"

int8_t input[{upper}_INPUT_SIZE];
{buffers}

input[0] = {name}_quantise(0.5f);            /* each value; the last axis changes fastest */
{name}_run(input, {arguments});
float value = {name}_{first}_value({first}[0]); /* or compare the int8 values as they are */
```

{table(("", "tensor", "shape", "scale", "zero point"), rows, words=3)}
"""


def _plain(name: str) -> str:
    return f"""\
**A compiler alone**, on this machine: `cc -O2 -Isrc src/{name}.c src/nn/*.c test/{name}_test.c -o
golden && ./golden`. For a core: compile `src/{name}.c`, `src/nn/*.c` and `src/nn/*.S` with `-O2`;
each file is empty where its core is another.
"""


def _cmake(name: str) -> str:
    return f"""\
**CMake**: `cmake -S . -B build && cmake --build build && ctest --test-dir build` runs the golden
test. In your project: `add_subdirectory({name})`, `target_link_libraries(app {name})`.
"""


def _platformio(name: str) -> str:
    return (
        f"**PlatformIO**: put this folder into the project's `lib/`, and `#include <{name}.h>`.\n"
    )


def _zephyr(name: str) -> str:
    return f"""\
**Zephyr**: `west build -- -DZEPHYR_EXTRA_MODULES=/path/to/this/folder`, and `#include <{name}.h>`.
`CONFIG_{name.upper()}=n` leaves it out.
"""


def _arduino(name: str) -> str:
    return f"""\
**Arduino**: zip this folder, add it with Sketch > Include Library > Add .ZIP Library, and open the
example `{name}_golden`: it prints how many golden inputs are equal, and the time of one.
"""


_FORMS = {"cmake": _cmake, "platformio": _platformio, "zephyr": _zephyr, "arduino": _arduino}


def _cost(compiled: "CompiledModel") -> str:
    if not compiled.costs:
        return f"""\
## What it takes

Not counted: no emulator was installed, or no core was asked for. `{install_line("firmware")}`, then
compile the model again.
"""
    rows = [
        (
            cost.core,
            f"{cost.instructions:,}",
            cost.ram,
            f"{cost.flash_bytes:,}",
            f"{cost.code_bytes:,}",
        )
        for cost in compiled.costs
    ]
    head = ("core", "instructions", "RAM, bytes", "flash, bytes", "of it code")
    return f"""\
## What it takes

{table(head, rows, words=1)}

Counted in emulation of the code that zig's clang makes, of the golden input that took the most; not
run on hardware, and an instruction is not a cycle. RAM is the static memory and the deepest stack,
without input and output. Flash is code and constants.
"""


def _operators(compiled: "CompiledModel") -> str:
    counts = Counter(compiled.operators)
    names = ", ".join(f"{name} ({number})" for name, number in sorted(counts.items()))
    return f"""\
## What is in it

{names}; {compiled.macs:,} multiply-adds.
"""


def _proof(compiled: "CompiledModel") -> str:
    here = compiled.checked or "no C compiler was here; run it yourself"
    return f"""\
## How it was proved

`test/` holds {compiled.golden_inputs} inputs and the answers of {compiled.interpreter}. When this
folder was made, the test said: "{one_line(here)}".
The same inputs were compared on each core above.
"""
