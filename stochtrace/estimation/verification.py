"""What a verification says: a derivative beside other estimates of it, and a verdict with declared rates."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from stochtrace.estimation.results import plain, with_error
from stochtrace.estimation.tables import html, lines
from stochtrace.runtime.functions.special import ndtri

AGREES, WRONG, NOISY = "agrees", "wrong", "too noisy to say"
FEWEST = 200  # samples that must make the spread for its mean to be taken as normal


@dataclass(frozen=True)
class Rates:
    """Chance of the verdict "wrong" where the derivative is right; chance that one off by the share `resolve` is found.

    `bound` and `reach` are the standard errors which belong to them in each of the comparisons.
    """

    false_alarm: float
    power: float
    resolve: float
    bound: float
    reach: float

    def shared(self, comparisons: int) -> Rates:
        """Return the same rates for many comparisons: each has its part of the false alarms."""
        return replace(self, bound=float(-ndtri(self.false_alarm / (2 * comparisons))))


POWER = 0.95


def rates_of(resolve: float, false_alarm: float) -> Rates:
    """Return the rates of a single comparison. Raises `ValueError`."""
    if not resolve > 0:
        raise ValueError(f"resolve = {resolve!r} is not a positive number")
    if not 0 < false_alarm < 1:
        raise ValueError(f"false_alarm = {false_alarm!r} is not a number between 0 and 1")
    return Rates(false_alarm, POWER, resolve, 0.0, float(ndtri(POWER))).shared(1)


@dataclass(frozen=True)
class Method:
    """Another estimate of a derivative, and how far it is off: `off` ± `off_stderr`, by paired samples.

    The derivative is wrong where that is more than `margin`. `sees` is the error of the derivative that would be found,
    and `needed` how many samples would do where that is too much (None: no number is known).
    """

    name: str
    value: float
    stderr: float
    off: float
    off_stderr: float
    margin: float
    sees: float
    verdict: str
    needed: int | None = None


@dataclass(frozen=True)
class Comparison:
    """One derivative: its own estimate, difference quotients (step, value, standard error), and what they say.

    `score` is None where score functions do not apply: `no_score` says why.
    """

    label: str
    derivative: float
    derivative_stderr: float
    quotients: tuple[tuple[float, float, float], ...]
    extrapolated: Method
    score: Method | None = None
    no_score: str = ""

    @property
    def verdict(self) -> str:
        """Wrong if any method says so; else agrees if any does."""
        told = [method.verdict for method in (self.extrapolated, self.score) if method]
        return next(word for word in (WRONG, AGREES, NOISY) if word in told)

    @property
    def needed(self) -> int | None:
        """How many samples would do for one of its methods; None where no number is known."""
        told = [method.needed for method in (self.extrapolated, self.score) if method is not None]
        return min((needed for needed in told if needed is not None), default=None)

    def cells(self) -> Iterator[tuple[str, ...]]:
        """Yield the cells of its table."""
        yield self.label, "value", "off by", "margin", "sees", ""
        yield "derivative", with_error(self.derivative, self.derivative_stderr), "", "", "", ""
        for step, value, error in self.quotients:
            yield f"step {step:.3g}", with_error(value, error), "", "", "", ""
        for method in (self.extrapolated, self.score):
            if method is not None:
                off = with_error(method.off, method.off_stderr)
                numbers = f"{method.margin:.2g}", f"{method.sees:.2g}"
                yield method.name, with_error(method.value, method.stderr), off, *numbers, method.verdict


@dataclass(frozen=True)
class Verification:
    """Derivatives beside difference quotients and score functions: they agree, are wrong, or are too noisy to say."""

    title: str
    comparisons: tuple[Comparison, ...]
    samples: int
    seed: int
    mode: str
    reason: str | None
    rates: Rates
    warnings: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The worst of all comparisons."""
        told = {comparison.verdict for comparison in self.comparisons}
        return next((word for word in (WRONG, NOISY) if word in told), AGREES)

    @property
    def needed(self) -> int | None:
        """How many samples would do where this was too noisy; None where it was not, or no number is known."""
        noisy = [c.needed for c in self.comparisons if c.verdict == NOISY]
        return None if None in noisy else max(noisy, default=None)  # type: ignore[type-var]

    def __str__(self) -> str:
        tables = ["\n".join(lines(list(comparison.cells()), "<")) for comparison in self.comparisons]
        return "\n\n".join([self.title, *tables, "\n".join(self._told())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        tables = [html(list(comparison.cells())) for comparison in self.comparisons]
        verdict, *told = [re.sub("`(.+?)`", r"<code>\1</code>", escape(line)) for line in self._told()]
        lines = f"<strong>{verdict}</strong>", *told
        return "".join([f"<p>{escape(self.title)}</p>", *tables, *(f"<p>{line}</p>" for line in lines)])

    def _told(self) -> Iterator[str]:
        """Yield the verdict and what it rests on."""
        yield self.verdict + (f": about {self.needed} samples would do" if self.needed else "")
        rates = self.rates
        how = self.mode + (f" ({self.reason})" if self.reason else "")
        yield f"{self.samples} samples, seed {self.seed}, {how}"
        yield f"the chance of `wrong` for a right derivative is at most {rates.false_alarm:.2g}"
        off = f"{100 * rates.resolve:.3g} %"
        yield f"where this says `agrees`, one that is off by {off} is found with a chance of {rates.power:.2g}"
        yield from dict.fromkeys(f"no score function: {c.no_score}" for c in self.comparisons if c.no_score)
        yield from (f"warning: {warning}" for warning in self.warnings)

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, the verdict and the number of samples that would do: what JSON can hold."""
        found: dict[str, Any] = plain(self)
        for comparison, fields in zip(self.comparisons, found["comparisons"], strict=True):
            fields["verdict"] = comparison.verdict
        return {"verdict": self.verdict, "needed": self.needed, **found}


def judged(
    name: str,
    value: tuple[float, float],
    off: tuple[float, float],
    extra: float,
    wanted: float,
    samples: int,
    participants: float,
    rates: Rates,
) -> Method:
    """Return the verdict on a mean and its distance from the derivative, both with standard errors.

    `extra` bounds a bias of the method, `wanted` is the error that must be seen, and `participants` of the samples make
    the spread: a mean of few is not normal, and says nothing unless its spread is within `extra`.
    """
    mean, error = off
    margin, sees = rates.bound * error + extra, (rates.bound + rates.reach) * error + extra
    enough = (rates.bound + rates.reach) * error <= extra or participants >= FEWEST
    if not math.isfinite(mean) or (enough and abs(mean) > margin):
        verdict = WRONG
    else:
        verdict = AGREES if enough and sees <= wanted else NOISY
    needed = required(error, extra, wanted, samples, participants, rates) if verdict == NOISY else None
    return Method(name, *value, mean, error, margin, sees, verdict, needed)


def required(error: float, extra: float, wanted: float, samples: int, participants: float, rates: Rates) -> int | None:
    """Return how many samples would see the error that is wanted, to two digits; None where none would."""
    room = wanted - extra
    if not room > 0:
        return None
    ratio = max((rates.bound + rates.reach) * error / room, math.sqrt(FEWEST / participants) if error else 0.0)
    if not math.isfinite(ratio):
        return None
    count = max(1.0, 1.1 * samples * ratio**2)
    unit = 10.0 ** max(0, math.floor(math.log10(count)) - 1)
    return int(math.ceil(count / unit) * unit)
