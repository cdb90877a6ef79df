"""docs/own-recordings.md: its eight commands lead from files of other programs to a report."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main
from click import Context, UsageError

from edgekit.dataset_folder import read_description
from edgekit.night.reader import open_night
from edgekit.run import read_run
from tests.helpers.command import REPOSITORY, the
from tests.helpers.forked import ForkedCommand
from tests.helpers.own_people import ACTIVITIES, AFTERNOON, write_people
from tests.helpers.typer_app import app

PAGE = (REPOSITORY / "docs" / "own-recordings.md").read_text()
EIGHT = re.findall(r"^```sh\nedgekit (.*)\n```$", PAGE, re.MULTILINE)
# What the page shows below each command, N to its lines.
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARTS = re.split(r"^### \d\. ", PAGE.partition("## Label by")[0], flags=re.MULTILINE)
SHOWN = [[text for kind, text in BLOCK.findall(part) if not kind] for part in PARTS]
OTHERS = re.findall(r"^edgekit (.*)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, forked: ForkedCommand) -> Path:
    """A new user's folder after the commands of the page; each command's output in N.out."""
    folder = tmp_path_factory.mktemp("own")
    write_people(folder)
    for number, command in enumerate(EIGHT, 1):
        ended = forked(*shlex.split(command), cwd=folder)
        assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
        (folder / f"{number}.out").write_text(ended.stdout + ended.stderr)
    return folder


def printed(folder: Path, number: int) -> str:
    """The command's output, each row of blanks as one."""
    return re.sub(r" +", " ", (folder / f"{number}.out").read_text())


@pytest.mark.parametrize("number", [1, 2])  # the others print what training reached here
def test_the_page_shows_what_the_command_prints(done: Path, number: int) -> None:
    lines = [line for block in SHOWN[number] for line in block.splitlines()]
    assert len(lines) >= 4
    for line in lines:
        begin = re.sub(r"[┃│ ]+", " ", line.partition("…")[0]).strip()  # a pipe has no borders
        assert begin in printed(done, number)


def test_there_are_eight_commands_at_most() -> None:
    assert 5 <= len(EIGHT) <= 8


def test_the_import_understands_three_shapes_and_makes_a_data_set(done: Path) -> None:
    table = printed(done, 1)
    for row in ("ann_wrist.csv ann wrist 100 Hz", "bob_wrist.csv bob wrist 62.5 Hz"):
        assert row in table
    assert "cem_wrist.csv cem wrist 50 Hz m/s2 (header)" in table
    description = read_description(done / "our-set")
    assert set(description.postures) == set(ACTIVITIES)
    assert (description.rate_hz, description.placements) == (50, ("wrist",))
    assert "no fault found" in printed(done, 2)


def test_personalising_makes_a_net_right_that_was_at_times_wrong(done: Path) -> None:
    row = re.search(r"own minutes.* posture ([\d.]+) ([\d.]+)", printed(done, 5))
    assert row is not None
    before, after = map(float, row.groups())
    assert before < after and after > 97
    adapted = read_run(the(done, "runs/*-dora-set"))
    assert set(adapted.spec.postures) == set(ACTIVITIES)


def test_the_afternoon_is_recognised_and_reported(done: Path) -> None:
    with open_night(the(done, "nights/*-dora.night")) as night:
        decisions, spec = night.decisions(), night.spec
        at_s = decisions.start_s - night.start_s + spec.window_s / 2
    truth, begin_s = [""] * len(at_s), 0.0
    for name, seconds in AFTERNOON:
        within = (begin_s <= at_s) & (at_s < begin_s + seconds)
        truth = [name if inside else old for inside, old in zip(within, truth, strict=True)]
        begin_s += seconds
    right = [spec.postures[k] == name for k, name in zip(decisions.posture, truth, strict=True)]
    assert sum(right) / len(right) > 0.9
    page = the(done, "nights/*-dora.html").read_text()
    assert "brushing teeth" in page


@pytest.mark.parametrize("command", OTHERS)
def test_each_command_on_the_page_is_one_that_there_is(command: str) -> None:
    words = shlex.split(command.partition(">")[0])
    group = typer.main.get_command(app)
    context = Context(group)
    while hasattr(group, "commands"):
        group = group.commands[words.pop(0)]
    try:
        group.make_context("edgekit", words, parent=context)
    except UsageError as error:
        pytest.fail(f"{command}: {error.format_message()}")
