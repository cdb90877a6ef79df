"""edgekit simulate needs numpy alone, so that a Pi can make itself a night."""

import subprocess
import sys
from pathlib import Path

from edgekit.recording import load_recording

# Whatever pip brings besides the three dependencies of edgekit itself cannot be imported.
ALONE = """
import importlib.metadata, sys
from importlib.abc import MetaPathFinder
KEPT = {"numpy", "typer", "rich", "click", "markdown_it", "mdurl", "pygments", "shellingham",
        "typing_extensions", "annotated_doc", "edgekit"}
BLOCKED = set(importlib.metadata.packages_distributions()) - KEPT - set(sys.stdlib_module_names)
assert {"polars", "torch", "scipy"} <= BLOCKED
class Block(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"{name} is not here", name=name)
sys.meta_path.insert(0, Block())
from edgekit.__main__ import main
main()
"""


def test_a_night_is_simulated_where_nothing_but_numpy_is_installed(tmp_path: Path) -> None:
    words = ["simulate", "night.npz", "--hours", "0.1"]
    ended = subprocess.run(
        [sys.executable, "-c", ALONE, *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    assert load_recording(tmp_path / "night.npz").duration_s == 360.0
