"""`edgekit compare --preset smoke`: all methods, all nets, real data; cut short, then ended."""

import signal
import time
from pathlib import Path

import polars as pl
import psutil
import pytest

from edgekit.nets import NETS
from edgekit.train.baselines import NAMES
from edgekit.train.methods import METHODS
from tests.helpers.command import begun, edgekit, refused
from tests.helpers.forked import ForkedCommand

# Its nets and methods, a shorter time each.
SMOKE = ("compare", "--preset", "smoke", "--epochs", "1", "--windows", "300")


def cells(folder: Path) -> dict[str, int]:
    """The finished cells and when each was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("cells/*.parquet")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compare") / "smoke"


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(real: Path, folder: Path) -> None:
    words = [*SMOKE, "--data-dir", str(real), "--out", str(folder)]
    running = begun(*words, cwd=folder.parent)
    waiting_until = time.monotonic() + 200
    while len(cells(folder)) < 5 and time.monotonic() < waiting_until and running.poll() is None:
        time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    output = running.communicate(timeout=60)[1]
    assert running.returncode == 130, output
    assert "Traceback" not in output
    assert "Give the same command again" in output
    before = cells(folder)
    assert len(before) >= 5

    ended = edgekit(*words, cwd=folder.parent, timeout_s=600)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("This is a smoke run: nothing can be concluded from it.")
    assert "guessing among 18 classes" in ended.stdout
    assert "temperature 5" in ended.stderr  # progress names what is varied
    assert "Traceback" not in ended.stderr
    after = cells(folder)
    assert {name: after[name] for name in before} == before, "a finished cell was done again"

    again = edgekit(*words, cwd=folder.parent)
    assert again.returncode == 0
    assert cells(folder) == after


def test_workers_end_with_a_command_that_was_killed(real: Path, tmp_path: Path) -> None:
    words = [*SMOKE, "--dataset", "mhealth", "--data-dir", str(real), "--out", "cut"]
    running = begun(*words, cwd=tmp_path)
    until = time.monotonic() + 100
    while not cells(tmp_path / "cut") and time.monotonic() < until:
        time.sleep(0.2)
    workers = [child.pid for child in psutil.Process(running.pid).children(recursive=True)]
    assert len(workers) > 1
    running.kill()
    running.wait()
    _, alive = psutil.wait_procs([p for p in psutil.process_iter() if p.pid in workers], timeout=20)
    assert not alive


def test_the_table_holds_every_method_net_and_baseline(real: Path, folder: Path) -> None:
    results = pl.read_parquet(folder / "results.parquet")
    assert set(results["method"]) == {*METHODS, "baseline"}
    assert set(NETS) <= set(results["net"])
    assert set(NAMES) - {"atan2"} <= set(results["net"])  # a phone has no body axes
    assert set(results["split"]) == {"subject", "random-window"}
    read = {net: set(results.filter(net=net)["input"]) for net in results["net"].unique()}
    assert read.pop("mtl-net-published") == {"one-gain"}
    assert all(found == ({"two-gains"} if net in NETS else {"g"}) for net, found in read.items())
    for measure in ("accuracy", "macro_f1", "balanced_accuracy", "sensitivity", "subject_accuracy"):
        values = results.filter(measure=measure)["value"]
        assert len(values) > 0
        assert values.is_between(0, 1).all()
    for cost in ("wall_s", "cpu_s", "peak_memory_mb", "macs", "parameters"):
        assert (results.filter(measure=cost)["value"] > 0).all()
    trained = results.filter(pl.col("method") != "baseline", measure="energy_kwh")
    assert trained["name"].is_in(["modelled", "measured, whole package"]).all()


def test_the_page_shows_every_table_and_picture(real: Path, folder: Path) -> None:
    text = (folder / "results.md").read_text()
    for title in ("accuracy", "class", "cost", "share", "temperature", "phone", "smoke run"):
        assert title.lower() in text.lower(), title
    page = (folder / "results.html").read_text()
    assert "http" not in page, "a page fetches nothing"
    assert "nothing can be concluded from it" in page and "level with" not in text
    assert "compare --preset smoke --epochs 1 --windows 300" in page
    pictures = sorted(path.name for path in (folder / "pictures").glob("*.svg"))
    for kind in ("curves", "confusion", "shares", "sweep"):
        assert any(kind in name for name in pictures), (kind, pictures)
    assert page.count("<svg ") >= len(pictures)


def test_a_comparison_refuses_what_it_cannot_do(
    real: Path, tmp_path: Path, forked: ForkedCommand
) -> None:
    _, message = refused("compare", "--preset", "huge", cwd=tmp_path, run=forked)
    assert "smoke, published, paper, sound" in message
    words = ("compare", "--method", "magic", "--data-dir", real)
    _, message = refused(*words, cwd=tmp_path, run=forked)
    assert "smooth-distill" in message
    words = ("compare", "--dataset", "mhealth", "--data-dir", real, "--render", "--out", "none")
    _, message = refused(*words, cwd=tmp_path, run=forked)
    assert "no finished cell" in message
