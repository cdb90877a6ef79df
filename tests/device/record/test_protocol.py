"""A protocol is checked whole before anybody lies down; each fault is named with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.device.record.protocol import (
    PACKAGED,
    Protocol,
    Step,
    packaged_text,
    parse_protocol,
    read_protocol,
)
from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import SLEEP

STEP = '[[step]]\nsay = "Sit."\nlabel = "sitting"\nseconds = 30\n'


def test_every_field_is_read() -> None:
    protocol = parse_protocol(
        'settle_s = 3\nstill = true\nrepeats = 2\n\n[[step]]\nsay = "Lie down."\nlabel = "lying"\n'
        "seconds = 12.5\n\n"
        '[[step]]\nsay = "Walk."\nlabel = "walking"\nseconds = 20\nsettle_s = 0\n'
        'placement = "wrist"\nstill = false\n',
        "mine",
        "mine.toml",
    )
    lying = Step("Lie down.", "lying", 12.5, 3.0, "", True)
    walking = Step("Walk.", "walking", 20.0, 0.0, "wrist", False)
    assert protocol == Protocol("mine", (lying, walking) * 2)
    assert protocol.labels == ("lying", "walking")


@pytest.mark.parametrize("name", PACKAGED)
def test_a_packaged_protocol_takes_under_ten_minutes_and_can_be_a_file(
    name: str, tmp_path: Path
) -> None:
    protocol = read_protocol(name)
    assert protocol.duration_s < 600 and len(protocol.labels) >= 4
    copy = tmp_path / f"{name}.toml"
    copy.write_text(packaged_text(name))
    assert read_protocol(str(copy)) == protocol


def test_the_packaged_sleep_protocol_has_each_posture_of_the_sleep_nets() -> None:
    protocol = read_protocol("sleep").worn_at("chest")
    assert sorted(step.label for step in protocol.steps) == sorted(SLEEP.postures)
    with pytest.raises(UsageError, match="neck, chest, abdomen"):
        read_protocol("sleep").worn_at("wrist")


def test_a_placement_holds_until_the_next_is_named() -> None:
    text = STEP + STEP + 'placement = "wrist"\n' + STEP
    worn = parse_protocol(text, "mine", "mine.toml").worn_at("chest")
    assert [step.placement for step in worn.steps] == ["chest", "wrist", "wrist"]
    with pytest.raises(UsageError, match="in step 1 of mine"):
        parse_protocol(text, "mine", "mine.toml").worn_at("")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no steps"),
        ("step = 3", "no steps"),
        ("step = []", "no steps"),
        ("[[step]]\n", "mine.toml:1: step 1 has no say"),
        ("step = [{say = 'Sit.'}]", "step 1: step 1 has no label"),
        ("[[step]\n", "not TOML.*line 1"),
        (STEP + 'lable = "x"\n', "mine.toml:5: lable is no field here"),
        ("rate = 50\n" + STEP, "mine.toml:1: rate is no field here"),
        (STEP.replace("30", "3"), "mine.toml:4: seconds is 3; it must be from 4 to 3600 s"),
        (STEP.replace("30", "nan"), "seconds is nan"),
        (STEP.replace("30", "1" + "0" * 400), "it must be from 4"),
        (STEP.replace("30", '"30"'), "seconds is '30'; it must be a number"),
        (STEP.replace("30", "true"), "seconds is True; it must be a number"),
        (STEP.replace('"Sit."', '"-w Sit."'), "mine.toml:2: say must begin with a letter"),
        (STEP.replace('"Sit."', '""'), "say is empty"),
        (STEP.replace('"Sit."', "7"), "say is 7; it must be a text"),
        (STEP.replace('"sitting"', '"a\\nb"'), "label must be one line"),
        (STEP.replace('"sitting"', f'"{"x" * 61}"'), "at most 60 characters"),
        (STEP + STEP.replace("sitting", "Sitting"), "mine.toml:7: 'Sitting' is 'sitting' in ano"),
        ("repeats = 0\n" + STEP, "mine.toml:1: repeats is 0"),
        ("repeats = 1.5\n" + STEP, "repeats is 1.5"),
        ("repeats = 100\n" + 11 * STEP, "1,100 steps"),
        ("settle_s = -1\n" + STEP, "settle_s is -1"),
        ("\n\nstill = 1\n" + STEP, "mine.toml:3: still is 1; it must be true or false"),
        ('domain = "walk"\n' + STEP, "mine.toml:1: domain is 'walk'"),
        ('domain = "sleep"\n' + STEP, "mine.toml:4: label is 'sitting'; of sleep it is one of sup"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(EdgekitError, match=message):
        parse_protocol(text, "mine", "mine.toml")


@given(st.text() | st.text().map(lambda text: STEP + text))
def test_any_text_is_a_protocol_or_refused(text: str) -> None:
    try:
        assert parse_protocol(text, "mine", "mine.toml").steps
    except EdgekitError as error:
        assert "mine.toml" in str(error)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("slep", "Did you mean sleep"),
        ("nothing.toml", "no protocol at nothing.toml. Begin one with: edgekit record --show"),
        ("folder/mine", "no protocol at folder/mine"),
    ],
)
def test_a_protocol_that_is_not_there_is_answered_with_the_next_command(
    name: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        read_protocol(name)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EdgekitError, match="cannot be read as text"):
        read_protocol(str(tmp_path / "mine.toml"))


def test_a_protocol_of_sleep_in_the_papers_words_is_read_in_todays() -> None:
    steps = STEP.replace("sitting", "up") + STEP.replace("sitting", "upright")
    of_sleep = parse_protocol('domain = "sleep"\n' + steps, "older", "older.toml")
    assert [step.label for step in of_sleep.steps] == ["supine", "supine-right"]
    assert parse_protocol(steps, "own", "own.toml").labels == ("up", "upright")
    with pytest.raises(EdgekitError, match="'upright'; of sleep it is one of supine, "):
        parse_protocol('domain = "sleep"\n' + STEP.replace("sitting", "upright"), "o", "o.toml")
