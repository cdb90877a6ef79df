"""C from Python: of anybody's TFLite file, and of a bundle's net."""

from pathlib import Path

import pytest

import edgekit
from edgekit.bundle import Bundle
from edgekit.errors import UsageError


def test_the_net_of_a_bundle_becomes_the_same_c_as_its_file(bundle: Bundle, tmp_path: Path) -> None:
    chosen = {"forms": ["cmake"], "cores": []}
    compiled = edgekit.to_c(bundle, str(tmp_path / "c"), **chosen)  # type: ignore[arg-type]
    assert compiled.name == "by_gravity" and compiled.forms == ("cmake",)
    assert compiled.checked and "golden" in repr(compiled)
    edgekit.to_c(str(bundle.model), tmp_path / "d", name="by_gravity", **chosen)  # type: ignore[arg-type]
    for name in ("src/by_gravity.c", "test/by_gravity_golden.h"):
        assert (tmp_path / "c" / name).read_bytes() == (tmp_path / "d" / name).read_bytes()


def test_what_is_no_model_is_one_clear_error(tmp_path: Path) -> None:
    for named in (tmp_path / "none.tflite", tmp_path / "none", 3):
        with pytest.raises(UsageError):
            edgekit.to_c(named, tmp_path / "c")  # type: ignore[arg-type]
    assert not (tmp_path / "c").exists()
