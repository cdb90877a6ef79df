"""The device makes of a window of counts what Python makes of it, byte for byte, on every core."""

import ctypes
import struct
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgekit.convert.codegen.front_end_c import front_end_c
from edgekit.convert.generated import LAYOUT
from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import BARE_FLAGS, COMMON_FLAGS, KERNELS, MEMORY_C, zig
from edgekit.firmware.emulate.machine import Machine
from edgekit.firmware.emulate.qemu import build_image, run_image
from edgekit.front_end import COUNTS_LEAST, COUNTS_MOST, int8_input
from edgekit.spec import ONE_GAIN, SLEEP, WISDM, FrontEnd, Spec

SPECS = {
    "sleep": SLEEP,
    "activity": WISDM,
    "one gain": replace(SLEEP, front_end=ONE_GAIN),
    "finest, odd window": replace(SLEEP, window=27, front_end=FrontEnd(256, 4096)),
    "coarsest, long window": replace(SLEEP, window=256, front_end=FrontEnd(1, 256)),
}
MOST_VALUES = 256 * 6  # of an input
SPREADS = [0, 1, 3, 40, 300, 5000, 1 << 16]  # of a window's counts about their level

# As the kernels of a core store it; and as C++ and others read it, which is the header alone.
ON_CORE = """
#include "nn.h"
static nn_act arena[%d];
void read_window(const edgekit_front_end_t *front_end, const edgekit_sample_t *window, int8_t *to)
{
    nn_read(front_end, window, arena);
    nn_store(arena, front_end->window * (front_end->motion_factor ? 6 : 3), to);
}
"""
HEADER_ALONE = """
#include "edgekit_front_end.h"
void read_window(const edgekit_front_end_t *front_end, const edgekit_sample_t *window, int8_t *to)
{
    edgekit_read(front_end, window, to);
}
"""

Read = Callable[[Spec, NDArray[np.int16]], bytes]


@st.composite
def windows(draw: st.DrawFn, spec: Spec) -> NDArray[np.int16]:
    """Of a level and a spread of any size, some of them at the ends or all of one value."""
    level = draw(st.lists(st.integers(COUNTS_LEAST, COUNTS_MOST), min_size=3, max_size=3))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return _window(spec, np.array(level), draw(st.sampled_from(SPREADS)), random)


def _window(
    spec: Spec, level: NDArray[np.int64], spread: int, random: np.random.Generator
) -> NDArray[np.int16]:
    noise = random.integers(-spread, spread + 1, (spec.window, 3))
    return np.clip(noise + level, COUNTS_LEAST, COUNTS_MOST).astype(np.int16)


@pytest.fixture(scope="module", params=["header", "host", "cortex-m0plus", "cortex-m4"])
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder = tmp_path_factory.mktemp("read")
    source = folder / "read.c"
    if request.param == "header":
        source.write_text(HEADER_ALONE)
        return _on_host(source, [])
    source.write_text(ON_CORE % (MOST_VALUES))
    kernels = [KERNELS / "nn_read.c", KERNELS / "nn_elementwise.c"]
    if request.param == "host":
        return _on_host(source, kernels)
    return _emulated(source, [*kernels, MEMORY_C], request.param)


def _on_host(source: Path, kernels: list[Path]) -> Read:
    """Undefined behaviour ends the run."""
    library = source.with_suffix(".so")
    flags = [*COMMON_FLAGS, "-fsanitize=undefined", "-fsanitize-trap=undefined", f"-I{KERNELS}"]
    zig("host").run([*flags, "-shared", "-fPIC", source, *kernels, "-o", library])
    function = ctypes.CDLL(str(library)).read_window

    def read(spec: Spec, counts: NDArray[np.int16]) -> bytes:
        channels = ctypes.create_string_buffer(spec.window * spec.front_end.channels)
        function(_constants(spec), counts.tobytes(), channels)
        return channels.raw

    return read


def _emulated(source: Path, kernels: list[Path], core: str) -> Read:
    layout, elf = source.with_suffix(".ld"), source.with_suffix(".elf")
    layout.write_text(LAYOUT)
    flags = [*COMMON_FLAGS, *BARE_FLAGS, f"-I{KERNELS}", "-nostdlib", "-Wl,--gc-sections"]
    zig(core).run([*flags, "-Wl,-e,read_window", "-T", layout, source, *kernels, "-o", elf])
    machine = Machine.from_elf(elf, core)
    constants_at, counts_at, to = (machine.place(bytes(2 * MOST_VALUES)) for _ in range(3))

    def read(spec: Spec, counts: NDArray[np.int16]) -> bytes:
        machine.write(constants_at, _constants(spec))
        machine.write(counts_at, counts.tobytes())
        machine.call("read_window", constants_at, counts_at, to)
        return machine.read(to, spec.window * spec.front_end.channels)

    return read


def _constants(spec: Spec) -> bytes:
    """edgekit_front_end_t"""
    return struct.pack("<5i", *astuple(front_end_c(spec)))


@pytest.mark.parametrize("name", SPECS)
@settings(max_examples=60)
@given(data=st.data())
def test_any_window_is_read_as_python_reads_it(read: Read, name: str, data: st.DataObject) -> None:
    spec = SPECS[name]
    counts = data.draw(windows(spec))
    assert read(spec, counts) == int8_input(counts, spec.front_end).tobytes()


@pytest.mark.parametrize("name", SPECS)
def test_every_count_and_every_remainder_of_a_mean_are_read_as_python_reads_them(
    read: Read, name: str
) -> None:
    spec = SPECS[name]
    every = np.arange(COUNTS_LEAST, COUNTS_MOST + 1, dtype=np.int16)
    every = every[:: 1 if name == "sleep" else 16]
    rows = every[: len(every) // spec.window * spec.window].reshape(-1, spec.window)
    ramps = np.stack([rows, -1 - rows, np.roll(rows, 1, axis=1)], axis=2)
    # Sums from below to above zero, one by one: halves and negative means are among them.
    ones = np.arange(spec.window)[:, None] < np.arange(spec.window + 1)[None]
    steps = np.stack([ones.T * 1, ones.T * -1, ones.T * 3 - 2], axis=2)  # (sums, window, 3)
    for counts in (*ramps, *steps.astype(np.int16)):
        assert read(spec, counts) == int8_input(counts, spec.front_end).tobytes()


@pytest.mark.parametrize("name", ["sleep", "activity", "one gain"])
def test_helium_reads_windows_as_python_does(name: str, qemu: None, tmp_path: Path) -> None:
    spec = SPECS[name]
    size = spec.window * spec.front_end.channels
    (tmp_path / "model.h").write_text(
        '#include "edgekit_sample.h"\n'
        f"#define EDGEKIT_MODEL_WINDOW {spec.window}\n"
        f"#define EDGEKIT_MODEL_POSTURES {size}\n"
        "#define EDGEKIT_MODEL_PLACEMENTS 1\n"
        "void edgekit_model_run(const edgekit_sample_t *window, int8_t *posture, int8_t *place);\n"
    )
    (tmp_path / "model.c").write_text(
        '#include "model.h"\n#include "nn.h"\n'
        f"static const edgekit_front_end_t front_end = {front_end_c(spec)};\n"
        "void edgekit_model_run(const edgekit_sample_t *window, int8_t *posture, int8_t *place)\n"
        "{\n    nn_read(&front_end, window, posture);\n    *place = 0;\n}\n"
    )
    random = np.random.default_rng(0)
    levels = [random.integers(-reach, reach, 3) for reach in (600, 1 << 15) for _ in range(10)]
    every = [_window(spec, level, spread, random) for level in levels for spread in SPREADS]
    counts = np.stack(every)
    elf = build_image([tmp_path / "model.c"], tmp_path, tmp_path, "cortex-m55")
    answers, _ = run_image(elf, counts.tobytes(), "cortex-m55")
    found = np.frombuffer(answers, np.int8).reshape(len(counts), size + 1)[:, :-1]
    expected = int8_input(counts, spec.front_end).reshape(len(counts), size)
    assert np.array_equal(found, expected)


@given(
    window=st.integers(2, 1000),
    steps=st.sampled_from([256, 512, 1024, 2048, 4096]),
    share=st.floats(-1, 1),
)
def test_the_mean_by_a_multiplication_is_the_mean_or_refused(
    window: int, steps: int, share: float
) -> None:
    spec = replace(SLEEP, window=window, front_end=FrontEnd(64, steps))
    try:
        c = front_end_c(spec)
    except EdgekitError:
        return
    total = int(share * window * (1 << 15))
    for near in range(total - window, total + window + 1):
        if abs(near) <= window * (1 << 15):
            dividend = c.motion_factor * near + window // 2
            high = (4 * dividend * c.reciprocal + (1 << 31)) >> 32
            assert high >> c.reciprocal_shift == dividend // window


@pytest.mark.parametrize("steps", [256, 512, 1024])
def test_the_window_of_every_net_has_an_exact_mean(steps: int) -> None:
    assert front_end_c(replace(SLEEP, front_end=FrontEnd(64, steps))).motion_factor == steps // 256


def test_a_window_whose_mean_is_not_exact_in_32_bits_is_refused() -> None:
    with pytest.raises(EdgekitError, match=r"a window of 4,096 samples at 4096 .* shorter window"):
        front_end_c(replace(SLEEP, window=4096, front_end=FrontEnd(64, 4096)))
