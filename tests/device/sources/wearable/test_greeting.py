"""Who answers on a serial line, and what is said where nobody does."""

from dataclasses import replace

import pytest

from edgekit.device.sources.wearable import greeting
from edgekit.device.sources.wearable.greeting import GreetingParts, check_bundle, greet
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.records import (
    Boot,
    Greet,
    Label,
)
from edgekit.device.sources.wearable.serial_line import SerialLine
from edgekit.errors import EdgekitError
from edgekit.posture_words import OF_PAPER
from tests.helpers.fake_wearable import (
    MODEL,
    FakeWearable,
    framed,
    hello,
    labels,
)

BOOT = Boot(boot_count=1, reset_cause=0, bundle_start=bytes(8))


def test_a_greeting_is_asked_for_until_it_is_whole(fake: FakeWearable) -> None:
    fake.lose = lambda count: count in (3, 16)  # a label at first
    line = SerialLine(str(fake.path))
    found = greet(Link(line))
    line.close()
    assert found.model == MODEL
    assert sum(isinstance(command, Greet) for command in fake.commands) == 2


def test_where_nothing_answers_the_likely_causes_are_named(fake: FakeWearable) -> None:
    fake.lose = lambda count: True
    line = SerialLine(str(fake.path))
    with pytest.raises(EdgekitError, match="not a byte came"):
        greet(Link(line), tries=1)
    fake.write(b"login: \r\n\0" * 5)
    with pytest.raises(EdgekitError, match="no edgekit wearable"):
        greet(Link(line), tries=1)
    line.close()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"\r\nERROR\r\n" * 9, "what speaks on .* is no edgekit wearable: "),
        (bytes(64), "what speaks on .* is no edgekit wearable: "),
        (bytes(range(256)) * 9, "what speaks on .* is no edgekit wearable: "),
        (b"\0" + framed([Greet()])[0], "what was sent on .* came back"),
        (b"\0" + framed([BOOT])[0], "the wearable on .* speaks, but did not greet"),
    ],
    ids=["modem", "zeros", "noise", "echo", "wearable"],
)
def test_only_what_sent_a_wearables_record_is_called_a_wearable(
    fake: FakeWearable, monkeypatch: pytest.MonkeyPatch, said: bytes, words: str
) -> None:
    monkeypatch.setattr(greeting, "TRY_S", 0.1)
    fake.lose = lambda count: True
    line = SerialLine(str(fake.path))
    fake.write(said)
    with pytest.raises(EdgekitError, match=words):
        greet(Link(line), tries=1)
    line.close()


def test_another_version_of_the_protocol_is_refused(fake: FakeWearable) -> None:
    fake.hello = hello(protocol_version=1)
    line = SerialLine(str(fake.path))
    with pytest.raises(EdgekitError, match="version 1 of the protocol"):
        greet(Link(line), tries=1)
    line.close()


def test_another_bundle_than_the_one_given_is_refused(fake: FakeWearable, bundle) -> None:
    line = SerialLine(str(fake.path))
    found = greet(Link(line))
    line.close()
    with pytest.raises(EdgekitError, match="runs bundle by-gravity"):
        check_bundle(found, bundle)
    same = replace(found, model=replace(found.model, digest=bundle.digest))
    check_bundle(same, bundle)


def test_a_wearable_that_names_its_postures_in_the_papers_words_is_understood() -> None:
    parts = GreetingParts()
    for index, name in enumerate(OF_PAPER):
        parts.add(Label(0, index, name))
    for record in (*labels()[len(OF_PAPER) :], hello()):
        parts.add(record)
    assert parts.model == MODEL
