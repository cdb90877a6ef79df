"""Three real conversions for the whole folder: some 10 s each, the rest takes next to nothing."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from ai_edge_litert import schema_py_generated as schema
from safetensors.torch import save_file
from torch.nn import functional as F

from edgekit.bundle import Bundle
from edgekit.convert import export
from edgekit.convert.convert import Converted, convert
from edgekit.front_end import counts_of, in_counts, int8_input, with_input
from edgekit.spec import INPUT_SCALE, SLEEP, WISDM, Spec
from edgekit.train.nets import build
from edgekit.train.weight_grid import on_weight_grid
from tests.helpers.gravity import gravity_at

# Annealed, so that how well a net learns hardly depends on the machine's rounding.
LEARNING_RATE = 5e-3
# As many classes in one head as in the other: only their answers tell the heads apart.
EVEN = replace(SLEEP, postures=("supine", "prone", "left"))
# Of the paper's input, and trained as the paper does: on samples in g.
IN_G = with_input(EVEN, "one-gain")


@pytest.fixture(scope="session")
def micro_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "micro", "mtl-net-micro", WISDM)


@pytest.fixture(scope="session")
def even_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "even", "mtl-net-small", EVEN)


@pytest.fixture(scope="session")
def in_g_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "in-g", "mtl-net-lean", IN_G, reads_g=True)


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The current folder while the conversions run."""
    return tmp_path_factory.mktemp("workplace")


@pytest.fixture(scope="session")
def calls() -> Counter[str]:
    """How often the conversion of `micro` parsed a TFLite file and built a float net."""
    return Counter()


@pytest.fixture(scope="session")
def micro(
    micro_run: Path,
    workplace: Path,
    tmp_path_factory: pytest.TempPathFactory,
    calls: Counter[str],
) -> Converted:
    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any) -> Any:
            calls[name] += 1
            return function(*arguments)

        return counting

    parse = staticmethod(counted("parsed", schema.ModelT.InitFromPackedBuf))
    with chdir(workplace), pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema.ModelT, "InitFromPackedBuf", parse)
        patch.setattr(export, "build", counted("built", export.build))
        return convert(micro_run, tmp_path_factory.mktemp("bundles") / "micro")


@pytest.fixture(scope="session")
def even(even_run: Path, workplace: Path, tmp_path_factory: pytest.TempPathFactory) -> Converted:
    with chdir(workplace):
        return convert(even_run, tmp_path_factory.mktemp("bundles") / "even")


@pytest.fixture(scope="session")
def in_g(in_g_run: Path, workplace: Path, tmp_path_factory: pytest.TempPathFactory) -> Converted:
    with chdir(workplace):
        return convert(in_g_run, tmp_path_factory.mktemp("bundles") / "in-g")


@pytest.fixture(scope="session", params=["micro", "even", "in_g"])
def bundle(request: pytest.FixtureRequest) -> Bundle:
    converted: Converted = request.getfixturevalue(request.param)
    return converted.bundle


def make_run(
    folder: Path, net: str, spec: Spec, windows: int = 1200, reads_g: bool = False
) -> Path:
    """A Run folder as `edgekit train` leaves it, of a net that a second of training has taught."""
    folder.mkdir()
    random = np.random.default_rng(7)
    posture = random.integers(len(spec.postures), size=windows)
    placement = random.integers(len(spec.placements), size=windows)
    xyz_g = _lying_still(posture, placement, spec, random)
    if reads_g:
        weights = _taught(net, spec, xyz_g, posture, placement)
    else:
        xyz_g = in_counts(xyz_g)
        read = int8_input(counts_of(xyz_g), spec.front_end) * np.float32(INPUT_SCALE)
        weights = on_weight_grid(_taught(net, spec, read, posture, placement))
    save_file(weights, folder / "teacher.safetensors")
    save_file(weights, folder / "student.safetensors")
    np.savez(
        folder / "windows.npz",
        calibration_xyz_g=xyz_g[: windows // 2],
        test_xyz_g=xyz_g[windows // 2 :],
        test_posture=posture[windows // 2 :],
        test_placement=placement[windows // 2 :],
    )
    config = {"net": net, "dataset": "synthetic", "split": "subject", "seed": 0}
    halves = {"train": windows // 2, "validation": 1, "test": windows // 2}
    score = {"teacher": 0.9, "student": 0.8}
    described = {
        "format": "edgekit run",
        "version": 2,
        "state": "finished",
        "made_by": "the tests",
        "config": {**config, "recipe": {"int8_ready": not reads_g}},
        "spec": spec.to_json(),
        "dataset": {"name": "synthetic", "summary": "windows of the tests", "digests": {}},
        "parameters": sum(parameter.numel() for parameter in build(net, spec).parameters()),
        "windows": halves,
        "subjects": {part: ["nobody"] for part in halves},
        "shipped": "teacher",
        "validation_score": score,
        "metrics": {who: {"test": {"posture": {"accuracy": score[who]}}} for who in score},
        "posture_by_placement": {who: {"chest": score[who]} for who in score},
        "baseline": {},
        "cost": {
            "wall_s": 1.0,
            "cpu_s": 1.0,
            "energy_kwh": 1e-6,
            "energy_kind": "modelled",
            "device": "cpu",
        },
    }
    (folder / "run.json").write_text(json.dumps(described))
    return folder


def _lying_still(posture, placement, spec, random):
    """Gravity at an angle for each posture, breathing of a strength for each placement."""
    angle_deg = 360.0 * posture / len(spec.postures) + random.normal(0, 3, len(posture))
    gravity_g = np.array([gravity_at(angle) for angle in angle_deg])  # (N, 3)
    breath_g = 0.1 * placement[:, None] * np.sin(np.arange(spec.window) / 4)  # (N, window)
    noise_g = random.normal(0, 0.01, (len(posture), spec.window, 3))
    return (gravity_g[:, None] + breath_g[..., None] + noise_g).astype(np.float32)


def _taught(name, spec, windows, posture, placement, steps=90):
    torch.manual_seed(0)
    net = build(name, spec)
    optimizer = torch.optim.Adam(net.parameters(), LEARNING_RATE)
    x = torch.from_numpy(windows.transpose(0, 2, 1)[:, :, None].copy())  # (N, channels, 1, window)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = LEARNING_RATE * (1 - step / steps)
        of = torch.arange(step * 64, step * 64 + 64) % len(x)
        heads = net(x[of])
        loss = F.cross_entropy(heads.posture, torch.from_numpy(posture)[of])
        loss = loss + F.cross_entropy(heads.placement, torch.from_numpy(placement)[of])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {key: value.contiguous() for key, value in net.state_dict().items()}
