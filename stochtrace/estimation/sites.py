"""Which draw makes the derivative, and which one its noise: a derivative in parts, a row for each site.

The derivative of a sample is its smooth part plus what jumps (or the score) of each site contribute, so that the means
of the parts add up to the derivative, and their covariances with it to its variance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stochtrace.estimation.goal import CHUNK
from stochtrace.estimation.parts import Parts
from stochtrace.estimation.results import with_error
from stochtrace.estimation.shapes import by_parameter
from stochtrace.estimation.summary import Collected, Summary
from stochtrace.estimation.tables import html, lines
from stochtrace.estimation.tails import LOOKED_AT
from stochtrace.estimation.work import Job, Prepared


@dataclass(frozen=True)
class Site:
    """What one draw contributes to a derivative; the first row, with `site` and `line` 0, is the smooth part.

    `contribution`, its standard error `stderr` and `share`, the part of the derivative's variance, have the shape of
    the derivative. Contributions add up to the derivative and shares to 1: the share is the covariance with the
    derivative, negative where a draw makes up for the noise of others, NaN where there is no variance.
    """

    site: int
    line: int
    draw: str
    contribution: Any
    stderr: Any
    share: Any


class Sites(tuple[Site, ...]):
    """The rows of all sites, shown as a table."""

    def __str__(self) -> str:
        return "\n\n".join("\n".join(lines(cells)) for cells in self._tables())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        return "".join(map(html, self._tables()))

    def _tables(self) -> Iterator[list[tuple[str, ...]]]:
        """Yield the cells of a table for each parameter."""
        names = list(self[0].contribution) if self and isinstance(self[0].contribution, dict) else [None]
        for name in names:
            head = "contribution" if name is None else f"contribution to d/d{name}"
            yield [("line", "draw", head, "share of variance"), *(row(site, name) for site in self)]


def row(site: Site, name: str | None) -> tuple[str, ...]:
    """Return the cells of a site, for one parameter where there are several."""
    found = site.contribution, site.stderr, site.share
    contribution, error, share = found if name is None else (q[name] for q in found)
    return str(site.line or ""), site.draw, with_error(contribution, error), percent(share)


@dataclass(frozen=True)
class JobBySite(Job):
    """An estimate whose derivative is kept in parts; a program has `sites` of them, and the smooth part."""

    sites: int = 0

    def summary(self, ready: Prepared, chunk: int) -> Summary:
        """Run the samples of one chunk, direction by direction."""
        first, count = chunk * CHUNK, self.goal.size(chunk)
        found, rows = Collected(first, with_tails=first < LOOKED_AT), []
        for given in ready.given:
            values = np.zeros((count, self.width))
            row = np.zeros((count, 1 + self.sites, self.width))
            fallback = ready.run(given, self.seed, first, values, row.reshape(count, -1))
            found.add(values, row.sum(axis=1), fallback)
            rows.append(row)
        return replace(found.summary(), parts=Parts.of(rows))


def attributed(
    parts: Parts,
    draws: Mapping[int, tuple[int, str, str]],
    wrt: Sequence[str],
    arguments: Mapping[str, Any],
    template: Any,
) -> Sites:
    """Return the rows of all sites, the smooth part first."""
    names = {0: (0, "", "smooth part"), **draws}
    quantities = parts.moments.mean, parts.moments.standard_error, parts.shares
    return Sites(
        Site(site, line, called, *(by_parameter(wrt, arguments, template, q[:, site]) for q in quantities))
        for site, (line, _, called) in sorted(names.items())
    )


def percent(share: Any) -> str:
    """Return shares as percentages, in the containers of the derivative; a dash where there is no variance."""
    if isinstance(share, tuple | list | np.ndarray):
        inner = ", ".join(map(percent, share))
        return f"({inner})" if isinstance(share, tuple) else f"[{inner}]"
    return "-" if np.isnan(share) else f"{100 * share:.1f} %"
