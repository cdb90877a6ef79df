"""Settings: the command line, the environment, edgekit.toml here, above, then the user's own."""

import json
from pathlib import Path

import pytest

from edgekit.cli.settings import defaults_by_command
from edgekit.cli.tree import command_tree, leaves
from edgekit.errors import UsageError
from edgekit.settings import SETTINGS, found_settings
from tests.helpers.command import REPOSITORY
from tests.helpers.forked import ForkedCommand


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder two below where another edgekit.toml may lie, and no setting from outside."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.environment, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "home" / "nights-of-anna"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_nothing_is_set_where_nothing_says_so(here: Path) -> None:
    assert found_settings() == {}
    assert defaults_by_command() == {}


def test_the_environment_goes_before_the_file_and_the_nearer_file_before_the_user_s(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = here.parents[1] / "config" / "edgekit" / "edgekit.toml"
    users.parent.mkdir(parents=True)
    users.write_text('subject = "everyone"\nbus = 3\nalarm = "baseline"\n')
    (here.parent / "edgekit.toml").write_text('subject = "anna"\nbus = 2\n')
    monkeypatch.setenv("EDGEKIT_SUBJECT", "bob")
    found = {name: (each.value, each.source) for name, each in found_settings().items()}
    assert found == {
        "subject": ("bob", "environment EDGEKIT_SUBJECT"),
        "bus": (2, str(here.parent / "edgekit.toml")),
        "alarm": ("baseline", str(users)),
    }


def test_paths_of_a_file_are_relative_to_it(here: Path) -> None:
    (here.parent / "edgekit.toml").write_text('nights = "all-nights"\ncalibration = "/a/b.json"\n')
    found = found_settings()
    assert found["nights"].value == here.parent / "all-nights"
    assert found["calibration"].value == Path("/a/b.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('subjct = "anna"', r"no setting is called 'subjct'\. Did you mean subject\? There are: "),
        ("bus = '1'", "bus is a whole number, such as bus = 1, not '1'"),
        ("bus = true", "bus is a whole number"),
        ("bus = 1.0", "bus is a whole number"),
        ("subject = 7", "subject is text in quotes"),
        ('subject = ""', "subject is text in quotes"),
        ("[monitor]\nbus = 1", "no setting is called 'monitor'"),
        ("bus = ", "cannot be read as TOML"),
        ("bus = 1\nbus = 2", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_the_file(
    here: Path, text: str, message: str
) -> None:
    path = here / "edgekit.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=f"^{path}.*{message}"):
        found_settings()


def test_a_wrong_file_stops_every_command_but_not_its_help(
    here: Path, forked: ForkedCommand
) -> None:
    (here / "edgekit.toml").write_text("\0")
    ended = forked("doctor", cwd=here)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert forked("doctor", "--help", cwd=here).returncode == 0


def test_a_variable_that_is_no_number_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEKIT_BUS", "one")
    with pytest.raises(UsageError, match="EDGEKIT_BUS is a whole number, not 'one'"):
        found_settings()


def test_every_setting_is_an_option_of_each_command_that_takes_it() -> None:
    by_words = {" ".join(words): command for words, command in leaves(command_tree())}
    for setting in SETTINGS:
        for words in setting.commands:
            options = {name for param in by_words[words].params for name in param.opts}
            assert f"--{setting.name}" in options, f"{words} --{setting.name}"


def test_a_setting_is_the_default_and_an_option_goes_before_it(
    here: Path, forked: ForkedCommand
) -> None:
    (here / "edgekit.toml").write_text("bus = 88\n")
    assert "/dev/i2c-88" in forked("calibrate", cwd=here).stderr
    assert "/dev/i2c-77" in forked("calibrate", "--bus", "77", cwd=here).stderr


def test_what_is_set_for_the_sensor_does_not_stop_a_replay(
    here: Path, forked: ForkedCommand
) -> None:
    (here / "edgekit.toml").write_text('alarm = "supine"\nalarm-pin = 18\nweb = "127.0.0.1"\n')
    ended = forked("monitor", "--replay", "nothing.npz", cwd=here)
    assert "no recording at nothing.npz" in ended.stderr
    ended = forked("monitor", "--replay", "nothing.npz", "--alarm", "supine", cwd=here)
    assert "--alarm is for a sleeper" in ended.stderr


def test_the_bundle_and_the_folder_of_nights_are_looked_for_where_they_are_set(
    here: Path, forked: ForkedCommand
) -> None:
    (here / "edgekit.toml").write_text('bundle = "my-bundle"\nnights = "my-nights"\n')
    assert f"no bundle at {here / 'my-bundle'}" in forked("verify", cwd=here).stderr
    assert f"no night in {here / 'my-nights'}/" in forked("report", cwd=here).stderr
    assert f"no night in {here / 'my-nights'}/" in forked("nights", "list", cwd=here).stderr


def test_config_show_says_what_is_in_force_and_from_where(
    here: Path, forked: ForkedCommand
) -> None:
    (here / "edgekit.toml").write_text('subject = "anna"\naddress = 0x1d\n')
    lines = forked("config", "show", cwd=here).stdout.splitlines()
    assert f'subject = "anna"  # {here / "edgekit.toml"}' in lines
    assert f'address = "0x1d"  # {here / "edgekit.toml"}' in lines
    assert (
        '# nights = "..."  # the folder of nights, instead of nights/, or EDGEKIT_NIGHTS' in lines
    )
    document = json.loads(forked("config", "show", "--json", cwd=here).stdout)
    assert document["settings"]["subject"] == {
        "value": "anna",
        "from": str(here / "edgekit.toml"),
    }


def test_the_page_of_settings_has_each_with_its_variable_and_its_commands() -> None:
    page = (REPOSITORY / "docs" / "settings.md").read_text()
    rows = {line.split("|")[1].strip(" `"): line for line in page.splitlines() if "| `" in line}
    assert list(rows) == [setting.name for setting in SETTINGS]
    for setting in SETTINGS:
        assert f"`{setting.environment}`" in rows[setting.name]
        if "the same" not in rows[setting.name]:
            assert all(f"`{command}`" in rows[setting.name] for command in setting.commands)
