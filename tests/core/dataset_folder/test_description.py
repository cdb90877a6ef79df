"""dataset.toml: every field has a type and a range, and what is wrong is named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import (
    booleans,
    dictionaries,
    floats,
    from_regex,
    integers,
    lists,
    sampled_from,
    text,
    tuples,
)

from edgekit.dataset_folder import Description, read_description
from edgekit.dataset_folder.description import parse_description, plain
from edgekit.dataset_folder.write import description_text
from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP

GOOD = """format = "edgekit dataset"
version = 1
name = "kitchen"
rate_hz = 50
postures = ["chopping", "stirring"]
placements = ["wrist"]
"""


def test_a_description_becomes_a_spec_named_after_the_set() -> None:
    spec = parse_description(GOOD).spec
    assert (spec.domain, spec.rate_hz) == ("kitchen", 50.0)
    assert (spec.postures, spec.placements) == (("chopping", "stirring"), ("wrist",))
    assert not spec.has_body_axes


def test_sleep_is_a_domain_only_of_sleeps_postures() -> None:
    of_sleep = GOOD.replace('["chopping", "stirring"]', '["supine", "left"]') + 'domain = "sleep"\n'
    spec = parse_description(of_sleep).spec
    assert spec.has_body_axes
    assert spec.front_end == SLEEP.front_end
    with pytest.raises(ValueError, match=r"posture 'chopping' is none of sleep's \(supine, "):
        parse_description(GOOD + 'domain = "sleep"\n')


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version = 1", "version = 2", "'edgekit dataset' version 2"),
        ("version = 1\n", "", "the field version is missing"),
        ("rate_hz = 50", 'rate_hz = "50"', "rate_hz is '50'; it must be a number"),
        ("rate_hz = 50", "rate_hz = true", "rate_hz is True"),
        ("rate_hz = 50", "rate_hz = 0", "rate_hz is 0; it must be a number from 1 to 400"),
        ("rate_hz = 50", "rate_hz = nan", "rate_hz is nan"),
        ("rate_hz = 50", "rate_hz = 401", "from 1 to 400"),
        ('"kitchen"', '"wisdm"', "as a public data set's"),
        ('"kitchen"', '"Sleep"', "as a public data set's"),
        ('"kitchen"', '"a/b"', "letters, digits"),
        ('"kitchen"', '"../x"', "letters, digits"),
        ('"kitchen"', '""', "name is ''"),
        ('"kitchen"', "7", "name is 7"),
        ('"kitchen"', f'"{"k" * 41}"', "longer than 40 bytes"),
        ("postures", "posture", r"no field is called 'posture'. Did you mean postures\?"),
        ('"stirring"]', '"chopping "]', "postures has 'chopping' twice"),
        ('"stirring"]', '" "]', "postures has ' '"),
        ('"stirring"]', "7]", "postures has '7'; a label is a text"),
        ('"stirring"]', f'"{"x" * 201}"]', "a label of 201 letters"),
        ('["wrist"]', "[]", "placements is .*; it must be a list"),
        ('["wrist"]', '"wrist"', "placements is 'wrist'; it must be a list"),
        ("version = 1", "version = 1\nnote = 3", "note is 3; it must be a text"),
        ("version = 1", 'version = 1\ndomain = "wisdm"', "it is 'sleep' or left out"),
        ("version = 1", "version = 1\nsubjects = 3", "subjects must be tables"),
        ("version = 1", "version = 1\nsubjects.ann = 3", "subjects.ann must be a table"),
        ("version = 1", "version = 1\nsubjects.ann.age = 3", "age is 3; it must be a text"),
        ("version = 1", "version = ", "Invalid value"),
    ],
)
def test_what_is_wrong_is_named_with_its_value(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    (tmp_path / "dataset.toml").write_text(GOOD.replace(old, new, 1))
    with pytest.raises(EdgekitError, match=rf"dataset\.toml: .*{message}"):
        read_description(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EdgekitError, match=r"dataset\.toml"):
        read_description(tmp_path)


def test_a_folder_without_one_is_answered_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no dataset\.toml.*edgekit data import FILES --out"):
        read_description(tmp_path)
    with pytest.raises(UsageError, match=r"no data set folder at .*absent"):
        read_description(tmp_path / "absent")


labels = (
    text(min_size=1, max_size=30)
    .map(plain)
    .filter(lambda label: label.isprintable() and bool(label) and plain(label) == label)
)
names = from_regex(r"[a-z][a-z0-9 ._-]{0,20}[a-z0-9]", fullmatch=True).filter(
    lambda name: name not in ("sleep", "wisdm", "hapt", "mhealth", "synthetic")
)


@given(
    name=names,
    rate_hz=integers(1, 400) | floats(1, 400).map(lambda rate: float(f"{rate:g}")),
    postures=lists(labels, min_size=1, max_size=9, unique=True),
    placements=lists(labels, min_size=1, max_size=5, unique=True),
    subjects=dictionaries(labels, sampled_from([{}]), max_size=4),
    note=text(max_size=40),
)
def test_what_is_written_is_read_back(
    name: str,
    rate_hz: float,
    postures: list[str],
    placements: list[str],
    subjects: dict[str, dict[str, str]],
    note: str,
) -> None:
    note = note.encode("utf-8", "ignore").decode()
    description = Description(
        name, rate_hz, tuple(postures), tuple(placements), note=note, subjects=subjects
    )
    assert parse_description(description_text(description)) == description


@given(is_sleep=booleans())
def test_the_domain_is_written_where_it_is_sleep(is_sleep: bool) -> None:
    description = Description("night", 50.0, tuple(POSTURE_ANGLE_DEG), ("chest",), is_sleep)
    assert parse_description(description_text(description)) == description


@given(
    text=text(max_size=60)
    | tuples(integers(0, len(GOOD)), text(max_size=8), integers(0, 9)).map(
        lambda cut: GOOD[: cut[0]] + cut[1] + GOOD[cut[0] + cut[2] :]
    )
)
def test_any_text_is_read_or_refused_in_a_line(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "dataset.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert read_description(folder).postures
    except EdgekitError as error:
        assert "dataset.toml" in str(error)
        assert len(str(error).splitlines()) == 1


def test_lists_without_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text("a = " + "[" * 100_000)
    with pytest.raises(EdgekitError, match="nested too deeply"):
        read_description(tmp_path)
