"""A night labelled by hand becomes training data, each label on the samples that were seen."""

from pathlib import Path

import numpy as np

from edgekit.bundle import Bundle
from edgekit.device.label.label_file import ABSENT, LabelFile
from edgekit.device.label.recorded_file import Span, read_recorded_file
from edgekit.device.sources.source import Replay
from edgekit.recording import load_recording
from tests.helpers.command import edgekit
from tests.helpers.lying import make_lying
from tests.helpers.monitored import monitor
from tests.helpers.nights import START_S


def test_labels_of_a_night_with_a_gap_stand_on_its_samples(tmp_path: Path, bundle: Bundle) -> None:
    before = make_lying("supine", "left", start_s=START_S)
    after = make_lying("left", "prone", start_s=before.end_s + 40)
    path = tmp_path / "tuesday.night"
    monitor(Replay([before, after], np.inf), bundle, path)
    drawn = {"posture": [Span(30.0, 60.0, "links"), Span(130.0, 150.0, "bauch")], "placement": []}
    LabelFile(read_recorded_file(path)).save(drawn, ABSENT)  # type: ignore[arg-type]
    ended = edgekit("data", "import", path, "--out", "set", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    labelled: dict[str, list[np.ndarray]] = {}
    for file in sorted((tmp_path / "set").rglob("*.npz")):
        recording = load_recording(file)
        assert recording.label is not None
        for index, name in enumerate(recording.label_names):
            labelled.setdefault(name, []).append(recording.xyz_g[recording.label == index])
    links, bauch = (np.concatenate(labelled[name]) for name in ("links", "bauch"))
    assert (len(links), len(bauch)) == (1500, 1000)
    assert (links[:, 0] < -0.8).all()  # all of it on the left side,
    assert (bauch[:, 2] < -0.8).all()  # and prone
