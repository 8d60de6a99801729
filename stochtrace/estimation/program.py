"""The program object: what a generated module binds under the user's name."""

from __future__ import annotations

import importlib.util
import inspect
import linecache
import secrets
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from stochtrace.carried.running import Refused
from stochtrace.carried.sample import carried
from stochtrace.diagnostics import Refusal
from stochtrace.estimation import interpreted
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.results import Estimate, Jump, Triple, change, show
from stochtrace.estimation.sampling import MODES, Sampler, moments
from stochtrace.estimation.shapes import Direction, basis, by_parameter, directions, flatten, rebuild
from stochtrace.runtime.checks import DOMAINS, DomainError
from stochtrace.runtime.uniforms import Omega
from stochtrace.version import INTERFACE


class Program:
    """A stochastic program with its derivative: X(p) = primal(p, ω), d/dp E[X] = mean of derivative samples.

    Its methods take the user's arguments without the generator. A parameter to differentiate by is a float, or an array
    or list of floats. Samples are numbered; a sample depends on the seed and its number alone.
    """

    def __init__(
        self,
        primal: Callable[..., Any],
        derivative: Callable[..., Any] | None,
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
        sources: Mapping[str, str] | None = None,
    ) -> None:
        if interface != INTERFACE:
            raise ImportError(
                f"{name}: this file was generated for interface {interface} of stochtrace, and this is interface "
                f"{INTERFACE}; generate it again with: {command}"
            )
        self.primal, self.derivative, self.smooth = primal, derivative, smooth
        self._functions = Functions(name, primal, derivative or primal, smooth, len(draws), sources)
        self._sampler = Sampler(self._functions)
        self.__name__, self.__doc__ = name, primal.__doc__
        self.parameters, self.wrt = tuple(parameters), tuple(wrt)
        self.source, self.draws = source, dict(draws)
        self._tangents = tuple(tangents if tangents is not None else wrt)
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

    def sample(self, /, *args: Any, seed: int | None = None, index: int = 0, **kwargs: Any) -> Any:
        """Return one draw of X: sample number `index` of a seed (None: a fresh one)."""
        return self._sample(self._bind(args, kwargs), _seed(seed), index)

    def _sample(self, arguments: Mapping[str, Any], seed: int, index: int) -> Any:
        omega = Omega(seed, self._functions.sites)
        omega.start(index)
        with self._explaining():
            return interpreted.drawn(self._functions, tuple(arguments.values()), omega)

    def triple(self, /, *args: Any, seed: int | None = None, index: int = 0, prune: bool = True, **kwargs: Any) -> Any:
        """Return one stochastic triple: sample number `index` of a seed.

        One jump is kept, carrying the weight of all, as in an estimate; `prune=False` keeps every jump with its own
        weight. Several parameters, or an array of them, give a dict of triples by coordinate.
        """
        arguments = self._bind(args, kwargs)
        omega = Omega(_seed(seed), self._functions.sites)
        triples = {str(d): self._triple(arguments, d, omega, index, prune) for d in directions(self.wrt, arguments)}
        single = len(self.wrt) == 1 and not isinstance(arguments[self.wrt[0]], np.ndarray)
        return triples[self.wrt[0]] if single else triples

    def _triple(
        self, arguments: Mapping[str, Any], direction: Direction, omega: Omega, index: int, prune: bool
    ) -> Triple:
        jumps = interpreted.collection(self._functions, not prune)
        omega.start(index)
        with self._explaining():
            given = self._given(arguments, direction)
            value, delta, outcomes = interpreted.differentiated(self._functions, given, omega, jumps)
        smooth = [d + interpreted.lost(jumps.total) for d in flatten(delta)]
        found = [Jump(weight, change(near, far), self.draws[site][0]) for weight, near, far, site in outcomes]
        return Triple(value, rebuild(value, smooth), tuple(found))

    # -- many samples ------------------------------------------------------------------------------------------

    @property
    def fallback(self) -> str | None:
        """Why this program was last interpreted although nobody asked for it; None where it was not."""
        return self._sampler.fallback

    def estimate(
        self, /, *args: Any, samples: int, seed: int | None = None, mode: str | None = None, **kwargs: Any
    ) -> Estimate:
        """Return the means of value and derivative over samples 0 .. samples - 1 of a seed (None: a fresh one).

        `mode` is "compiled" or "interpreted"; None compiles where Numba is installed and can, and says in the estimate
        why it did not. Raises `DomainError` where a parameter of a draw leaves its domain.
        """
        if isinstance(samples, bool) or not isinstance(samples, int | np.integer) or samples < 1:
            raise ValueError(f"samples = {samples!r} is not a positive integer")
        if mode not in (None, *MODES):
            raise ValueError(f"mode = {mode!r} is not one of {', '.join(MODES)}")
        arguments, seed = self._bind(args, kwargs), _seed(seed)
        template = self._sample(arguments, seed, 0)
        given = [self._given(arguments, direction) for direction in directions(self.wrt, arguments)]
        run, used, why = self._sampler.pick(given[0], mode)
        with self._explaining():
            found = [moments(run, each, seed, int(samples), len(flatten(template))) for each in given]
        value = found[0][0]
        derivative = np.array([m.mean for _, m in found])
        derivative_error = np.array([m.standard_error for _, m in found])
        return Estimate(
            value=rebuild(template, value.mean.tolist()),
            value_stderr=rebuild(template, value.standard_error.tolist()),
            derivative=by_parameter(self.wrt, arguments, template, derivative),
            derivative_stderr=by_parameter(self.wrt, arguments, template, derivative_error),
            samples=int(samples),
            seed=seed,
            mode=used,
            reason=why,
            title=f"{self.__name__}({', '.join(f'{name}={show(v)}' for name, v in arguments.items())})",
            wrt=self.wrt,
        )

    # -- arguments ---------------------------------------------------------------------------------------------

    def _bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        bound = self.__signature__.bind(*args, **kwargs)
        bound.apply_defaults()
        return {
            name: _number(name, bound.arguments[name]) if name in self.wrt else bound.arguments[name]
            for name in self.parameters
        }

    def _given(self, arguments: Mapping[str, Any], direction: Direction) -> Given:
        with_tangents: list[Any] = []
        if self._functions.sources is not None:
            moved = (carried(v, basis(direction, n, v)) if n in self.wrt else v for n, v in arguments.items())
            return Given(tuple(arguments.values()), tuple(moved))
        for name, value in arguments.items():
            with_tangents.append(value)
            if name in self._tangents:
                with_tangents.append(basis(direction, name, value))
        return Given(tuple(arguments.values()), tuple(with_tangents))

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Tell errors of draws and refusals of carried values with their place."""
        try:
            yield
        except DomainError as error:
            raise self._explained(error) from None
        except Refused as refused:
            raise self._refusal(refused) from None

    def _refusal(self, refused: Refused) -> Refusal:
        """Return what a carried value met as a refusal, with the line of the program that runs."""
        file = self.primal.__code__.co_filename
        frames = [f for f in traceback.extract_tb(refused.__traceback__) if f.filename == file and f.lineno]
        first = self.primal.__code__.co_firstlineno
        line, what = frames[-1].lineno if frames else first, [*refused.args, ""]
        refusal = Refusal(what[0], line=line or 1, column=0, filename=file, instead=what[1])
        text = linecache.getline(file, refusal.line)
        indent = len(text) - len(text.lstrip())
        return replace(refusal, source_line=text.rstrip(), column=indent, end_column=len(text.rstrip()))

    def _explained(self, error: DomainError) -> DomainError:
        if len(error.args) != 3:
            return error
        site, name, value = error.args
        line, called, distribution = self.draws[site]
        domain = DOMAINS.get(distribution, {}).get(name, "its domain")
        return DomainError(f"{self.source}:{line}: {called}: {name} = {value} is outside {domain}")


def _required_first(parameters: Sequence[str], given: Mapping[str, Any]) -> list[str]:
    return [p for p in parameters if p not in given] + [p for p in parameters if p in given]


def _number(name: str, value: Any) -> Any:
    try:
        array = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name} = {value!r} is neither a float nor an array of floats") from None
    if value is None or isinstance(value, str | complex):
        raise TypeError(f"{name} = {value!r} is neither a float nor an array of floats")
    return array if array.ndim else float(array)


def _seed(seed: int | None) -> int:
    if seed is None:
        return secrets.randbits(64)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(f"seed = {seed!r} is not an integer")
    return int(seed)


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
