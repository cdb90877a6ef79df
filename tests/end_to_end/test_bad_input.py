"""Bad input ends in one clear line and a non-zero exit code; nothing is overwritten."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edgekit.distribution import install_line
from edgekit.recording import Recording, save_recording
from tests.helpers.command import refused
from tests.helpers.forked import ForkedCommand


@pytest.mark.parametrize(
    ("words", "exit_code", "message"),
    [
        (("train", "--net", "resnet"), 2, "no net is called 'resnet'"),
        (("train", "--dataset", "imagenet"), 2, "no data set or folder is called 'imagenet'"),
        (("train", "--split", "odd", "--net", "mtl-net-micro"), 2, "no split is called 'odd'"),
        (("train", "--input", "three-gains"), 2, "no input is called 'three-gains'"),
        (
            ("train", "--net", "mtl-net-published", "--input", "two-gains"),
            2,
            "mtl-net-published reads the paper's input",
        ),
        (("compare", "--dataset", "synthetic", "--input", "g"), 2, "two-gains, one-gain"),
        (("train", "--resume", "old-run"), 1, "version 1;"),
        (("convert", "old-run"), 1, "Train again with: edgekit train"),
        (("verify", "old-bundle"), 1, "edgekit train, then edgekit convert"),
        (("monitor", "--replay", "good.npz", "--bundle", "old-bundle"), 1, "version 1;"),
        (("train", "--data-dir", "."), 2, "--data-dir . is not read for the synthetic data set"),
        (("calibrate", "--replay", "text.csv"), 1, "edgekit data import text.csv --out recordings"),
        (("monitor", "--replay", "text.npz"), 1, "edgekit data import text.npz --out recordings"),
        (("train", "--device", "tpu"), 2, "no device is called 'tpu'"),
        (("train", "--dataset", "wisdm", "--data-dir", "nowhere"), 2, "no data folder at nowhere"),
        (("train", "--dataset", "wisdm", "--data-dir", "."), 2, "no WISDM files"),
        (("train", "--resume", "nowhere"), 2, "no run at nowhere"),
        (("train", "--method", "singletask"), 2, "edgekit compare --method singletask"),
        (
            ("train", "--method", "multitask", "--distill-weight", "1"),
            2,
            "multitask has no teacher for --distill-weight",
        ),
        (("convert",), 2, "edgekit train"),
        (("convert", "nowhere"), 2, "no run at nowhere"),
        (("verify",), 2, "edgekit convert"),
        (("verify", "nowhere"), 2, "no bundle at nowhere"),
        (("monitor", "--replay", "nothing.npz"), 2, "no recording at nothing.npz"),
        (("monitor", "--replay", "text.npz"), 1, "not an edgekit recording"),
        (("monitor", "--replay", "empty.txt"), 1, "empty"),
        (("monitor", "--replay", "text.txt"), 2, "text.txt"),
        (("monitor", "--simulate", "--bundle", "nowhere"), 2, "no bundle at nowhere"),
        (("monitor", "--simulate", "--address", "0x1d"), 2, "leave --address"),
        (("monitor", "--simulate", "--bus", "3"), 2, "--bus is for the sensor"),
        (("monitor", "--replay", "good.npz", "--bus", "3", "--address", "0x1d"), 2, "--bus, --add"),
        (("monitor", "--serial", "/dev/null", "--address", "0x1d"), 2, "--address is for"),
        (("monitor", "--bus", "99"), 1, "/dev/i2c-99 does not exist"),
        (("monitor", "--web"), 1, "edgekit monitor --simulate --web"),
        (("monitor", "--duration", "never"), 2, "8h, 90min or 30s"),
        (("monitor", "--replay", "good.npz", "--speed", "fast"), 2, "--speed"),
        (("monitor", "--replay", "good.npz", "--speed", "1e-300"), 2, "0.01 or more"),
        (("monitor", "--replay", "good.npz", "--speed", "nan"), 2, "0.01 or more"),
        (("monitor", "--simulate", "--speed", "1e-9"), 2, "0.01 or more"),
        (("monitor", "--replay", ""), 2, "'--replay': it is empty"),
        (("monitor", "--replay", "good.npz", "--out", ""), 2, "'--out': it is empty"),
        (("report", ""), 2, "it is empty"),
        (("simulate", ""), 2, "it is empty"),
        (("monitor", "--replay", "."), 2, "is a folder: name a recording"),
        (("monitor", "--replay", "a.csv"), 2, "no recording at a.csv"),
        (("monitor", "--replay", "a.night"), 2, "no recording at a.night"),
        (("monitor", "--replay", "kept.night"), 2, "edgekit rescore kept.night"),
        (("monitor", "--replay", "good.npz", "--web", "192.0.2.1"), 2, "has no such address"),
        (("monitor", "--replay", "good.npz", "--web", "localhost:99999"), 2, "HOST:PORT"),
        (("monitor", "--serial", "/dev/null", "--web"), 2, "--web"),
        (("monitor", "--serial", "/dev/null", "--interrupt-pin", "17"), 2, "--interrupt-pin"),
        (("monitor", "--replay", "good.npz", "--simulate", "good.npz"), 2, "one place"),
        (("report",), 2, "edgekit monitor"),
        (("report", "nothing.night"), 2, "no night at nothing.night"),
        (("report", "text.txt"), 1, "not an edgekit night"),
        (("simulate", "good.npz"), 2, "is there already"),
        (("simulate", "a.csv"), 2, "ends in .npz"),
        (("simulate", "-"), 2, "ends in .npz"),
        (("simulate", "a.npz", "--hours", "nan"), 2, "not a number"),
        (("simulate", "a.npz", "--placement", "knee"), 2, "no placement is called 'knee'"),
        (("data", "verify", "mnist"), 2, "not for 'mnist'"),
        (("demo", "mnist"), 2, "no demo of 'mnist'"),
    ],
)
def test_a_mistake_is_named_in_one_line(
    tmp_path: Path, forked: ForkedCommand, words: tuple[str, ...], exit_code: int, message: str
) -> None:
    (tmp_path / "text.txt").write_text("not a recording\n")
    (tmp_path / "text.npz").write_text("not a recording\n")
    (tmp_path / "text.csv").write_text("time,x,y,z\n0,0,0,1\n")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "kept.night").touch()
    save_recording(
        Recording(np.zeros((200, 3), np.float32), 50.0, "s", "chest"), tmp_path / "good.npz"
    )
    for kind in ("run", "bundle"):
        (tmp_path / f"old-{kind}").mkdir()
        described = f'{{"format": "edgekit {kind}", "version": 1, "state": "training"}}'
        (tmp_path / f"old-{kind}" / f"{kind}.json").write_text(described)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    code, line = refused(*words, cwd=tmp_path, run=forked)
    assert (code, message in line) == (exit_code, True), line
    assert all(path.read_bytes() == content for path, content in before.items())


@pytest.mark.parametrize(
    ("absent", "extra"), [("torch", "train"), ("scipy", "compare"), ("jinja2", "device")]
)
def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    tmp_path: Path, absent: str, extra: str
) -> None:
    script = (
        f"import sys; sys.modules[{absent!r}] = None\n"
        "sys.argv = ['edgekit', 'compare', '--dry-run']\n"
        "from edgekit.cli import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"edgekit: {absent} is not installed: {install_line(extra)}"
    ]


def test_help_shows_examples(tmp_path: Path, forked: ForkedCommand) -> None:
    for command in (
        "train",
        "compare",
        "convert",
        "verify",
        "simulate",
        "monitor",
        "report",
        "demo",
    ):
        shown = forked(command, "--help", cwd=tmp_path)
        assert shown.returncode == 0
        assert f"• edgekit {command}" in shown.stdout


def test_ctrl_c_while_the_command_still_loads_ends_it_without_a_traceback(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "edgekit", "monitor"],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored under nohup
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as loading:  # fmt: skip
        assert loading.stderr is not None
        while "typer" not in loading.stderr.readline():
            assert loading.poll() is None
        loading.send_signal(signal.SIGINT)
        errors = loading.stderr.read()
    assert loading.returncode == -signal.SIGINT
    assert "Traceback" not in errors
