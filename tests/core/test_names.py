"""An unknown name is answered with the nearest and with all that there are."""

import pytest

from edgekit.errors import UsageError
from edgekit.names import pick
from edgekit.nets import NETS
from edgekit.spec import DOMAINS
from edgekit.train.datasets.formats import FORMATS, training_defaults


def test_a_known_name_is_returned() -> None:
    assert pick("net", "mtl-net-small", NETS) == "mtl-net-small"


def test_a_slip_is_answered_with_what_was_meant() -> None:
    with pytest.raises(UsageError) as refusal:
        pick("net", "mtl-net-smal", NETS)
    assert str(refusal.value).startswith(
        "no net is called 'mtl-net-smal'. Did you mean mtl-net-small? There are: mtl-net-small, "
    )


def test_a_name_like_no_other_is_answered_with_all_that_there_are() -> None:
    with pytest.raises(UsageError) as refusal:
        pick("fruit", "pear", ("apple", "quince"))
    assert str(refusal.value) == "no fruit is called 'pear'. There are: apple, quince"


def test_an_unknown_domain_is_named_where_training_asks_for_its_defaults() -> None:
    with pytest.raises(UsageError, match=r"no domain is called 'cats'.*wisdm"):
        training_defaults("cats")


def test_every_domain_has_a_format_that_is_read_and_states_its_defaults() -> None:
    assert {spec.domain: spec for spec in DOMAINS} == {
        name: raw_format.SPEC for name, raw_format in FORMATS.items()
    }
