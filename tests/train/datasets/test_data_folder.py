"""Where public data sets are looked for, and what is said where they are not there."""

from pathlib import Path

import pytest

from edgekit.errors import UsageError
from edgekit.train.datasets.raw_files import data_folder


def test_without_data_the_next_command_is_named_and_no_folder_that_nobody_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDGEKIT_DATA", raising=False)
    with pytest.raises(UsageError, match="--dataset synthetic") as refusal:
        data_folder(None)
    assert ".." not in str(refusal.value)
    with pytest.raises(UsageError, match="no data folder at nowhere"):
        data_folder(Path("nowhere"))
