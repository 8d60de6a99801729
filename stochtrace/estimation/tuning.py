"""Tune: a pilot over the forms that draws may take, and over how many jumps are replayed; variance × cost decides."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from stochtrace.diagnostics import Refusal
from stochtrace.estimation.program import Program
from stochtrace.estimation.results import Estimate
from stochtrace.forms import BIASED, CROSSING, DEFAULT

FORMS = (*CROSSING, "score")
REPLAYS = (1, 4, "all")
ROUNDING = 1e-12  # a spread that is no more than this part of the derivative is none
WORTH = 0.8  # a change is advised where it saves a fifth


class Trial(NamedTuple):
    """One way to run a program: line (0: of the whole), what was tried, and the variance and seconds of a sample."""

    line: int
    tried: str
    variance: float = np.nan
    seconds: float = np.nan
    estimate: Estimate | None = None
    refused: str = ""

    @property
    def product(self) -> float:
        """Variance × cost: the squared error after a second of work."""
        return self.variance * self.seconds


@dataclass(frozen=True)
class Tuned:
    """All trials, and what they advise: comments by line, and how many jumps to replay."""

    trials: tuple[Trial, ...]
    comments: dict[int, str]
    replays: int | str = 1


def tune(program: Program, arguments: dict[str, Any], samples: int, seed: int) -> Tuned:
    """Return the trials of a pilot: site by site, each with the best forms of those before it, then the replays."""
    forms = program.forms
    best = trial(program, arguments, samples, seed, 0, "as it is")
    trials, comments = [best], dict[int, str]()
    for site in _sites(program, arguments, seed):
        line = program.draws[site][0]
        tried = [
            trial(program.with_forms({**forms, site: form}), arguments, samples, seed, line, form)
            for form in FORMS
            if form != forms.get(site, DEFAULT)
        ]
        trials += tried
        first = min((t for t in tried if not t.refused), key=lambda t: t.product, default=best)
        if first.product < WORTH * best.product:
            forms[site], comments[line], best = first.tried, first.tried, first
    return _replays(program.with_forms(forms), arguments, samples, seed, Tuned((*trials,), comments), best)


def _replays(program: Program, arguments: dict[str, Any], samples: int, seed: int, tuned: Tuned, best: Trial) -> Tuned:
    trials, chosen = [*tuned.trials], tuned.replays
    for replays in REPLAYS[1:]:
        tried = trial(program, arguments, samples, seed, 0, f"replays = {replays}", replays)
        trials.append(tried)
        if tried.product < WORTH * best.product:
            best, chosen = tried, replays
    return replace(tuned, trials=tuple(trials), replays=chosen)


def _sites(program: Program, arguments: dict[str, Any], seed: int) -> Iterator[int]:
    """Yield the sites whose draws cross decisions, unless a comment there accepts a bias."""
    given = program.__signature__.bind(**arguments)
    for site, met in program.survey(*given.args, **given.kwargs, samples=20, seed=seed).items():
        if met.decisions and program.forms.get(site) not in BIASED:
            yield site


def trial(
    program: Program, arguments: dict[str, Any], samples: int, seed: int, line: int, tried: str, replays: int | str = 1
) -> Trial:
    """Run a program and measure it; what it refuses is told."""
    given = program.__signature__.bind(**arguments)
    options: dict[str, Any] = {"samples": samples, "seed": seed, "replays": replays}
    start = time.perf_counter()
    try:
        found = program.estimate(*given.args, **given.kwargs, mode="interpreted", **options)
    except Refusal as refusal:
        return Trial(line, tried, refused=refusal.what)
    seconds = (time.perf_counter() - start) / samples
    return Trial(line, tried, _variance(found), seconds, found)


def _variance(found: Estimate) -> float:
    """Return the variance of a derivative sample, added up over components and parameters; 0 where it is rounding."""
    total, size = _squares(found.derivative_stderr) * found.samples, _squares(found.derivative)
    return total if total > ROUNDING**2 * size else 0.0


def _squares(numbers: Any) -> float:
    """Return the sum of the squares of what an estimate has of each parameter."""
    parts = numbers.values() if isinstance(numbers, dict) else [numbers]
    return sum(float(np.sum(np.square(np.asarray(part, dtype=float)))) for part in parts)
