"""An image's sizes as plain values, for scripts: docs/json.md describes each."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgekit.firmware.build.build import Built


def size_fields(built: "Built") -> dict[str, Any]:
    """Return an image's bytes by part; the stack is the worst case, None where none is known.

    `window`: how long its net takes there, modelled; None where that is not known.
    """
    from edgekit.firmware.build.build import window_fields

    return {
        "board": built.board.name,
        "core": built.core,
        "compiler": built.compiler,
        "flash_bytes": built.size.flash_bytes,
        "flash_limit_bytes": built.flash_limit,
        "flash_bytes_by_part": dict(built.size.flash),
        "ram_bytes": built.size.ram_bytes + built.stack_bytes,
        "ram_limit_bytes": built.ram_limit,
        "ram_bytes_by_part": dict(built.size.ram),
        "stack_bytes": built.stack.bytes if built.stack else None,
        "stack_room_bytes": built.size.stack_room,
        "deepest": built.deepest,
        "window": built.window and window_fields(built.window, built.window_limit_ms),
    }
