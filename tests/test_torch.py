"""PyTorch: tensors in, tensors out, and the gradients of `program.gradient` and `jacobian` at the same samples.

Training is compared with an optimum that is known, once, at the rates of `statistics_checks`.
"""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from harness import program_of
from statistics_checks import Rates

import stochtrace.torch
from stochtrace.estimation import Program

LOGITS = """
import numpy as np

def f(theta, rng):
    total = 0.0
    for i in range(len(theta)):
        total += (i + 1) * rng.binomial(1, 1 / (1 + np.exp(-theta[i])))
    return total + theta[0] * rng.exponential(1.0)
"""
SMOOTH = """
import numpy as np

def f(w, b, x, n: int, rng):
    out = np.zeros(2)
    for i in range(n):
        out = out + np.exp(w @ x / n) * rng.normal(b, 1.0)
    return out
"""
NESTED = """
def f(theta, shift, rng):
    return rng.binomial(3, theta["q"][0]) * theta["b"] + theta["q"][1][0] * shift
"""
BET = "import numpy as np\n\ndef f(x, rng):\n    return (rng.random() < 1 / (1 + np.exp(-x[0]))) - x[0] * x[0] / 8\n"
AT = [0.2, -0.4, 1.0]


@pytest.fixture(scope="module")
def logits() -> Program:
    return program_of(LOGITS)


@pytest.fixture(scope="module")
def smooth() -> Program:
    return program_of(SMOOTH, wrt=("w", "b"))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_gradient_is_that_of_the_same_samples(logits: Program, dtype: Any) -> None:
    theta = torch.tensor(AT, dtype=dtype, requires_grad=True)
    value = stochtrace.torch.function(logits, samples=200, seed=3)(theta)
    (2 * value).backward()
    expected = logits.gradient(theta.detach().double().numpy(), samples=200, seed=3)
    close = {"rtol": 0.0, "atol": 8 * torch.finfo(dtype).eps * 4}  # a few units in the last place of numbers up to 4
    torch.testing.assert_close(value.detach(), torch.tensor(expected.value, dtype=dtype), **close)
    torch.testing.assert_close(theta.grad, torch.tensor(2 * expected.gradient, dtype=dtype), **close)
    assert value.shape == () and value.device == theta.device


def test_every_call_sees_fresh_samples_and_the_same_ones_again(logits: Program) -> None:
    theta = torch.tensor(AT, dtype=torch.float64)
    one, other = (stochtrace.torch.function(logits, samples=8, seed=3) for _ in range(2))
    seen = [float(one(theta)) for _ in range(4)]
    assert [float(other(theta)) for _ in range(4)] == seen and len(set(seen)) == 4
    for run, value in enumerate(seen):
        samples = [logits.sample(AT, seed=3, sample=run * 8 + i) for i in range(8)]
        assert value == pytest.approx(np.mean(samples), rel=1e-12)
    assert one.run == 4
    one.run = 2
    assert float(one(theta)) == seen[2]


def test_fixed_samples_make_a_deterministic_function(logits: Program) -> None:
    f = stochtrace.torch.function(logits, samples=8, seed=3, fresh=False)
    theta = torch.tensor(AT)
    assert f(theta) == f(theta) and f.run == 0


@pytest.mark.parametrize("run", [0, 1])
def test_gradcheck(smooth: Program, run: int) -> None:
    """Where all is smooth, the derivative at fixed ω is that of the mean over the same samples."""
    f = stochtrace.torch.function(smooth, samples=5, seed=2, fresh=False)
    f.run = run
    w, b = torch.tensor([[0.3, -0.2], [0.1, 0.4]], dtype=torch.float64), torch.tensor(0.7, dtype=torch.float64)
    x = torch.tensor([1.0, 2.0], dtype=torch.float64)
    inputs = (w.requires_grad_(), b.requires_grad_())
    assert torch.autograd.gradcheck(lambda w, b: f(w, b, x, n=3), inputs, eps=1e-6, atol=1e-7)
    assert f(w, b, x, 3).shape == (2,)


def test_product_with_the_jacobian(smooth: Program) -> None:
    at = np.array([[0.3, -0.2], [0.1, 0.4]]), 0.7, np.array([1.0, 2.0]), 3
    w, b = torch.tensor(at[0], requires_grad=True), torch.tensor(at[1], dtype=torch.float64, requires_grad=True)
    v = torch.tensor([2.0, -3.0], dtype=torch.float64)
    value = stochtrace.torch.function(smooth, samples=20, seed=2)(w, b, torch.tensor(at[2]), at[3])
    value.backward(v)
    jacobian = smooth.jacobian(*at, samples=20, seed=2).jacobian
    np.testing.assert_allclose(w.grad, np.tensordot(v, jacobian["w"], 1), rtol=1e-12)
    np.testing.assert_allclose(b.grad, v.numpy() @ jacobian["b"], rtol=1e-12)


def test_gradient_only_where_it_is_needed(smooth: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    recording = type(smooth).recording
    monkeypatch.setattr(type(smooth), "recording", lambda *a: (asked.append(a[2]), recording(*a))[1])
    f = stochtrace.torch.function(smooth, samples=5, seed=2, fresh=False)
    w, b, x = torch.eye(2, dtype=torch.float64), torch.tensor(0.7, requires_grad=True), torch.ones(2)
    with torch.no_grad():
        plain = f(w, b, x, 3)
    assert not asked and not plain.requires_grad
    value = f(w, b, x, 3)
    value.sum().backward()
    assert set(asked) == {("b",)} and w.grad is None and b.grad.dtype == torch.float32
    torch.testing.assert_close(value.detach(), plain, rtol=1e-12, atol=0.0)


def test_tensors_in_dicts_and_tuples() -> None:
    program = program_of(NESTED, wrt=("theta",))
    theta = {"q": (torch.tensor(0.3, requires_grad=True), torch.tensor([0.5], requires_grad=True)), "b": 2.0}
    stochtrace.torch.function(program, samples=50, seed=1)(theta, shift=4.0).backward()
    expected = program.gradient({"q": (0.3, np.array([0.5])), "b": 2.0}, 4.0, samples=50, seed=1).gradient["q"]
    assert theta["q"][0].grad.item() == pytest.approx(expected[0], rel=1e-6)  # single precision
    assert theta["q"][1].grad.tolist() == [4.0]


def test_silent_zeros_are_refused(smooth: Program) -> None:
    f = stochtrace.torch.function(smooth, samples=5)
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(TypeError, match=r"a gradient by x is asked for.*differentiated by w, b.*--wrt x"):
        f(torch.eye(2), 0.5, x, 3)
    f(torch.eye(2), 0.5, x.detach(), 3)


def test_second_derivatives_are_refused(logits: Program) -> None:
    theta = torch.tensor(AT, requires_grad=True)
    value = stochtrace.torch.function(logits, samples=8)(theta)
    (gradient,) = torch.autograd.grad(value, theta, create_graph=True)
    with pytest.raises(NotImplementedError, match="second derivatives"):
        (gradient.sum() + (theta**2).sum()).backward()


def test_torch_func_grad(logits: Program) -> None:
    f, theta = stochtrace.torch.function(logits, samples=50, seed=1), torch.tensor(AT, dtype=torch.float64)
    expected = logits.gradient(AT, samples=50, seed=1).gradient
    np.testing.assert_allclose(torch.func.grad(f)(theta), expected, rtol=1e-12)


def test_results_that_are_no_array_are_refused() -> None:
    f = stochtrace.torch.function(program_of("def f(p, rng):\n    return rng.binomial(1, p), p\n"), samples=3)
    with pytest.raises(TypeError, match="several numbers"):
        f(torch.tensor(0.5))


def test_sample_that_is_not_finite_is_named() -> None:
    program = program_of("import numpy as np\n\ndef f(p, rng):\n    return np.exp(p * 800 * rng.binomial(1, 0.5))\n")
    f = stochtrace.torch.function(program, samples=50)
    for theta in (torch.tensor(1.0), torch.tensor(1.0, requires_grad=True)):
        with pytest.raises(ArithmeticError, match=r"triple\(\.\.\., seed=0, sample=\d+\)"), np.errstate(all="ignore"):
            f(theta)


class Bet(torch.nn.Module):
    """A network whose output is a logit of the program."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.line = torch.nn.Linear(2, 1)
        self.mean = stochtrace.torch.function(program, samples=256, seed=4)

    def forward(self, x: Any) -> Any:
        return self.mean(self.line(x))


def test_module_learns_with_an_optimiser() -> None:
    """The best x has q(x) (1 - q(x)) = x / 4, at 0.8418."""
    torch.manual_seed(1)
    module, x = Bet(program_of(BET)), torch.tensor([0.5, 1.0])
    optimiser, seen = torch.optim.SGD(module.parameters(), lr=0.4), []
    for _ in range(150):
        optimiser.zero_grad()
        (-module(x)).backward()
        optimiser.step()
        seen.append(module.line(x).item())
    # Ten means of ten steps: steps forget each other within about five.
    means = np.array(seen[50:]).reshape(10, 10).mean(axis=1)
    assert copy.deepcopy(module).mean.run == 150
    Rates(tests=1).check("best x", float(means.mean()), float(means.std(ddof=1) / 10**0.5), 0.8418, 0.1)


def test_without_torch_it_says_which_extra() -> None:
    code = "import sys; sys.modules['torch'] = None\nimport stochtrace\nstochtrace.torch"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1]
    assert last == "ImportError: functions of tensors need PyTorch: pip install 'stochtrace[torch]'"
