"""Rules: every function of the table under each of its names, and every operator, against mpmath with 40 digits.

`RULES` is looped over, so a new row needs a line in `REFERENCE` and nothing else. Programs are transformed for real:
the rule, its application and the text that is emitted are tested together.
"""

from __future__ import annotations

import builtins
import math
import random
from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

import harness
import lattice
import numpy as np
import pytest
import scipy.special
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import Direction
from stochtrace.rules import LINEAR, NAMESPACES, RULES, Rule
from stochtrace.transform.pipeline import transform

MODULES: dict[str, tuple[str, Any]] = {
    "math": ("math.", math),
    "numpy": ("np.", np),
    "scipy.special": ("sp.", scipy.special),
    "builtins": ("", builtins),
}
# by the first name of a row
REFERENCE: dict[str, Callable[..., Any]] = {
    **{
        name: getattr(mp, name)
        for name in ("exp", "expm1", "log", "log1p", "log10", "sqrt", "cbrt", "sin", "cos", "tan")
    },
    **{name: getattr(mp, name) for name in ("asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
    **{name: getattr(mp, name) for name in ("erf", "erfc", "gamma", "hypot", "atan2")},
    "exp2": lambda x: mpf(2) ** x,
    "log2": lambda x: mp.log(x, 2),
    "lgamma": mp.loggamma,
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "negative": lambda x: -x,
    "pow": lambda x, n: x**n,
    "logaddexp": lambda a, b: mp.log(mp.exp(a) + mp.exp(b)),
    "abs": abs,
    "max": max,
    "min": min,
    "maximum": max,
    "minimum": min,
    "exp10": lambda x: mpf(10) ** x,
    "gammaln": mp.loggamma,
    "digamma": mp.digamma,
    "beta": mp.beta,
    "betaln": lambda a, b: mp.log(mp.beta(a, b)),
    "erfinv": mp.erfinv,
    "erfcinv": lambda x: mp.erfinv(1 - x),
    "expit": lambda x: 1 / (1 + mp.exp(-x)),
    "logit": lambda x: mp.log(x / (1 - x)),
    "log_expit": lambda x: -mp.log(1 + mp.exp(-x)),
    "ndtr": mp.ncdf,
    "log_ndtr": lambda x: mp.log(mp.ncdf(x)),
    "ndtri": lambda x: mp.sqrt(2) * mp.erfinv(2 * x - 1),
    "xlogy": lambda x, a: x * mp.log(a),
    "xlog1py": lambda x, a: x * mp.log(1 + a),
    "entr": lambda x: -x * mp.log(x),
    "rel_entr": lambda x, a: x * mp.log(x / a),
    "kl_div": lambda x, a: x * mp.log(x / a) - x + a,
    "binom": mp.binomial,
}
EXACT = SimpleNamespace(**REFERENCE, fsum=mp.fsum)
# Each is the call written another way: bare, to a name, over its own argument, of expressions, inside others.
SHAPES = {
    "returned": "return {call}",
    "named": "y = {call}\n    return y",
    "over its argument": "{first} = {call}\n    return {first}",
    "of expressions": "return {inner}",
    "within others": "return 3 - (2 * {call} - 1) / 2",
}
SCALE = {"within others": -1.0}
HEAD = "import math\nimport numpy as np\nimport scipy.special as sp\n\n\n"


@cache
def transformed(source: str, wrt: tuple[str, ...]) -> Program:
    code = transform(source.encode(), filename="m.py", output="m_d.py", functions=("f",), wrt=wrt).code
    namespace: dict[str, Any] = {"__name__": "m_d"}
    exec(compile(code, "m_d.py", "exec"), namespace)
    program: Program = namespace["f"]
    return program


def partials(source: str, at: dict[str, float], wrt: tuple[str, ...]) -> dict[str, float]:
    """The partial derivatives of a program that does not draw."""
    program = transformed(source, wrt)
    found = {}
    for name in wrt:
        result = program.derivative(*harness.given(program, at, Direction(name)), None, None)
        value, found[name] = result if program.smooth else (result, 0.0)
        assert value == program.primal(*at.values(), None)
    return found


def reference(function: Callable[..., Any], at: dict[str, float], name: str) -> tuple[float, float]:
    """Value and partial derivative of an mpmath function."""
    with mp.workdps(40):
        exact = {k: mpf(v) for k, v in at.items()}
        slope = mp.diff(lambda t: function(**{**exact, name: t}), exact[name])
        return float(function(**exact)), float(slope)


# -- the table ----------------------------------------------------------------------------------------------------


def spellings() -> Iterator[Any]:
    for rule in RULES:
        for name in rule.names.split() if rule.partials else ():
            for namespace in NAMESPACES:
                prefix, module = MODULES[namespace]
                if hasattr(module, name) and (namespace, name) not in (("numpy", "max"), ("numpy", "min")):
                    yield pytest.param(rule, prefix + name, id=prefix + name)


def points(rule: Rule, count: int) -> list[dict[str, float]]:
    rng = random.Random(7)
    names = rule.arguments.split()
    return [{n: rng.uniform(*limits) for n, limits in zip(names, rule.domain, strict=True)} for _ in range(count)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("rule", "function"), list(spellings()))
def test_rule_is_the_derivative_inside_its_domain(rule: Rule, function: str, shape: str) -> None:
    names = rule.arguments.split()
    call = f"{function}({', '.join(names)})"
    inner = f"{function}({', '.join(f'{n} * 1.5 - {n} / 2' for n in names)})"
    body = SHAPES[shape].format(call=call, inner=inner, first=names[0])
    source = f"{HEAD}def f({', '.join(names)}):\n    {body}\n"
    exact = REFERENCE[rule.names.split()[0]]
    for wrt in {(names[0],), (names[-1],), tuple(names)}:
        for at in points(rule, 4):
            found = partials(source, at, wrt)
            for name in wrt:
                _, expected = reference(lambda **given: exact(*(given[n] for n in names)), at, name)
                assert found[name] == pytest.approx(SCALE.get(shape, 1.0) * expected, rel=1e-12, abs=1e-14)


def test_every_rule_can_be_spelled() -> None:
    """A name that no module has would be a row that nothing tests."""
    for rule in RULES:
        for name in rule.names.split() if rule.partials else ():
            assert any(hasattr(MODULES[n][1], name) for n in NAMESPACES), name


# -- functions that are linear in their first argument -----------------------------------------------------------------


def listed(text: str) -> list[str]:
    """The expressions of a text, one on a line or several between semicolons; A is an array, V a list."""
    text = text.replace("A", "np.array([x, 2.0, x * y])").replace("V", "[x, y, 2 * x]")
    return [e.strip() for e in text.replace("\n", ";").split(";") if e.strip()]


LINEAR_CALLS = listed("""
    sum(V); sum(V, 1); sum(A); sum([A, A]); np.sum(A); np.sum(V); A.sum(); np.mean(A); A.mean(); np.cumsum(A)
    np.sum(np.stack([A, A * y]), axis=0); np.sum(np.stack([A, A]), 1); np.stack([A, A]).sum(axis=1); A.cumsum()
    np.reshape(A, (3, 1)); A.reshape(3, 1); np.ravel(A); A.ravel(); A.flatten(); np.copy(A); A.copy(); A.T; A.squeeze()
    np.transpose(np.reshape(A, (1, 3))); np.squeeze(np.reshape(A, (1, 3))); A.transpose(); np.stack([A, A]).sum(0)
    list(V); tuple(V); list(reversed(V)); np.array(V); np.asarray(V); np.ascontiguousarray(A)
    np.concatenate([A, A * y]); np.concatenate((A, [1.0])); np.stack([A, A]); A.dot(A); A @ A
    A[::-1]; A[1:]; A * x - A / y; -A ** 2; (V + V)[4]; (V * 2)[3]; V[-1]; V[::2]
    (x, (y, 2), x * y)[1][0]; {'a': x, 2: y}[2]; {'a': (x, y)}['a'][1] * [x, [2 * y]][1][0]
""")


@pytest.mark.parametrize("call", LINEAR_CALLS)
def test_linear_function_of_a_tangent_is_the_tangent(call: str) -> None:
    lattice.check(lattice.Case(f"{HEAD}def f(x, y):\n    return {call}\n", {"x": 0.7, "y": -1.3}, 1))


def test_every_linear_function_is_called() -> None:
    called = " ".join(LINEAR_CALLS + OPERATORS)
    assert {name for name in LINEAR if f"{name}(" not in called} == set()


# -- operators ------------------------------------------------------------------------------------------------------

OPERATORS = listed("""
    x + y; x - y; x * y; x / y; x ** y; -x; +x; --x; -+-x; (x) * ((y)); x * y * x * y
    -(x + y); -x ** 2; (-x) ** 2; 2 ** -x; -x * -y; 1 - -x; 1 / x; -1 / x; 1 / -x; 0 - x; x - 0; 0.0 + x; 1e3 * x
    x ** 0; x ** 1; x ** 1.0; x ** 2; x ** 3; x ** -1; x ** -2; x ** 0.5; x ** -0.5; x ** 2.5; x ** (1 / 3); 2.0 ** x
    x - (y - x); x - (y + x); x / (y / x); x / (y * x); x / y / x; x * (y / x) * y; 3 * (x - 1) * (y - 2)
    (x ** y) ** x; x ** y ** x; x ** (x * y); x * y ** 2 / x ** y; 0 * x; x * 0; x / 1; x * 1 + 0 * y; (x - 1) / (y + 2)
    7 % 4 * x; (7 % 4) * -x; -(7 % 4 * x); 7 // 2 * -x; x * (7 % 4); x - 7 % 4 * y; -x / (7 % 4); x / (7 // 2 * y)
    (7 // 2) / -x; x * (7 // 2) / y; (x + y) ** (2 % 3); -(7 // 2) * x * -y; (7 % 4) / (7 // 2) * x; (-7 % 4) * x
    x * (2 if 1 > 0 else 3); (x * y if 1 > 2 else x - y) * y; x * (1 + True); (x, y)[0] * y; x + (z := x * y) * z
    float(x * y); math.fsum([x, y, 2 * x]); math.pow(x, 2); math.pow(x, y + 1); math.pow(2, x); abs(-x) * y
""")


@pytest.mark.parametrize("expression", OPERATORS)
def test_operators(expression: str) -> None:
    assert check_expression(expression, {"x": 1.25, "y": 0.75})


def test_a_power_of_0_has_no_finite_slope_where_its_exponent_is_0() -> None:
    source = f"{HEAD}def f(x):\n    return 0.0 ** x\n"
    assert partials(source, {"x": 0.5}, ("x",)) == {"x": 0.0}
    with np.errstate(divide="ignore"):
        assert partials(source, {"x": 0.0}, ("x",)) == {"x": -math.inf}


def check_expression(expression: str, at: dict[str, float]) -> bool:
    """Compare all partials of an expression in x and y, alone and together, with mpmath's; False for large values."""
    source = f"{HEAD}def f(x, y):\n    return {expression}\n"

    def exact(**given: Any) -> Any:
        return eval(expression, {"math": EXACT, "np": EXACT, "float": mpf}, given)

    expected = {name: reference(exact, at, name) for name in at}
    if max(abs(number) for pair in expected.values() for number in pair) > 1e6:
        return False
    for wrt in (("x",), ("y",), ("x", "y")):
        found = partials(source, at, wrt)
        for name in wrt:
            assert found[name] == pytest.approx(expected[name][1], rel=1e-9, abs=1e-9), (expression, name)
    return True


LEAVES = st.sampled_from(["x", "y", "x", "y", "2", "0.5", "3", "(7 % 4)", "(1 if 2 > 1 else 5)"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.flatmap(lambda p: st.sampled_from([f"{p[0]} + {p[1]}", f"{p[0]} - {p[1]}", f"{p[0]} - ({p[1]})"])),
        pair.flatmap(lambda p: st.sampled_from([f"({p[0]}) * ({p[1]})", f"{p[0]} * {p[1]}", f"({p[0]}) * {p[1]}"])),
        pair.map(lambda p: f"({p[0]}) / (2 + math.cos({p[1]}))"),
        pair.map(lambda p: f"(3 + math.sin({p[0]})) ** ({p[1]})"),
        pair.map(lambda p: f"({p[0]} if 2 > 1 else {p[1]})"),
        inner.flatmap(
            lambda a: st.sampled_from([f"-{a}", f"-({a})", f"+({a})", f"({a}) ** 2", f"({a}) ** 3", f"({a})"])
        ),
        inner.flatmap(lambda a: st.sampled_from([f"math.sin({a})", f"np.cos({a})", f"math.exp(-({a}) ** 2)"])),
        pair.map(lambda p: f"math.atan2({p[0]}, 4 + math.cos({p[1]}))"),
        pair.map(lambda p: f"math.hypot({p[0]}, 4 + math.cos({p[1]}))"),
    )


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.recursive(LEAVES, grown, max_leaves=8))
def test_random_expressions(expression: str) -> None:
    """The text that is emitted binds as the text that was read: signs, parentheses, folded zeros and ones."""
    assume(check_expression(expression, {"x": 0.6, "y": -0.35}))
