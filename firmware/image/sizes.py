"""What a bundle takes on several boards, whether it fits them or not."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from edgekit.bundle import Bundle

from ..build.board import Board
from ..build.build import Built, Progress, link
from .fit import NoRoomError


def sizes(
    bundle: Bundle, boards: Sequence[Board], compiler: str, progress: Progress
) -> Iterator[Built | str]:
    """Each board's program; a sentence where the linker finds no room for it."""
    with tempfile.TemporaryDirectory(prefix="edgekit-size-") as temporary:
        for board in boards:
            elf = Path(temporary) / f"{board.name}.elf"
            try:
                yield link(bundle, board, elf, compiler=compiler, progress=progress)
            except NoRoomError as refusal:
                yield str(refusal)
