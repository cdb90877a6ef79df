"""Pictures by matplotlib as SVG: how axes look, and how a picture is saved.

Colours of the palette become classes, so that a page or a reader's setting turns them dark; the
light values stay in the file for viewers that know no style sheets.
"""

import hashlib
import re
import warnings
from io import BytesIO, StringIO
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib

matplotlib.use("Agg")
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from edgekit.files import whole_file, write_text

from .palette import COLOURS, INK, PAPER, RULE, dark_css

LOOK: dict[str, object] = {
    "text.parse_math": False,  # a label may hold dollars
    "svg.fonttype": "none",  # text stays text: it can be searched, and every script has letters
    "svg.hashsalt": "edgekit",  # the same figure gives the same bytes
    "figure.facecolor": PAPER,
    "axes.facecolor": "none",
    "grid.color": RULE,
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.unicode_minus": False,
    **{f"{what}color": INK for what in ("text.", "axes.label", "axes.edge", "xtick.", "ytick.")},
}
matplotlib.rcParams.update(LOOK)  # type: ignore[arg-type]
LETTERS = (
    "ui-sans-serif, system-ui, -apple-system, &quot;Segoe UI&quot;, Roboto, &quot;Helvetica "
    "Neue&quot;, &quot;Liberation Sans&quot;, Arial, sans-serif"
)
_OF_A_FILE = ' xmlns="http://www.w3.org/2000/svg"'
_ID = "[a-z][0-9a-f]{10}"  # of a clip or a marker, by which others refer to it
_NAMES = {light: name for name, (light, _) in COLOURS.items()}


def draw_frame(axes: Axes) -> None:
    """Draw a pale grid below the data, and spines at the left and the bottom alone."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=3)
    axes.grid(linewidth=0.7)
    axes.set_axisbelow(True)


def svg(figure: Figure, title: str) -> str:
    """Return the picture as markup within a page; `title` is what a screen reader says.

    The page has the rules of `dark_css`.
    """
    with warnings.catch_warnings():
        # Text is measured with matplotlib's own letters and drawn with the reader's.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        written = StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    text = written.getvalue()
    width, height = (round(72 * inches, 1) for inches in figure.get_size_inches())
    clips = "".join(re.findall(r"<defs>\s*<clipPath.*?</defs>", text, re.DOTALL))
    body = text[text.index("<g id=") : text.rindex("</svg>")].replace(clips, "") + clips
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(rf' id="(?!{_ID}")[^"]*"', "", body)
    body = re.sub(r'style="([^"]*)"', _attributes, body).replace("xlink:href", "href")
    own = hashlib.sha256(body.encode()).hexdigest()[:8]  # two pictures on a page share no id
    body = re.sub(rf'(id="|#)({_ID})\b', rf"\g<1>p{own}-\2", body)
    body = re.sub(r" transform=\"rotate\(-0 [^\"]*\"", "", body)
    body = re.sub(r"(\.\d\d)\d+", r"\1", re.sub(r"\s*\n\s*", "\n", body))
    label = escape(title, {'"': "&quot;"})
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'style="--width: {width:g}px" role="img" aria-label="{label}" '
        f'font-family="{LETTERS}" stroke-linejoin="round">\n{body}</svg>\n'
    )


def save_svg(figure: Figure, path: Path, title: str) -> None:
    """Write the picture as a file of its own, dark where the reader's screen is."""
    write_text(path, standing_alone(svg(figure, title)))


def save_png(figure: Figure, path: Path, dpi: int) -> None:
    """Write the picture as pixels, light alone."""
    picture = BytesIO()
    figure.savefig(picture, dpi=dpi, format="png", metadata={"Software": None})
    with whole_file(path) as file:
        file.write(picture.getvalue())


def standing_alone(markup: str) -> str:
    """Return the markup of `svg` as a file's content, its dark colours inside."""
    return markup.replace(">", _OF_A_FILE + ">", 1).replace(">", f">{_style()}", 1)


def within_page(file: str) -> str:
    """Return the content of such a file as markup again, as `svg` made it."""
    return file.replace(_OF_A_FILE, "", 1).replace(_style(), "", 1)


def _style() -> str:
    return f"\n<style>\n@media (prefers-color-scheme: dark) {{\n{dark_css()}\n}}\n</style>"


def _attributes(style: re.Match[str]) -> str:
    """Turn a style into attributes, which a style sheet may overrule, and its colours' classes."""
    classes, attributes = [], []
    for declaration in style[1].split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if not key or key == "font-family":
            continue
        value = value.removesuffix("px") if key == "font-size" else value
        if key in ("fill", "stroke") and value in _NAMES:
            classes.append(f"{key[0]}-{_NAMES[value]}")
        attributes.append(f'{key}="{value}"')
    return " ".join([f'class="{" ".join(classes)}"', *attributes] if classes else attributes)
