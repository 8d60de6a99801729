"""JAX: arrays and trees of them in, arrays out, and the gradients of `program.gradient` at the same samples.

All comparisons are between numbers that must be equal, to the precision of their dtype.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from harness import program_of

import stochtrace.jax
from stochtrace.estimation import Program
from tests.test_torch import AT, LOGITS, NESTED, SMOOTH

SINGLE = 4 * 8 * float(np.finfo(np.float32).eps)  # a few units in the last place of numbers up to 4


@pytest.fixture(scope="module")
def logits() -> Program:
    return program_of(LOGITS)


@pytest.fixture(scope="module")
def smooth() -> Program:
    return program_of(SMOOTH, wrt=("w", "b"))


@pytest.fixture
def double() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


def gradient_of(program: Program, run: int, samples: int, theta: Any = AT) -> tuple[float, Any]:
    """Value and gradient of a run of seed 3: run 1 has the second half of twice the samples."""
    upto = [program.gradient(np.asarray(theta, float), samples=n * samples, seed=3) for n in (run, run + 1) if n]
    parts = [(e.samples * e.value, e.samples * e.gradient) for e in upto]
    before, after = parts if run else ((0.0, 0.0), parts[0])
    return (after[0] - before[0]) / samples, (after[1] - before[1]) / samples


@pytest.mark.parametrize("jitted", [False, True])
@pytest.mark.parametrize("run", [0, 1])
def test_gradient_is_that_of_the_same_samples(logits: Program, run: int, jitted: bool) -> None:
    f = stochtrace.jax.function(logits, samples=200, seed=3)
    both = jax.value_and_grad(lambda theta, run: f(theta, run=run))
    value, gradient = (jax.jit(both) if jitted else both)(jnp.array(AT), run)
    expected = gradient_of(logits, run, 200)
    assert value.dtype == gradient.dtype == jnp.float32 and value.shape == ()
    np.testing.assert_allclose(value, expected[0], rtol=0, atol=SINGLE)
    np.testing.assert_allclose(gradient, expected[1], rtol=0, atol=SINGLE)


def test_double_precision(logits: Program, double: None) -> None:
    f = stochtrace.jax.function(logits, samples=200, seed=3)
    value, gradient = jax.jit(jax.value_and_grad(f))(jnp.array(AT))
    expected = gradient_of(logits, 0, 200)
    assert value.dtype == gradient.dtype == jnp.float64
    assert float(value) == expected[0] and gradient.tolist() == expected[1].tolist()
    single = jax.value_and_grad(f)(jnp.array(AT, jnp.float32))
    assert single[0].dtype == single[1].dtype == jnp.float32


def test_runs_have_the_samples_that_they_say(logits: Program, double: None) -> None:
    f = stochtrace.jax.function(logits, samples=8, seed=3)
    for run in (0, 5):
        samples = [logits.sample(AT, seed=3, sample=run * 8 + i) for i in range(8)]
        assert float(f(jnp.array(AT), run=run)) == pytest.approx(np.mean(samples), rel=1e-12)


def test_function_is_pure_and_a_traced_run_makes_it_fresh(logits: Program) -> None:
    """Compiled or not, the same run is the same samples; in a loop that is compiled once, each step has its own."""
    f = stochtrace.jax.function(logits, samples=8, seed=3)
    theta, compiled = jnp.array(AT), jax.jit(lambda theta, run: f(theta, run=run))
    expected = [float(f(theta, run=run)) for run in range(4)]
    assert len(set(expected)) == 4
    for _ in range(2):
        assert [float(compiled(theta, run)) for run in range(4)] == expected
    scanned = jax.lax.scan(lambda state, run: (state, f(theta, run=run)), 0, jnp.arange(4))[1]
    assert scanned.tolist() == expected
    assert float(jax.jit(f)(theta)) == float(jax.jit(f)(theta)) == expected[0]


def test_vmap_shares_samples_unless_runs_are_mapped_too(logits: Program) -> None:
    f = stochtrace.jax.function(logits, samples=8, seed=3)
    rows = jnp.array([AT, AT, [0.5, 0.0, -1.0]])
    shared = jax.vmap(jax.grad(f))(rows)
    assert shared[0].tolist() == shared[1].tolist() == jax.grad(f)(rows[0]).tolist()
    assert shared[2].tolist() == jax.grad(f)(rows[2]).tolist()
    own = jax.jit(jax.vmap(lambda theta, run: f(theta, run=run)))(rows, jnp.arange(3))
    assert own.tolist() == [float(f(row, run=run)) for run, row in enumerate(rows)]
    assert own[0] != own[1]


@pytest.mark.parametrize("jitted", [False, True])
def test_product_with_the_jacobian(smooth: Program, double: None, jitted: bool) -> None:
    w, b, x = np.array([[0.3, -0.2], [0.1, 0.4]]), 0.7, np.array([1.0, 2.0])
    f, v = stochtrace.jax.function(smooth, samples=20, seed=2, shape=(2,)), jnp.array([2.0, -3.0])

    def product(w: Any, b: Any, x: Any, n: Any) -> Any:
        value, back = jax.vjp(lambda w, b: f(w, b, x, n), w, b)
        return value, *back(v)

    value, by_w, by_b = (jax.jit(product) if jitted else product)(w, b, x, 3)
    expected = smooth.jacobian(w, b, x, 3, samples=20, seed=2)
    np.testing.assert_allclose(value, expected.value, rtol=1e-12)
    np.testing.assert_allclose(by_w, np.tensordot(v, expected.jacobian["w"], 1), rtol=1e-12)
    np.testing.assert_allclose(by_b, np.asarray(v) @ expected.jacobian["b"], rtol=1e-12)


def test_differences_at_fixed_samples(smooth: Program, double: None) -> None:
    """Where all is smooth, the derivative at fixed ω is that of the mean over the same samples."""
    from jax.test_util import check_grads

    f = stochtrace.jax.function(smooth, samples=5, seed=2, shape=(2,))
    w, x = jnp.array([[0.3, -0.2], [0.1, 0.4]]), jnp.array([1.0, 2.0])
    check_grads(lambda w, b: f(w, b, x, 3), (w, 0.7), order=1, modes=["rev"], eps=1e-6, atol=1e-7, rtol=1e-7)


def test_gradient_only_where_it_is_needed(smooth: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    recording = type(smooth).recording
    monkeypatch.setattr(type(smooth), "recording", lambda *a: (asked.append(a[2]), recording(*a))[1])
    f, x = stochtrace.jax.function(smooth, samples=5, seed=2, shape=(2,)), jnp.ones(2)
    plain = f(jnp.eye(2), 0.7, x, 3)
    assert not asked
    value = jax.grad(lambda b: f(jnp.eye(2), b, x, 3).sum())(0.7)
    assert set(asked) == {("b",)} and value.shape == () and plain.shape == (2,)


@pytest.mark.parametrize("jitted", [False, True])
def test_trees_of_parameters(jitted: bool) -> None:
    program = program_of(NESTED, wrt=("theta",))
    theta = {"q": (jnp.array(0.3), jnp.array([0.5])), "b": 2.0}
    f = stochtrace.jax.function(program, samples=50, seed=1)
    found = (jax.jit(jax.grad(f)) if jitted else jax.grad(f))(theta, 4.0)
    at = {"b": 2.0, "q": (float(np.float32(0.3)), np.array([0.5]))}
    expected = program.gradient(at, 4.0, samples=50, seed=1).gradient
    assert jax.tree.structure(found) == jax.tree.structure(theta)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), found, expected)


def test_silent_zeros_are_refused(smooth: Program) -> None:
    f = stochtrace.jax.function(smooth, samples=5, shape=(2,))
    with pytest.raises(TypeError, match=r"a gradient by x is asked for.*differentiated by w, b.*--wrt x"):
        jax.grad(lambda x: f(jnp.eye(2), 0.5, x, 3).sum())(jnp.ones(2))


def test_second_and_forward_derivatives_are_refused(logits: Program) -> None:
    f, theta = stochtrace.jax.function(logits, samples=8), jnp.array(AT)
    for second in (jax.hessian(f), jax.jacrev(jax.grad(f)), jax.grad(lambda t: jax.grad(f)(t).sum() + (t**2).sum())):
        with pytest.raises(NotImplementedError, match="second derivatives"):
            second(theta)
    with pytest.raises(TypeError, match="forward-mode"):
        jax.jvp(f, (theta,), (theta,))


def test_what_is_wrong_is_told(logits: Program, capfd: pytest.CaptureFixture[str]) -> None:
    f = stochtrace.jax.function(logits, samples=8, shape=(3,))
    with pytest.raises(Exception, match=r"the result has the shape \(\).*shape="):
        f(jnp.array(AT))
    with pytest.raises(Exception, match="run = -1 is negative"):
        stochtrace.jax.function(logits, samples=8)(jnp.array(AT), run=-1)
    with pytest.raises(TypeError, match=r"run = 0\.5 is not an integer"):
        f(jnp.array(AT), run=0.5)
    with pytest.raises(TypeError, match="a parameter named `run`"):
        stochtrace.jax.function(program_of("def f(p, run, rng):\n    return rng.binomial(run, p)\n", wrt=("p",)))


def test_sample_that_is_not_finite_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    program = program_of("import numpy as np\n\ndef f(p, rng):\n    return np.exp(p * 800 * rng.binomial(1, 0.5))\n")
    f = stochtrace.jax.function(program, samples=50)
    for function in (f, jax.grad(f), jax.jit(f)):
        with pytest.raises(Exception, match=r"triple\(\.\.\., seed=0, sample=\d+\)"), np.errstate(all="ignore"):
            jax.block_until_ready(function(1.0))


def test_types_of_fixed_arguments_are_kept() -> None:
    source = "def f(p, n, rng):\n    return p * (n * 3 // 2) + rng.random()\n"
    f = stochtrace.jax.function(program_of(source, wrt=("p",)))
    found = [float(jax.grad(f)(0.5, n)) for n in (1, 1.5, True)]
    assert found == [1.0, 2.0, 1.0]


def test_without_jax_it_says_which_extra() -> None:
    code = "import sys; sys.modules['jax'] = None\nimport stochtrace\nstochtrace.jax"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1]
    assert last == "ImportError: functions of JAX arrays need JAX: pip install 'stochtrace[jax]'"
