"""From a bundle to an image: the model's C, the application and a board's own files, compiled."""

import json
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, Unpack

from edgekit import __version__
from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import sha256, whole_folder, write_text

from ..cores.thumb.stack import OUTSIDE_BYTES, Stack, worst_stack
from ..image.fit import check_fit, overflow
from ..image.image import Image, load_elf, with_boot2_checksum
from ..image.size import PARTS, Size, image_map, measure
from ..image.uf2 import write_uf2
from .board import Board
from .bundle_header import bundle_header
from .toolchain import (
    APPLICATION,
    BARE_FLAGS,
    COMMON_FLAGS,
    FOLDER,
    INCLUDES,
    Compiler,
    CompilerError,
    gcc,
    zig,
)

COMPILERS = {"zig": zig, "gcc": gcc}
JOBS = 2
CHIP_RATES_HZ = (25, 50, 100, 200, 400)  # of the ADXL345, those that adxl345.c sets
TEXT_BYTES, LOGITS_MOST = 40, 64  # record.h: what the wearable can say of its model
Progress = Callable[[str], None]


class How(TypedDict, total=False):
    """What `link` takes besides, which `build` hands on."""

    compiler: str  # of COMPILERS
    core: str | None  # of the board's; None: its first
    low_power: bool  # of the sensor


@dataclass(frozen=True)
class Built:
    """A linked program and what it takes; `stack` is None for a program of this machine."""

    elf: Path
    board: Board
    core: str
    compiler: str
    size: Size
    stack: Stack | None

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
        """How the stack gets as deep as it can, in words."""
        if self.stack is None:
            return "a program of this machine, whose stack is the system's"
        calls = " > ".join(name for name, _ in self.stack.main.path)
        handlers = len(self.stack.handlers)
        plural = "s" if handlers > 1 else ""
        more = f", and {handlers} interrupt handler{plural}" if handlers else ""
        pointers = ", ".join(self.stack.pointers)
        assumed = f"; {OUTSIDE_BYTES} bytes are assumed under a pointer in {pointers}"
        return f"the stack is deepest in {calls}{more}{assumed if pointers else ''}"

    def image(self) -> Image:
        """What goes into flash."""
        image, boot2_bytes = load_elf(self.elf), self.board.boot2_bytes
        return with_boot2_checksum(image, boot2_bytes) if boot2_bytes else image


def build(
    bundle: Bundle,
    board: Board,
    folder: Path,
    *,
    progress: Progress = lambda step: None,
    **how: Unpack[How],
) -> Built:
    """Writes image.elf, the board's formats, image.map and image.json, whole or not at all.

    Raises EdgekitError where the bundle holds no C, does not fit the board, has a rate that the
    sensor cannot give, or labels that the wearable cannot say.
    """
    if folder.exists() and not (folder / "image.json").is_file():
        raise UsageError(f"{folder} is there and is no image of ours: give another --out")
    with whole_folder(folder) as fresh:
        built = link(bundle, board, fresh / "image.elf", progress=progress, **how)
        check_fit(built.size, built.stack, board, bundle)
        if board.flash is not None:
            _write_formats(built, fresh)
            progress(f"write    {', '.join(f'image.{kind}' for kind in board.formats)}")
        write_text(fresh / "image.map", image_map(built.elf))
        write_text(fresh / "image.json", _description(built, bundle, fresh))
    return replace(built, elf=folder / "image.elf")


def link(
    bundle: Bundle,
    board: Board,
    elf: Path,
    *,
    compiler: str = "zig",
    core: str | None = None,
    low_power: bool = False,
    progress: Progress = lambda step: None,
) -> Built:
    """The program alone, whatever its size."""
    check_bundle(bundle)
    _check_words(bundle)
    core = board.core(core)
    cc = COMPILERS[compiler](core)
    sources = _sources(bundle, board)
    progress(f"compile  {len(sources)} files for {core} with {compiler}")
    with tempfile.TemporaryDirectory(prefix="edgekit-build-") as temporary:
        work = Path(temporary)
        write_text(work / "edgekit_bundle.h", bundle_header(bundle, low_power=low_power))
        objects = _compile(cc, sources, board, [work, bundle.folder], work)
        progress("link")
        _link(cc, board, list(objects), elf, bundle)
        size = measure(elf, {made: part for made, (_, part) in objects.items()}, board)
    stack = None
    if board.flash is not None:
        progress("stack    following every call")
        stack = worst_stack(elf, board.flash.origin + board.boot2_bytes)
    return Built(elf, board, core, compiler, size, stack)


def bare_flags(board: Board) -> tuple[str, ...]:
    return () if board.flash is None else BARE_FLAGS


def check_bundle(bundle: Bundle) -> None:
    """Raises EdgekitError where it holds no C, or has a rate that the sensor cannot give."""
    lacks = [name for name in ("model.c", "model.h") if name not in bundle.fields["files"]]
    if lacks:
        run = bundle.fields.get("run", {}).get("name", "RUN")
        raise EdgekitError(
            f"{bundle.folder} holds no {lacks[0]}: an older edgekit made it. Make it again with: "
            f"edgekit convert runs/{run} --out {bundle.folder}"
        )
    rate_hz = bundle.spec.rate_hz
    if chip_rate_hz(rate_hz) is None:
        raise EdgekitError(
            f"{bundle.folder} is for {rate_hz:g} Hz, of which no rate of an ADXL345 "
            f"({', '.join(map(str, CHIP_RATES_HZ))} Hz) is a multiple. "
            "Train at 20, 25, 50 or 100 Hz."
        )


def chip_rate_hz(rate_hz: float) -> int | None:
    """The sensor's own rate for a net's, as average.h chooses it; None where there is none."""
    return next((hz for hz in CHIP_RATES_HZ if hz / rate_hz == hz // rate_hz), None)


def _check_words(bundle: Bundle) -> None:
    """Raises EdgekitError where the wearable could not say whole what its model answers."""
    spec = bundle.spec
    for text in (spec.domain, *spec.postures, *spec.placements):
        size = len(text.encode())
        if not 0 < size <= TEXT_BYTES:
            raise EdgekitError(
                f"{bundle.folder} has the label {text!r} of {size} bytes, and a wearable says 1 to "
                f"{TEXT_BYTES}. Rename it in the data, then train and convert again"
            )
    labels = len(spec.postures) + len(spec.placements)
    if labels > LOGITS_MOST:
        raise EdgekitError(
            f"{bundle.folder} has {labels} labels, and a wearable says {LOGITS_MOST} of both heads "
            "together. Train on fewer"
        )


def _sources(bundle: Bundle, board: Board) -> list[tuple[Path, str]]:
    """Every file, with the part of the image that it makes."""
    return [
        (bundle.folder / "model.c", "model"),
        *((path, "kernels") for path in sorted((FOLDER / "nn").glob("*.[cS]"))),
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
    """object file -> its source and part."""
    # A warning of a compiler that we did not meet must not stop a user.
    flags = [flag for flag in COMMON_FLAGS if flag != "-Werror"] + [*bare_flags(board)]
    folders = [f"-I{folder}" for folder in (*includes, board.folder, *INCLUDES)]

    def one(numbered: tuple[int, tuple[Path, str]]) -> tuple[Path, tuple[Path, str]]:
        number, (source, part) = numbered
        made = work / f"{number}-{source.stem}.o"
        cc.run([*flags, *folders, "-c", source, "-o", made])
        return made, (source, part)

    with ThreadPoolExecutor(min(JOBS, os.cpu_count() or 1)) as jobs:
        return dict(jobs.map(one, enumerate(sources)))


def _link(cc: Compiler, board: Board, objects: Sequence[Path], elf: Path, bundle: Bundle) -> None:
    libraries = [f"-l{name}" for name in board.libraries]
    if board.linker_script is None:
        cc.run([*objects, "-o", elf, *libraries])
        return
    script = ["-Wl,-T," + str(board.linker_script), "-L" + str(board.folder)]
    script += ["-Wl,--gc-sections", f"-Wl,-e,{_entry(board.linker_script)}"]
    if cc.name == "gcc":
        script += ["-nostartfiles", "-nostdlib", "-Wl,--no-warn-rwx-segments"]
        libraries.append("-lgcc")
    try:
        cc.run([*script, *objects, "-o", elf, *libraries])
    except CompilerError as error:
        over = overflow(error.words)
        if over is None:
            raise
        raise over.refusal(board, bundle) from None


def _entry(script: Path) -> str:
    """The symbol that the script's ENTRY() names; zig takes it as a flag only."""
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


def _description(built: Built, bundle: Bundle, folder: Path) -> str:
    """image.json: what the image is, of what, and what it takes."""
    stack = built.stack
    described = {
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
        "files": {path.name: sha256(path) for path in sorted(folder.glob("image.*"))},
    }
    return json.dumps(described, indent=2) + "\n"
