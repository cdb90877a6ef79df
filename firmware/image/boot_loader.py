"""BootLoader: what INFO_UF2.TXT says of a UF2 boot loader, and whether that starts an image.

A boot loader copies whatever fits its family, and then may start something else: behind another
SoftDevice the image lies where nothing looks, and an old boot loader drops its end without a word
(Adafruit_nRF52_Bootloader, src/usb/uf2/uf2cfg.h: USER_FLASH_END was 0xAD000 before 0.6.1).
"""

import re
from dataclasses import dataclass

from edgekit.errors import EdgekitError

from ..build.board import Board
from .image import Image

UPDATE = "docs/boards.md, Flashing, says how"


@dataclass(frozen=True)
class BootLoader:
    """The lines of INFO_UF2.TXT that matter; None or "unknown" where one is missing."""

    board_id: str
    soft_device: str | None = None  # "S140 7.3.0", or "not found"
    version: tuple[int, ...] | None = None


def read_info(text: str) -> BootLoader:
    """Read the text of INFO_UF2.TXT; any text is read."""
    board_id = re.search(r"^Board-ID:[ \t]*(\S+)", text, re.MULTILINE)
    # The one that the XIAO is sold with writes "S140 version 7.3.0", later ones "S140 7.3.0".
    soft_device = re.search(r"^SoftDevice:[ \t]*(\S[^\r\n]*?)[ \t]*\r?$", text, re.MULTILINE)
    version = re.search(r"^UF2 Bootloader v?(\d{1,4}(?:\.\d{1,4})*)", text, re.MULTILINE)
    return BootLoader(
        board_id.group(1) if board_id else "unknown",
        re.sub(r"\s+(version\s+)?", " ", soft_device.group(1)) if soft_device else None,
        tuple(map(int, version.group(1).split("."))) if version else None,
    )


def check_starts(boot_loader: BootLoader, board: Board, image: Image) -> None:
    """Raise EdgekitError where this boot loader would not start the image, with the cure."""
    wanted = board.uf2_soft_device
    if wanted and not is_soft_device(boot_loader.soft_device, wanted):
        has = f"SoftDevice {boot_loader.soft_device}"
        raise EdgekitError(
            f"the {board.title}'s boot loader reports "
            f"{'no SoftDevice line' if boot_loader.soft_device is None else has}: it would copy "
            f"the image and never start it, because that lies behind SoftDevice {wanted}.x. Put a "
            f"boot loader with {wanted}.x on the board first: {UPDATE}"
        )
    old = board.uf2_old_boot_loader
    if old and image.end > old.flash_end and not is_from(boot_loader.version, old.before):
        least = ".".join(map(str, old.before))
        has = ".".join(map(str, boot_loader.version or ())) or "of unknown version"
        raise EdgekitError(
            f"the image ends at {image.end:#x}, and a boot loader before {least} drops what lies "
            f"from {old.flash_end:#x} on; this one is {has}. Update it ({UPDATE}), or take a "
            "smaller net"
        )


def is_soft_device(reported: str | None, wanted: str) -> bool:
    """Whether "S140 7.3.0" is an "S140 7"."""
    return reported is not None and re.match(rf"{re.escape(wanted)}(\.|$)", reported) is not None


def is_from(version: tuple[int, ...] | None, least: tuple[int, ...]) -> bool:
    """Whether a version is known, and at least `least`; 0.6 is 0.6.0."""
    if version is None:
        return False
    length = max(len(version), len(least))
    return _padded(version, length) >= _padded(least, length)


def _padded(version: tuple[int, ...], length: int) -> tuple[int, ...]:
    return version + (0,) * (length - len(version))
