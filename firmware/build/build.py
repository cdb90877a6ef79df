"""From a bundle to an image: the model's C, the application and a board's own files, compiled."""

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edgekit import __version__
from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import sha256, whole_folder, write_text

from ..cores import Stack
from ..image.fit import NoRoomError, check_fit, check_time, overflow
from ..image.image import Image, load_elf, with_boot2_checksum
from ..image.size import PARTS, Size, image_map, measure
from ..image.uf2 import write_uf2
from ..timing.keeps_up import erase_loss, window_limit_ms
from ..timing.window import WindowTime, window_time
from .board import Board
from .bundle_header import NO_SETTINGS, BuiltSettings, bundle_header
from .check import check_bundle, check_labels
from .toolchain import (
    APPLICATION,
    BARE_FLAGS,
    COLD_FLAGS,
    COMMON_FLAGS,
    INCLUDES,
    KERNELS,
    Compiler,
    CompilerError,
    gcc,
    zig,
)

COMPILERS = {"zig": zig, "gcc": gcc}
JOBS = 2
COLD_PARTS = ("application", "board")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class LinkOptions:
    compiler: str = "zig"  # of COMPILERS
    core: str | None = None  # of the board's; None: its first
    low_power: bool = False  # of the sensor
    settings: BuiltSettings = NO_SETTINGS


DEFAULTS = LinkOptions()


@dataclass(frozen=True)
class Built:
    """A linked program and its sizes; `stack` is None where nothing bounds it.

    `window`: how long its net takes; None where board or core say nothing of time.
    """

    elf: Path
    board: Board
    core: str
    compiler: str
    size: Size
    stack: Stack | None
    window: WindowTime | None
    window_limit_ms: float  # what the sensor can wait for
    erase_loss: int  # samples that the longest erasure of a page of flash loses

    @property
    def flash_limit(self) -> int:
        return self.board.flash.bytes if self.board.flash else 0

    @property
    def ram_limit(self) -> int:
        return self.board.ram.bytes if self.board.ram else 0

    @property
    def stack_bytes(self) -> int:
        return self.stack.bytes if self.stack else 0

    @property
    def deepest(self) -> str:
        """Say in words through which calls the stack gets as deep as it can."""
        if self.stack is None:
            return self.board.architecture.no_bound
        calls = " > ".join(name for name, _ in self.stack.main.path)
        handlers = len(self.stack.handlers)
        plural = "s" if handlers > 1 else ""
        more = f", and {handlers} interrupt handler{plural}" if handlers else ""
        pointers = ", ".join(self.stack.pointers)
        assumed = f"; {self.stack.outside_bytes} bytes are assumed under a pointer in {pointers}"
        return f"the stack is deepest in {calls}{more}{assumed if pointers else ''}"

    def image(self) -> Image:
        """Return the bytes that go into flash."""
        image, boot2_bytes = load_elf(self.elf), self.board.boot2_bytes
        return with_boot2_checksum(image, boot2_bytes) if boot2_bytes else image


def build(
    bundle: Bundle,
    board: Board,
    folder: Path,
    options: LinkOptions = DEFAULTS,
    progress: Progress = lambda step: None,
) -> Built:
    """Write image.elf, the board's formats, image.map and image.json, whole or not at all.

    Raises EdgekitError for a bundle without C, one that does not fit the board or is too slow on
    it, a rate that the sensor does not have, and labels that do not fit into the wearable's
    records.
    """
    if folder.exists() and not (folder / "image.json").is_file():
        raise UsageError(f"{folder} is there and is no image of ours: give another --out")
    with whole_folder(folder) as fresh:
        built = link(bundle, board, fresh / "image.elf", options, progress)
        check_fit(built.size, built.stack, board, bundle)
        if built.window is not None:
            check_time(built.window.ms, built.size, built.stack, board, bundle)
        if board.flash is not None:
            _write_formats(built, fresh)
            progress(f"write    {', '.join(f'image.{kind}' for kind in board.formats)}")
        write_text(fresh / "image.map", image_map(built.elf))
        write_text(fresh / "image.json", _description(built, bundle, fresh))
    return replace(built, elf=folder / "image.elf")


def sizes(
    bundle: Bundle, boards: Sequence[Board], options: LinkOptions, progress: Progress
) -> Iterator[Built | str]:
    """Link for each board whether it fits or not; a sentence where the linker finds no room."""
    with tempfile.TemporaryDirectory(prefix="edgekit-size-") as temporary:
        for board in boards:
            try:
                yield link(bundle, board, Path(temporary) / f"{board.name}.elf", options, progress)
            except NoRoomError as refusal:
                yield str(refusal)


def link(
    bundle: Bundle, board: Board, elf: Path, options: LinkOptions, progress: Progress
) -> Built:
    """Compile and link the program alone, whatever its size; errors as of `build`."""
    check_bundle(bundle)
    check_labels(bundle)
    core = board.core(options.core)
    cc = COMPILERS[options.compiler](core)
    sources = _sources(bundle, board)
    progress(f"compile  {len(sources)} files for {core} with {options.compiler}")
    with tempfile.TemporaryDirectory(prefix="edgekit-build-") as temporary:
        work = Path(temporary)
        write_text(
            work / "edgekit_bundle.h",
            bundle_header(bundle, low_power=options.low_power, settings=options.settings),
        )
        objects = _compile(cc, sources, board, [work, bundle.folder], work)
        progress("link")
        _link(cc, board, list(objects), elf, bundle, work)
        stack, worst_stack = None, board.architecture.worst_stack
        if board.flash is not None and worst_stack is not None:
            progress("stack    following every call")
            stack = worst_stack(elf, board.flash.origin + board.boot2_bytes)
        parts = {object_file: part for object_file, (_, part) in objects.items()}
        size = measure(elf, parts, board, stack.top if stack else None)
    progress("time     a window of the net, in emulation")
    window = window_time(elf, board, core, bundle.spec.window)
    limit_ms = window_limit_ms(bundle.spec)
    lost = erase_loss(bundle.spec, board.longest_erase_ms or 0)
    return Built(elf, board, core, options.compiler, size, stack, window, limit_ms, lost)


def _sources(bundle: Bundle, board: Board) -> list[tuple[Path, str]]:
    """List every file with the part of the image that it belongs to."""
    return [
        (bundle.folder / "model.c", "model"),
        *((path, "kernels") for path in sorted(KERNELS.glob("*.[cS]"))),
        *((path, "application") for path in APPLICATION),
        *((path, "board") for path in board.sources),
    ]


def _compile(
    cc: Compiler,
    sources: Sequence[tuple[Path, str]],
    board: Board,
    includes: Sequence[Path],
    work: Path,
) -> dict[Path, tuple[Path, str]]:
    """Compile; return each object file's source and part."""
    # A compiler that was not tried here may warn of more, which must not stop a user.
    flags = [flag for flag in COMMON_FLAGS if flag != "-Werror"]
    flags += BARE_FLAGS if board.architecture.is_bare else ()
    folders = [f"-I{folder}" for folder in (*includes, board.folder, *INCLUDES)]

    def compile_file(numbered: tuple[int, tuple[Path, str]]) -> tuple[Path, tuple[Path, str]]:
        number, (source, part) = numbered
        speed = COLD_FLAGS if part in COLD_PARTS else ()
        object_file = work / f"{number}-{source.stem}.o"
        cc.run([*flags, *speed, *folders, "-c", source, "-o", object_file])
        return object_file, (source, part)

    with ThreadPoolExecutor(min(JOBS, os.cpu_count() or 1)) as jobs:
        return dict(jobs.map(compile_file, enumerate(sources)))


def whole_script(script: Path) -> str:
    """Return a linker script with the scripts that it INCLUDEs in place, as zig finds no others."""
    return re.sub(
        r"^INCLUDE (.+)$",
        lambda include: (script.parent / include[1]).read_text(),
        script.read_text(),
        flags=re.MULTILINE,
    )


def _link(
    cc: Compiler, board: Board, objects: Sequence[Path], elf: Path, bundle: Bundle, work: Path
) -> None:
    libraries = [f"-l{name}" for name in board.libraries]
    if board.linker_script is None:
        cc.run([*objects, "-o", elf, *libraries])
        return
    write_text(work / "image.ld", whole_script(board.linker_script))
    script = [
        f"-Wl,-T,{work / 'image.ld'}",
        "-Wl,--gc-sections",
        f"-Wl,-e,{_entry(board.linker_script)}",
    ]
    if cc.name == "gcc":
        script += ["-nostartfiles", "-nostdlib", "-Wl,--no-warn-rwx-segments"]
        libraries.append("-lgcc")
    try:
        cc.run([*script, *objects, "-o", elf, *libraries])
    except CompilerError as error:
        over = overflow(error.output)
        if over is None:
            raise
        raise over.refusal(board, bundle) from None


def _entry(script: Path) -> str:
    """Return the symbol in the script's ENTRY(); zig reads it from a flag only."""
    named = re.search(r"ENTRY\s*\(\s*(\w+)\s*\)", script.read_text())
    return named.group(1) if named else "reset_handler"


def _write_formats(built: Built, folder: Path) -> None:
    board, image = built.board, built.image()
    if board.flash is None or not board.flash.holds(image.origin, len(image.data)):
        raise EdgekitError(
            f"the image lies at {image.origin:#x} to {image.end:#x}, outside of the flash that "
            f"{board.folder.name}/board.toml gives it"
        )
    for kind in board.formats:
        if kind == "uf2":
            assert board.uf2_family_id is not None
            (folder / "image.uf2").write_bytes(write_uf2(image, board.uf2_family_id))
        elif kind == "hex":
            (folder / "image.hex").write_text(image.as_hex())
        else:
            (folder / "image.bin").write_bytes(image.data)


def window_fields(window: WindowTime, limit_ms: float) -> dict[str, Any]:
    """Return the time of a window as plain values; every figure of it is modelled."""
    return {
        "ms": round(window.ms, 2),
        "limit_ms": limit_ms,
        "clock_hz": window.clock_hz,
        "core_cycles": window.cycles,
        "flash_wait_clocks": window.wait_clocks,
        "flash_cache_misses": window.misses,
    }


def _description(built: Built, bundle: Bundle, folder: Path) -> str:
    """Return image.json: the image's board, core, compiler, bundle, sizes and digests."""
    stack = built.stack
    fields = {
        "format": "edgekit image",
        "version": 1,
        "made_by": f"edgekit {__version__}",
        "board": built.board.name,
        "core": built.core,
        "compiler": built.compiler,
        "bundle": {"name": bundle.name, "digest": bundle.digest},
        "flash_bytes": {part: built.size.flash.get(part, 0) for part in PARTS},
        "ram_bytes": {part: built.size.ram.get(part, 0) for part in PARTS},
        "stack_bytes": stack and stack.bytes,
        "deepest_calls": stack and [[name, size] for name, size in stack.main.path],
        "window": built.window and window_fields(built.window, built.window_limit_ms),
        "files": {path.name: sha256(path) for path in sorted(folder.glob("image.*"))},
    }
    return json.dumps(fields, indent=2) + "\n"
