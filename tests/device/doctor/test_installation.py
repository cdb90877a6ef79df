"""Whose command `edgekit` is: another product has that name in the package index."""

from importlib import metadata
from pathlib import Path

import pytest

from edgekit.device.doctor.installation import pin_driver, whose_command

OURS = "#!/usr/bin/python3\nfrom edgekit.__main__ import main\n"
ANOTHERS = "#!/usr/bin/python3\nfrom edgekit.cli import app\n"


def command(folder: Path, text: str) -> Path:
    folder.mkdir()
    script = folder / "edgekit"
    script.write_text(text)
    script.chmod(0o755)
    return script


def distribution(folder: Path, entry: str) -> metadata.Distribution:
    info = folder / "edgekit-0.1.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: edgekit\nVersion: 0.1.1\n")
    (info / "entry_points.txt").write_text(f"[console_scripts]\nedgekit = {entry}\n")
    return metadata.Distribution.at(info)


def test_another_product_s_command_that_comes_first_is_wrong_and_one_later_is_named(
    tmp_path: Path,
) -> None:
    anothers = command(tmp_path / "anothers", ANOTHERS)
    ours = command(tmp_path / "ours", OURS)
    wrong = whose_command([], f"{anothers.parent}:{ours.parent}")
    assert not wrong.is_ok and str(anothers) in wrong.saw
    assert "-m edgekit" in wrong.cure and "uninstall" in wrong.cure
    found = whose_command([], f"/nowhere:{ours.parent}:{anothers.parent}")
    assert found.is_ok and str(ours) in found.saw and str(anothers) in found.saw
    assert whose_command([], str(ours.parent)).saw == str(ours)


def test_no_command_on_the_path_is_no_fault(tmp_path: Path) -> None:
    assert whose_command([], str(tmp_path)).is_ok


def test_another_product_in_this_environment_is_named_with_how_to_mend_it(tmp_path: Path) -> None:
    found = whose_command([distribution(tmp_path, "edgekit.cli:app")], "")
    assert not found.is_ok and "another product" in found.saw
    assert "pip uninstall edgekit" in found.cure and "edgekit_wearable-" in found.cure


def test_an_installation_of_ours_from_before_its_new_name_is_ours(tmp_path: Path) -> None:
    assert whose_command([distribution(tmp_path, "edgekit.__main__:main")], "").is_ok


def test_a_motor_s_pin_without_a_driver_is_wrong_where_a_motor_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert "python3-lgpio" in pin_driver(is_needed=True).cure
    assert pin_driver(is_needed=False).is_ok
