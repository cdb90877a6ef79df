"""A wearable on its serial line is recorded too: its samples, not its decisions."""

import threading
from pathlib import Path

import numpy as np

from edgekit.device.record.session import record_steps
from edgekit.device.record.session_files import SessionFiles, SessionKey
from edgekit.device.sources.wearable.greeting import greet
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.records import DeviceSamples
from edgekit.device.sources.wearable.serial_line import SerialLine
from edgekit.device.sources.wearable.wearable import Wearable
from edgekit.spec import UNLABELLED
from tests.helpers.fake_wearable import FakeWearable, measuring, of_kind
from tests.helpers.recording_session import protocol_of, recordings_in, steps_of


def test_the_samples_of_a_wearable_get_the_labels_of_the_steps(
    fake: FakeWearable, tmp_path: Path
) -> None:
    records = measuring(60)  # 19 s
    key = SessionKey(tmp_path / "set", "ann", protocol_of(*steps_of(["a", "b"])))
    files = SessionFiles(key, 0, "a wearable", "utc")
    line = SerialLine(str(fake.path))
    try:
        link = Link(line)
        wearable = Wearable(link, greet(link), "ann")
        sender = threading.Timer(0.2, lambda: fake.send(*records))
        sender.start()
        steps = record_steps(wearable, key.protocol, 0, files, [], threading.Event())
    finally:
        sender.join()
        line.close()
        files.close()
    assert [step.step.label for step in steps] == ["a", "b"]
    (recording,) = recordings_in(tmp_path / "set")
    counts = np.concatenate([record.counts for record in of_kind(records, DeviceSamples)])
    np.testing.assert_array_equal(256 * recording.xyz_g, counts[: len(recording)])
    assert recording.label is not None
    assert [int((recording.label == k).sum()) for k in (UNLABELLED, 0, 1)] == [200, 250, 250]
