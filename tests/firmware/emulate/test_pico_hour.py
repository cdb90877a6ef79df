"""A Pico keeps up with the net that `edgekit train` makes: no gap, however long it runs.

`make hour` runs the default net, untrained, for an hour of the board's time; without
EDGEKIT_PICO_S it is the shipped bundle's, for some seconds.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from edgekit import samples
from edgekit.bundle import MODEL, Bundle, load_bundle
from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import decode
from edgekit.device.sources.wearable.records import Decision, DeviceEvent, DeviceSamples
from edgekit.files import sha256
from edgekit.firmware.build.board import board
from edgekit.firmware.build.build import build
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from tests.helpers.bundles import add_c, make_bundle
from tests.helpers.chips.rp2 import pico

GREET, STREAM_ON = b"\x40", b"\x42\x01"
SECONDS = float(os.environ.get("EDGEKIT_PICO_S", "0"))
HOP_S, CHUNK_S = 1.2, 60


def default_net(folder: Path) -> Bundle:
    from edgekit.benchmarks.firmware.nets import untrained
    from edgekit.spec import SLEEP

    (net,) = untrained(folder, {"mtl-net-small": SLEEP})
    bundle = make_bundle(folder / "bundle")
    (bundle / MODEL).write_bytes(net.model)
    fields = json.loads((bundle / "bundle.json").read_text())
    fields["files"][MODEL] = {"sha256": sha256(bundle / MODEL), "bytes": len(net.model)}
    (bundle / "bundle.json").write_text(json.dumps(fields))
    return load_bundle(add_c(bundle))


def test_a_pico_leaves_no_gap(tmp_path: Path) -> None:
    bundle = default_net(tmp_path) if SECONDS else load_bundle(samples.bundle())
    seconds = SECONDS or 6
    built = build(bundle, board("pico"), tmp_path / "image")
    sensor = SimulatedSensor()
    noise = np.random.default_rng(1).normal(0, 4, (round(52 * (seconds + 5)), 3))
    sensor.set_counts(np.rint(noise + np.array([0, 0, 256])).astype(int).tolist())
    system, receiver = pico(built.elf, sensor), Receiver()
    system.run(500_000)
    system.receive(frame(GREET, 0) + frame(STREAM_ON, 1))
    decisions, at, sequence = 0, None, 2
    for chunk in range(max(1, round(seconds / CHUNK_S))):
        system.run(round(min(seconds, CHUNK_S) * 1e6))
        if chunk % 4 == 3:
            system.receive(frame(GREET, sequence))  # somebody listens
            sequence += 1
        for record in map(decode, receiver.push(bytes(system.sent))):
            assert not isinstance(record, DeviceEvent)
            decisions += isinstance(record, Decision)
            if isinstance(record, DeviceSamples):
                assert at is None or record.first_sample == at
                at = record.first_sample + len(record.counts)
        system.sent.clear()
    assert (system.complaints, system.faults, system.resets) == ([], [], [])
    assert decisions >= (seconds - 3) / HOP_S - 1
    assert system.core_time is not None
    print(f"{decisions} decisions, {system.core_time.window_ns / 1e6:.1f} ms a window, no gap")
    if SECONDS:
        assert built.window is not None
        assert built.window.ms == pytest.approx(board("pico").window_ms["mtl-net-small"], rel=0.15)
