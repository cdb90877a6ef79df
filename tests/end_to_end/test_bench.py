"""edgekit bench: each record measured once, one page of them all; one line for a mistake.

The parts that wait on real time, the device and every runtime's rounds, are left to `make bench`.
"""

import re
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from edgekit.benchmarks.page.__main__ import main as page_of
from edgekit.bundle import load_bundle
from edgekit.cli.bench import bench_command
from edgekit.convert.find_run import run_of
from edgekit.errors import EdgekitError, UsageError
from tests.helpers.command import begun, edgekit, refused, the

COMMAND = (
    *("bench", "--quick", "--part", "training", "--part", "accuracy", "--part", "robustness"),
    *("--part", "firmware", "--out", "results"),
)
FACTS_ALONE = ("bench", "--quick", "--part", "firmware")


@dataclass(frozen=True)
class Measured:
    place: Path  # with bundles/, runs/ and results/
    name: str  # of the bundle
    stopped: int  # the exit code of the command that was stopped
    stopped_output: str
    output: str  # by the same command afterwards


@pytest.fixture(scope="module")
def measured(road: Path, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Stopped by Ctrl-C when its first record of seconds was there, and begun again."""
    place = tmp_path_factory.mktemp("bench")
    for folder in ("bundles", "runs"):
        shutil.copytree(road / folder, place / folder)
    name = the(place, "bundles/*").name
    first = begun(*COMMAND, cwd=place)
    until = time.monotonic() + 120
    while not (place / "results" / "raw" / f"cores-{name}.json").is_file():
        assert first.poll() is None and time.monotonic() < until
        time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    _, stopped_output = first.communicate(timeout=60)
    again = edgekit(*COMMAND, "--markdown", "page.md", cwd=place)
    assert again.returncode == 0, again.stderr
    return Measured(place, name, first.returncode, stopped_output, again.stderr)


def test_a_run_that_was_stopped_goes_on_where_it_was(measured: Measured) -> None:
    assert measured.stopped == 130
    assert measured.stopped_output.splitlines()[-1].endswith("the same command goes on")
    assert f"cores {measured.name}: as measured before" in measured.output
    assert f"robustness {measured.name}: done in" in measured.output


def test_each_record_is_a_file_and_what_was_done_is_in_the_log(measured: Measured) -> None:
    results, name = measured.place / "results", measured.name
    parts = ("accuracy", "cores", "facts", "robustness")
    files = [*(f"{part}-{name}.json" for part in parts), "run.json"]
    assert sorted(path.name for path in (results / "raw").iterdir()) == files
    log = (results / "log.txt").read_text()
    assert log.count(f"cores {name}: done in") == 1


def test_the_page_opens_in_a_browser_and_fetches_nothing(measured: Measured, chromium: str) -> None:
    page = measured.place / "results" / "results.html"
    asked: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        shown = browser.new_page(viewport={"width": 1240, "height": 900})
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: complaints.append(message.text))
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.goto(page.as_uri())
        titles = shown.locator("h2").all_inner_texts()
        shown.set_viewport_size({"width": 320, "height": 900})
        overflow = shown.evaluate("document.documentElement.scrollWidth")
        pictures = shown.locator("figure svg").count()
        browser.close()
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    assert complaints == []
    cards = ["Time a window", "Battery", "Memory", "Accuracy kept by int8", "Compared with TFLM"]
    assert titles[:5] == cards
    assert {"How right is it?", "How robust is it?"} <= set(titles)
    assert overflow <= 320 and pictures >= 6


def test_the_same_page_is_markdown_with_its_pictures_beside_it(measured: Measured) -> None:
    text = (measured.place / "page.md").read_text()
    linked = re.findall(r"\]\((.+?)\)", text)
    assert sum(name.endswith(".svg") for name in linked) >= 6
    assert all((measured.place / name).is_file() for name in linked)


def test_the_page_is_made_anew_of_the_records_alone(measured: Measured, tmp_path: Path) -> None:
    anew = tmp_path / "page.md"
    page_of([str(measured.place / "results"), "--markdown", str(anew)])
    assert anew.read_text() == (measured.place / "page.md").read_text()


def test_nothing_is_measured_again_and_without_a_budget_nothing_was_checked(
    measured: Measured,
) -> None:
    ended = edgekit(*COMMAND, "--check", cwd=measured.place)
    assert "done in" not in ended.stderr
    assert ended.stderr.count("as measured before") == 4
    assert f"{measured.name}: no budget for mtl-net-micro, synthetic, split subject" in ended.stderr
    assert ended.stderr.splitlines()[-1].startswith("edgekit: nothing could be checked")
    assert ended.returncode == 1


def test_a_damaged_record_is_named_with_what_to_do(measured: Measured, tmp_path: Path) -> None:
    results = Path(shutil.copytree(measured.place / "results", tmp_path / "results"))
    record = results / "raw" / f"robustness-{measured.name}.json"
    record.write_text(record.read_text()[:100])
    code, line = refused(*COMMAND[:-1], results, cwd=measured.place)
    assert code == 1 and str(record) in line and "Delete it" in line


def test_a_bundle_without_its_run_and_renamed_is_reported_and_has_no_accuracy(
    measured: Measured, tmp_path: Path
) -> None:
    shutil.copytree(the(measured.place, "bundles/*"), tmp_path / "renamed")
    code, line = refused(*FACTS_ALONE, "--part", "accuracy", "renamed", cwd=tmp_path)
    assert code == 2 and "--part accuracy needs the run" in line and "--run FOLDER" in line
    assert not (tmp_path / "benchmark-results").exists()
    ended = edgekit(*FACTS_ALONE, "renamed", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in ended.stderr.splitlines() if "its run is not at hand" in line]
    assert len(lines) == 1 and "renamed" in lines[0] and "--run FOLDER" in lines[0]
    kept = [path.name for path in (tmp_path / "benchmark-results" / "quick" / "raw").iterdir()]
    assert sorted(kept) == ["facts-renamed.json", "run.json"]


def test_a_run_that_lies_elsewhere_is_found_by_the_folder_that_is_named(
    measured: Measured, tmp_path: Path
) -> None:
    bundle = load_bundle(shutil.copytree(the(measured.place, "bundles/*"), tmp_path / "bundle"))
    run = the(measured.place, "runs/*")
    assert run_of(bundle, []) is None
    assert run_of(bundle, [tmp_path, run]) == run


def test_a_mistake_is_named_in_one_line_by_the_command(tmp_path: Path) -> None:
    code, line = refused("bench", "--part", "speed", cwd=tmp_path)
    assert (code, "no part 'speed'; there are: inference, device" in line) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_bundle_or_no_run_is_named_before_anything_is_measured(
    measured: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bundle = the(measured.place, "bundles/*")
    twin = Path(shutil.copytree(bundle, tmp_path / "twins" / bundle.name))
    for bundles, runs, said in (
        ([], [], "no bundle in bundles/ or a demo's folder here.* edgekit demo"),
        (["nowhere"], [], "no bundle at nowhere.* edgekit convert"),
        ([bundle], ["nowhere"], "no run at nowhere"),
        ([bundle, twin], [], f"two of the bundles are called {bundle.name}"),
    ):
        with pytest.raises(UsageError, match=said):
            bench_command(list(map(Path, bundles)), quick=True, run=list(map(Path, runs)))
    assert not (tmp_path / "benchmark-results").exists()


def test_what_is_checked_is_measured_anew_for_the_code_may_be_another(
    measured: Measured,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with pytest.raises(EdgekitError, match="nothing could be checked"):
            bench_command(
                [the(measured.place, "bundles/*")], quick=True, part=["firmware"], check=True
            )
        output = capsys.readouterr().err
        assert "done in" in output and "as measured before" not in output
