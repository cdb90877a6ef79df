"""Pictures by matplotlib: how axes look, and how a picture is saved."""

import warnings
from io import BytesIO
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from edgekit.files import whole_file

matplotlib.rcParams["text.parse_math"] = False  # a label may hold dollars


def draw_frame(axes: Axes) -> None:
    """Draw a pale grid, and spines at the left and the bottom alone."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)


def to_png(figure: Figure, dpi: int) -> bytes:
    """Return the picture, without matplotlib's version: the same figure gives the same bytes."""
    picture = BytesIO()
    with warnings.catch_warnings():
        # A label in letters that the font lacks is drawn as boxes; the tables beside it are right.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        figure.savefig(picture, dpi=dpi, format="png", metadata={"Software": None})
    return picture.getvalue()


def save_png(figure: Figure, path: Path, dpi: int) -> None:
    with whole_file(path) as file:
        file.write(to_png(figure, dpi))
