"""Spellings: which call means which distribution with which parameters. One of the two tables.

A row names the makers of a source of randomness that understand it, the call with its defaults, and the same
draw in canonical form, as an expression in the call's parameters.

    generator   numpy.random.Generator (default_rng)
    numpy       numpy.random.* and numpy.random.RandomState
    random      the module random and random.Random
    scipy       scipy.stats: `D.rvs(...)` and `D(...).rvs(...)`

A canonical form `loc + scale * draw` is a draw that is moved and stretched. Options of a call (module `options`) stand
in the call alone. What these makers have beside draws is in `NO_DRAWS`, with the way out.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Spelling(NamedTuple):
    """One way to write a draw."""

    makers: str
    call: str
    draw: str

    @property
    def method(self) -> str:
        """The name that is called."""
        return self.call.split("(")[0]

    @property
    def sized(self) -> bool:
        """Whether the call takes a `size` after its parameters: NumPy's do."""
        return (
            self.makers not in ("random", "scipy")
            and "size=" not in self.call
            and self.method not in ("permutation", "permuted", "shuffle")
        )

    @property
    def squeezed(self) -> bool:
        """Whether a draw of size 1 is one vector: SciPy leaves out axes of length 1."""
        return self.draw.startswith("joint_normal(")

    def mentions(self, name: str) -> bool:
        """Tell whether what is drawn depends on an argument of the call."""
        return re.search(rf"\b{name}\b", self.draw) is not None

    @property
    def dimensions(self) -> bool:
        """Whether the arguments of the call are the dimensions of an array."""
        return self.method in ("rand", "randn")


SPELLINGS = (
    # a plain uniform; compared with a threshold it is `flip`
    Spelling("generator", "random(size=None, dtype=np.float64, out=None)", "read()"),
    Spelling("numpy random", "random()", "read()"),
    Spelling("numpy", "rand()", "read()"),
    Spelling("numpy", "random_sample()", "read()"),
    Spelling("numpy", "ranf()", "read()"),
    # discrete
    Spelling("generator numpy", "binomial(n, p)", "binomial(n, p)"),
    Spelling("random", "binomialvariate(n=1, p=0.5)", "binomial(n, p)"),
    Spelling("generator numpy", "poisson(lam=1.0)", "poisson(lam)"),
    Spelling("generator numpy", "geometric(p)", "geometric(p)"),
    Spelling("generator numpy", "negative_binomial(n, p)", "negative_binomial(n, p)"),
    Spelling("generator numpy", "hypergeometric(ngood, nbad, nsample)", "hypergeometric(ngood, nbad, nsample)"),
    Spelling("generator numpy", "logseries(p)", "logseries(p)"),
    Spelling("generator numpy", "zipf(a)", "zipf(a)"),
    Spelling(
        "generator",
        "integers(low, high=None, size=None, dtype=np.int64, endpoint=False)",
        "integers(low, high, endpoint)",
    ),
    Spelling("numpy", "randint(low, high=None, size=None, dtype=int)", "integers(low, high, False)"),
    Spelling("numpy", "random_integers(low, high=None)", "random_integers(low, high)"),
    Spelling("random", "randint(a, b)", "integers(a, b, True)"),
    Spelling("random", "randrange(start, stop=None, step=1)", "randrange(start, stop, step)"),
    Spelling("random", "getrandbits(k)", "integers(0, 2 ** k, False)"),
    Spelling("numpy", "sample()", "read()"),
    Spelling(
        "generator numpy",
        "choice(a, size=None, replace=True, p=None, axis=0, shuffle=True)",
        "choice(a, p, replace, axis)",
    ),
    Spelling("random", "choice(seq)", "choice(seq, None, True, 0)"),
    # several at once
    Spelling(
        "random",
        "choices(population, weights=None, cum_weights=None, k=1)",
        "choices(population, weights, cum_weights, k)",
    ),
    Spelling("random", "sample(population, k, counts=None)", "sample(population, k, counts)"),
    Spelling("generator numpy", "permutation(x, axis=0)", "permutation(x, axis)"),
    Spelling("generator", "permuted(x, axis=None, out=None)", "permuted(x)"),
    Spelling("generator numpy random", "shuffle(x, axis=0)", "shuffle(x, axis)"),
    Spelling("generator numpy", "multinomial(n, pvals)", "multinomial(n, pvals)"),
    Spelling(
        "generator",
        "multivariate_hypergeometric(colors, nsample, size=None, method='marginals')",
        "multivariate_hypergeometric(colors, nsample)",
    ),
    Spelling("generator numpy", "dirichlet(alpha)", "dirichlet(alpha)"),
    Spelling(
        "generator numpy",
        "multivariate_normal(mean, cov, size=None, check_valid='warn', tol=1e-8, method='svd')",
        "multivariate_normal(mean, cov)",
    ),
    # continuous
    Spelling("generator numpy", "exponential(scale=1.0)", "exponential(scale)"),
    Spelling(
        "generator numpy",
        "standard_exponential(size=None, dtype=np.float64, method='zig', out=None)",
        "exponential(1.0)",
    ),
    Spelling("random", "expovariate(lambd=1.0)", "exponential(1 / lambd)"),
    Spelling("generator", "uniform(low=0.0, high=1.0)", "uniform(low, high)"),
    Spelling("numpy", "uniform(low=0.0, high=1.0)", "uniform_between(low, high)"),
    Spelling("random", "uniform(a, b)", "uniform_between(a, b)"),
    Spelling("generator numpy", "normal(loc=0.0, scale=1.0)", "normal(loc, scale)"),
    Spelling("generator numpy", "standard_normal(size=None, dtype=np.float64, out=None)", "normal(0.0, 1.0)"),
    Spelling("numpy", "randn()", "normal(0.0, 1.0)"),
    Spelling("random", "gauss(mu=0.0, sigma=1.0)", "normal(mu, sigma)"),
    Spelling("random", "normalvariate(mu=0.0, sigma=1.0)", "normal(mu, sigma)"),
    Spelling("generator numpy", "lognormal(mean=0.0, sigma=1.0)", "lognormal(mean, sigma)"),
    Spelling("random", "lognormvariate(mu=0.0, sigma=1.0)", "lognormal(mu, sigma)"),
    # scipy.stats, continuous
    Spelling("scipy", "norm(loc=0.0, scale=1.0)", "normal(loc, scale)"),
    Spelling("scipy", "expon(loc=0.0, scale=1.0)", "loc + exponential(scale)"),
    Spelling("scipy", "uniform(loc=0.0, scale=1.0)", "loc + scale * uniform(0.0, 1.0)"),
    Spelling("scipy", "gamma(a, loc=0.0, scale=1.0)", "loc + gamma(a, scale)"),
    Spelling("scipy", "chi2(df, loc=0.0, scale=1.0)", "loc + scale * chisquare(df)"),
    Spelling("scipy", "invgamma(a, loc=0.0, scale=1.0)", "loc + invgamma(a, scale)"),
    Spelling("scipy", "beta(a, b, loc=0.0, scale=1.0)", "loc + scale * beta(a, b)"),
    Spelling("scipy", "f(dfn, dfd, loc=0.0, scale=1.0)", "loc + scale * f(dfn, dfd)"),
    Spelling("scipy", "t(df, loc=0.0, scale=1.0)", "loc + scale * standard_t(df)"),
    Spelling("scipy", "lognorm(s, loc=0.0, scale=1.0)", "loc + scale * lognormal(0.0, s)"),
    Spelling("scipy", "laplace(loc=0.0, scale=1.0)", "laplace(loc, scale)"),
    Spelling("scipy", "logistic(loc=0.0, scale=1.0)", "logistic(loc, scale)"),
    Spelling("scipy", "gumbel_r(loc=0.0, scale=1.0)", "gumbel(loc, scale)"),
    Spelling("scipy", "cauchy(loc=0.0, scale=1.0)", "cauchy(loc, scale)"),
    Spelling("scipy", "rayleigh(loc=0.0, scale=1.0)", "loc + rayleigh(scale)"),
    Spelling("scipy", "weibull_min(c, loc=0.0, scale=1.0)", "loc + weibull(c, scale)"),
    Spelling("scipy", "pareto(b, loc=0.0, scale=1.0)", "loc + scale * classical_pareto(b)"),
    Spelling("scipy", "lomax(c, loc=0.0, scale=1.0)", "loc + scale * pareto(c)"),
    Spelling("scipy", "powerlaw(a, loc=0.0, scale=1.0)", "loc + scale * power(a)"),
    Spelling("scipy", "triang(c, loc=0.0, scale=1.0)", "loc + scale * triangular(0.0, c, 1.0)"),
    Spelling("scipy", "vonmises(kappa, loc=0.0)", "vonmises(loc, kappa)"),
    Spelling("scipy", "invgauss(mu, loc=0.0, scale=1.0)", "loc + scale * wald(mu, 1.0)"),
    Spelling("scipy", "ncx2(df, nc, loc=0.0, scale=1.0)", "loc + scale * noncentral_chisquare(df, nc)"),
    Spelling("scipy", "ncf(dfn, dfd, nc, loc=0.0, scale=1.0)", "loc + scale * noncentral_f(dfn, dfd, nc)"),
    Spelling("scipy", "halfnorm(loc=0.0, scale=1.0)", "halfnorm(loc, scale)"),
    Spelling("scipy", "truncnorm(a, b, loc=0.0, scale=1.0)", "truncnorm(a, b, loc, scale)"),
    Spelling("scipy", "skewnorm(a, loc=0.0, scale=1.0)", "skewnorm(a, loc, scale)"),
    # scipy.stats, discrete
    Spelling("scipy", "bernoulli(p, loc=0)", "loc + bernoulli(p)"),
    Spelling("scipy", "binom(n, p, loc=0)", "loc + binomial(n, p)"),
    Spelling("scipy", "poisson(mu, loc=0)", "loc + poisson(mu)"),
    Spelling("scipy", "geom(p, loc=0)", "loc + geometric(p)"),
    Spelling("scipy", "nbinom(n, p, loc=0)", "loc + negative_binomial(n, p)"),
    Spelling("scipy", "hypergeom(M, n, N, loc=0)", "loc + hypergeometric(n, M - n, N)"),
    Spelling("scipy", "betabinom(n, a, b, loc=0)", "loc + betabinom(n, a, b)"),
    Spelling("scipy", "logser(p, loc=0)", "loc + logseries(p)"),
    Spelling("scipy", "zipf(a, loc=0)", "loc + zipf(a)"),
    Spelling("scipy", "randint(low, high, loc=0)", "loc + integers(low, high, False)"),
    Spelling("scipy", "boltzmann(lambda_, N, loc=0)", "loc + boltzmann(lambda_, N)"),
    Spelling("scipy", "planck(lambda_, loc=0)", "loc + planck(lambda_)"),
    Spelling("scipy", "dlaplace(a, loc=0)", "loc + dlaplace(a)"),
    # scipy.stats, vectors
    Spelling("scipy", "multinomial(n, p, size=None)", "multinomial(n, p)"),
    Spelling("scipy", "multivariate_hypergeom(m, n, size=None)", "multivariate_hypergeometric(m, n)"),
    Spelling("scipy", "dirichlet(alpha, size=1)", "dirichlet(alpha)"),
    Spelling("scipy", "multivariate_normal(mean=None, cov=1.0)", "joint_normal(mean, cov)"),
    Spelling("generator numpy", "gumbel(loc=0.0, scale=1.0)", "gumbel(loc, scale)"),
    Spelling("generator numpy", "laplace(loc=0.0, scale=1.0)", "laplace(loc, scale)"),
    Spelling("generator numpy", "logistic(loc=0.0, scale=1.0)", "logistic(loc, scale)"),
    Spelling("generator numpy", "standard_cauchy()", "cauchy(0.0, 1.0)"),
    Spelling("generator numpy", "rayleigh(scale=1.0)", "rayleigh(scale)"),
    Spelling("generator numpy", "weibull(a)", "weibull(a, 1.0)"),
    Spelling("random", "weibullvariate(alpha, beta)", "weibull(beta, alpha)"),
    Spelling("generator numpy", "pareto(a)", "pareto(a)"),
    Spelling("random", "paretovariate(alpha)", "classical_pareto(alpha)"),
    Spelling("generator numpy", "power(a)", "power(a)"),
    Spelling("generator numpy", "triangular(left, mode, right)", "triangular(left, mode, right)"),
    Spelling("generator numpy", "wald(mean, scale)", "wald(mean, scale)"),
    Spelling("generator numpy", "noncentral_chisquare(df, nonc)", "noncentral_chisquare(df, nonc)"),
    Spelling("generator numpy", "noncentral_f(dfnum, dfden, nonc)", "noncentral_f(dfnum, dfden, nonc)"),
    Spelling("generator numpy", "vonmises(mu, kappa)", "vonmises(mu, kappa)"),
    Spelling("random", "vonmisesvariate(mu, kappa)", "vonmises_from_zero(mu, kappa)"),
    Spelling("random", "triangular(low=0.0, high=1.0, mode=None)", "triangular(low, mode, high)"),
    # incomplete gamma
    Spelling("generator numpy", "gamma(shape, scale=1.0)", "gamma(shape, scale)"),
    Spelling("generator numpy", "standard_gamma(shape, size=None, dtype=np.float64, out=None)", "gamma(shape, 1.0)"),
    Spelling("random", "gammavariate(alpha, beta)", "gamma(alpha, beta)"),
    Spelling("generator numpy", "chisquare(df)", "chisquare(df)"),
    # incomplete beta
    Spelling("generator numpy", "beta(a, b)", "beta(a, b)"),
    Spelling("random", "betavariate(alpha, beta)", "beta(alpha, beta)"),
    Spelling("generator numpy", "f(dfnum, dfden)", "f(dfnum, dfden)"),
    Spelling("generator numpy", "standard_t(df)", "standard_t(df)"),
)

MAKERS = {
    "numpy.random.default_rng": "generator",
    "numpy.random.Generator": "generator",
    "numpy.random.RandomState": "numpy",
    "random.Random": "random",
}
BIT_GENERATORS = {f"numpy.random.{name}" for name in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")}
MODULES = {"numpy.random": "numpy", "random": "random"}
SEEDING = {"numpy.random.seed": "numpy", "random.seed": "random"}
_BYTES = ("It gives raw bits.", "Draw numbers: `integers(0, 256, size=n)` or `getrandbits(8)`.")
_STATE = (
    "A sample is a function of the seed of the program object alone.",
    "Leave it out, and seed the program object.",
)
_MADE = ("Every place that draws has uniforms of its own.", "Draw from the generator that the function is given.")
_CONSTANT = ("It is an internal constant of the module.", "Write the number.")
# what the makers have that draws nothing, or nothing that could be followed: why, and the way out
NO_DRAWS = {
    **dict.fromkeys(("bytes", "randbytes", "tomaxint"), _BYTES),
    **dict.fromkeys(("seed", "get_state", "set_state", "getstate", "setstate"), _STATE),
    **dict.fromkeys(("bit_generator", "get_bit_generator", "set_bit_generator", "mtrand", "test", "VERSION"), _STATE),
    **dict.fromkeys(("spawn", "SeedSequence", "BitGenerator", "SystemRandom"), _MADE),
    **dict.fromkeys(("BPF", "LOG4", "NV_MAGICCONST", "RECIP_BPF", "SG_MAGICCONST", "TWOPI"), _CONSTANT),
}
AMBIGUOUS = ("randint", "sample", "triangular")  # one thing in random, another in numpy
PARAMETER_NAMES = {"rng", "generator", "random_state"}


def find(method: str, maker: str) -> Spelling | None:
    """Return the row of a method of one maker."""
    return next((s for s in SPELLINGS if s.method == method and maker in s.makers.split()), None)


def makers_of(method: str) -> set[str]:
    """Return the makers that know a method."""
    return {maker for s in SPELLINGS if s.method == method for maker in s.makers.split()}
