"""MkDocs hooks: pages beside docs/ join the site, and links to them work in both places."""

import os
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"
# Where a file outside docs/ stands in the site.
OUTSIDE = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "firmware/tflm/README.md": "tflm.md",
}
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside docs/."""
    for path, page in OUTSIDE.items():
        if page not in files.src_uris:
            text = (REPOSITORY / path).read_text(encoding="utf-8")
            files.append(File.generated(config, page, content=_linked(text, REPOSITORY / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point a page's links out of docs/ to where those pages stand in the site."""
    return markdown if page.file.generated_by else _linked(markdown, DOCS / page.file.src_uri)


def _linked(text: str, path: Path) -> str:
    """Return a page with its links as they are in the site; code is named, not linked."""
    outside = OUTSIDE.get(path.relative_to(REPOSITORY).as_posix())
    folder = DOCS if outside else path.parent

    def moved(link: re.Match[str]) -> str:
        if "://" in link["target"]:
            return link[0]
        target = (path.parent / link["target"]).resolve()
        name = target.relative_to(REPOSITORY).as_posix()
        if target.is_relative_to(DOCS) and path.is_relative_to(DOCS):
            return link[0]
        if name in OUTSIDE:
            target = DOCS / OUTSIDE[name]
        if not target.is_relative_to(DOCS):
            return link["text"]  # a file of code
        return f"[{link['text']}]({os.path.relpath(target, folder)}{link['anchor'] or ''})"

    return LINK.sub(moved, text)
