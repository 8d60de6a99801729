"""X(p), X(p + δp) and δX against the uniform ω of one draw, with independent and with coupled samples.

Only coupled samples, which read the same ω, differ where the program does: at few ω and much, or by little everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stochtrace.estimation import Program
from stochtrace.estimation.interpreted import drawn
from stochtrace.estimation.moments import Array
from stochtrace.estimation.shapes import flatten
from stochtrace.plots.style import BLUE, GREEN, ORANGE, PlotError, panels
from stochtrace.runtime.uniforms import Omega


class OneMoves(Omega):
    """ω of a sample, but for the first uniform that one site reads."""

    moved, w = 0, 0.5

    def next(self, site: int) -> float:
        """Return the uniform of this visit to `site`, and count the visit."""
        own = super().next(site)
        return self.w if site == self.moved and self.visits[site] == 1 else own


@dataclass(frozen=True)
class Coupled:
    """ω of shape (points,), and X at p, X at p + δp with the same ω, and X at p + δp with other ω, at each."""

    parameter: str
    at: float
    step: float
    line: int
    draw: str
    omega: Array
    before: Array
    after: Array
    independent: Array


def coupled(
    program: Program,
    arguments: Mapping[str, Any],
    step: float,
    *,
    line: int | None = None,
    parameter: str | None = None,
    seed: int = 0,
    points: int = 200,
) -> Coupled:
    """Return a program's first result against the ω of the draw on a line; all other draws keep those of a sample.

    Independent results are of other samples, one for each point: all of their draws have ω of their own. `line` may be
    left out where the program has one draw. Where the draw is made several times, its first ω moves.
    Raises `PlotError` for a line without a draw, or with several.
    """
    site = site_on(program, line)
    name = parameter or program.wrt[0]
    bound = program.__signature__.bind(**arguments)
    bound.apply_defaults()
    given = dict(bound.arguments)
    if name not in program.wrt or np.ndim(given.get(name, 0.0)):
        raise PlotError(f"{name} is not a parameter with one number to differentiate by")
    omega = (np.arange(points) + 0.5) / points
    other = np.random.default_rng(seed).permutation(omega)

    def results(moved: float, uniforms: Array, samples: Sequence[int]) -> Array:
        values, run = program.bound((), {**given, name: given[name] + moved}), OneMoves(seed, program.functions.sites)
        run.moved = site
        return np.array([_result(program, values, run, *at) for at in zip(uniforms, samples, strict=True)])

    place, _, draw = program.draws[site]
    same, others = [0] * points, range(1, points + 1)
    curves = results(0.0, omega, same), results(step, omega, same), results(step, other, others)
    return Coupled(name, float(given[name]), step, place, draw, omega, *curves)


def site_on(program: Program, line: int | None) -> int:
    """Return the site of the only draw on a line, or in the program."""
    sites = [site for site, (place, *_) in program.draws.items() if line in (None, place)]
    if len(sites) != 1:
        lines = ", ".join(str(place) for place in sorted({place for place, *_ in program.draws.values()}))
        where = "the program" if line is None else f"line {line}"
        raise PlotError(f"{where} has {len(sites)} draws: name a line that has one; there are draws on {lines}")
    return sites[0]


def _result(program: Program, arguments: Mapping[str, Any], omega: OneMoves, w: float, sample: int) -> float:
    omega.start(sample)
    omega.w = float(w)
    with program.explaining():
        return flatten(drawn(program.functions, tuple(arguments.values()), omega))[0]


def plot_coupling(found: Coupled) -> Any:
    """Return the figure: independent samples on the left, coupled ones on the right, and their differences below."""
    with panels(2, 2, 5.2, sharex=True, sharey="row") as (figure, axes):
        pairs = ("independent samples", found.independent), ("coupled samples: the same ω", found.after)
        for (top, below), (title, after) in zip(zip(*axes, strict=True), pairs, strict=True):
            name = found.parameter
            top.set_title(title)
            top.plot(found.omega, after, ".", color=ORANGE, markersize=4, label=f"X({name} + δ{name})")
            top.plot(found.omega, found.before, ".", color=BLUE, markersize=4, label=f"X({name})")
            below.axhline(0.0, color=GREEN, linewidth=0.6)
            below.plot(found.omega, after - found.before, ".", color=GREEN, markersize=4)
            below.set_xlabel("ω")
        axes[0][0].set_ylabel("X")
        axes[1][0].set_ylabel(f"δX = X({name} + δ{name}) − X({name})")
        handles, labels = axes[0][0].get_legend_handles_labels()
        figure.legend(handles[::-1], labels[::-1], loc="outside upper center", ncols=2, markerscale=2.5)
        what = f"{name} = {found.at:g}, δ{name} = {found.step:g}; ω of the {found.draw} draw on line {found.line}"
        figure.supxlabel(what, fontsize=11)
    return figure
