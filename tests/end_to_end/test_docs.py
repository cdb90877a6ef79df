"""Every command and every block of Python in the documentation is run, or has a reason not to be.

Where a block's command would take minutes, a comment before it shows the shorter one that is run
here. Commands that this machine cannot run are still parsed by the command line itself.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.distribution import NAME
from edgekit.firmware.emulate.simulated_bus import Fault, make_world
from edgekit.spec import SLEEP
from tests.helpers import doc_commands
from tests.helpers.bundles import add_c, make_bundle
from tests.helpers.command import REPOSITORY
from tests.helpers.doc_commands import Command
from tests.helpers.forked import ForkedCommand
from tests.helpers.lying import make_lying
from tests.helpers.monitored import monitor
from tests.helpers.road import ROAD
from tests.helpers.small_models import har

# Pages whose blocks a test of their own runs, from the first to the last.
OWN_TEST = {
    "api.md": "tests/api/test_docs.py",
    "own-recordings.md": "tests/end_to_end/test_own_recordings.py",
    "recording.md": "tests/end_to_end/test_docs_recording.py",
}
# What cannot run here or takes long, and why; where the reason is a test, that test runs it.
NOT_RUN = {
    r"sudo|journalctl|ssh": "changes this machine, or another",
    r"make|git": "the whole repository's; the target must exist",
    r".*pip3? |pipx": "installs: tests/end_to_end/test_device_install.py",
    r"python3? -m venv|export": "sets up an environment",
    r"python3 -c .*gpiozero": "needs a motor on a pin",
    r"edgekit .*--serial": "needs a wearable: tests/end_to_end/test_wearable.py",
    r"edgekit firmware flash": "needs a board's drive: tests/firmware/image/test_flash.py",
    r"edgekit firmware emulate": "waits for a monitor: tests/end_to_end/test_wearable.py",
    r"edgekit doctor": "needs a set clock: tests/device/doctor/test_doctor.py",
    r"edgekit calibrate": "needs somebody who presses Enter: tests/end_to_end/test_calibrate.py",
    r"edgekit service status": "needs systemd: tests/end_to_end/test_systemd.py",
    r"edgekit label": "serves a page until Ctrl-C: tests/end_to_end/test_labelled_by_hand.py",
    r"edgekit compare": "takes minutes to days: tests/end_to_end/test_compare.py",
    r"edgekit bench": "takes minutes: tests/end_to_end/test_bench.py",
    r"cmake|ctest": "builds: tests/convert/compile/test_compile_model.py",
    r"edgekit train --resume": "needs a cut training: tests/end_to_end/test_chain.py",
    r"python -m edgekit.benchmarks": "takes minutes: a study, or a measurement",
    r"python -m edgekit.device.decide.generated_model": (
        "compiles: tests/device/decide/test_generated_model.py"
    ),
}
SENSOR_S = 20.0  # a night on the simulated sensor, then Ctrl-C
PAGES = doc_commands.pages()
COMMANDS = [command for page in PAGES for command in doc_commands.commands(page)]


def reason_not_to_run(text: str) -> str | None:
    return next((why for pattern, why in NOT_RUN.items() if re.match(pattern, text)), None)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, road: Path, bundle: Bundle) -> Path:
    """A user's folder with everything that the pages name; each page gets a copy."""
    desk = tmp_path_factory.mktemp("desk") / "desk"
    shutil.copytree(road, desk)
    (run,) = (desk / "runs").iterdir()
    shutil.copytree(run, desk / "runs" / "my-run")
    for name in ("other", "night", "wisdm", "BUNDLE"):
        add_c(make_bundle(desk / "bundles" / name))
    shutil.copytree(desk / "bundles" / "BUNDLE", desk / "BUNDLE")
    shutil.copy(desk / "BUNDLE" / "model.tflite", desk / "ecg.tflite")
    (desk / "ecg.tflite").write_bytes(har().file())
    (desk / "tuesday.npz").write_bytes((desk / "night.npz").read_bytes())
    evening_s = 1_763_938_800.0  # 2025-11-23 23:00 UTC
    nights = ("a", "b", "my", "tuesday", "2026-11-23-anna", "2026-11-28-anna", "../monday")
    for number, name in enumerate(nights):
        start_s, whose = evening_s + 4000 * number, "anna" if "anna" in name else "me"
        lying = make_lying(*SLEEP.postures[::9], seconds=1500, start_s=start_s, subject=whose)
        monitor(Replay([lying], FULL_SPEED), bundle, desk / "nights" / f"{name}.night")
    return desk


@pytest.fixture(scope="module")
def done() -> set[str]:
    """Commands whose result is the same on every page, and that were run."""
    return set()


def on_a_sensor(folder: Path) -> dict[str, str]:
    """The environment of a computer with a sensor on its bus and a motor on its pins."""
    gravity = np.tile((0.0, 0.0, 256.0), (round(2 * SENSOR_S * 50), 1))
    counts = np.rint(gravity + np.random.default_rng(0).normal(0, 2, gravity.shape))
    ctrl_c = Fault(SENSOR_S, "signal", signal.SIGINT)
    world = make_world(folder, counts.astype(np.int16), [ctrl_c])
    return world.environment() | {
        "GPIOZERO_PIN_FACTORY": "mock",
        "GPIOZERO_MOCK_PIN_CLASS": "mockpwmpin",
    }


def test_every_reason_not_to_run_a_command_is_of_use_and_names_tests_that_are_there() -> None:
    named = [command.text for command in COMMANDS]
    named += [text for page in PAGES for text in doc_commands.inline_commands(page)]
    for pattern, why in NOT_RUN.items():
        assert any(re.match(pattern, text) for text in named), pattern
        for name in re.findall(r"tests/\S+\.py", why):
            assert (REPOSITORY / name).is_file(), name


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_each_command_is_one_that_there_is(command: Command) -> None:
    text = re.sub(r"^sudo (?=edgekit)", "", command.text)
    for typed in (text, command.less):
        if typed and typed.startswith("edgekit "):
            try:
                words = doc_commands.words_of(typed)[1:]
                doc_commands.parse(words)
            except doc_commands.Refused as error:
                pytest.fail(f"{command}: {error}")
            named = {word.split("=")[0] for word in words if word.startswith("--")}
            assert named <= doc_commands.options_of(words), f"{command}: a hidden option"
    if command.less:
        options = {word for word in text.split() if word.startswith("--")}
        assert options <= {*command.less.split()}, f"{command}: {command.less} is another command"
    if target := re.match(r"make (\S+)", text):
        assert re.search(rf"^{target[1]}:", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    if module := re.match(r"python3? -m (edgekit\S+)", text):
        assert find_spec(module[1])
    if "pip" in text and (extras := re.search(r"\[([\w,-]+)\]", text)):
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
        assert {*extras[1].split(",")} <= {*project["optional-dependencies"]}
        assert project["name"] == NAME


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_within_a_sentence_has_its_options(page: Path) -> None:
    for text in doc_commands.inline_commands(page):
        words = [word for word in re.split(r"[\s=]+", text.split(" | ")[0])[1:] if word]
        try:
            there = doc_commands.options_of(words)
        except doc_commands.Refused as error:
            pytest.fail(f"{page.name}: {text}: {error}")
        missing = {word for word in words if re.match(r"--?[a-z]", word)} - there
        assert not missing, f"{page.name}: {text} has no {missing}"


# Messages on the page of symptoms that other programs print.
OF_OTHERS = {
    "Builder entrypoint is not configured",
    "edgekit: command not found",
    "externally-managed-environment",
}


def test_each_message_on_the_page_of_symptoms_is_one_that_edgekit_prints() -> None:
    page = (REPOSITORY / "docs" / "troubleshooting.md").read_text()
    rows = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| ")]
    quoted = [found for row in rows for found in re.findall(r"[`\"]([^`\"]{5,})[`\"]", row)]
    folders = ("src/edgekit/cli", "src/edgekit", "device", "train", "convert", "firmware")
    code = "".join(p.read_text() for name in folders for p in (REPOSITORY / name).rglob("*.py"))
    printed = re.sub(r'"\s*\n\s*f?"', "", code)  # one text over several lines
    assert len(quoted) > 15
    for message in {*quoted} - OF_OTHERS:
        for part in filter(None, re.split(r"\s*…\s*", message)):
            assert part in printed, message


# Where the figures of "why a network" were measured: a row's label, its figures, their page.
SOURCES = (
    ("people held out, five folds", "reproduction.md", ("94.9 ± 0.2 %", "94.4 ± 0.1 %")),
    ("the same at the neck", "reproduction.md", ("90.1 ± 0.9 %", "88.3 ± 0.9 %")),
    ("60 whole nights", "synthetic.md", ("87.4 %", "87.5 %")),
    ("where the sensor is worn", "reproduction.md", ("96.1 ± 0.5 %",)),
    ("turned by 30 degrees", "benchmarks/robustness.md", ("49.9", "47.5")),
    ("strong noise", "benchmarks/robustness.md", ("61.9", "94.3")),
    ("lost unnoticed", "benchmarks/robustness.md", ("94.7", "94.5")),
    ("100 mAh", "benchmarks/battery.md", ("26.3 (11.9 to 38.3)", "28.7 (13.1 to 41.0)")),
)


@pytest.mark.parametrize(("row", "source", "figures"), SOURCES)
def test_the_figures_for_and_against_a_network_are_those_of_their_pages(
    row: str, source: str, figures: tuple[str, ...]
) -> None:
    page = (REPOSITORY / "docs" / "why-a-network.md").read_text()
    (line,) = [line for line in page.splitlines() if line.startswith("|") and row in line]
    measured = (REPOSITORY / "docs" / source).read_text()
    for figure in figures:
        assert figure in line and figure in measured, figure


RUN_HERE = [
    page for page in PAGES
    if page.name not in OWN_TEST
    and any(not reason_not_to_run(command.text) for command in doc_commands.commands(page))
]  # fmt: skip


@pytest.mark.parametrize("page", RUN_HERE, ids=lambda page: page.name)
def test_the_commands_of_a_page_run_in_their_order(
    page: Path, desk: Path, forked: ForkedCommand, done: set[str], tmp_path: Path
) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(desk, folder)
    simulated: set[str] = set()
    for command in doc_commands.commands(page):
        if reason_not_to_run(command.text):
            continue
        words = doc_commands.words_of(command.less or command.text)
        if tuple(words[1:]) in ROAD and words[1] in ("train", "convert"):
            continue  # the desk is where they were run
        if words[1] == "try" or words[1:3] == ["firmware", "build"]:
            if command.text in done:
                continue  # for another page, with the same result
            done.add(command.text)
        if words[0] in ("cmake", "ctest"):
            subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=120)
            continue
        assert words[0] == "edgekit", f"{command}: neither run nor in NOT_RUN"
        if words[1] == "simulate" and words[2] not in simulated:
            (folder / words[2]).unlink(missing_ok=True)  # the desk's: a second one is refused
            simulated.add(words[2])
        if words[1] == "monitor" and not {"--replay", "--simulate"} & {*words}:
            world = on_a_sensor(tmp_path / f"world-{command.line}")
            ended = subprocess.run(
                [sys.executable, "-m", "edgekit", *words[1:]],
                cwd=folder, env=os.environ | world, capture_output=True, text=True,
                stdin=subprocess.DEVNULL, timeout=120,
            )  # fmt: skip
        else:
            ended = forked(*words[1:], cwd=folder)
        assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"


WITH_PYTHON = [
    page for page in PAGES if page.name not in OWN_TEST and doc_commands.snippets(page)
]  # fmt: skip


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page: Path, desk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(desk, folder)
    code = "\n".join(snippet.code for snippet in doc_commands.snippets(page))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # has edgekit
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | {"PATH": path},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, f"{page.name}\n{ended.stdout}{ended.stderr}"
