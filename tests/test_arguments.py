"""Arguments as users have them: lists that a sample changes, lists of lists, parameters that are lists, by keyword."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import filed, program_of
from scipy import stats

from stochtrace.diagnostics import Refusal
from stochtrace.estimation.tuning import tune
from stochtrace.optimize import adam

CHANGED: dict[str, tuple[str, Any]] = {
    "a list under another name": ("d = data\nd.append(rng.exponential(p) > 1.0)\nreturn sum(d)", [1]),
    "a list that a function fills": ("push(data, rng.exponential(p) > 1.0)\nreturn sum(data) + len(data)", [1]),
    "a list that an object keeps": ("Kept(data).put(rng.exponential(p) > 1.0)\nreturn sum(data)", [1, 2]),
    "the order of a list": ("data.sort()\nreturn data[0] + (rng.exponential(p) > data[1])", [3.0, 1.0, 2.0]),
    "a list in a list": ("row = data[0]\nrow[0] += rng.exponential(p) > 1.0\nreturn row[0]", [[1.0], [2.0]]),
    "a list in a tuple": ("row = data[0]\nrow[0] += rng.exponential(p) > 1.0\nreturn row[0]", ([1.0], 2.0)),
    "a list in a dictionary": ("data['log'].append(rng.exponential(p) > 1.0)\nreturn sum(data['log'])", {"log": [1]}),
    "an array in a list": ("data[0][0] += rng.exponential(p) > 1.0\nreturn data[0][0]", [np.array([1.0, 2.0])]),
}
BEFORE = """
def push(xs, x):
    xs.append(x)

class Kept:
    def __init__(self, data):
        self.data = data

    def put(self, x):
        self.data.append(x)

"""


def made(body: str, folder: Path) -> Any:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return filed(f"{BEFORE}def f(p, data, rng):\n{lines}", folder, wrt=("p",))


@pytest.mark.parametrize("mode", ["interpreted", None])
@pytest.mark.parametrize("name", CHANGED)
def test_what_a_sample_changes_of_an_argument_is_gone(name: str, mode: str | None, tmp_path: Path) -> None:
    body, data = CHANGED[name]
    program, given = made(body, tmp_path), copy.deepcopy(data)
    found = program.estimate(0.8, given, samples=300, seed=3, mode=mode)
    alone = [float(program.sample(0.8, copy.deepcopy(data), seed=3, sample=i)) for i in range(300)]
    assert found.value == pytest.approx(np.mean(alone), rel=1e-12)
    assert len({*alone}) == 2
    assert repr(given) == repr(data)


def test_lists_of_lists_are_not_given_to_numba(tmp_path: Path) -> None:
    body = "s = 0.0\nfor row in data:\n    for y in row:\n        s += rng.exponential(p) > y\nreturn s"
    program = made(body, tmp_path)
    lists = program.estimate(0.8, [[1.0, 2.0], [0.5, 1.0]], samples=300, seed=3)
    tuples = program.estimate(0.8, ((1.0, 2.0), (0.5, 1.0)), samples=300, seed=3)
    assert (lists.mode, lists.value) == ("interpreted", tuples.value)
    assert lists.derivative == pytest.approx(tuples.derivative)


def test_an_iterator_is_refused() -> None:
    program = program_of("def f(p, data, rng):\n    return next(data) + rng.binomial(3, p)\n", wrt=("p",))
    with pytest.raises(TypeError, match="can be read once, and each sample would go on with it: pass a list"):
        program.estimate(0.4, iter([1, 2, 3]), samples=2)


AS_LIST = {
    "the rest of the probabilities": ("q + [1 - sum(q)]", "[*q, 1 - sum(q)]", [0.4]),
    "the rest, of two": ("q + [1 - sum(q)]", "[*q, 1 - sum(q)]", [0.4, 0.3]),
    "as many again": ("2 * q", "[*q, *q]", [0.1, 0.3]),
    "in a dictionary": ("q['in'] + [0.5]", "[*q['in'], 0.5]", {"in": [0.4], "of": 2.0}),
    "a tuple": ("q + (1 - sum(q),)", "[*q, 1 - sum(q)]", (0.4, 0.3)),
}


@pytest.mark.parametrize("name", AS_LIST)
def test_a_list_stays_one_where_the_program_computes_something_else_of_an_array(name: str) -> None:
    text, other, q = AS_LIST[name]
    body = "    u, k = rng.random(), 0\n    for w in probs:\n        u -= w\n        k += u > 0\n    return k\n"
    program, right = (program_of(f"def f(q, rng):\n    probs = {each}\n{body}") for each in (text, other))
    found, wanted = (each.estimate(q, samples=200, seed=1, mode="interpreted") for each in (program, right))
    assert found.value == wanted.value
    np.testing.assert_allclose(*map(numbers, (found.derivative, wanted.derivative)), rtol=1e-12)
    gradient = program.gradient(q, samples=200, seed=1, mode="interpreted").gradient
    assert type(gradient) is type(found.derivative)


def numbers(derivative: Any) -> Any:
    return np.ravel(derivative["in"] if isinstance(derivative, dict) else derivative)


def test_a_list_is_an_array_where_the_program_needs_one() -> None:
    program = program_of("def f(w, rng):\n    return (w * 2.0).sum() * (rng.random() < w[0])\n")
    found = program.estimate([0.4, 0.3], samples=200, seed=1, mode="interpreted")
    assert isinstance(found.derivative, np.ndarray)
    assert found.value == program.estimate(np.array([0.4, 0.3]), samples=200, seed=1, mode="interpreted").value


def test_parameters_by_keyword_keep_their_places() -> None:
    program = program_of("def f(a=1.0, *, b, rng):\n    return a + 10 * (rng.random() < b)\n")
    assert str(program.__signature__) == "(a=1.0, *, b)"
    assert program.sample(2.0, b=0.0, seed=1) == 2.0
    with pytest.raises(TypeError, match="missing a required argument: 'b'"):
        program.sample(2.0, seed=1)


@pytest.mark.parametrize("name", ["steps", "samples", "rate"])
def test_a_parameter_named_like_an_option_is_told_and_reaches_every_command(name: str) -> None:
    program = program_of(f"def f(p, {name}: int, rng):\n    return rng.binomial({name}, p)\n", wrt=("p",))
    for call in (lambda: adam(program, 0.5, steps=2, samples=2), lambda: program.estimate(0.5, samples=2)):
        with pytest.raises(TypeError, match=f"missing a required argument: '{name}'; {name} is an option too"):
            call()
    assert tune(program, {"p": 0.5, name: 3}, 20, 1).trials[0].estimate.value > 0


@pytest.mark.parametrize("by", ["x @ w", "np.outer(w, x).sum()", "np.subtract(w, x).sum()", "(x * w).sum()"])
def test_lists_are_operands_of_arrays_in_reverse_mode_too(by: str) -> None:
    program = program_of(f"import numpy as np\n\ndef f(w, x, rng):\n    return rng.normal({by}, 1.0)\n", wrt=("w",))
    options: dict[str, Any] = {"samples": 5, "seed": 1, "mode": "interpreted"}
    found = program.gradient(np.array([0.5, 0.7]), [1.0, 2.0], **options)
    np.testing.assert_allclose(found.gradient, program.estimate(np.array([0.5, 0.7]), [1.0, 2.0], **options).derivative)


def test_gradients_compile_where_lists_of_the_module_are_read(tmp_path: Path) -> None:
    pytest.importorskip("numba", reason="compiled gradients")
    body = "return sum(rng.poisson(p) - d for d in DATA) ** 2"
    program = filed(f"DATA = [3, 5]\n\ndef f(p, rng):\n    {body}\n", tmp_path)
    found, other = (program.gradient(2.0, samples=300, mode=mode) for mode in (None, "interpreted"))
    assert (found.mode, found.gradient) == ("compiled", pytest.approx(other.gradient))


class Machine:
    """An object with a generator of its own, which its owner may leave alone."""

    def __init__(self) -> None:
        self.level, self.rng = 2.0, np.random.default_rng(0)

    def step(self) -> float:
        return self.rng.random()

    def jump(self) -> float:
        return random.random()

    def legacy(self) -> float:
        return np.random.normal()


def noise() -> float:
    return random.gauss(0.0, 1.0)


DRAWING: dict[str, tuple[str, Any]] = {
    "a generator in an object": ("x = data.rng.normal()\nreturn x * p + rng.normal(p, 1.0)", Machine()),
    "an object that asks its generator": ("return data.step() * p + rng.normal(p, 1.0)", Machine()),
    "an object that asks random": ("return data.jump() * p + rng.normal(p, 1.0)", Machine()),
    "an object that asks numpy.random": ("return data.legacy() * p + rng.normal(p, 1.0)", Machine()),
    "a method of a generator": ("x = data()\nreturn x * p + rng.normal(p, 1.0)", np.random.default_rng(0).random),
    "a function of random": ("x = data()\nreturn x * p + rng.normal(p, 1.0)", random.random),
    "a function that draws": ("x = data()\nreturn x * p + rng.normal(p, 1.0)", noise),
    "a generator in a list": ("x = data[0].normal()\nreturn x * p + rng.normal(p, 1.0)", [np.random.default_rng(0)]),
    "a distribution": ("x = data.rvs()\nreturn x * p + rng.normal(p, 1.0)", stats.norm()),
}


@pytest.mark.parametrize("method", ["estimate", "gradient"])
@pytest.mark.parametrize("name", DRAWING)
def test_an_argument_that_draws_for_itself_is_refused(name: str, method: str, tmp_path: Path) -> None:
    body, data = DRAWING[name]
    with pytest.raises(Refusal, match="an argument draws for itself, where stochtrace does not see it"):
        getattr(made(body, tmp_path), method)(0.4, data, samples=50, seed=1)


def test_an_argument_may_hold_a_generator_that_is_left_alone(tmp_path: Path) -> None:
    machine = Machine()
    before = copy.deepcopy(machine.rng)
    found = made("return data.level * rng.binomial(3, p)", tmp_path).estimate(0.4, machine, samples=2000, seed=1)
    plain = made("return 2.0 * rng.binomial(3, p)", tmp_path).estimate(0.4, None, samples=2000, seed=1)
    assert (found.value, found.derivative) == (plain.value, plain.derivative)
    assert machine.rng.random() == before.random()


@pytest.mark.parametrize("value", [np.matrix([[1.0, 2.0]]), np.ma.masked_invalid([1.0, np.nan])])
def test_arrays_that_compute_otherwise_are_no_parameters(value: Any) -> None:
    program = program_of("def f(w, rng):\n    return (w * rng.normal(0.0, 1.0)).sum()\n")
    with pytest.raises(TypeError, match=r"w is a (matrix|MaskedArray), which computes otherwise than an array"):
        program.estimate(value, samples=2)


def test_an_array_without_axes_is_a_number() -> None:
    found, number = (
        program_of(f"import numpy as np\n\ndef f(p, rng):\n    return {result}\n").gradient(
            0.5, samples=200, seed=1, mode="interpreted"
        )
        for result in ("np.array(rng.random() < p)", "1.0 * (rng.random() < p)")
    )
    assert (found.value, found.gradient) == (number.value, number.gradient)
