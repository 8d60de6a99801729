"""What each draw contributes to a derivative, and to its variance."""

from __future__ import annotations

from typing import Any

import numpy as np

from stochtrace.estimation import Estimate
from stochtrace.plots.curves import by, first
from stochtrace.plots.style import BLUE, GREY, ORANGE, PlotError, panels


def plot_sites(found: Estimate) -> Any:
    """Return the figure of an estimate with `per_site=True`: a bar for each draw, a row of bars for each parameter.

    Raises `PlotError` for an estimate without sites.
    """
    if not found.sites:
        raise PlotError("this estimate has no sites: make it with per_site=True")
    names = [f"line {site.line}: {site.draw}" if site.site else site.draw for site in found.sites]
    rows, at = len(found.wrt), np.arange(len(names))
    height = rows * (0.95 + 0.36 * len(names))
    with panels(rows, 2, height, sharey=True, gridspec_kw={"width_ratios": [3, 2]}) as (figure, axes):
        for (left, right), parameter in zip(axes, found.wrt, strict=True):
            mean, error, share = (
                first([by(getattr(site, field), parameter) for site in found.sites])
                for field in ("contribution", "stderr", "share")
            )
            left.barh(at, mean, xerr=2 * error, color=BLUE, ecolor=GREY, height=0.6, capsize=3)
            right.barh(at, 100 * np.nan_to_num(share), color=ORANGE, height=0.6)
            left.set_yticks(at, names)
            left.set_xlabel(f"contribution to d/d{parameter} E[X], ± 2 standard errors")
            right.set_xlabel("share of its variance, %")
            for ax in (left, right):
                ax.axvline(0.0, color=GREY, linewidth=0.8)
        axes[0][0].invert_yaxis()
    return figure
