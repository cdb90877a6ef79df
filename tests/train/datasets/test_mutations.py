"""Damaged files of every shape are read in part or refused in one line, never a traceback.

The full campaign, 20,000 files of each shape, is this test with another COUNT.
"""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from edgekit.errors import EdgekitError
from edgekit.night.night import Samples
from edgekit.night.writer import NightWriter
from edgekit.recording import Recording, save_recording
from edgekit.train.datasets.any_file import read_any
from edgekit.train.datasets.tables import TableOptions
from tests.helpers import tables
from tests.helpers.edf_files import acceleration, edf_file, in_pieces
from tests.helpers.mutations import mutations
from tests.helpers.short_night import META

COUNT = 15
XYZ_G = tables.lying(40)
PROGRAMS = (
    tables.sensor_logger, tables.phyphox, tables.physics_toolbox, tables.edge_impulse,
    tables.omgui, tables.actigraph, tables.geneactiv, tables.wisdm_v1,
)  # fmt: skip


def wisdm() -> bytes:
    rows = (XYZ_G * tables.GRAVITY_MS2).tolist()
    lines = [
        f"1600,A,{k * 50_000_000},{x:.3f},{y:.3f},{z:.3f};" for k, (x, y, z) in enumerate(rows)
    ]
    return "\n".join(lines).encode()


def mhealth() -> bytes:
    rows = (XYZ_G * tables.GRAVITY_MS2).tolist()
    return "\n".join("\t".join(map(str, [*row * 7, 0.5, 0.2, 4])) for row in rows).encode()


def hapt() -> bytes:
    return "\n".join(" ".join(map(str, row)) for row in XYZ_G.tolist()).encode()


def sleep() -> bytes:
    rows = XYZ_G.tolist()
    return "".join(f"{k},{x:.4f},{y:.4f},{z:.4f};\n" for k, (x, y, z) in enumerate(rows)).encode()


def parquet() -> bytes:
    file = io.BytesIO()
    time_ms = (tables.even(len(XYZ_G), 50) * 1000).astype(np.int64)
    axes = {f"acc_{axis}": XYZ_G[:, k] for k, axis in enumerate("xyz")}
    pl.DataFrame({"time": time_ms, **axes, "label": ["a", "b"] * 20}).write_parquet(file)
    return file.getvalue()


def edf() -> bytes:
    return edf_file(acceleration(tables.lying(500)), ((1.0, 2.0, "left"),))


def edf_in_pieces() -> bytes:
    onsets_s = [0, 1, 2.5, 4, 5, 6, 7, 8, 10, 11]
    return in_pieces(edf_file(acceleration(tables.lying(500)), ((0.0, 2.0, "a" * 30),)), onsets_s)


def night(folder: Path) -> bytes:
    with NightWriter.create(folder / "a.night", META) as writer:
        writer.add_samples(Samples(META.start_s, 50.0, tables.lying(3_000).astype(np.float32)))
    return (folder / "a.night").read_bytes()


def npz(folder: Path) -> bytes:
    label = np.zeros(len(XYZ_G), np.int16)
    recording = Recording(XYZ_G.astype(np.float32), 50.0, "ann", "chest", label, ("lying",))
    save_recording(recording, folder / "a.npz")
    return (folder / "a.npz").read_bytes()


SHAPES: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    **{
        program.__name__: ("a.csv", lambda _, program=program: program(XYZ_G, 30).encode())
        for program in PROGRAMS
    },
    "wisdm": ("data_1600_accel_phone.txt", lambda _: wisdm()),
    "mhealth": ("mHealth_subject1.log", lambda _: mhealth()),
    "hapt": ("acc_exp01_user01.txt", lambda _: hapt()),
    "sleep": ("an_up_co.txt", lambda _: sleep()),
    "parquet": ("a.parquet", lambda _: parquet()),
    "edf": ("a.edf", lambda _: edf()),
    "edf in pieces": ("a.edf", lambda _: edf_in_pieces()),
    "night": ("b.night", night),
    "npz": ("b.npz", npz),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_damaged_file_is_read_in_part_or_refused(tmp_path: Path, shape: str) -> None:
    name, make = SHAPES[shape]
    count = COUNT if shape != "parquet" else COUNT // 4  # each in a process of its own
    for damaged in mutations(make(tmp_path), count, seed=16):
        (tmp_path / name).write_bytes(damaged)
        try:
            imported = read_any(tmp_path / name, TableOptions(annotations=True))
        except EdgekitError as refusal:
            assert "\n" not in str(refusal)
            continue
        for recording in imported.recordings:
            assert len(recording) and np.isfinite(recording.xyz_g).all()
            assert 1 <= recording.rate_hz <= 10_000 and np.isfinite(recording.start_s)
