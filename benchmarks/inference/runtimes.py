"""The runtimes, and the job for worker.py by which each runs a bundle's net."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

import edgekit
from edgekit.bundle import ONNX, Bundle, Quantisation
from edgekit.convert.generated import HOST, RUN, build_net
from edgekit.convert.run_input import load_run
from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import COMMON_FLAGS, zig
from edgekit.front_end import trains_on_g
from edgekit.run import DESCRIPTION, weights_file

from ..firmware.nets import from_bundles
from .record import GENERATED, LITERT, MICRO
from .tflite_runtime import tflite_runtime_python

TIMED_LOOP = Path(__file__).with_name("timed_loop.c")


@dataclass(frozen=True)
class Job:
    python: Path
    fields: dict[str, Any]  # what worker.py reads
    file_bytes: int


@dataclass(frozen=True)
class JobContext:
    """The bundle to run, and where files of its jobs are written."""

    bundle: Bundle
    run: Path | None
    folder: Path  # for compiled libraries
    windows: Path  # .npy, (N, window, 3) in g
    quick: bool
    progress: Callable[[str], None]

    def job(self, key: str, model: Path, numbers: str = "int8", **more: Any) -> Job:
        bundle = self.bundle
        fields = {
            "runtime": key,
            "numbers": numbers,
            "model": str(model.resolve()),
            "windows": str(self.windows),
            "edgekit": str(Path(edgekit.__file__).parents[1]),
            "front_end": asdict(bundle.spec.front_end),
            "reads_g": _trained_on_g(bundle),
            "outputs": [_pair(bundle.posture), _pair(bundle.placement)],
            **more,
        }
        return Job(Path(sys.executable), fields, _bytes_loaded(model))


@dataclass(frozen=True)
class TimedRuntime:
    name: str
    numbers: str  # "int8" or "float32"
    job: Callable[[JobContext], Job]  # raises EdgekitError where it cannot run here


def _int8(key: str) -> Callable[[JobContext], Job]:
    return lambda context: context.job(key, context.bundle.model)


def _tflite_runtime(key: str) -> Callable[[JobContext], Job]:
    def job(context: JobContext) -> Job:
        python = tflite_runtime_python(may_install=not context.quick, progress=context.progress)
        return replace(context.job(key, context.bundle.model), python=python)

    return job


def _onnx(context: JobContext) -> Job:
    model = context.bundle.folder / ONNX
    if not model.is_file():
        raise EdgekitError(f"the bundle holds no {ONNX}")
    return context.job("onnxruntime", model, "float32")


def _torch(context: JobContext) -> Job:
    if context.run is None:
        raise EdgekitError("the run that the bundle was made from is not at hand")
    trained = load_run(context.run)
    digest = context.bundle.fields["run"]["digests"].get(DESCRIPTION)
    if digest != trained.digests[DESCRIPTION]:
        raise EdgekitError(f"{context.run} is not the run that the bundle was made from")
    run = trained.run
    weights = run.folder / weights_file(trained.outcome.shipped)
    return context.job("torch", weights, "float32", net=run.net, spec=run.spec.to_json())


def _generated(key: str) -> Callable[[JobContext], Job]:
    def job(context: JobContext) -> Job:
        library = _library(context)
        spec = context.bundle.spec
        more: dict[str, Any] = {
            "function": RUN,
            "sizes": [len(spec.postures), len(spec.placements)],
            "compiler": f"zig {version('ziglang')}",
        }
        if key == "generated-inside":
            more["loop"] = str(_loop(context.folder))
        return context.job(key, library, **more)

    return job


RUNTIMES = (
    TimedRuntime(LITERT, "int8", _int8("litert")),
    TimedRuntime("tflite-runtime", "int8", _tflite_runtime("tflite-runtime")),
    TimedRuntime(
        "tflite-runtime, reference kernels", "int8", _tflite_runtime("tflite-runtime-reference")
    ),
    TimedRuntime(MICRO, "int8", _int8("tflite-micro")),
    TimedRuntime("ONNX Runtime", "float32", _onnx),
    TimedRuntime("torch", "float32", _torch),
    TimedRuntime(GENERATED, "int8", _generated("generated")),
    TimedRuntime("generated C, timed in C", "int8", _generated("generated-inside")),
)


def _library(context: JobContext) -> Path:
    """Compile the net's C, generated anew: the bundle's own may be for older kernels."""
    library = context.folder / "net.so"
    if not library.is_file():
        # A folder each time: where it failed before, it fails again with the same message.
        fresh = Path(tempfile.mkdtemp(dir=context.folder))
        net = next(from_bundles([context.bundle.folder], fresh))
        build_net(net.folder, HOST, context.folder)
    return library


def _loop(folder: Path) -> Path:
    library = folder / "loop.so"
    zig(HOST).run([*COMMON_FLAGS, "-shared", "-fPIC", TIMED_LOOP, "-o", library])
    return library


def _trained_on_g(bundle: Bundle) -> bool:
    """Return whether the bundle's float net, which run.json describes, reads samples in g."""
    run = bundle.fields.get("run", {"config": {"recipe": {"int8_ready": True}}})
    return trains_on_g(bundle.spec.front_end, run["config"]["recipe"]["int8_ready"])


def _pair(quantisation: Quantisation) -> list[float]:
    return [quantisation.scale, quantisation.zero_point]


def _bytes_loaded(file: Path) -> int:
    """Return the file's size; of a library what is loaded, without debugging information."""
    if file.suffix != ".so":
        return file.stat().st_size
    with file.open("rb") as library:
        return sum(
            section["sh_size"]
            for section in ELFFile(library).iter_sections()
            if section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_type"] != "SHT_NOBITS"
        )
