"""What holds for every command: its options, its groups in the help, its errors, its exit codes."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from edgekit.bundle import Bundle
from edgekit.cli.catalogue import COMMANDS as ENTRIES
from edgekit.cli.catalogue import GROUPS
from edgekit.cli.tree import command_tree, leaves
from tests.helpers.command import begun
from tests.helpers.forked import ForkedCommand
from tests.helpers.own_sets import write_set

KINDS = {"N", "NAME", "NAMES", "FILE", "FOLDER", "SECONDS", "HZ", "TIME", "GPIO", "PORT", "ADDRESS"}
KINDS |= {"PATTERN", "DATE"}
NOUNS = {"RECORDING", "RUN", "BUNDLE", "NIGHT", "FILE", "FOLDER", "NAME", "SHELL", "MODEL"}
COMMANDS = leaves(command_tree())
BY_WORDS = {" ".join(words): command for words, command in COMMANDS}


def values(command: Any) -> list[Any]:
    return [param for param in command.params if not getattr(param, "is_flag", False)]


def numbers() -> list[tuple[str, Any]]:
    return [
        (words, param)
        for words, command in BY_WORDS.items()
        for param in values(command)
        if param.param_type_name == "option" and re.search("int|float", param.type.name)
    ]


@pytest.mark.parametrize("words", BY_WORDS)
def test_a_value_s_placeholder_is_of_few_kinds(words: str) -> None:
    for param in values(BY_WORDS[words]):
        is_option = param.param_type_name == "option"
        shown = (param.metavar or "").strip("[]").removesuffix("...")
        assert shown in (KINDS if is_option else NOUNS), f"{words} {param.opts}: {param.metavar}"


@pytest.mark.parametrize("words", BY_WORDS)
def test_every_option_of_every_command_is_described(words: str) -> None:
    shown = [param for param in BY_WORDS[words].params if not getattr(param, "hidden", False)]
    assert all(param.help for param in shown), words


def test_every_command_can_be_quiet() -> None:
    for words, command in COMMANDS:
        assert any("--quiet" in param.opts for param in command.params), words


@pytest.mark.parametrize("wrong", ["nan", "inf", "-1e400", "9" * 30, "two"])
def test_a_number_that_is_none_or_too_large_is_refused_wherever_a_number_is_asked(
    wrong: str,
) -> None:
    assert len(numbers()) > 25
    for words, param in numbers():
        with pytest.raises(typer.BadParameter) as refusal:
            command_tree().main([*words.split(), param.opts[0], wrong], standalone_mode=False)
        assert refusal.value.exit_code == 2
        assert refusal.value.format_message().startswith(f"Invalid value for '{param.opts[0]}")


def test_a_seed_is_from_0_to_what_every_generator_takes(
    tmp_path: Path, forked: ForkedCommand
) -> None:
    for seed in ("-1", "4294967296", "9223372036854775808"):
        ended = forked("train", "--seed", seed, cwd=tmp_path)
        assert ended.returncode == 2
        assert ended.stderr.startswith("edgekit: Invalid value for '--seed'")
    assert not list(tmp_path.iterdir())


def test_quiet_goes_with_options_that_refuse_others(tmp_path: Path, forked: ForkedCommand) -> None:
    ended = forked("train", "--resume", "nowhere", "-q", cwd=tmp_path)
    assert ended.returncode == 2 and ended.stderr.startswith("edgekit: no run at nowhere")


def test_sigterm_ends_a_command_with_143(tmp_path: Path) -> None:
    write_set(tmp_path / "set")
    defaults = ("--input", "two-gains", "--augmentation", "none")
    with begun("train", "--dataset", "set", *defaults, "--out", "run", cwd=tmp_path) as run:
        assert run.stderr is not None
        assert run.stderr.readline().startswith("data ")
        run.send_signal(signal.SIGTERM)
        errors = run.stderr.read()
    assert (run.returncode, "Traceback" in errors) == (143, False), errors


def test_the_list_of_commands_says_of_each_what_its_own_help_says() -> None:
    listed = command_tree()
    for name, entry in ENTRIES.items():
        own: str = listed.commands[name].help or ""  # type: ignore[attr-defined]
        assert " ".join(own.split("\n\n")[0].split()) == entry.summary


def test_the_help_of_all_commands_imports_none_of_them() -> None:
    script = (
        "import sys; sys.argv = ['edgekit', '--help']\nfrom edgekit.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('numpy', 'torch', 'edgekit.cli.train') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_the_help_shows_the_commands_in_groups(tmp_path: Path, forked: ForkedCommand) -> None:
    shown = forked("--help", cwd=tmp_path).stdout
    places = [shown.index(f"─ {group} ─") for group in GROUPS]
    assert places == sorted(places)
    assert [words.split()[0] for words in BY_WORDS if words.split()[0] not in shown] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("train", "--epoch", "3"), "No such option: --epoch (Possible options: --epochs"),
        (("trian",), "No such command 'trian'. Did you mean 'train'?"),
        (("train", "--epochs", "0"), "Invalid value for '--epochs': 0 is not in the range"),
        (("nights", "merge"), "Missing argument 'NIGHT...'"),
        (("bench", "--out"), "Option '--out' requires an argument"),
        (("rescore", "a.night", "b"), "Got unexpected extra argument"),
    ],
)
def test_a_slip_on_the_command_line_is_one_line_that_names_the_help(
    tmp_path: Path, forked: ForkedCommand, words: tuple[str, ...], message: str
) -> None:
    ended = forked(*words, cwd=tmp_path)
    (line,) = ended.stderr.splitlines()
    assert (ended.returncode, ended.stdout) == (2, "")
    assert line.startswith(f"edgekit: {message}")
    assert re.search(r" See: edgekit [a-z ]*--help$", line) or "requires an argument" in line


@pytest.mark.parametrize(
    "words",
    [
        ("monitor", "--replay", "nothing.npz"),
        ("monitor", "--simulate", "nothing.npz"),
        ("service", "install", "--print", "--bundle", "nothing"),
        ("calibrate", "--replay", "nothing.npz"),
        ("convert", "nothing"),
        ("verify", "nothing"),
        ("bench", "nothing"),
        ("bench", "--meter", "csv:nothing.csv"),
        ("bench", "--meter", "csv:nothing.csv:5"),
        ("tune", "nothing.npz"),
        ("tune", "nothing.night"),
        ("label", "nothing.npz", "--no-browser"),
        ("report", "nothing.night"),
        ("rescore", "nothing.night"),
        ("nights", "trim", "nothing.night", "--out", "a.night"),
        ("nights", "merge", "nothing.night", "none.night", "--out", "a.night"),
        ("nights", "delete", "nothing.night", "--yes"),
        ("nights", "export", "nothing.night"),
        ("data", "describe", "nothing"),
        ("data", "check", "nothing"),
        ("data", "import", "nothing.csv", "--out", "set"),
        ("train", "--resume", "nothing"),
        ("train", "--dataset", "nothing"),
        ("firmware", "build", "nothing"),
        ("firmware", "size", "nothing"),
        ("firmware", "flash", "nothing"),
        ("firmware", "flash", "nothing.uf2"),
        ("firmware", "export", "nothing"),
        ("firmware", "emulate", "nothing.npz"),
        ("record", "--protocol", "nothing.toml", "--subject", "ann", "--out", "set"),
        ("monitor", "--calibration", "nothing.json"),
    ],
)
def test_a_file_that_is_not_there_ends_every_command_with_2(
    tmp_path: Path, bundle: Bundle, forked: ForkedCommand, words: tuple[str, ...]
) -> None:
    (tmp_path / "bundles").mkdir()
    (tmp_path / "bundles" / "newest").symlink_to(bundle.folder)
    ended = forked(*words, cwd=tmp_path)
    lines = [line for line in ended.stderr.splitlines() if line.startswith("edgekit: ")]
    assert ended.returncode == 2, ended.stderr
    assert len(lines) == 1
    assert "nothing" in lines[0]
    assert [path.name for path in tmp_path.rglob("*")] == ["bundles", "newest"]


MOST_MODULES = 650  # that help may import, Python's own with them
NO_HEAVY_IMPORT = """
import sys
from edgekit.cli import main
sys.argv = ["edgekit", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert end.code in (0, 2), end.code
heavy = {"torch", "tensorflow", "scipy", "sklearn", "ray", "matplotlib", "onnx", "serial",
         "starlette", "jinja2", "ai_edge_litert", "ziglang"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
print(len(sys.modules))
"""


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("train", "--help"),
        ("train", "--net", "resnet"),
        ("train", "--dataset", "imagenet"),
        ("compare", "--preset", "smok"),
        ("compare", "--dataset", "imagenet"),
    ],
)
def test_help_and_a_wrong_name_import_nothing_heavy(tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", NO_HEAVY_IMPORT, *words],
        cwd=tmp_path, env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    if "--help" in words:
        assert int(ended.stdout.split()[-1]) < MOST_MODULES


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_s_completion_script_is_printed(
    tmp_path: Path, forked: ForkedCommand, shell: str
) -> None:
    script = forked("completion", shell, cwd=tmp_path).stdout
    assert f"complete_{shell}" in script
    assert "_EDGEKIT_COMPLETE" in script


def test_bash_completes_commands_and_options(tmp_path: Path) -> None:
    script = "source /dev/stdin; COMP_WORDS=(edgekit {}); COMP_CWORD={}; "
    script += "_edgekit_completion edgekit; echo ${{COMPREPLY[@]}}"
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "edgekit").write_text(f'#!/bin/sh\nexec {sys.executable} -m edgekit "$@"\n')
    (bin_folder / "edgekit").chmod(0o755)
    environment = os.environ | {"PATH": f"{bin_folder}:{os.environ['PATH']}"}
    printed = subprocess.run(
        ["edgekit", "completion", "bash"], env=environment, capture_output=True, text=True
    ).stdout
    for words, at, expected in (("tr", 1, ["try", "train"]), ("train --spl", 2, ["--split"])):
        ended = subprocess.run(
            ["bash", "-c", script.format(words, at)],
            input=printed, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert ended.stdout.split() == expected, ended.stderr


def test_options_that_can_only_be_on_are_accepted_and_not_shown() -> None:
    for words, option in (("convert", "--int8"), ("report", "--csv")):
        (param,) = (param for param in BY_WORDS[words].params if option in param.opts)
        assert param.hidden
