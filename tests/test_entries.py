"""Several functions of one file, functions that call one another, and some of the parameters only."""

from __future__ import annotations

from typing import Any

import pytest
from harness import generate, tangent_lines
from tree import assert_exact

from stochtrace.diagnostics import Refusal
from stochtrace.estimation.program import Program

CALLING = """
def g(q, s: int, rng):
    return rng.binomial(2, q) * s

def f(p, rng):
    return g(p, p * p, rng)
"""
APART = """
def a(p, rng):
    return rng.binomial(1, p)

def plain(x):
    return x + 1

def b(q, rng):
    return plain(q) * rng.binomial(1, q)
"""
MUTUAL = """
def f(p, n: int, rng):
    return 0.0 if n == 0 else p * rng.binomial(1, p) + g(p, n - 1, rng)

def g(p, n: int, rng):
    return 1.0 if n == 0 else p + f(p, n - 1, rng)
"""
DECIDING = """
def f(p, q, rng):
    if q > 0.5:
        return rng.binomial(2, p)
    return rng.binomial(2, p) * q
"""


def programs(source: str, **options: Any) -> dict[str, Program]:
    """The program objects that a generated module binds, by name."""
    space: dict[str, Any] = {"__name__": "model_d"}
    exec(compile(generate(source, **options), "model_d.py", "exec"), space)
    return {name: value for name, value in space.items() if isinstance(value, Program)}


def test_every_function_that_draws_and_is_not_called() -> None:
    assert list(programs(APART)) == ["a", "b"]
    assert list(programs(CALLING)) == ["f"]
    assert list(programs(MUTUAL)) == ["f", "g"]


def test_functions_that_are_asked_for() -> None:
    assert list(programs(APART, functions=("b",))) == ["b"]
    assert list(programs(CALLING, functions=("g", "f"))) == ["g", "f"]


@pytest.mark.parametrize("name", ["missing", "plain.x", ""])
def test_function_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match="a"):
        programs(APART, functions=(name,))


def test_function_that_is_both_called_and_asked_for() -> None:
    """`g` is called with a value for `s` that moves, and is not differentiated by `s` itself."""
    both = programs(CALLING, functions=("f", "g"))
    assert both["g"].wrt == ("q",)
    assert_exact(both["f"], {"p": 0.6})
    assert_exact(both["g"], {"q": 0.6, "s": 2})
    assert both["g"].estimate(0.6, 2, samples=3, seed=1).samples == 3


def test_mutual_recursion() -> None:
    both = programs(MUTUAL)
    for program in both.values():
        assert_exact(program, {"p": 0.6, "n": 3})


def test_some_of_the_parameters() -> None:
    program = programs(DECIDING, wrt=("p",))["f"]
    assert program.wrt == ("p",)
    assert_exact(program, {"p": 0.6, "q": 0.4})
    with pytest.raises(Refusal, match="without a draw"):
        programs(DECIDING, wrt=("q",))["f"].estimate(0.6, 0.4, samples=3, seed=1, mode="interpreted")


@pytest.mark.parametrize(
    ("signature", "wrt"),
    [
        ("p, n: int, rng", ("p",)),
        ("p, q, rng", ("p", "q")),
        ("p, n=3, rng=None", ("p",)),
        ("p, x=1.5, y=-2.0, rng=None", ("p", "x", "y")),
        ("p, on=True, name='x', none=None, xs=(), rng=None", ("p",)),
        ("p, n=3, rng=np.random.default_rng(7)", ("p",)),
        ("p, n=3, rng=np.random.RandomState()", ("p",)),
        ("p: float, q: 'float', r: float | None, s: 'np.ndarray', rng", ("p", "q", "r", "s")),
        ("p: np.float64, a: np.ndarray, b: list[float], c: Sequence[float], rng", ("p", "a", "b", "c")),
        ("p: bool, q: str, r: list, s: list[int], t: tuple[int, ...], u: dict[str, float], v, rng", ("v",)),
        ("p: Optional[float], r: npt.NDArray[np.float64], rng", ("p", "r")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_parameters_that_can_hold_floats(signature: str, wrt: tuple[str, ...]) -> None:
    head = "from __future__ import annotations\nimport numpy as np\n\n"
    source = f"{head}def f({signature}):\n    return rng.binomial(1, 0.5)\n"
    code = generate(source)
    assert f"wrt={wrt!r}".replace("'", '"').replace(" ", "") in "".join(code.split())


def test_a_default_generator_is_known_for_what_it_is() -> None:
    """`randint` leaves out its end in NumPy, and has it in `random`; what a function passes on is drawn from too."""
    head = "import random\nimport numpy as np\n\n"
    helper = "def helper(p, r={}):\n    return r.randint(1, 3) * (r.random() < p)\n\ndef f(p, s={}):\n"
    for maker, last in (("random.Random(4)", "3 + 1"), ("np.random.RandomState(4)", "3")):
        code = tangent_lines(head + helper.format(maker, maker) + "    return helper(p) + helper(p, s)\n")
        assert f"rt.integers(omega, 1, 1, {last})" in code
        assert 'wrt=("p",)' in code
