"""Arrays of draws have NumPy's shapes, over the table: `size` of every kind, parameters that broadcast, and both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from harness import generate, program_of
from test_bad_input import NUMPY, names_of, usual, whole

from stochtrace.runtime.uniforms import Omega
from stochtrace.spellings import Spelling
from stochtrace.transform.pairs import pairs

SIZES = ("3", "(2, 3)", "(1,)", "(0, 2)", "[2, 1]")
BROADCAST = "(4, 2, 3)"
ROWS = [row for row in NUMPY if not row.dimensions and row.method != "random_integers"]  # which takes no arrays


def calls(row: Spelling) -> list[str]:
    """The draw at several sizes, of numbers and of arrays of parameters; ten thousand at once of counts."""
    names = names_of(row)
    plain, arrays = ", ".join(names), ", ".join(f"{n}_all" for n in names)
    found = [f"rng.{row.method}({plain}, size={size})" for size in SIZES]
    found += [f"rng.{row.method}({arrays})", f"rng.{row.method}({arrays}, size={BROADCAST})"]
    distribution = row.draw.partition("(")[0]
    discrete = distribution in pairs() and not pairs()[distribution].continuous
    return [*found, f"rng.{row.method}({plain}, size=10000)"] if discrete else found


def arguments(row: Spelling) -> dict[str, Any]:
    """Numbers, and arrays of them whose shapes broadcast to (2, 3)."""
    found: dict[str, Any] = {name: usual(row, name) for name in names_of(row)}
    for i, name in enumerate(names_of(row)):
        shape = [(2, 3), (3,), (2, 1)][i % 3]
        found[f"{name}_all"] = np.full(shape, usual(row, name))
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_shapes_are_those_of_numpy(row: Spelling) -> None:
    generator = "generator" in row.makers
    given = arguments(row)
    kinds = ", ".join(
        f"{name}: {'np.ndarray' if isinstance(value, np.ndarray) else 'int' if whole(row, name) else 'float'}"
        for name, value in given.items()
    )
    maker = "np.random.Generator" if generator else "np.random.RandomState"
    body = f"def model({kinds}, z: float, rng: {maker}):\n    return z, {', '.join(calls(row))}\n"
    program = program_of(f"import numpy as np\n\n{body}", "model", wrt=("z",))
    omega = Omega(1, len(program.draws))
    omega.start(0)
    _, *ours = program.primal(*given.values(), 0.0, omega)
    rng = np.random.default_rng(1) if generator else np.random.RandomState(1)
    theirs = [eval(call, {"rng": rng, **given}) for call in calls(row)]
    assert [np.shape(x) for x in ours] == [np.shape(x) for x in theirs]
    assert [np.asarray(x).dtype.kind for x in ours] == [np.asarray(x).dtype.kind for x in theirs]


VECTORS = {
    "multinomial": ("5, [p, 0.3, 0.7 - p]", 3),
    "dirichlet": ("[p, 1.0, 2.0, 0.5]", 4),
    "multivariate_normal": ("[p, 1.0], [[1.0, p / 2], [p / 2, 2.0]]", 2),
    "multivariate_hypergeometric": ("[3, 4, 5], 6", 3),
}


COMPILED = ("multivariate_hypergeometric", "multinomial", "dirichlet")  # a normal vector takes long


def ran(call: str, mode: str, before: str = "", after: str = "") -> tuple[Any, Any]:
    """Value and derivative, averaged over a few samples, of draws written so."""
    lines = [line for line in (before, f"x = {call}", after, "return p * np.asarray(x)") if line]
    source = "\n    ".join(["import heapq\nimport numpy as np\n\ndef f(p, rng):", *lines]) + "\n"
    found = program_of(source).estimate(0.2, samples=8, seed=2, mode=mode)
    return found.value, found.derivative


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_of_a_size_are_the_vectors_drawn_one_by_one(name: str) -> None:
    parameters, length = VECTORS[name]
    one = f"rng.{name}({parameters})"
    loop = ran(f"[{one} for _ in range(6)]", "interpreted")
    for size, shape in (("6", (6,)), ("(2, 3)", (2, 3))):
        for mode in ("interpreted", "compiled") if name in COMPILED and shape == (2, 3) else ("interpreted",):
            drawn = ran(f"rng.{name}({parameters}, size={size})", mode)
            for ours, theirs in zip(drawn, loop, strict=True):
                assert np.shape(ours) == (*shape, length)
                assert np.ravel(ours) == pytest.approx(np.ravel(theirs), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("mode", ["interpreted", "compiled", "carried"])
def test_numbers_of_a_multinomial_broadcast(mode: str) -> None:
    how = "interpreted" if mode == "carried" else mode
    after = "if heapq.nsmallest(1, [rng.exponential(p)])[0] < 0: return p * x" if mode == "carried" else ""
    loop = ran("[rng.multinomial(n, [p, 0.3, 0.7 - p]) for n in (3, 90, 3, 90)]", "interpreted")
    for call in ("[3, 90, 3, 90], [p, 0.3, 0.7 - p]", "n, [p, 0.3, 0.7 - p], size=(2, 2)"):
        found = ran(f"rng.multinomial({call})", how, "n = np.array([3, 90])", after)
        for ours, theirs in zip(found, loop, strict=True):
            assert np.shape(ours) == ((2, 2, 3) if "size" in call else (4, 3))
            assert np.reshape(ours, (4, 3)) == pytest.approx(theirs, rel=1e-12, abs=1e-13)


CHOICES = {
    "numbers": "4, {}, replace=False",
    "values": "[p, 2.0, p * p, 4.0], {}, replace=False",
    "probabilities": "np.array([3.0, p, 1.0, 2.0]), size={}, replace=False, p=[p, 0.3, 0.2, 0.5 - p]",
}


@pytest.mark.parametrize("name", CHOICES)
def test_a_table_of_a_choice_without_replacement_is_the_line_in_rows(name: str) -> None:
    line = ran(f"rng.choice({CHOICES[name].format(4)})", "interpreted")
    for mode in ("interpreted", "compiled") if name == "probabilities" else ("interpreted",):
        for size, before in (("(2, 2)", ""), ("shape", "shape = (2, 2)")):
            table = ran(f"rng.choice({CHOICES[name].format(size)})", mode, before)
            for ours, theirs in zip(table, line, strict=True):
                assert ours.shape == (2, 2) and ours.ravel() == pytest.approx(theirs, rel=1e-12, abs=1e-13)


TABLE = "t = p * np.arange(6.0).reshape(2, 3)"
# what is drawn along an axis; along the first axis of the transpose, it is the transpose
ALONG = {
    "choice": ("rng.choice({}, axis={})", False),
    "choices": ("rng.choice({}, size=4, p=[p, 0.5, 0.5 - p], axis={})", True),
    "subset": ("rng.choice({}, 2, replace=False, axis={})", True),
    "successive": ("rng.choice({}, 2, False, [p, 0.5, 0.5 - p], axis={})", True),
    "permutation": ("rng.permutation({}, axis={})", True),
}


@pytest.mark.parametrize("mode", ["interpreted", "compiled", "carried"])
@pytest.mark.parametrize("name", ALONG)
def test_another_axis_is_the_first_one_of_the_transpose(name: str, mode: str) -> None:
    call, table = ALONG[name]
    how = "interpreted" if mode == "carried" else mode
    after = "if heapq.nsmallest(1, [rng.exponential(p)])[0] < 0: return p * x" if mode == "carried" else ""
    first = ran(call.format("t.T", 0), "interpreted", TABLE)
    for axis in (1, -1):
        for ours, theirs in zip(ran(call.format("t", axis), how, TABLE, after), first, strict=True):
            assert np.asarray(ours) == pytest.approx(theirs.T if table else theirs, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("mode", ["interpreted", "compiled"])
def test_a_shuffle_along_another_axis_is_a_permutation_along_it(mode: str) -> None:
    source = f"import numpy as np\n\ndef f(p, rng):\n    {TABLE}\n    rng.shuffle(t, axis=1)\n    return p * t\n"
    shuffled = program_of(source).estimate(0.2, samples=8, seed=2, mode=mode)
    value, derivative = ran(ALONG["permutation"][0].format("t", 1), "interpreted", TABLE)
    assert shuffled.value == pytest.approx(value, rel=1e-12)
    assert shuffled.derivative == pytest.approx(derivative, rel=1e-12)


@pytest.mark.parametrize("name", VECTORS)
def test_no_vectors_have_their_length(name: str) -> None:
    parameters, length = VECTORS[name]
    source = f"def f(p, rng):\n    x = rng.{name}({parameters}, size=(2, 0))\n    return p, x\n"
    program = program_of(source)
    omega = Omega(1, 1)
    omega.start(0)
    assert np.shape(program.primal(0.2, omega)[1]) == (2, 0, length)


def test_a_function_named_like_a_draw_is_not_that_draw() -> None:
    source = "import numpy as np\n\ndef f(a, rng):\n    x = rng.f(a, 7.0)\n    return x.sum()\n\n"
    source += "def main(p, rng):\n    return f(np.array([5.0 + p, 6.0]), rng)\n"
    assert generate(source, functions=("main",)).count("rt.each") == 2


@pytest.mark.parametrize("maker", ["np.asarray(p)", "np.array(p, dtype=float)", "np.atleast_1d(p)"])
def test_what_is_made_an_array_draws_an_array(maker: str) -> None:
    program = program_of(f"import numpy as np\n\n\ndef f(p, rng):\n    return rng.poisson(1 / {maker})\n")
    assert np.shape(program.sample([0.5, 0.2, 0.1], seed=1)) == (3,)
