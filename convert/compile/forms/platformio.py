"""library.json: PlatformIO takes the folder as a library of the project's lib folder."""

import json
from collections.abc import Sequence

from edgekit import __version__

from ..interface import Interface


def platformio(interface: Interface, kernels: Sequence[str]) -> dict[str, str]:
    fields = {
        "name": interface.name,
        "version": __version__,
        "description": "An int8 net in plain C, without an interpreter.",
        "frameworks": "*",
        "platforms": "*",
        "headers": f"{interface.name}.h",
        "build": {
            "srcDir": "src",
            "includeDir": "src",
            "flags": ["-O2", "-fomit-frame-pointer"],
            "libArchive": True,
        },
    }
    return {"library.json": json.dumps(fields, indent=2) + "\n"}
