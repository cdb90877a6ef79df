"""Raw public files, read as `edgekit data` does but with the lines left out counted."""

from pathlib import Path

import numpy as np

from edgekit.recording import Recording
from edgekit.spec import WISDM
from edgekit.train.datasets import BadLines
from edgekit.train.datasets.formats import FORMATS, Format
from edgekit.train.datasets.raw_files import read_content


def read_file(path: Path) -> tuple[list[Recording], BadLines]:
    content = read_content(path)
    raw_format = next(known for known in FORMATS.values() if known.recognises(content))
    return parsed(raw_format, content, path)


def parsed(raw_format: Format, content: bytes, path: Path) -> tuple[list[Recording], BadLines]:
    imported = raw_format.parse(content, path)
    return imported.recordings, imported.left_out


def write_wisdm(folder: Path, people: int = 12, seconds: float = 120.0) -> None:
    """Write a small WISDM data folder of noise: walking, then standing, on phone and watch."""
    random = np.random.default_rng(0)
    times_ns = np.arange(0, seconds, 1 / WISDM.rate_hz) * 1e9
    letters = np.where(np.arange(len(times_ns)) < len(times_ns) // 2, "A", "E")
    for place in WISDM.placements:
        where = folder / "wisdm-dataset" / "raw" / place / "accel"
        where.mkdir(parents=True)
        for subject in range(1600, 1600 + people):
            rows = zip(letters, times_ns, random.normal(0, 5, (len(times_ns), 3)), strict=True)
            lines = [f"{subject},{a},{t:.0f},{x:.4f},{y:.4f},{z:.4f};" for a, t, (x, y, z) in rows]
            (where / f"data_{subject}_accel_{place}.txt").write_text("\n".join(lines) + "\n")
