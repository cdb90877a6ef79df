"""A disk that a test fills, and whose connection it holds."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from edgekit.night.file import DISK, Disk


@dataclass
class SmallDisk:
    """`disk` is for the writer of one night; `free_bytes` is what it finds free."""

    free_bytes: int = 1 << 40
    db: sqlite3.Connection = field(init=False)  # the writer's own, once it has begun

    @property
    def disk(self) -> Disk:
        return Disk(self._connect, lambda _folder: self.free_bytes)

    def leave_pages(self, count: int) -> None:
        """Let the file grow by so many pages; SQLite's own word for a full disk comes after."""
        (pages,) = self.db.execute("PRAGMA page_count").fetchone()
        self.db.execute(f"PRAGMA max_page_count = {pages + count}")

    def _connect(self, path: Path) -> sqlite3.Connection:
        self.db = DISK.connect(path)
        return self.db
