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
            "",
            "/* Whether an answer is further than some steps from the golden one. */",
            f"static inline int {interface.name}_golden_differs(const int8_t *answer,",
            "    const int8_t *golden, int count)",
            "{",
            "    for (int i = 0; i < count; i++) {",
            "        const int steps = answer[i] - golden[i];",
            f"        if (steps > {golden.within} || steps < -{golden.within}) {{",
            "            return 1;",
            "        }",
            "    }",
            "    return 0;",
            "}",
            "",
            *arrays,
            "",
            "#endif",
            "",
        ]
    )


def test_c(interface: Interface, golden: Golden) -> str:
    """Return NAME_test.c: exit status 0 where every answer is the golden one."""
    name, upper = interface.name, interface.name.upper()
    buffers = "\n".join(
        f"    int8_t {port.name}[{upper}_{port.name.upper()}_SIZE];" for port in interface.outputs
    )
    arguments = ", ".join(port.name for port in interface.outputs)
    compared = " ||\n            ".join(
        f"{name}_golden_differs({port.name}, {name}_golden_{port.name}[i], (int)sizeof {port.name})"
        for port in interface.outputs
    )
    return f"""\
/* {interface.origin}
 * Compare the C with the golden answers. */
#include <stdio.h>

#include "{name}.h"
#include "{name}_golden.h"

int main(void)
{{
{buffers}
    int different = 0;
    for (int i = 0; i < {upper}_GOLDEN_COUNT; i++) {{
        {name}_run({name}_golden_input[i], {arguments});
        if ({compared}) {{
            printf("input %d: the answer is not that of {golden.interpreter}\\n", i);
            different++;
        }}
    }}
    printf("%d of %d inputs answered {golden.agreement}\\n",
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
