"""The program object: what a generated module binds under the user's name."""

from __future__ import annotations

import copy
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
from stochtrace.estimation.sampling import MODES, Found, Sampler, moments
from stochtrace.estimation.shapes import Direction, basis, by_parameter, directions, flatten, rebuild
from stochtrace.estimation.survey import Met, survey
from stochtrace.forms import BIASED
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
        forms: Mapping[int, str] | None = None,
        carried: bool = False,
    ) -> None:
        if interface != INTERFACE:
            raise ImportError(
                f"{name}: this file was generated for interface {interface} of stochtrace, and this is interface "
                f"{INTERFACE}; generate it again with: {command}"
            )
        self.primal, self.derivative, self.smooth = primal, derivative, smooth
        found = {} if carried else sources
        functions = Functions(
            name, primal, derivative or primal, smooth, len(draws), found, sources is None, dict(forms or {})
        )
        self.functions, self._sampler = functions, Sampler(functions)
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
        omega = Omega(seed, self.functions.sites)
        omega.start(index)
        with self._explaining():
            return interpreted.drawn(self.functions, tuple(arguments.values()), omega)

    def triple(self, /, *args: Any, seed: int | None = None, index: int = 0, prune: bool = True, **kwargs: Any) -> Any:
        """Return one stochastic triple: sample number `index` of a seed.

        One jump is kept, carrying the weight of all, as in an estimate; `prune=False` keeps every jump with its own
        weight. Several parameters, or an array of them, give a dict of triples by coordinate. The score of a frozen
        draw, times the value, is a part of `delta`.
        """
        arguments = self._bind(args, kwargs)
        omega = Omega(_seed(seed), self.functions.sites)
        triples = {str(d): self._triple(arguments, d, omega, index, prune) for d in directions(self.wrt, arguments)}
        single = len(self.wrt) == 1 and not isinstance(arguments[self.wrt[0]], np.ndarray)
        return triples[self.wrt[0]] if single else triples

    def _triple(
        self, arguments: Mapping[str, Any], direction: Direction, omega: Omega, index: int, prune: bool
    ) -> Triple:
        jumps = interpreted.collection(self.functions, 1 if prune else None)
        omega.start(index)
        with self._explaining():
            given = self.given(arguments, direction)
            value, delta, outcomes, score = interpreted.differentiated(self.functions, given, omega, jumps)
        scored = [score * v if score else 0.0 for v in flatten(value)]
        smooth = [d + s + interpreted.lost(jumps.total) for d, s in zip(flatten(delta), scored, strict=True)]
        found = [Jump(weight, change(near, far), self.draws[site][0]) for weight, near, far, site in outcomes]
        return Triple(value, rebuild(value, smooth), tuple(found))

    # -- many samples ------------------------------------------------------------------------------------------

    @property
    def fallback(self) -> str | None:
        """Why this program was last interpreted although nobody asked for it; None where it was not."""
        return self._sampler.fallback

    def estimate(
        self,
        /,
        *args: Any,
        samples: int,
        seed: int | None = None,
        mode: str | None = None,
        replays: int | str = 1,
        **kwargs: Any,
    ) -> Estimate:
        """Return the means of value and derivative over samples 0 .. samples - 1 of a seed (None: a fresh one).

        `mode` is "compiled" or "interpreted"; None compiles where Numba is installed and can, and says in the estimate
        why it did not. `replays` is how many jumps of each sample are replayed, or "all": more take longer, and lower
        the variance where a sample has many. Raises `DomainError` where a parameter of a draw leaves its domain.
        """
        if isinstance(samples, bool) or not isinstance(samples, int | np.integer) or samples < 1:
            raise ValueError(f"samples = {samples!r} is not a positive integer")
        if mode not in (None, *MODES):
            raise ValueError(f"mode = {mode!r} is not one of {', '.join(MODES)}")
        arguments, seed, kept = self._bind(args, kwargs), _seed(seed), _replays(replays)
        template = self._sample(arguments, seed, 0)
        given = [self.given(arguments, direction) for direction in directions(self.wrt, arguments)]
        run, used, why = self._sampler.pick(given[0], mode, kept)
        with self._explaining():
            found = [moments(run, each, seed, int(samples), len(flatten(template))) for each in given]
        value = found[0].value
        derivative = np.array([f.derivative.mean for f in found])
        derivative_error = np.array([f.derivative.standard_error for f in found])
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
            warnings=(*self._biased(), *infinite(found)),
        )

    def _biased(self) -> Iterator[str]:
        """Say where comments accept a bias."""
        for site, form in self.functions.forms.items():
            if form in BIASED:
                yield f"line {self.draws[site][0]} is marked `{form}`: the derivative is biased by what that leaves out"

    # -- ways to differentiate ---------------------------------------------------------------------------------

    @property
    def forms(self) -> dict[int, str]:
        """How draws are differentiated, by site, where a comment says so."""
        return dict(self.functions.forms)

    def with_forms(self, forms: Mapping[int, str]) -> Program:
        """Return this program with other forms at its sites."""
        other = copy.copy(self)
        other.functions = replace(self.functions, forms=dict(forms))
        other._sampler = Sampler(other.functions)
        return other

    def survey(self, /, *args: Any, samples: int, seed: int = 0, **kwargs: Any) -> dict[int, Met]:
        """Return what the draw of each site met, a sample: decisions and jumps."""
        arguments = self._bind(args, kwargs)
        found: dict[int, Met] = {}
        with self._explaining():
            for direction in directions(self.wrt, arguments):
                survey(self.functions, self.given(arguments, direction), samples, seed, found)
        return dict(sorted(found.items()))

    # -- arguments ---------------------------------------------------------------------------------------------

    def _bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        bound = self.__signature__.bind(*args, **kwargs)
        bound.apply_defaults()
        return {
            name: _frozen(_number(name, bound.arguments[name]) if name in self.wrt else bound.arguments[name])
            for name in self.parameters
        }

    def given(self, arguments: Mapping[str, Any], direction: Direction) -> Given:
        """Return the arguments of a run, as they are and with the tangents of one direction."""
        with_tangents: list[Any] = []
        if self.functions.on_carried_values:
            tangents = [basis(direction, n, v) if n in self.wrt else None for n, v in arguments.items()]
            moved = [v if d is None else carried(v, d) for v, d in zip(arguments.values(), tangents, strict=True)]
            return Given(tuple(arguments.values()), tuple(moved), tuple(tangents))
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


def _frozen(value: Any) -> Any:
    """Return an argument that no sample can change for the next one: an array as a view that is read only."""
    if not isinstance(value, np.ndarray):
        return value
    view = value.view()
    view.flags.writeable = False
    return view


def _seed(seed: int | None) -> int:
    if seed is None:
        return secrets.randbits(64)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(f"seed = {seed!r} is not an integer")
    return int(seed)


def _replays(replays: int | str) -> int | None:
    if replays == "all":
        return None
    if isinstance(replays, bool | str) or replays < 1:
        raise ValueError(f'replays = {replays!r} is neither a positive integer nor "all"')
    return int(replays)


def infinite(found: Sequence[Found]) -> Iterator[str]:
    """Say of which derivatives the variance is infinite."""
    tails = [alpha for each in found for alpha in each.tails if alpha is not None]
    if tails:
        yield (
            f"the variance looks infinite: the largest derivative samples fall off like 1 / size^{min(tails):.1f}. "
            "The standard error is too small; mark draws `# stochtrace: two-sided` or `# stochtrace: score`"
        )


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
