"""An Arduino library: put the folder, or a zip of it, into the IDE's libraries."""

from collections.abc import Sequence

from edgekit import __version__

from ..interface import Interface

# Cores of 32 bits: the C needs an int of 32 bits, and more than 2 KB of memory.
ARCHITECTURES = "esp32,mbed,mbed_nano,mbed_rp2040,nrf52,renesas_uno,rp2040,sam,samd,stm32"


def arduino(interface: Interface, kernels: Sequence[str]) -> dict[str, str]:
    name, upper = interface.name, interface.name.upper()
    fields = {
        "name": name,
        "version": __version__,
        "author": "made by edgekit compile",
        "maintainer": "made by edgekit compile",
        "sentence": "An int8 net in plain C.",
        "paragraph": "Without an interpreter, an allocation or a float.",
        "category": "Data Processing",
        "url": "README.md",  # a field that must be there
        "architectures": ARCHITECTURES,
        "includes": f"{name}.h",
        "dot_a_linkage": "true",
    }
    buffers = "\n".join(
        f"static int8_t {port.name}[{upper}_{port.name.upper()}_SIZE];"
        for port in interface.outputs
    )
    arguments = ", ".join(port.name for port in interface.outputs)
    equal = " &&\n           ".join(
        f"!{name}_golden_differs({port.name}, {name}_golden_{port.name}[i], sizeof {port.name})"
        for port in interface.outputs
    )
    example = f"{name}_golden"
    return {
        "library.properties": "".join(f"{key}={value}\n" for key, value in fields.items()),
        f"examples/{example}/{example}.ino": f"""\
// {interface.origin}
// Answer the golden inputs on the board: how many are equal, and how long one takes.
#include <{name}.h>
#include "{name}_golden.h"

{buffers}

static bool equal(int i)
{{
    return {equal};
}}

void setup()
{{
    Serial.begin(115200);
}}

void loop()
{{
    int right = 0;
    const unsigned long began = micros();
    for (int i = 0; i < {upper}_GOLDEN_COUNT; i++) {{
        {name}_run({name}_golden_input[i], {arguments});
        right += equal(i) ? 1 : 0;
    }}
    const unsigned long each = (micros() - began) / {upper}_GOLDEN_COUNT;
    Serial.print(right);
    Serial.print(" of ");
    Serial.print({upper}_GOLDEN_COUNT);
    Serial.print(" golden inputs equal, us each: ");
    Serial.println(each);
    delay(2000);
}}
""",
    }
