"""Generators that invert the uniforms of an omega, in the place of those of NumPy and of Python."""

from __future__ import annotations

import inspect
import random
from collections import defaultdict
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from stochtrace import runtime
from stochtrace.runtime.distributions import discrete


class Making(np.random.Generator):
    """`np.random.Generator`: a class in annotations, the stub where it is called."""

    def __new__(cls, bits: Any) -> Any:
        return Stub()


def always(value: Any) -> Callable[..., Any]:
    """A function that returns a value whatever it is given."""
    return lambda *_, **__: value


def module_of(name: str, behind: Any, **own: Any) -> ModuleType:
    """A module of a name with its own attributes, and those of what is behind it."""
    module = ModuleType(name)
    vars(module).update(own, __getattr__=lambda attribute: getattr(behind, attribute))
    return module


# -- on a queue of uniforms --------------------------------------------------------------------------------------


class Queue:
    """An omega that gives the next uniform of one stream, whatever the site."""

    site = visit = to = -1

    def __init__(self, seed: int) -> None:
        self.visits: defaultdict[int, int] = defaultdict(int)
        self._random = random.Random(seed).random

    def next(self, site: int) -> float:
        self.visits[site] += 1
        return self._random()


def arrayed(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method with `size` after its parameters, and with arrays as parameters: element by element, in row order."""
    count = len(inspect.signature(method).parameters) - 1

    def call(self: Any, *args: Any, size: Any = None, **named: Any) -> Any:
        if len(args) > count:
            *args, size = args  # type: ignore[assignment]
        given = [*args, *named.values()]
        shape = np.broadcast_shapes(*map(np.shape, given), () if size is None else np.shape(np.empty(size)))
        if shape == ():
            return method(self, *args, **named)
        columns = [np.broadcast_to(v, shape).ravel().tolist() for v in given]
        values = []
        for i in range(int(np.prod(shape))):
            element = [column[i] for column in columns]
            values.append(method(self, *element[: len(args)], **dict(zip(named, element[len(args) :], strict=True))))
        return np.array(values).reshape(shape)

    return call


class Stub:
    """A NumPy generator that inverts the uniforms of an omega, one for all of them."""

    omega: Any = None

    @arrayed
    def plain(self) -> float:
        return float(self.omega.next(0))

    def random(self, size: Any = None, dtype: Any = None) -> Any:
        return self.plain(size=size)

    random_sample = ranf = random

    def rand(self, *dimensions: int) -> Any:
        return self.random(size=dimensions or None)

    @arrayed
    def binomial(self, n: int, p: float) -> int:
        return discrete.bernoulli(self.omega, 0, p) if n == 1 else discrete.binomial(self.omega, 0, n, p)

    @arrayed
    def poisson(self, lam: float = 1.0) -> int:
        return discrete.poisson(self.omega, 0, lam)

    @arrayed
    def geometric(self, p: float) -> int:
        return discrete.geometric(self.omega, 0, p)

    @arrayed
    def negative_binomial(self, n: float, p: float) -> int:
        return runtime.negative_binomial(self.omega, 0, n, p)

    @arrayed
    def hypergeometric(self, ngood: int, nbad: int, nsample: int) -> int:
        return runtime.hypergeometric(self.omega, 0, ngood, nbad, nsample)

    @arrayed
    def logseries(self, p: float) -> int:
        return runtime.logseries(self.omega, 0, p)

    @arrayed
    def zipf(self, a: float) -> int:
        return runtime.zipf(self.omega, 0, a)

    @arrayed
    def between(self, low: int, high: int) -> int:
        return discrete.integers(self.omega, 0, low, high)

    def integers(
        self, low: int, high: int | None = None, size: Any = None, dtype: Any = None, endpoint: bool = False
    ) -> Any:
        low, high = (0, low) if high is None else (low, high)
        return self.between(low, high + endpoint, size=size)

    def random_integers(self, low: int, high: int | None = None) -> Any:
        return self.integers(low, high, endpoint=True) if high is not None else self.integers(1, low, endpoint=True)

    @arrayed
    def randint(self, low: int, high: int | None = None) -> int:
        return self.integers(low, high)

    def permutation(self, x: Any) -> Any:
        return runtime.take(x, runtime.permutation(self.omega, 0, x if isinstance(x, int) else len(x)))

    def shuffle(self, x: Any) -> None:
        runtime.reorder(x, runtime.permutation(self.omega, 0, len(x)))

    def permuted(self, x: Any, axis: None = None) -> Any:
        return runtime.take_flat(x, runtime.permutation(self.omega, 0, np.size(x)))

    def multinomial(self, n: int, pvals: Any) -> Any:
        return runtime.multinomial(self.omega, 0, n, pvals)

    def dirichlet(self, alpha: Any) -> Any:
        return runtime.dirichlet(self.omega, 0, alpha)

    def multivariate_hypergeometric(self, colors: Any, nsample: int) -> Any:
        return runtime.multivariate_hypergeometric(self.omega, 0, colors, nsample)

    def multivariate_normal(self, mean: Any, cov: Any) -> Any:
        return runtime.multivariate_normal(self.omega, 0, mean, cov)

    def choice(self, a: Any, size: Any = None, replace: bool = True, p: Any = None, **options: Any) -> Any:
        if not replace and p is not None:
            return runtime.take(a, runtime.successive(self.omega, 0, p, size))
        if not replace:
            return runtime.take(a, runtime.subset(self.omega, 0, a if isinstance(a, int) else len(a), size))
        if size is not None:
            shape = np.shape(np.empty(size))
            return np.array([self.choice(a, p=p) for _ in range(int(np.prod(shape)))]).reshape(shape)
        count = a if isinstance(a, int) else len(a)
        if p is None:
            index = self.integers(count)
        elif len(p) == 2 and isinstance(p, list | tuple):
            index = discrete.bernoulli(self.omega, 0, p[1])
        else:
            index = discrete.categorical(self.omega, 0, p)
        return index if isinstance(a, int) else a[index]

    @arrayed
    def exponential(self, scale: float = 1.0) -> float:
        return runtime.exponential(self.omega, 0, scale)

    def standard_exponential(self, size: Any = None, method: str = "") -> Any:
        return self.exponential(1.0, size=size)

    @arrayed
    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        return runtime.uniform(self.omega, 0, low, high)

    @arrayed
    def normal(self, loc: float = 0.0, scale: float = 1.0) -> float:
        return runtime.normal(self.omega, 0, loc, scale)

    def standard_normal(self, size: Any = None, dtype: Any = None) -> Any:
        return self.normal(0.0, 1.0, size=size)

    def randn(self, *dimensions: int) -> Any:
        return self.standard_normal(size=dimensions or None)

    @arrayed
    def lognormal(self, mean: float = 0.0, sigma: float = 1.0) -> float:
        return runtime.lognormal(self.omega, 0, mean, sigma)

    @arrayed
    def gamma(self, shape: float, scale: float = 1.0) -> float:
        return runtime.gamma(self.omega, 0, shape, scale)

    standard_gamma = gamma

    def chisquare(self, df: float) -> float:
        return runtime.chisquare(self.omega, 0, df)

    def beta(self, a: float, b: float) -> float:
        return runtime.beta(self.omega, 0, a, b)

    def f(self, dfnum: float, dfden: float) -> float:
        return runtime.f(self.omega, 0, dfnum, dfden)

    def standard_t(self, df: float) -> float:
        return runtime.standard_t(self.omega, 0, df)

    def gumbel(self, loc: float = 0.0, scale: float = 1.0) -> float:
        return runtime.gumbel(self.omega, 0, loc, scale)

    def laplace(self, loc: float = 0.0, scale: float = 1.0) -> float:
        return runtime.laplace(self.omega, 0, loc, scale)

    def logistic(self, loc: float = 0.0, scale: float = 1.0) -> float:
        return runtime.logistic(self.omega, 0, loc, scale)

    def rayleigh(self, scale: float = 1.0) -> float:
        return runtime.rayleigh(self.omega, 0, scale)

    def weibull(self, a: float) -> float:
        return runtime.weibull(self.omega, 0, a, 1.0)

    def triangular(self, left: float, mode: float, right: float) -> float:
        return runtime.triangular(self.omega, 0, left, mode, right)

    def vonmises(self, mu: float, kappa: float) -> float:
        return runtime.vonmises(self.omega, 0, mu, kappa)

    def wald(self, mean: float, scale: float) -> float:
        return runtime.wald(self.omega, 0, mean, scale)


class PythonStub(Stub):
    """The same for the module `random`, which spells some draws in its own way."""

    def randint(self, a: int, b: int) -> int:  # type: ignore[override]
        return self.integers(a, b + 1)

    def choices(self, population: Any, weights: Any = None, *, cum_weights: Any = None, k: int = 1) -> Any:
        if cum_weights is not None:
            return [population[discrete.cumulative(self.omega, 0, cum_weights)] for _ in range(k)]
        if weights is None:
            return [self.choice(population) for _ in range(k)]
        return [population[discrete.weighted(self.omega, 0, weights)] for _ in range(k)]

    def sample(self, population: Any, k: int, *, counts: Any = None) -> Any:
        if counts is not None:
            return [population[i] for i in runtime.subset_of_counts(self.omega, 0, counts, k)]
        return [population[i] for i in runtime.subset(self.omega, 0, len(population), k)]

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return start + step * self.integers(len(range(start, stop, step))) if stop else self.integers(start)

    def getrandbits(self, k: int) -> int:
        return self.integers(2**k)

    def binomialvariate(self, n: int = 1, p: float = 0.5) -> int:
        return self.binomial(n, p)

    def expovariate(self, lambd: float = 1.0) -> float:
        return self.exponential(1 / lambd)

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        return self.normal(mu, sigma)

    normalvariate = gauss

    def lognormvariate(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        return self.lognormal(mu, sigma)

    def gammavariate(self, alpha: float, beta: float) -> float:
        return self.gamma(alpha, beta)

    def betavariate(self, alpha: float, beta: float) -> float:
        return self.beta(alpha, beta)
