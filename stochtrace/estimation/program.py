"""The program object: what a generated module binds under the user's name."""

from __future__ import annotations

import importlib.util
import inspect
import linecache
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any

import numpy as np

from stochtrace.carried.running import Refused
from stochtrace.carried.sample import carried
from stochtrace.diagnostics import Refusal
from stochtrace.estimation import interpreted
from stochtrace.estimation.arguments import frozen, number, replays_of, seed_of
from stochtrace.estimation.averaging import Means, averaged, told
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.goal import goal_of
from stochtrace.estimation.results import Estimate, Jump, Triple, change, show
from stochtrace.estimation.sampling import MODES, Sampler
from stochtrace.estimation.shapes import Along, Direction, basis, by_parameter, directions, flatten, rebuild
from stochtrace.estimation.sites import JobBySite, attributed
from stochtrace.estimation.survey import Met, survey
from stochtrace.estimation.tables import html
from stochtrace.estimation.travelling import Luggage, packed, text_of, unpacked
from stochtrace.estimation.values import Values
from stochtrace.estimation.verification import Verification, rates_of
from stochtrace.estimation.verifying import Asked, verified
from stochtrace.estimation.work import Job, Prepared
from stochtrace.forms import BIASED
from stochtrace.highlighting import listing
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

    def _repr_html_(self) -> str:
        """The draws as a table, and the generated module, for a notebook."""
        rows = [(str(line), called, f"rt.{reads}") for line, called, reads in self.draws.values()]
        table = html([("line", "draw", "reads ω by"), *rows])
        try:
            code = f"<details><summary>generated module</summary>{listing(self.text)}</details>"
        except TypeError:
            code = ""  # its text is not to be had
        return f"<p><code>{escape(repr(self)[1:-1])}</code></p>{table}{code}"

    # -- one sample --------------------------------------------------------------------------------------------

    def sample(self, /, *args: Any, seed: int | None = None, sample: int = 0, **kwargs: Any) -> Any:
        """Return one draw of X: sample number `sample` of a seed (None: a fresh one)."""
        return self._sample(self._bind(args, kwargs), seed_of(seed), sample)

    def _sample(self, arguments: Mapping[str, Any], seed: int, index: int) -> Any:
        omega = Omega(seed, self.functions.sites)
        omega.start(index)
        with self.explaining():
            return interpreted.drawn(self.functions, tuple(arguments.values()), omega)

    def triple(self, /, *args: Any, seed: int | None = None, sample: int = 0, prune: bool = True, **kwargs: Any) -> Any:
        """Return one stochastic triple: sample number `sample` of a seed.

        One jump is kept, carrying the weight of all, as in an estimate; `prune=False` keeps every jump with its own
        weight. Several parameters, or an array of them, give a dict of triples by coordinate. The score of a frozen
        draw, times the value, is a part of `delta`.
        """
        arguments = self._bind(args, kwargs)
        omega = Omega(seed_of(seed), self.functions.sites)
        triples = {str(d): self._triple(arguments, d, omega, sample, prune) for d in directions(self.wrt, arguments)}
        single = len(self.wrt) == 1 and not isinstance(arguments[self.wrt[0]], np.ndarray)
        return triples[self.wrt[0]] if single else triples

    def _triple(
        self, arguments: Mapping[str, Any], direction: Direction, omega: Omega, sample: int, prune: bool
    ) -> Triple:
        jumps = interpreted.collection(self.functions, 1 if prune else None)
        omega.start(sample)
        with self.explaining():
            given = self.given(arguments, direction)
            value, delta, outcomes, scores = interpreted.differentiated(self.functions, given, omega, jumps)
        score = sum(scores.values())
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
        samples: int | None = None,
        target_stderr: float | None = None,
        max_samples: int = 10**9,
        seed: int | None = None,
        mode: str | None = None,
        replays: int | str = 1,
        threads: int | None = None,
        executor: Executor | None = None,
        checkpoint: str | PathLike[str] | None = None,
        progress: bool | None = None,
        per_site: bool = False,
        **kwargs: Any,
    ) -> Estimate:
        """Return the means of value and derivative over samples 0 .. samples - 1 of a seed (None: a fresh one).

        With `target_stderr` in the place of `samples`, samples are run until every standard error of the derivative is
        at most that, or `max_samples` are. `mode` is "compiled" or "interpreted"; None compiles where Numba is
        installed and can, and says in the estimate why it did not. `replays` is how many jumps of each sample are
        replayed, or "all": more take longer, and lower the variance where a sample has many.

        The result is the same to the last bit wherever the samples run: on `threads` (None: on all cores, where they
        are compiled), or in an `executor`, anything with the interface of `concurrent.futures.Executor`. `checkpoint`
        is a file that keeps what is finished; the same call goes on from there, also with more samples. `progress`
        shows a bar (None: where stderr is a terminal and tqdm is installed). `per_site` keeps the derivative in parts,
        and says in `sites` what each draw adds to it and to its variance.

        Raises `DomainError` where a parameter of a draw leaves its domain, `CheckpointError` where the file is damaged
        or belongs to another estimate.
        """
        goal, means = goal_of(samples, target_stderr, max_samples), Means(threads, executor, checkpoint, progress)
        _check_mode(mode)
        arguments, seed, kept = self._bind(args, kwargs), seed_of(seed), replays_of(replays)
        template = self._sample(arguments, seed, 0)
        ready = self.prepared(arguments, mode, kept)
        asked = self, arguments, ready.mode, kept, seed, len(flatten(template)), goal
        job = JobBySite(*asked, sites=self.functions.sites) if per_site else Job(*asked)
        found = averaged(job, means)
        self._sampler.fallback = found.fallback or self._sampler.fallback
        return Estimate(
            value=rebuild(template, found.value.mean.tolist()),
            value_stderr=rebuild(template, found.value.standard_error.tolist()),
            derivative=by_parameter(self.wrt, arguments, template, found.derivative.mean),
            derivative_stderr=by_parameter(self.wrt, arguments, template, found.derivative.standard_error),
            covariance=by_parameter(self.wrt, arguments, template, found.covariance),
            samples=found.value.count,
            seed=seed,
            mode=ready.mode,
            reason=ready.reason,
            title=self._titled(arguments),
            wrt=self.wrt,
            stopped=goal.why(found),
            warnings=(*self._biased(), *told(found, self.__name__, seed)),
            sites=attributed(found.parts, self.draws, self.wrt, arguments, template) if found.parts else (),
        )

    def verify(
        self,
        /,
        *args: Any,
        samples: int | None = None,
        seed: int | None = None,
        mode: str | None = None,
        resolve: float = 0.05,
        false_alarm: float = 1e-3,
        **kwargs: Any,
    ) -> Verification:
        """Compare the derivative with central differences of the value, and with score functions where they apply.

        The verdict is "agrees", "wrong", or "too noisy to say". A right derivative is called wrong with a chance of at
        most `false_alarm`; where it agrees, one that is off by the share `resolve` would have been found with
        probability 0.95. None for `samples` takes as many as a pilot asks for. Many parameters, or results, are
        compared along random directions.

        Raises `NoDifferencesError` where the program does not run on both sides of its arguments.
        """
        _check_mode(mode)
        arguments, seed = self._bind(args, kwargs), seed_of(seed)
        template = self._sample(arguments, seed, 0)
        asked = Asked(samples, seed, mode, rates_of(resolve, false_alarm))
        with self.explaining():
            found = verified(self, arguments, len(flatten(template)), asked)
        return replace(found, title=self._titled(arguments), warnings=tuple(self._biased()))

    def values(self, arguments: Mapping[str, Any], mode: str) -> Values:
        """Return what runs samples of the primal alone, for arguments of these types."""
        values = self._sampler.values if mode == "compiled" else Values(self.functions)
        if mode == "compiled":
            values.compile(tuple(arguments.values()))
        return values

    def _titled(self, arguments: Mapping[str, Any]) -> str:
        return f"{self.__name__}({', '.join(f'{name}={show(v)}' for name, v in arguments.items())})"

    def prepared(
        self, arguments: Mapping[str, Any], mode: str | None, replays: int | None, stop: Event | None = None
    ) -> Prepared:
        """Return how to run samples; the loop ends with `CancelledError` where `stop` is set."""
        given = [self.given(arguments, direction) for direction in directions(self.wrt, arguments)]
        run, used, why = self._sampler.pick(given[0], mode, replays, stop)
        return Prepared(run, given, used, why)

    # -- other processes ---------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The text of its generated module; raises `TypeError` where it is not to be had."""
        return text_of(self.primal, self.__name__)

    @cached_property
    def luggage(self) -> Luggage:
        """What makes this program again elsewhere; raises `TypeError` where its text is not to be had."""
        return packed(self.primal, self.__name__)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.luggage, self.forms)

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
        other = object.__new__(Program)
        vars(other).update(vars(self))
        other.functions = replace(self.functions, forms=dict(forms))
        other._sampler = Sampler(other.functions)
        return other

    def survey(self, /, *args: Any, samples: int, seed: int = 0, **kwargs: Any) -> dict[int, Met]:
        """Return what the draw of each site met, a sample: decisions and jumps."""
        arguments = self._bind(args, kwargs)
        found: dict[int, Met] = {}
        with self.explaining():
            for direction in directions(self.wrt, arguments):
                survey(self.functions, self.given(arguments, direction), samples, seed, found)
        return dict(sorted(found.items()))

    # -- arguments ---------------------------------------------------------------------------------------------

    def _bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        bound = self.__signature__.bind(*args, **kwargs)
        bound.apply_defaults()
        return {
            name: frozen(number(name, bound.arguments[name]) if name in self.wrt else bound.arguments[name])
            for name in self.parameters
        }

    def given(self, arguments: Mapping[str, Any], direction: Direction | Along) -> Given:
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
    def explaining(self) -> Iterator[None]:
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


def _check_mode(mode: str | None) -> None:
    if mode not in (None, *MODES):
        raise ValueError(f"mode = {mode!r} is not one of {', '.join(MODES)}")


def _again(luggage: Luggage, forms: Mapping[int, str]) -> Program:
    """Return a program that has travelled."""
    program: Program = unpacked(luggage)
    return program if program.forms == forms else program.with_forms(forms)


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
