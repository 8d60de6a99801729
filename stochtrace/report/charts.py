"""How an estimate settles: a line in its band against the number of samples, as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 420, 230
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 12, 40
BAND = 2.0  # standard errors on each side


@dataclass(frozen=True)
class Point:
    """A mean after so many samples, and its standard error."""

    samples: int
    mean: float
    error: float

    @property
    def low(self) -> float:
        """The lower end of the band."""
        return self.mean - BAND * self.error

    @property
    def high(self) -> float:
        """The upper end of the band."""
        return self.mean + BAND * self.error


@dataclass(frozen=True)
class Scale:
    """A range of numbers on a stretch of the picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def convergence(title: str, points: Sequence[Point]) -> str:
    """Return the picture of a quantity; what is not finite leaves a gap."""
    told = [p for p in points if math.isfinite(p.low) and math.isfinite(p.high)]
    if not told:
        return f'<p>No mean of <code>{escape(title)}</code> and its standard error is finite.</p>'
    low, high = min(p.low for p in told), max(p.high for p in told)
    margin = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
    ends = math.log2(told[0].samples), math.log2(told[-1].samples)
    x = Scale(ends[0], max(ends[1], ends[0] + 1), LEFT, WIDTH - RIGHT)
    y = Scale(low - margin, high + margin, HEIGHT - BOTTOM, TOP)
    last = told[-1]
    label = f"{title} against the number of samples; after {last.samples}: {last.mean:.6g} ± {last.error:.2g}"
    return "\n".join(
        [
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">',
            *_grid(x, y, told),
            *_curve(x, y, told),
            f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" class="middle">samples</text>',
            "</svg>",
        ]
    )


def _grid(x: Scale, y: Scale, points: Sequence[Point]) -> Iterator[str]:
    """Yield lines and numbers of both axes."""
    for value in ticks(y.low, y.high):
        at = f"{y(value):.1f}"
        yield f'<path class="grid" d="M{LEFT} {at}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 6}" y="{float(at) + 4:.1f}" class="end">{value:.6g}</text>'
    step = max(1, math.ceil(len(points) / 5))
    for point in points[::-1][::step]:
        at = f"{x(math.log2(point.samples)):.1f}"
        place = "end" if point is points[-1] else "middle"
        yield f'<text x="{at}" y="{HEIGHT - BOTTOM + 16}" class="{place}">{point.samples}</text>'


def _curve(x: Scale, y: Scale, points: Sequence[Point]) -> Iterator[str]:
    """Yield band, line and points."""
    across = [x(math.log2(p.samples)) for p in points]
    upper = [f"{a:.1f},{y(p.high):.1f}" for a, p in zip(across, points, strict=True)]
    lower = [f"{a:.1f},{y(p.low):.1f}" for a, p in zip(across, points, strict=True)]
    middle = [f"{a:.1f},{y(p.mean):.1f}" for a, p in zip(across, points, strict=True)]
    yield f'<polygon class="band" points="{" ".join([*upper, *lower[::-1]])}"/>'
    yield f'<polyline class="mean" points="{" ".join(middle)}"/>'
    for at, p in zip(middle, points, strict=True):
        cx, cy = at.split(",")
        told = f"{p.samples} samples: {p.mean:.6g} ± {p.error:.2g}"
        yield f'<circle cx="{cx}" cy="{cy}" r="2.5"><title>{told}</title></circle>'


def ticks(low: float, high: float) -> list[float]:
    """Return three to six round numbers in a range."""
    raw = (high - low) / 4
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(unit * m for m in (1, 2, 5, 10) if unit * m >= raw)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(i * step, 12 - math.floor(math.log10(step))) for i in range(first, last + 1)]
