"""Bad input, over the table of spellings: a draw raises where NumPy raises, naming place, parameter and value.

`random` checks next to nothing and loops for ever on some values; there only what we do is tested. Where we are
stricter than NumPy stands in `STRICTER`, with the reason; a zero with a sign is a zero here. NumPy's NaN and infinity,
which it returns for such parameters, are errors too, or show.
"""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest
from harness import program_of
from test_pathwise import Fixed

from stochtrace import runtime
from stochtrace.runtime.checks import DOMAINS, DomainError
from stochtrace.spellings import SPELLINGS, Spelling
from stochtrace.transform.binding import signature
from stochtrace.transform.options import OPTIONS
from stochtrace.transform.pairs import pairs

VALUES = {
    "p": 0.5, "lam": 2.0, "low": 1.0, "high": 4.0, "left": 0.0, "mode": 0.4, "right": 1.5, "loc": 0.3, "mean": 0.7,
    "n": 5.0, "a": 2.5, "b": 3.5, "ngood": 3.0, "nbad": 4.0, "nsample": 2.0, "start": 1.0, "stop": 5.0, "N": 4.0,
}  # fmt: skip
WHOLE = {"ngood", "nbad", "nsample", "start", "stop", "step", "k", "N"}  # and some others, by distribution
WHOLE_IN = {
    "integers": {"low", "high", "a", "b"}, "random_integers": {"low", "high"}, "binomial": {"n"}, "betabinom": {"n"}
}  # fmt: skip
HOSTILE = [math.nan, math.inf, -math.inf, -1.0, -1e-9, 0.0, 1.0, 1 + 1e-9, 2.0, 1e300]
HOSTILE_WHOLE = [-1, 0, 1, 5, 10**4, 10**9 + 1]
# name of the draw, parameter: values that NumPy takes and we do not
STRICTER = {
    ("weibull", "a"): {0.0: "0 there, while nearby draws go to 0 and to infinity"},
    ("noncentral_chisquare", "df"): {1e300: "limit of 1e6"},
    ("noncentral_chisquare", "nonc"): {1e300: "limit of 1e6"},
    ("noncentral_f", "dfnum"): {1e300: "limit of 1e6"},
    ("noncentral_f", "dfden"): {1e300: "limit of 1e6"},
    ("noncentral_f", "nonc"): {1e300: "limit of 1e6"},
    ("vonmises", "mu"): {1e300: "limit of 1e9"},
    ("vonmises", "kappa"): {1e300: "limit of 1e15", math.inf: "limit of 1e15"},
    ("wald", "mean"): {1e300: "limit of 1e100"},
    ("wald", "scale"): {math.inf: "infinite", 1e300: "limit of 1e100"},
    ("beta", "a"): {1e300: "limit of 1e10"},
    ("beta", "b"): {1e300: "limit of 1e10", math.inf: "a point at 0, which has no density"},
    ("f", "dfnum"): {1e300: "limit of 1e10"},
    ("f", "dfden"): {1e300: "limit of 1e10"},
    ("triangular", "right"): {1e300: "limit of 1e150"},
    ("zipf", "a"): {1 + 1e-9: "limit of 1.000001"},
    ("negative_binomial", "n"): {1e300: "limit of 1e15 for the mean"},
}
# values that both take, and that give 0 or infinity by chance
BY_CHANCE = {("lognormal", "sigma", math.inf), ("lognormal", "sigma", 1e300)}
CHOOSING = ("choice", "choices", "sample", "permutation", "permuted", "shuffle", "subset", "multi", "dirichlet")


def names_of(row: Spelling) -> list[str]:
    return [q.name for q in signature(row.call) if q.name not in OPTIONS and q.name not in ("size", "endpoint")]


ROWS = [r for r in SPELLINGS if r.makers.split()[0] != "scipy" and names_of(r) and not r.method.startswith(CHOOSING)]
NUMPY = [r for r in ROWS if "generator" in r.makers or "numpy" in r.makers]


def whole(row: Spelling, name: str) -> bool:
    return name in WHOLE or name in WHOLE_IN.get(row.draw.partition("(")[0], ())


def usual(row: Spelling, name: str) -> Any:
    value = VALUES.get(name, 1.25)
    return int(value) if whole(row, name) else value


def calling(row: Spelling) -> Any:
    """A program that makes this draw, with all parameters as its own."""
    maker = {"generator": "np.random.Generator", "numpy": "np.random.RandomState", "random": "random.Random"}
    kinds = ", ".join(f"{name}: int" if whole(row, name) else name for name in names_of(row))
    call = f"rng.{row.method}({', '.join(names_of(row))})"
    head = "import random\nimport numpy as np\n\n"
    return program_of(f"{head}def f({kinds}, z, rng: {maker[row.makers.split()[0]]}):\n    return z + {call}\n")


def raised(run: Any, *errors: type[Exception]) -> Exception | None:
    try:
        value = run()
    except errors as error:
        return error
    return None if math.isfinite(value) else ArithmeticError(value)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.makers.split()[0]}.{row.method}")
def test_a_draw_raises_where_numpy_does(row: Spelling) -> None:
    program, names = calling(row), names_of(row)
    generator: Any = np.random.default_rng(1) if "generator" in row.makers else np.random.RandomState(1)
    for name in names:
        for value in HOSTILE_WHOLE if whole(row, name) else HOSTILE:
            if row.method == "getrandbits" and value > 10**4:
                continue  # a number of 10**9 bits
            at = {n: value if n == name else usual(row, n) for n in names}
            ours = raised(lambda at=at: program.sample(**at, z=0.0, seed=1), ValueError, ArithmeticError)
            if row in NUMPY and (row.method, name, value) not in BY_CHANCE:
                theirs = raised(lambda at=at: getattr(generator, row.method)(*at.values()), Exception)
                stricter = value in STRICTER.get((row.method, name), {})
                assert (ours is None) == (theirs is None) or (stricter and ours is not None), (at, ours, theirs)
            if isinstance(ours, ValueError):
                assert str(ours).startswith(f"model.py:5: {row.method}: ") and "is outside" in str(ours), str(ours)


SCALAR = [pair for pair in pairs().values() if not pair.rows and not pair.vector and pair.name != "flip"]


@pytest.mark.parametrize("pair", SCALAR, ids=lambda pair: pair.name)
def test_compiled_raises_where_interpreted_does(pair: Any) -> None:
    numba = pytest.importorskip("numba")
    from stochtrace.runtime import numba_side

    sampler = getattr(runtime, pair.name)
    names = list(inspect.signature(sampler).parameters)[2:]
    given = ", ".join(f"int(v[{i}])" if name in WHOLE or name == "n" else f"v[{i}]" for i, name in enumerate(names))
    space: dict[str, Any] = {"rule": sampler}
    exec(f"def call(omegas, v):\n    return rule(omegas[0], 1, {given})", space)
    compiled = numba.njit(space["call"])
    for i, name in enumerate(names):
        for value in (-1, 0, 1) if name in WHOLE or name == "n" else HOSTILE[:-1]:
            at = np.array([VALUES.get(other, 1.25) for other in names])
            at[i] = value
            whole_ones = [int(x) if n in WHOLE or n == "n" else float(x) for n, x in zip(names, at, strict=True)]
            found = [
                raised(lambda at=at: compiled(uniform(numba_side), at), DomainError),
                raised(lambda args=whole_ones: sampler(Fixed(0.37), 1, *args), DomainError, OverflowError),
            ]
            assert (found[0] is None) == (found[1] is None), (name, value, found)
    assert pair.name in DOMAINS


def uniform(numba_side: Any) -> Any:
    """A record of ω."""
    omegas = np.zeros(1, numba_side.omega_type(1))
    omegas["buffer"][0, 1, 0], omegas["filled"][0, 1] = 0.37, 4
    return omegas
