"""The documentation as a site: it builds without a warning and fetches nothing from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command import REPOSITORY

DOCS = REPOSITORY / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a broken link or anchor fails."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    ended = subprocess.run(
        build,
        cwd=REPOSITORY,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    # Notes are no warnings: of a page that no menu leads to, or a link to a file that is left out.
    notes = [line for line in ended.stderr.splitlines() if "Doc file" in line or ".md" in line]
    assert not notes, "\n".join(notes)
    return folder


def test_every_page_of_the_docs_is_in_the_site(site: Path) -> None:
    for page in DOCS.rglob("*.md"):
        assert (site / page.relative_to(DOCS).with_suffix(".html")).is_file(), page
    for page in ("architecture", "contributing", "changelog"):
        assert len((site / f"{page}.html").read_text()) > 10_000


def test_the_site_fetches_nothing_from_elsewhere(site: Path) -> None:
    fetched = re.compile(r"""<(?:script|link|img|iframe)[^>]*(?:src|href)=["']?(?:https?:)?//""")
    for page in site.rglob("*.html"):
        assert not fetched.search(page.read_text()), page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", sheet.read_text()), sheet


def test_the_pages_link_to_files_that_are_there_without_the_site_too() -> None:
    link = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
    outside = [REPOSITORY / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]
    for page in (*DOCS.rglob("*.md"), *outside):
        for target in link.findall(page.read_text()):
            assert "://" in target or (page.parent / target).exists(), f"{page.name}: {target}"
