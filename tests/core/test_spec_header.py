"""The firmware's header says what spec.py says."""

from pathlib import Path

from edgekit.spec_header import header

HEADER = Path(__file__).parents[2] / "firmware" / "include" / "edgekit_spec.h"


def test_the_committed_header_is_not_stale() -> None:
    assert HEADER.read_text() == header(), (
        "run: python -m edgekit.spec_header > firmware/include/edgekit_spec.h"
    )
