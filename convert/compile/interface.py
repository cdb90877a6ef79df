"""The header of a compiled model: its sizes, its scales, and the functions to call."""

from dataclasses import dataclass
from pathlib import Path

from edgekit import __version__

from ..codegen import CModel
from ..model import Tensor, TfliteModel
from .text import c_comment


@dataclass(frozen=True)
class Port:
    """An input or an output of the model: real = scale * (value - zero_point)."""

    name: str  # in C: input, output, output0, ...
    tensor: str  # its name in the file
    shape: tuple[int, ...]
    scale: float
    zero_point: int

    @property
    def size(self) -> int:
        count = 1
        for length in self.shape:
            count *= length
        return count


@dataclass(frozen=True)
class Interface:
    """A model as its caller sees it."""

    name: str  # of the C
    source: Path  # the TFLite file
    sha256: str
    input: Port
    outputs: tuple[Port, ...]

    @property
    def origin(self) -> str:
        """The comment at the head of each file."""
        source = c_comment(self.source.name)
        return f"Made by edgekit compile {__version__} from {source}. Do not edit."


def interface_of(model: TfliteModel, name: str, source: Path, sha256: str) -> Interface:
    names = ["output"] if len(model.outputs) == 1 else []
    names = names or [f"output{place}" for place in range(len(model.outputs))]
    return Interface(
        name,
        source,
        sha256,
        _port("input", model.inputs[0]),
        tuple(_port(port, tensor) for port, tensor in zip(names, model.outputs, strict=True)),
    )


def _port(name: str, tensor: Tensor) -> Port:
    by = tensor.quantisation
    return Port(name, tensor.name, tensor.shape, by.scale, by.zero_point)


def header(interface: Interface, generated: CModel) -> str:
    """Return NAME.h."""
    name, upper = interface.name, interface.name.upper()
    arguments = ", ".join(
        [
            f"const int8_t input[{upper}_INPUT_SIZE]",
            *(
                f"int8_t {port.name}[{upper}_{port.name.upper()}_SIZE]"
                for port in interface.outputs
            ),
        ]
    )
    ports = (interface.input, *interface.outputs)
    lines = [
        f"/* {interface.origin}",
        f" * sha256 of the file: {interface.sha256} */",
        f"#ifndef {upper}_H",
        f"#define {upper}_H",
        "",
        "#include <stdint.h>",
        "",
        "#ifdef __cplusplus",
        'extern "C" {',
        "#endif",
        "",
        "/* Sizes are in values; last axis fastest. real = scale * (value - zero point) */",
        *(line for port in ports for line in _macros(upper, port)),
        "",
        "/* The static memory in bytes: on a core with the DSP extension, and elsewhere. */",
        f"#define {upper}_ARENA_DSP_BYTES {2 * generated.arena + 16 * generated.scratch_groups}",
        f"#define {upper}_ARENA_BYTES {generated.arena}",
        "",
        "/* Answer one input. Not reentrant: the memory is static. */",
        f"void {name}_run({arguments});",
        "",
        "/* A real value as the model's input takes it: rounded, and held within its range. */",
        *_quantise(name, upper),
        "",
        *(line for port in interface.outputs for line in _dequantise(name, upper, port)),
        "#ifdef __cplusplus",
        "}",
        "#endif",
        "",
        "#endif",
        "",
    ]
    return "\n".join(lines)


def source(interface: Interface, generated: CModel) -> str:
    """Return NAME.c."""
    return "\n".join(
        [
            f"/* {interface.origin} */",
            f'#include "{interface.name}.h"',
            '#include "nn/nn.h"',
            "",
            generated.source,
        ]
    )


def _macros(upper: str, port: Port) -> list[str]:
    prefix = f"{upper}_{port.name.upper()}"
    shape = " x ".join(map(str, port.shape))
    return [
        f"#define {prefix}_SIZE {port.size} /* {shape} */",
        f"#define {prefix}_SCALE {port.scale:.9e}f",
        f"#define {prefix}_ZERO_POINT ({port.zero_point})",
    ]


def _quantise(name: str, upper: str) -> list[str]:
    return [
        f"static inline int8_t {name}_quantise(float value)",
        "{",
        f"    const float steps = value / {upper}_INPUT_SCALE;",
        "    if (!(steps > -256.0f)) {",
        "        return -128; /* not a number, too */",
        "    }",
        "    if (steps >= 256.0f) {",
        "        return 127;",
        "    }",
        "    const int32_t rounded = (int32_t)(steps < 0.0f ? steps - 0.5f : steps + 0.5f);",
        f"    const int32_t q = rounded + {upper}_INPUT_ZERO_POINT;",
        "    return (int8_t)(q < -128 ? -128 : q > 127 ? 127 : q);",
        "}",
    ]


def _dequantise(name: str, upper: str, port: Port) -> list[str]:
    prefix = f"{upper}_{port.name.upper()}"
    return [
        f"/* The real value of one of the model's {port.name}. */",
        f"static inline float {name}_{port.name}_value(int8_t value)",
        "{",
        f"    return {prefix}_SCALE * (float)(value - {prefix}_ZERO_POINT);",
        "}",
        "",
    ]
