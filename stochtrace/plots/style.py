"""How all pictures look: legible 800 pixels wide, on light and dark pages alike, and the same bytes every time.

The background is transparent; lines are of Okabe and Ito's palette for colour-blind readers, in tones that stand out
from white and from near black.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

BLUE, ORANGE, GREEN, PINK, GREY = "#2f8fd0", "#e07b00", "#0a9f78", "#cc79a7", "#7d838b"
COLOURS = (BLUE, ORANGE, GREEN, PINK)
DASHES = ("-", "--", "-.", ":")
WIDTH, DPI = 8.0, 100  # inches, pixels per inch
STYLE: dict[Any, Any] = {
    "font.size": 11.0,
    "axes.titlesize": 12.0,
    "text.color": GREY,
    "axes.labelcolor": GREY,
    "axes.titlecolor": GREY,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "stochtrace",
    "svg.fonttype": "path",
}


class PlotError(ValueError):
    """Something cannot be drawn as it is asked for."""


@contextmanager
def panels(rows: int, columns: int, height: float, **options: Any) -> Iterator[tuple[Any, Sequence[Sequence[Any]]]]:
    """Make a figure with rows × columns of axes. Raises `ModuleNotFoundError` where Matplotlib is missing."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "pictures need Matplotlib: pip install 'stochtrace[plot]'", name="matplotlib"
        ) from None
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
        yield figure, figure.subplots(rows, columns, squeeze=False, **options)
        figure.align_ylabels()


def band(axes: Any, x: Any, y: Any, error: Any, colour: str) -> None:
    """Draw a curve with a band of two standard errors."""
    axes.fill_between(x, y - 2 * error, y + 2 * error, color=colour, alpha=0.3, linewidth=0)
    axes.plot(x, y, color=colour, marker="o", markersize=3.5, linewidth=1.8)


def rendered(figure: Any, kind: str) -> bytes:
    """Return a figure as "png" or "svg"; the same bytes for the same figure and version of Matplotlib."""
    from matplotlib import rc_context

    data = io.BytesIO()
    with rc_context(STYLE):
        figure.savefig(data, format=kind, metadata={"Date": None} if kind == "svg" else {"Software": None})
    return data.getvalue()
