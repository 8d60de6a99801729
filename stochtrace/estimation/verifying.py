"""Verify: run a program beside its derivative program, and compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np

from stochtrace.estimation.differences import STEPS, Differences, Found
from stochtrace.estimation.estimator import ONE_REPLAY
from stochtrace.estimation.goal import CHUNK
from stochtrace.estimation.moments import Array, Moments
from stochtrace.estimation.nested import Keys, frozen, leaf_at, mapped
from stochtrace.estimation.scoring import score_samples
from stochtrace.estimation.shapes import Along, Direction, basis, directions
from stochtrace.estimation.verification import NOISY, Comparison, Method, Rates, Verification, judged, required
from stochtrace.estimation.work import own

FEW, RANDOM = 8, 4  # directions that are looked at one by one; random ones in the place of more
WIDEST = 0.25  # the widest step, as a share of the parameter
HALVINGS = 16
PILOT, AWAY = 2048, 1 << 48  # samples of the pilot, and the number of its first: far from those of the comparison
STRAIGHT = 0.1  # a bend that is no more than this share of the derivative
FEWEST, MOST = PILOT, {"compiled": 1_000_000, "interpreted": 50_000}
SCORES, MOST_SCORES = 4000, 50_000  # samples by score functions, which are interpreted; more where nothing else decides
LOOKS = 3  # at most so many verdicts of a comparison: on differences, and on fewer and more scores
SEEN = 4  # rounding errors below which nothing is seen
SPARE = 1.5  # what is run, for each sample that the pilot asks for


@dataclass(frozen=True)
class Asked:
    """A request: None for `samples` takes as many as a pilot asks for."""

    samples: int | None
    seed: int
    mode: str | None
    rates: Rates


def verified(program: Any, arguments: Mapping[str, Any], width: int, asked: Asked) -> Verification:
    """Return the verification of a program; its title is left open."""
    lines, mixes = looked_at(program.wrt, arguments), mixed(width)
    rates = asked.rates.shared(LOOKS * len(lines) * mixes.shape[1])
    work = Work(program, arguments, mixes, asked, rates)
    pilots = [work.pilot(line) for line in lines]
    count = asked.samples or min(max(map(work.needed, pilots, lines)), MOST[work.mode])
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 2:
        raise ValueError(f"samples = {asked.samples!r} is not an integer above 1")
    comparisons = [c for at in zip(lines, pilots, strict=True) for c in work.compared(*at, count)]
    return Verification("", tuple(comparisons), int(count), asked.seed, work.mode, work.reason, rates)


def looked_at(wrt: Any, arguments: Mapping[str, Any]) -> list[Direction | Along]:
    """Return all coordinates, or random directions where they are many."""
    every: list[Direction | Along] = list(directions(wrt, arguments))
    return every if len(every) <= FEW else [random_direction(wrt, arguments, i) for i in range(RANDOM)]


def random_direction(wrt: Any, arguments: Mapping[str, Any], number: int) -> Along:
    """Return a direction that moves every coordinate by its own size, with a random sign."""
    rng = np.random.default_rng(number)

    def sized(_: Keys, leaf: Any) -> Any:
        return np.where(leaf == 0, 1.0, np.abs(leaf)) * rng.choice([-1.0, 1.0], np.shape(leaf))

    tangents = {name: mapped(sized, value) for name, value in arguments.items() if name in wrt}
    return Along(f"random direction {number + 1}", tangents)


def mixed(width: int) -> Array:
    """Return the combinations of the components of a result that are looked at, as columns."""
    if width <= FEW:
        return np.eye(width)
    mixes: Array = np.random.default_rng(width).choice([-1.0, 1.0], (width, RANDOM))
    return mixes


class Work:
    """Runs the samples of a verification."""

    def __init__(self, program: Any, arguments: Mapping[str, Any], mixes: Array, asked: Asked, rates: Rates) -> None:
        self.program, self.arguments, self.mixes = program, own(arguments), mixes
        self.seed, self.rates = asked.seed, rates
        ready = program.prepared(self.arguments, program.wrt, asked.mode, ONE_REPLAY)
        self.run, self.mode, self.reason = ready.run, ready.mode, ready.reason
        self.values = program.values(self.arguments, ready.mode)

    def pilot(self, line: Direction | Along) -> Differences:
        """Return the differences of a few other samples, at steps inside the domain that see no bend."""
        step = self._widest(line)
        found: Differences | None = None
        failed: OutsideError | None = None
        for _ in range(HALVINGS):
            try:
                found = self._differences(line, step, AWAY, PILOT if self.mode == "compiled" else PILOT // 4)
            except OutsideError as error:
                failed = error
            else:
                if all(c.settled(self.rates.bound, STRAIGHT) for c in found.components()):
                    return found
            step /= 2
        if found is None:
            assert failed is not None
            raise self._no_differences(line, failed)
        return found

    def _widest(self, line: Direction | Along) -> float:
        if isinstance(line, Along):
            return WIDEST
        size = abs(float(np.asarray(leaf_at(self.arguments[line.name], line.keys))[line.index]))
        return WIDEST * (size or 1.0)

    def _differences(self, line: Direction | Along, step: float, first: int, count: int) -> Differences:
        """Return the differences of `count` samples from number `first` on."""
        given = self.program.given(self.arguments, line)

        def chunk(at: int, size: int) -> Differences:
            values, derivatives = np.zeros((2, size, len(self.mixes)))
            self.run(given, self.seed, at, values, derivatives)

            def quotients(h: float) -> Array:
                above, below = self._values(line, h, at, size), self._values(line, -h, at, size)
                return (above - below) / (2 * h)

            return Differences.of(step, values @ self.mixes, derivatives @ self.mixes, quotients)

        parts = [chunk(at, min(CHUNK, first + count - at)) for at in range(first, first + count, CHUNK)]
        return reduce(Differences.merge, parts)

    def _values(self, line: Direction | Along, h: float, first: int, count: int) -> Array:
        """Return values with the parameters moved. Raises `OutsideError` where they cannot be."""
        values = np.zeros((count, len(self.mixes)))
        moved = tuple(shifted(self.arguments, self.program.wrt, line, h).values())
        try:
            self.values(moved, self.seed, first, values)
        except Exception as error:  # whatever the user's program raises outside its domain
            raise OutsideError from error
        if not np.isfinite(values).all():
            raise OutsideError from ValueError("its result is not finite")
        return values @ self.mixes

    def needed(self, pilot: Differences, line: Direction | Along) -> int:
        """Return how many samples the pilot asks for."""
        told = [self._judged(c, line, pilot.rows.count).needed for c in pilot.components()]
        return max([FEWEST, *(int(SPARE * count) for count in told if count is not None)])

    def compared(self, line: Direction | Along, pilot: Differences, count: int) -> list[Comparison]:
        """Return the comparisons of all components along a direction.

        Score functions get more samples where differences are too noisy and these could say.
        """
        found = self._at_narrower_steps(line, pilot.step, count)
        few, most = min(count, SCORES), min(count, MOST_SCORES)
        comparisons = self._beside_scores(found, line, count, few)
        wanting = [c.score.needed for c in comparisons if c.score is not None and c.verdict == NOISY]
        if few < most and any(needed is not None for needed in wanting):
            return self._beside_scores(found, line, count, most)
        return comparisons

    def _beside_scores(self, found: Differences, line: Direction | Along, count: int, scored: int) -> list[Comparison]:
        """Return differences of `count` samples beside score functions of `scored` samples."""
        scores = score_samples(self.program, self.arguments, line, self.seed, 2 * AWAY, scored, len(self.mixes))
        comparisons = []
        for c, component in enumerate(found.components()):
            (derivative, error), *quotients = component.rows[: 1 + STEPS]
            steps = tuple((found.step / 2**j, *quotient) for j, quotient in enumerate(quotients))
            told = self._label(line, c), derivative, error, steps, self._judged(component, line, count)
            if isinstance(scores, str):
                comparisons.append(Comparison(*told, None, scores))
            else:
                mixed = (scores @ self.mixes)[:, c]
                comparisons.append(Comparison(*told, self._scored(mixed, component, line, count)))
        return comparisons

    def _at_narrower_steps(self, line: Direction | Along, step: float, count: int) -> Differences:
        """Return the differences of the comparison, at steps where all of its samples run."""
        for _ in range(HALVINGS):
            try:
                return self._differences(line, step, 0, count)
            except OutsideError as error:
                failed, step = error, step / 2
        raise self._no_differences(line, failed)

    def _no_differences(self, line: Direction | Along, failed: OutsideError) -> NoDifferencesError:
        why = failed.__cause__
        return NoDifferencesError(
            f"the program does not run on both sides of its arguments along {line}, so there are no differences "
            f"({type(why).__name__}: {why}). Verify it at a point inside its domain"
        )

    def _judged(self, found: Found, line: Direction | Along, count: int) -> Method:
        """Return the verdict of extrapolated differences."""
        wanted = self._wanted(found, line)
        extrapolated, off = found.rows[-3], found.rows[-2]
        return judged(
            "extrapolated", extrapolated, off, found.truncation, wanted, count, found.participants, self.rates
        )

    def _scored(self, samples: Array, found: Found, line: Direction | Along, count: int) -> Method:
        """Return the verdict of derivative samples by score functions, whose uniforms are others.

        What they need is said of as many samples of the derivative, which has `count`.
        """
        moments = Moments.of(samples[:, None])
        value = float(moments.mean[0]), float(moments.standard_error[0])
        off = value[0] - found.rows[0][0], float(np.hypot(value[1], found.rows[0][1]))
        fourth = float(((samples - samples.mean()) ** 4).sum())
        participants = float(moments.squares[0]) ** 2 / fourth if fourth > 0 else np.inf
        wanted = self._wanted(found, line)
        told = len(samples), participants, self.rates
        method = judged("score function", value, off, found.rounding, wanted, *told)
        if method.verdict != NOISY:
            return method
        both = float(np.hypot(value[1], found.rows[0][1] * np.sqrt(count / len(samples))))
        needed = required(both, found.rounding, wanted, *told)
        return replace(method, needed=needed if needed is not None and needed <= MOST_SCORES else None)

    def _wanted(self, found: Found, line: Direction | Along) -> float:
        """Return the error to be seen: a share of the derivative, or of spread / parameter where that looks like 0."""
        size, errors = found.size, (found.rows[0][1], found.rows[-3][1])
        if size <= self.rates.bound * max(errors):
            size = max(size, found.spread * WIDEST / self._widest(line))
        return max(self.rates.resolve * size, SEEN * found.rounding)

    def _label(self, line: Direction | Along, component: int) -> str:
        by = f"along {line}" if isinstance(line, Along) else f"d/d{line}"
        if self.mixes.shape[1] == 1:
            return by
        kind = "component" if len(self.mixes) <= FEW else "random combination"
        return f"{by}, {kind} {component}"


class NoDifferencesError(ValueError):
    """A program has no central differences where its parameters are."""


class OutsideError(Exception):
    """The program does not run where its parameters were moved to; the cause says why."""


def shifted(arguments: Mapping[str, Any], wrt: Any, line: Direction | Along, h: float) -> dict[str, Any]:
    """Return the arguments moved by h along a direction."""

    def moved(name: str, value: Any) -> Any:
        tangent = basis(line, name, value)
        return mapped(lambda keys, leaf: frozen(leaf + h * leaf_at(tangent, keys)), value)

    return {name: moved(name, value) if name in wrt else value for name, value in arguments.items()}
