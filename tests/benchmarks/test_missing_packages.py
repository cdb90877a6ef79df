"""A study that is started without its packages says in one line which to install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from edgekit.distribution import install_line
from tests.helpers.command import REPOSITORY


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("edgekit.benchmarks.monitoring", "numpy"),
        ("edgekit.benchmarks.studies.placement", "scipy"),
    ],
)
def test_a_missing_package_is_one_line_with_what_installs_it(
    tmp_path: Path, module: str, package: str
) -> None:
    blocked = f"raise ModuleNotFoundError('No module named {package}', name='{package}')"
    (tmp_path / f"{package}.py").write_text(blocked)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", str(REPOSITORY / "src"))])
    ended = subprocess.run(
        [sys.executable, "-m", module, "bundles/mine"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    needs = (
        f"edgekit: {package} is not installed, which this needs: {install_line('compare,bench')}"
    )
    assert (ended.returncode, ended.stderr) == (1, needs + "\n")
