from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a cache of its own."""
    monkeypatch.setenv("EDGEKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "wisdm"


@pytest.fixture
def wisdm_folder(tmp_path: Path) -> Path:
    """A data folder with a phone and a watch of one second each."""
    for device in ("phone", "watch"):
        folder = tmp_path / "data" / "wisdm-dataset" / "raw" / device / "accel"
        folder.mkdir(parents=True)
        lines = (f"1600,A,{tick * 50_000_000},0.0,9.80665,{tick / 100};\n" for tick in range(20))
        (folder / f"data_1600_accel_{device}.txt").write_text("".join(lines))
    return tmp_path / "data"
