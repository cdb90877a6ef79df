"""The runtimes, and what each needs to run a bundle's net: a job for worker.py, or why not."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

import edgekit
from edgekit.bundle import Bundle, Quantisation
from edgekit.convert.generated import HOST, RUN, build_net
from edgekit.convert.run_input import load_run
from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import COMMON_FLAGS, zig
from edgekit.front_end import trains_on_g
from edgekit.run import DESCRIPTION, weights_file

from ..firmware.nets import from_bundles
from .record import GENERATED, LITERT, MICRO
from .tflite_runtime import tflite_runtime_python

ONNX = "model.onnx"

# The call through a pointer costs a nanosecond or two; it keeps the loop out of the net's file.
LOOP = """\
#define _POSIX_C_SOURCE 199309L
#include <stddef.h>
#include <stdint.h>
#include <time.h>

typedef void net_run(const int16_t *window, int8_t *posture, int8_t *placement);

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void edgekit_timed(net_run *run, const int16_t *windows, int8_t *posture, int8_t *placement,
                   int64_t *ns, size_t count, size_t step);

void edgekit_timed(net_run *run, const int16_t *windows, int8_t *posture, int8_t *placement,
                   int64_t *ns, size_t count, size_t step)
{
    for (size_t at = 0; at < count; at++) {
        const int64_t began = now_ns();

        run(windows + at * step, posture, placement);
        ns[at] = now_ns() - began;
    }
}
"""


@dataclass(frozen=True)
class Job:
    python: Path
    fields: dict[str, Any]  # what worker.py reads
    file_bytes: int


@dataclass(frozen=True)
class Place:
    """Where a bundle's net is looked for, and its jobs are written."""

    bundle: Bundle
    run: Path | None
    folder: Path  # for what is made
    windows: Path  # .npy
    quick: bool
    tell: Callable[[str], None]

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
class Runtime:
    name: str
    numbers: str  # "int8" or "float32"
    job: Callable[[Place], Job]  # raises EdgekitError where it cannot run here


def _litert(place: Place) -> Job:
    return place.job("litert", place.bundle.model)


def _tflite_runtime(key: str) -> Callable[[Place], Job]:
    def job(place: Place) -> Job:
        python = tflite_runtime_python(may_make=not place.quick, tell=place.tell)
        made = place.job(key, place.bundle.model)
        return Job(python, made.fields, made.file_bytes)

    return job


def _micro(place: Place) -> Job:
    return place.job("tflite-micro", place.bundle.model)


def _onnx(place: Place) -> Job:
    model = place.bundle.folder / ONNX
    if not model.is_file():
        raise EdgekitError(f"the bundle holds no {ONNX}")
    return place.job("onnxruntime", model, "float32")


def _torch(place: Place) -> Job:
    if place.run is None:
        raise EdgekitError("the run that the bundle was made from is not at hand")
    trained = load_run(place.run)
    of = place.bundle.fields["run"]["digests"].get(DESCRIPTION)
    if of != trained.digests[DESCRIPTION]:
        raise EdgekitError(f"{place.run} is not the run that the bundle was made from")
    run = trained.run
    weights = run.folder / weights_file(trained.outcome.shipped)
    return place.job("torch", weights, "float32", net=run.net, spec=run.spec.to_json())


def _generated(key: str) -> Callable[[Place], Job]:
    def job(place: Place) -> Job:
        library = _library(place)
        spec = place.bundle.spec
        more: dict[str, Any] = {
            "function": RUN,
            "sizes": [len(spec.postures), len(spec.placements)],
            "compiler": f"zig {version('ziglang')}",
        }
        if key == "generated-inside":
            more["loop"] = str(_loop(place.folder))
        return place.job(key, library, **more)

    return job


RUNTIMES = (
    Runtime(LITERT, "int8", _litert),
    Runtime("tflite-runtime", "int8", _tflite_runtime("tflite-runtime")),
    Runtime(
        "tflite-runtime, reference kernels", "int8", _tflite_runtime("tflite-runtime-reference")
    ),
    Runtime(MICRO, "int8", _micro),
    Runtime("ONNX Runtime", "float32", _onnx),
    Runtime("torch", "float32", _torch),
    Runtime(GENERATED, "int8", _generated("generated")),
    Runtime("generated C, timed in C", "int8", _generated("generated-inside")),
)


def _library(place: Place) -> Path:
    """Of C that is made anew: a bundle's own may be of older kernels."""
    library = place.folder / "net.so"
    if not library.is_file():
        fresh = Path(
            tempfile.mkdtemp(dir=place.folder)
        )  # where it failed before, it says why again
        net = next(from_bundles([place.bundle.folder], fresh))
        build_net(net.folder, HOST, place.folder)
    return library


def _loop(folder: Path) -> Path:
    source, library = folder / "loop.c", folder / "loop.so"
    source.write_text(LOOP)
    zig(HOST).run([*COMMON_FLAGS, "-shared", "-fPIC", source, "-o", library])
    return library


def _trained_on_g(bundle: Bundle) -> bool:
    """Whether the bundle's float net, which run.json describes, reads samples in g."""
    run = bundle.fields.get("run", {"config": {"recipe": {"int8_ready": True}}})
    return trains_on_g(bundle.spec.front_end, run["config"]["recipe"]["int8_ready"])


def _pair(quantisation: Quantisation) -> list[float]:
    return [quantisation.scale, quantisation.zero_point]


def _bytes_loaded(file: Path) -> int:
    """Of a library what is loaded: debugging information is not."""
    if file.suffix != ".so":
        return file.stat().st_size
    with file.open("rb") as opened:
        return sum(
            section["sh_size"]
            for section in ELFFile(opened).iter_sections()
            if section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_type"] != "SHT_NOBITS"
        )
