"""The program object: what a generated module binds under the user's name."""

from __future__ import annotations

import importlib.util
import inspect
import re
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from stochtrace.estimation import interpreted
from stochtrace.estimation.moments import Array, Moments
from stochtrace.estimation.results import Estimate, Jump, Triple, show
from stochtrace.estimation.shapes import Direction, basis, by_parameter, directions, flatten, rebuild
from stochtrace.runtime.checks import DOMAINS, DomainError
from stochtrace.runtime.jumps import EveryJump, Reservoir
from stochtrace.runtime.uniforms import Omega
from stochtrace.version import INTERFACE

CHUNK = 4096
MODES = ("compiled", "interpreted")


class Program:
    """A stochastic program with its derivative: X(p) = primal(p, ω), d/dp E[X] = mean of derivative samples.

    Its methods take the user's arguments without the generator. A parameter to differentiate by is a float, or an array
    or list of floats. Samples are numbered; a sample depends on the seed and its number alone.
    """

    def __init__(
        self,
        primal: Callable[..., Any],
        derivative: Callable[..., Any],
        *,
        name: str,
        parameters: Sequence[str],
        wrt: Sequence[str],
        smooth: bool,
        source: str,
        draws: Mapping[int, tuple[int, str, str]],
        interface: int,
        command: str,
        defaults: Mapping[str, Any] | None = None,
        tangents: Sequence[str] | None = None,
    ) -> None:
        if interface != INTERFACE:
            raise ImportError(
                f"{name}: this file was generated for interface {interface} of stochtrace, and this is interface "
                f"{INTERFACE}; generate it again with: {command}"
            )
        self.primal, self.derivative, self.smooth = primal, derivative, smooth
        self.__name__, self.__doc__ = name, primal.__doc__
        self.parameters, self.wrt = tuple(parameters), tuple(wrt)
        self.source, self.draws = source, dict(draws)
        self._tangents = tuple(tangents if tangents is not None else wrt)
        self._loop: Any = None
        self.fallback: str | None = None
        given = dict(defaults or {})
        self.__signature__ = inspect.Signature(
            [
                inspect.Parameter(
                    p, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=given.get(p, inspect.Parameter.empty)
                )
                for p in _required_first(parameters, given)
            ]
        )

    def __repr__(self) -> str:
        return f"<derivative program {self.__name__}{self.__signature__} by {', '.join(self.wrt)}>"

    # -- one sample --------------------------------------------------------------------------------------------

    def sample(self, *args: Any, seed: int | None = None, index: int = 0, **kwargs: Any) -> Any:
        """Return one draw of X: sample number `index` of a seed (None: a fresh one)."""
        arguments = self._bind(args, kwargs)
        omega = Omega(_seed(seed), len(self.draws))
        omega.start(index)
        try:
            return self.primal(*self._given(arguments), omega)
        except DomainError as error:
            raise self._explained(error) from None

    def triple(self, *args: Any, seed: int | None = None, index: int = 0, prune: bool = True, **kwargs: Any) -> Any:
        """Return one stochastic triple: sample number `index` of a seed.

        One jump is kept, carrying the weight of all, as in an estimate; `prune=False` keeps every jump with its own
        weight. Several parameters, or an array of them, give a dict of triples by coordinate.
        """
        arguments = self._bind(args, kwargs)
        omega = Omega(_seed(seed), len(self.draws))
        triples = {str(d): self._triple(arguments, d, omega, index, prune) for d in directions(self.wrt, arguments)}
        single = len(self.wrt) == 1 and not isinstance(arguments[self.wrt[0]], np.ndarray)
        return triples[self.wrt[0]] if single else triples

    def _triple(
        self, arguments: Mapping[str, Any], direction: Direction, omega: Omega, index: int, prune: bool
    ) -> Triple:
        jumps = Reservoir() if prune else EveryJump()
        omega.start(index)
        try:
            value, delta, outcomes = interpreted.differentiated(
                self.derivative,
                self.primal,
                self.smooth,
                self._given(arguments),
                self._with_tangents(arguments, direction),
                omega,
                jumps,
            )
        except DomainError as error:
            raise self._explained(error) from None
        smooth = [d + interpreted.lost(jumps.total) for d in flatten(delta)]
        found = [Jump(j.weight, self._change(value, y), self.draws[j.line][0]) for j, y in outcomes]
        return Triple(value, rebuild(value, smooth), tuple(found))

    def _change(self, before: Any, after: Any) -> Any:
        whole = all(isinstance(v, int | np.integer) for v in (before, after))
        change = [b - a for a, b in zip(flatten(before), flatten(after), strict=True)]
        return int(change[0]) if whole else rebuild(before, change)

    # -- many samples ------------------------------------------------------------------------------------------

    def estimate(
        self, *args: Any, samples: int, seed: int | None = None, mode: str | None = None, **kwargs: Any
    ) -> Estimate:
        """Return the means of value and derivative over samples 0 .. samples - 1 of a seed (None: a fresh one).

        `mode` is "compiled" or "interpreted"; None compiles where Numba is installed and can, and says in the estimate
        why it did not. Raises `DomainError` where a parameter of a draw leaves its domain.
        """
        if isinstance(samples, bool) or int(samples) != samples or samples < 1:
            raise ValueError(f"samples = {samples!r} is not a positive integer")
        if mode not in (None, *MODES):
            raise ValueError(f"mode = {mode!r} is not one of {', '.join(MODES)}")
        arguments, seed = self._bind(args, kwargs), _seed(seed)
        try:
            template = self.sample(**arguments, seed=seed)
            run, used, reason = self._runner(arguments, template, mode)
            moments = [
                self._moments(run, arguments, d, seed, int(samples), template) for d in directions(self.wrt, arguments)
            ]
        except DomainError as error:
            raise self._explained(error) from None
        values = moments[0][0]
        means, errors = (np.array([getattr(m[1], kind) for m in moments]) for kind in ("mean", "standard_error"))
        shown = ", ".join(f"{name}={show(value)}" for name, value in arguments.items())
        return Estimate(
            rebuild(template, values.mean.tolist()),
            rebuild(template, values.standard_error.tolist()),
            by_parameter(self.wrt, arguments, template, means),
            by_parameter(self.wrt, arguments, template, errors),
            int(samples),
            seed,
            used,
            reason,
            f"{self.__name__}({shown})",
            self.wrt,
        )

    def _moments(
        self,
        run: Callable[..., None],
        arguments: Mapping[str, Any],
        direction: Direction,
        seed: int,
        samples: int,
        template: Any,
    ) -> tuple[Moments, Moments]:
        tangents, given, width = (
            self._with_tangents(arguments, direction),
            self._given(arguments),
            len(flatten(template)),
        )
        merged: tuple[Moments, Moments] | None = None
        for first in range(0, samples, CHUNK):
            count = min(CHUNK, samples - first)
            values, derivatives = np.zeros((count, width)), np.zeros((count, width))
            try:
                run(given, tangents, seed, first, values, derivatives)
            except DomainError as error:
                if error.sample is not None:
                    self._interpreted(given, tangents, seed, error.sample, values[:1], derivatives[:1])
                raise
            chunk = Moments.of(values), Moments.of(derivatives)
            merged = chunk if merged is None else (merged[0].merge(chunk[0]), merged[1].merge(chunk[1]))
        assert merged
        return merged

    def _runner(self, arguments: Mapping[str, Any], template: Any, mode: str | None) -> tuple[Any, str, str | None]:
        if mode != "interpreted":
            try:
                return self._compiled(arguments, template), "compiled", None
            except DomainError:
                raise
            except Exception as error:
                if mode == "compiled":
                    raise
                self.fallback = _first_line(error)
        reason = self.fallback if mode is None else None
        return self._interpreted, "interpreted", reason

    def _compiled(self, arguments: Mapping[str, Any], template: Any) -> Any:
        if self._loop is None:
            from stochtrace.estimation.compiled import Loop

            self._loop = Loop(self.derivative, self.primal, self.smooth, self.__name__, len(self.draws))
        direction = directions(self.wrt, arguments)[0]
        nothing: Array = np.zeros((0, len(flatten(template))))
        self._loop(self._given(arguments), self._with_tangents(arguments, direction), 0, 0, nothing, nothing)
        return self._loop

    def _interpreted(
        self, given: Sequence[Any], tangents: Sequence[Any], seed: int, first: int, values: Array, derivatives: Array
    ) -> None:
        interpreted.run(
            self.derivative,
            self.primal,
            self.smooth,
            given,
            tangents,
            seed,
            len(self.draws),
            first,
            values,
            derivatives,
        )

    # -- arguments ---------------------------------------------------------------------------------------------

    def _bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        bound = self.__signature__.bind(*args, **kwargs)
        bound.apply_defaults()
        return {
            name: _number(name, bound.arguments[name]) if name in self.wrt else bound.arguments[name]
            for name in self.parameters
        }

    def _given(self, arguments: Mapping[str, Any]) -> list[Any]:
        return [arguments[name] for name in self.parameters]

    def _with_tangents(self, arguments: Mapping[str, Any], direction: Direction) -> list[Any]:
        given: list[Any] = []
        for name in self.parameters:
            given.append(arguments[name])
            if name in self._tangents:
                given.append(basis(direction, name, arguments[name]))
        return given

    def _explained(self, error: DomainError) -> DomainError:
        if len(error.args) != 3:
            return error
        site, name, value = error.args
        line, called, distribution = self.draws[site]
        domain = DOMAINS[distribution][name]
        return DomainError(f"{self.source}:{line}: {called}: {name} = {value} is outside {domain}")


def _required_first(parameters: Sequence[str], given: Mapping[str, Any]) -> list[str]:
    return [p for p in parameters if p not in given] + [p for p in parameters if p in given]


def _number(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple | np.ndarray) and np.ndim(value) > 0:
        return np.array(value, dtype=np.float64)
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} = {value!r} is neither a float nor an array of floats") from None


def _seed(seed: int | None) -> int:
    return secrets.randbits(64) if seed is None else int(seed)


TELLING = re.compile(
    r"^(No implementation|Untyped global|Unknown attribute|Cannot|Use of unsupported|Invalid use|.*unsupported)"
)


def _first_line(error: Exception) -> str:
    """Return the line of an error that says most; Numba's errors begin with the step in which they arose."""
    if isinstance(error, ModuleNotFoundError) and error.name == "numba":
        return "Numba is not installed; it is the extra stochtrace[fast]"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if TELLING.match(line)]
    return f"{type(error).__name__}: {(telling or lines or [''])[-1 if telling else 0][:160]}"


def load(path: str) -> ModuleType:
    """Return the module of a generated file, imported by its path."""
    file = Path(path)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None or not file.exists():
        raise FileNotFoundError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
