"""What a draw costs beside SciPy's inverse of it: `python -m benchmarks.draws` prints the table of docs/evidence.md.

Compiled, one thread: nanoseconds of processor time of a draw with its derivative in every parameter (`_d`), and of what
inverts the same distribution function, alone and on the same uniforms: a C function of `cython_special`, or a closed
formula of elementary functions. A draw has to take at most twice as long or, where that is a formula, 30 ns more. Both
get their parameters when they run, as in programs: a logarithm of a constant would be taken before.
Ratios and differences are medians over rounds that take all in turn, so that a drift of the machine's speed meets both.
"""

from __future__ import annotations

import math
import re
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numba
import numpy as np

from stochtrace import runtime
from stochtrace.runtime import numba_side
from stochtrace.runtime.functions import scipy_special
from stochtrace.runtime.numba_scipy import call_scipy

COUNT, ROUNDS = 20_000, 11
Pairs = list[tuple[float, float]]  # nanoseconds of a draw and of its inverse, a pair for each round


def pdtrik(w: float, lam: float) -> float:
    """SciPy's inverse of the Poisson distribution function."""
    raise NotImplementedError("this function is compiled only")


def bdtrik(w: float, n: float, p: float) -> float:
    """SciPy's inverse of the binomial distribution function."""
    raise NotImplementedError("this function is compiled only")


def nbdtrik(w: float, n: float, p: float) -> float:
    """SciPy's inverse of the negative binomial distribution function."""
    raise NotImplementedError("this function is compiled only")


def fdtri(dfnum: float, dfden: float, w: float) -> float:
    """SciPy's inverse of F."""
    raise NotImplementedError("this function is compiled only")


def chndtrix(w: float, df: float, nonc: float) -> float:
    """SciPy's inverse of the noncentral chi-square."""
    raise NotImplementedError("this function is compiled only")


def ncfdtri(dfnum: float, dfden: float, nonc: float, w: float) -> float:
    """SciPy's inverse of the noncentral F."""
    raise NotImplementedError("this function is compiled only")


def ndtri(w: float) -> float:
    """SciPy's inverse of the normal distribution function."""
    raise NotImplementedError("this function is compiled only")


class Row(NamedTuple):
    """A draw at a point `at` of its parameters, and its inverse as an expression of the uniform w, if there is one."""

    name: str
    at: tuple[float, ...]
    inverse: str = ""

    @property
    def formula(self) -> bool:
        """Whether the inverse is a closed formula of elementary functions."""
        called = re.findall(r"(\w+)\(", self.inverse)
        return bool(self.inverse) and all(name == "int" or hasattr(math, name) for name in called)

    def line(self, pairs: Pairs) -> str:
        """Return the line of the table."""
        own, other = (statistics.median(column) for column in zip(*pairs, strict=True))
        start = f"| {self.name}({', '.join(f'{x:g}' for x in self.at)}) | {own:.0f} ns |"
        if not self.inverse:
            return f"{start} - | - | - |"
        ratio, gap = statistics.median(a / b for a, b in pairs), statistics.median(a - b for a, b in pairs)
        kind = ", a formula" if self.formula else ""
        return f"{start} {other:.0f} ns{kind} | {ratio:.2f} | {gap:.0f} ns |"


ROWS = (
    Row("exponential", (1.5,), "-log1p(-w)"),
    Row("uniform", (0.5, 1.5), "w"),
    Row("normal", (0.5, 1.5), "ndtri(w)"),
    Row("lognormal", (0.5, 1.5), "exp(ndtri(w))"),
    Row("gumbel", (0.5, 1.5), "-log(-log(w))"),
    Row("laplace", (0.5, 1.5), "log(2 * w) if w < 0.5 else -log(2 * (1 - w))"),
    Row("logistic", (0.5, 1.5), "log(w / (1 - w))"),
    Row("cauchy", (0.5, 1.5), "tan(3.141592653589793 * (w - 0.5))"),
    Row("rayleigh", (1.5,), "sqrt(-2 * log1p(-w))"),
    Row("halfnorm", (0.5, 1.5), "erfinv(w)"),
    Row("weibull", (2.5, 1.5), "exp(log(-log1p(-w)) / 2.5)"),
    Row("gamma", (2.5, 1.5), "gammaincinv(2.5, w)"),
    Row("gamma", (100.0, 1.5), "gammaincinv(100.0, w)"),
    Row("invgamma", (2.5, 1.5), "gammainccinv(2.5, w)"),
    Row("chisquare", (5.0,), "gammaincinv(2.5, w)"),
    Row("beta", (2.5, 3.5), "betaincinv(2.5, 3.5, w)"),
    Row("f", (5.0, 7.0), "fdtri(5.0, 7.0, w)"),
    Row("standard_t", (5.0,), "stdtrit(5.0, w)"),
    Row("noncentral_chisquare", (3.0, 2.0), "chndtrix(w, 3.0, 2.0)"),
    Row("noncentral_f", (5.0, 7.0, 2.0), "ncfdtri(5.0, 7.0, 2.0, w)"),
    Row("wald", (1.0, 2.0)),
    Row("vonmises", (0.5, 2.0)),
    Row("skewnorm", (2.0, 0.5, 1.5)),
    Row("truncnorm", (-1.0, 2.0, 0.5, 1.5), "ndtri((1 - w) * ndtr(at[0]) + w * ndtr(at[1]))"),
    Row("triangular", (0.0, 0.5, 2.0), "sqrt(w)"),
    Row("bernoulli", (0.3,), "w < 0.3"),
    Row("poisson", (10.0,), "pdtrik(w, 10.0)"),
    Row("poisson", (1e6,), "pdtrik(w, 1e6)"),
    Row("binomial", (20, 0.3), "bdtrik(w, 20.0, 0.3)"),
    Row("binomial", (10**6, 0.3), "bdtrik(w, 1e6, 0.3)"),
    Row("geometric", (0.3,), "1 + int(log1p(-w) / log1p(-at[0]))"),
    Row("negative_binomial", (5.5, 0.3), "nbdtrik(w, 5.5, 0.3)"),
    Row("logseries", (0.7,)),
    Row("zipf", (2.5,)),
    Row("hypergeometric", (30, 40, 20)),
)
INVERSES = (pdtrik, bdtrik, nbdtrik, fdtri, chndtrix, ncfdtri, ndtri)
Run = Callable[[], float]


def drawing(row: Row) -> Run:
    """Return a run of COUNT draws with derivatives, warmed up, that gives nanoseconds per draw."""
    function = getattr(runtime, f"{row.name}_d", None) or getattr(runtime, row.name)
    names = list(function.__annotations__)
    jumps = "jumps, " if "jumps" in names else ""
    moving = [n for n in names if f"{n}_dot" in names]
    own = [n for n in names if n not in ("omega", "jumps", "site", "return") and not n.endswith("_dot")]
    given = ", ".join(f"at[{i}], 1.0" if n in moving else f"at[{i}]" for i, n in enumerate(own))
    kept = "x[1]" if moving and not jumps else "x"
    text = f"""
def run(omegas, collections, at):
    omega, jumps = omegas[0], collections[0]
    total = 0.0
    for i in range({COUNT}):
        start(omega, jumps, i)
        x = rule(omega, {jumps}1, {given})
        total += {kept}
    return total
"""
    space: dict[str, Any] = {"rule": function, "start": numba_side.start}
    exec(text, space)
    return timed(numba.njit(space["run"]), row.at)


def inverting(row: Row) -> Run | None:
    """Return a run of COUNT inversions by SciPy, on uniforms that are read in the same way."""
    if not row.inverse:
        return None
    text = f"""
def run(omegas, collections, at):
    omega, jumps = omegas[0], collections[0]
    total = 0.0
    for i in range({COUNT}):
        start(omega, jumps, i)
        w = read(omega, 1)
        total += {row.inverse}
    return total
"""
    space: dict[str, Any] = {"start": numba_side.start, **vars(runtime), **vars(scipy_special)}
    space |= {function.__name__: function for function in INVERSES}
    exec(text, space)
    return timed(numba.njit(space["run"]), row.at)


def timed(function: Callable[..., float], at: tuple[float, ...]) -> Run:
    """Return a run that gives nanoseconds per draw, warmed up."""
    arguments = np.zeros(1, numba_side.omega_type(1)), np.zeros(1, numba_side.JUMPS_TYPE), at
    function(*arguments)

    def run() -> float:
        begin = time.thread_time_ns()
        function(*arguments)
        return (time.thread_time_ns() - begin) / COUNT

    return run


def main() -> None:
    """Measure and print."""
    for function in INVERSES:
        call_scipy(function)
    runs = [(row, drawing(row), inverting(row)) for row in ROWS]
    figures: dict[Row, Pairs] = {row: [] for row in ROWS}
    for _ in range(ROUNDS):
        for row, draw, inverse in runs:
            figures[row].append((draw(), inverse() if inverse else float("nan")))
    print("| draw | with derivative | inverse alone | ratio | difference |\n|---|---|---|---|---|")
    for row, pairs in figures.items():
        print(row.line(pairs))
    ten, *large = (figures[row] for row in ROWS if row in (ROWS[26], ROWS[27], ROWS[29]))
    for what, found in zip(("Poisson(1e6)", "binomial(1e6, 0.3)"), large, strict=True):
        ratio = statistics.median(a / b for (a, _), (b, _) in zip(found, ten, strict=True))
        print(f"\n{what} takes {ratio:.2f} times what Poisson(10) takes.")


if __name__ == "__main__":
    main()
