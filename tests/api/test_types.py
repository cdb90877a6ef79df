"""A user's code is checked by mypy as strictly as ours: nothing of the API is Any by accident."""

import subprocess
import sys
from pathlib import Path

from tests.helpers.command import REPOSITORY

RIGHT = """
from pathlib import Path
import edgekit
import edgekit.convert.compile  # a submodule, beside the function of its package

def supine_percent(path: str) -> float:
    recordings = edgekit.read_csv(path, unit="m/s2", axes="x=left,y=head,z=out")
    for line in recordings.check("sleep-micro"):
        print(line)
    night: edgekit.NightTables = edgekit.decide(recordings, edgekit.load_model("sleep-micro"))
    night.plot().save(Path("night.svg"))
    supine = night.summary.supine
    return supine.percent if supine else 0.0

run: edgekit.Run = edgekit.train(edgekit.read_recording("a.npz"), net="mtl-net-micro", epochs=3)
converted = edgekit.convert(run, "bundles/mine")
confidence: float = edgekit.load_model(converted).classify([[0.0, 0.0, 1.0]])[0].posture_confidence
multiply_adds: int = edgekit.to_c(converted, "c").macs
accuracy: float | None = run.accuracy
"""
WRONG = """
import edgekit

edgekit.load_model(3)
edgekit.decide(7, "sleep-micro")
edgekit.train("synthetic", epoch=3)
edgekit.convert(4)
edgekit.to_c("a.tflite")
edgekit.read_csv("a.csv", units="g")
word: int = edgekit.read_night("a.night").doubts
"""


def test_a_users_typed_code_passes_and_its_slips_are_found(tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "wrong.py").write_text(WRONG)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context",
         str(tmp_path / "right.py"), str(tmp_path / "wrong.py")],
        cwd=REPOSITORY, capture_output=True, text=True,
    )  # fmt: skip
    errors = [line.split(":") for line in done.stdout.splitlines() if ": error: " in line]
    # The folder may be that of an earlier run, which mypy's cache remembers.
    found = [(Path(path).name, number) for path, number, *_ in errors]
    calls = [str(k) for k, line in enumerate(WRONG.splitlines(), 1) if "edgekit." in line]
    assert found == [("wrong.py", number) for number in calls], done.stdout
