"""Write the golden test: inputs, a reference interpreter's answers, and a program that compares."""

import numpy as np
from numpy.typing import NDArray

from .interface import Interface
from .reference import Golden


def golden_h(interface: Interface, golden: Golden) -> str:
    """Return NAME_golden.h."""
    upper = interface.name.upper()
    arrays = [_array(f"{interface.name}_golden_input", golden.inputs)]
    for port, values in zip(interface.outputs, golden.outputs, strict=True):
        arrays.append(_array(f"{interface.name}_golden_{port.name}", values))
    return "\n".join(
        [
            f"/* {interface.origin}",
            f" * Inputs, and the answers of {golden.interpreter}. */",
            f"#ifndef {upper}_GOLDEN_H",
            f"#define {upper}_GOLDEN_H",
            "",
            "#include <stdint.h>",
            "",
            f"#define {upper}_GOLDEN_COUNT {len(golden.inputs)}",
            f'#define {upper}_GOLDEN_BY "{golden.interpreter}"',
            "",
            *arrays,
            "",
            "#endif",
            "",
        ]
    )


def test_c(interface: Interface) -> str:
    """Return NAME_test.c: exit status 0 where every byte of every answer is equal."""
    name, upper = interface.name, interface.name.upper()
    buffers = "\n".join(
        f"    int8_t {port.name}[{upper}_{port.name.upper()}_SIZE];" for port in interface.outputs
    )
    arguments = ", ".join(port.name for port in interface.outputs)
    compared = " ||\n            ".join(
        f"memcmp({port.name}, {name}_golden_{port.name}[i], sizeof {port.name}) != 0"
        for port in interface.outputs
    )
    return f"""\
/* {interface.origin}
 * Compare the C with the golden answers, byte for byte. */
#include <stdio.h>
#include <string.h>

#include "{name}.h"
#include "{name}_golden.h"

int main(void)
{{
{buffers}
    int different = 0;
    for (int i = 0; i < {upper}_GOLDEN_COUNT; i++) {{
        {name}_run({name}_golden_input[i], {arguments});
        if ({compared}) {{
            printf("input %d: the answer is not that of " {upper}_GOLDEN_BY "\\n", i);
            different++;
        }}
    }}
    printf("%d of %d inputs answered as " {upper}_GOLDEN_BY " does, byte for byte\\n",
           {upper}_GOLDEN_COUNT - different, {upper}_GOLDEN_COUNT);
    return different == 0 ? 0 : 1;
}}
"""


def _array(name: str, values: NDArray[np.int8]) -> str:
    rows = values.reshape(len(values), -1)
    lines = [f"static const int8_t {name}[{rows.shape[0]}][{rows.shape[1]}] = {{"]
    for row in rows.tolist():
        numbers = [str(value) for value in row]
        body = ",\n     ".join(
            ", ".join(numbers[at : at + 20]) for at in range(0, len(numbers), 20)
        )
        lines.append(f"    {{{body}}},")
    return "\n".join([*lines, "};"])
