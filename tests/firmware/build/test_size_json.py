"""edgekit firmware size --json: an image's bytes, for scripts."""

import json
from collections.abc import Callable
from pathlib import Path

from edgekit.bundle import Bundle
from edgekit.spec import SLEEP, Spec
from tests.helpers.command import REPOSITORY
from tests.helpers.forked import ForkedCommand


def test_the_parts_add_up_and_every_name_is_described(
    c_bundle: Callable[[Spec], Bundle], forked: ForkedCommand, tmp_path: Path
) -> None:
    words = ("firmware", "size", c_bundle(SLEEP).folder, "--board", "pico", "--json")
    ended = forked(*words, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    read = json.loads(ended.stdout)
    assert (read["format"], read["refused"]) == ("edgekit firmware size", [])
    (sized,) = read["boards"]
    assert sum(sized["flash_bytes_by_part"].values()) == sized["flash_bytes"]
    of_parts = sum(sized["ram_bytes_by_part"].values())
    assert of_parts + sized["stack_bytes"] == sized["ram_bytes"] < sized["ram_limit_bytes"]
    page = (REPOSITORY / "docs" / "json.md").read_text()
    assert not {name for name in (*read, *sized) if f"`{name}`" not in page}
