"""The samples that learn: their gradients against exact ones, and their scripts against what can be found without them.

Two rates for the whole file, `statistics_checks`: each comparison by sampling says which bias it resolves.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from itertools import product
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import binom
from statistics_checks import Rates

SAMPLES = Path(__file__).parent.parent / "samples"
RATES = Rates(tests=17)
STEP = 1e-30
Script = Callable[[str], Any]


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    """Import a module of `samples/`."""
    pytest.importorskip("numba", reason="samples enough to learn are dear without Numba")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SAMPLES)
        yield importlib.import_module


def check(found: Any, error: Any, exact: Any, resolved: float) -> None:
    """Compare entries of a gradient with exact ones; `resolved` is the bias that is seen, by the largest of them."""
    scale = float(np.max(np.abs(exact)))
    for i in np.ndindex(np.shape(exact)):
        RATES.check(f"entry {i}", float(found[i]), float(error[i]), float(exact[i]), resolved * scale)


# -- a policy ----------------------------------------------------------------------------------------------------------


def next_cells(model: Any) -> Any:
    """The cell that a move leads to, (cells, 4)."""
    rows, columns = np.divmod(np.arange(model.ROWS * model.COLUMNS), model.COLUMNS)
    to_row = np.clip(rows[:, None] + model.MOVES[:, 0], 0, model.ROWS - 1)
    return to_row * model.COLUMNS + np.clip(columns[:, None] + model.MOVES[:, 1], 0, model.COLUMNS - 1)


def returns(model: Any, policy: Any = None) -> Any:
    """The mean return from the start, of a policy (cells, 4), or (None) of the best one."""
    grid, to = model.GRID.ravel(), next_cells(model)
    worth = np.zeros(grid.size, dtype=complex)
    for _ in range(model.STEPS):
        moves = model.REWARD[grid[to]] + np.where(grid[to] == model.GOAL, 0.0, model.DISCOUNT * worth[to])
        chosen = moves.real.max(axis=1) if policy is None else (policy * moves).sum(axis=1)
        worth = (1 - model.WIND) * chosen + model.WIND * moves.mean(axis=1)
    return worth[(model.ROWS - 1) * model.COLUMNS]


def softmax(logits: Any) -> Any:
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def test_gradient_of_a_policy_is_exact(script: Script) -> None:
    """The cell left of the goal by dynamic programming, from logits that lead there; resolves 0.4 of the largest."""
    model, episode = script("policy"), script("policy_d").episode
    cells, cell = model.ROWS * model.COLUMNS, 3
    logits = np.random.default_rng(3).normal(size=(cells, 4)) / 2 + np.array([1.0, 0.0, 0.0, 1.0])
    unit = 1j * STEP * np.eye(4 * cells).reshape(cells, 4, cells, 4)[cell]
    exact = np.array([returns(model, softmax(logits + unit[move])).imag / STEP for move in range(4)])
    found = episode.gradient(logits, samples=100_000, seed=2)
    check(found.gradient[cell], found.gradient_stderr[cell], exact, 0.4)


def test_policy_is_learned(script: Script) -> None:
    """From a return of -3.3 to near the best one, by value iteration; the same in every run."""
    model, fit = script("policy"), script("policy_fit")
    best = returns(model).real
    found = fit.episode.gradient(fit.learned(), samples=4_000, seed=2)
    assert found.value_stderr < 0.03
    assert best - 0.2 < found.value < best + 0.2
    assert fit.learned(steps=3).tolist() == fit.learned(steps=3).tolist()


# -- a discrete autoencoder --------------------------------------------------------------------------------------------


def exact_elbo(encoder: Any, decoder: Any, images: Any) -> complex:
    """The mean over images, and over all outcomes of the coins."""

    def network(layers: Any, x: Any) -> Any:
        weights, bias, weights_out, bias_out = layers
        return weights_out @ np.tanh(weights @ x + bias) + bias_out

    total = 0j
    for x in images:
        q = 1 / (1 + np.exp(-network(encoder, x)))
        total -= np.sum(q * np.log(2 * q) + (1 - q) * np.log(2 * (1 - q))) / len(images)
        for z in product((0, 1), repeat=len(q)):
            logits = network(decoder, np.array(z) - 0.5)
            chance = np.prod(np.where(np.array(z) == 1, q, 1 - q))
            total += chance * np.sum(x * logits - np.log(1 + np.exp(logits))) / len(images)
    return total


def test_gradient_of_an_autoencoder_is_exact(script: Script) -> None:
    """Biases of the coins and of the pixels, by enumeration of three coins; resolves 0.12 of the largest."""
    elbo, rng = script("discrete_vae_d").elbo, np.random.default_rng(4)
    encoder, decoder = (
        (rng.normal(size=(4, i)), rng.normal(size=4), rng.normal(size=(o, 4)), rng.normal(size=o))
        for i, o in ((6, 3), (3, 6))
    )
    images = np.array([[0.0, 1, 1, 0, 1, 0], [1.0, 1, 0, 0, 0, 1]])
    exact = []
    for coin in range(3):
        moved = encoder[3] + 1j * STEP * (np.arange(3) == coin)
        exact.append(exact_elbo((*encoder[:3], moved), decoder, images).imag / STEP)
    found = elbo.gradient(encoder, decoder, images, samples=40_000, seed=2)
    check(found.gradient["encoder"][3], found.gradient_stderr["encoder"][3], np.array(exact), 0.12)
    value = exact_elbo(encoder, decoder, images).real
    RATES.check("the bound", found.value, found.value_stderr, value, 0.2)


def test_autoencoder_is_trained(script: Script) -> None:
    """Two epochs; the bound rises by many times the noise of its means over 128 samples, about 0.6."""
    pytest.importorskip("sklearn", reason="the pictures are scikit-learn's")
    fit = script("discrete_vae_fit")
    images = fit.digits()
    assert images.shape == (1797, 64) and set(np.unique(images)) == {0.0, 1.0}
    value = fit.trained(images, epochs=2).trace.value
    assert value[0] < -44 and value[-5:].mean() > -31


# -- a particle filter -------------------------------------------------------------------------------------------------


def kalman(theta: Any, seen: Any) -> Any:
    """The logarithm of the exact likelihood."""
    phi, spread, error = theta
    mean, variance, total = 0.0, 1.0, 0.0
    for y in seen:
        mean, variance = phi * mean, phi**2 * variance + spread**2
        whole = variance + error**2
        total += -0.5 * np.log(2 * np.pi * whole) - 0.5 * (y - mean) ** 2 / whole
        mean, variance = mean + variance / whole * (y - mean), variance * (1 - variance / whole)
    return total


def kalman_slopes(theta: Any, seen: Any) -> Any:
    """The gradient of `kalman`, by complex steps."""
    return np.array([kalman(np.array(theta) + 1j * STEP * (np.arange(3) == i), seen).imag / STEP for i in range(3)])


def test_gradient_of_a_particle_filter_is_exact(script: Script) -> None:
    """The mean of the estimates is the likelihood for any number of particles; resolves 0.15 of the largest slope."""
    model, theta = script("particle_filter_d"), (0.7, 0.5, 0.6)
    found = model.likelihood.gradient(*theta, samples=4_000, seed=2)
    exact = np.exp(kalman(theta, model.SEEN))
    slopes = exact * kalman_slopes(theta, model.SEEN)
    names = ("phi", "spread", "error")
    means, errors = (np.array([part[n] for n in names]) for part in (found.gradient, found.gradient_stderr))
    check(means, errors, slopes, 0.15)
    RATES.check("likelihood", found.value, found.value_stderr, exact, 0.15 * exact)


def test_likelihood_is_maximised(script: Script) -> None:
    """From 8 below the largest log-likelihood, by the Kalman filter, to 0.2: the noise of the mean of 100 estimates."""
    model, fit = script("particle_filter_d"), script("particle_filter_fit")

    def loss(theta: Any) -> Any:
        return -kalman(theta, model.SEEN), -kalman_slopes(theta, model.SEEN)

    best = minimize(loss, [*fit.START.values()], jac=True, method="L-BFGS-B", bounds=[*fit.BOUNDS.values()])
    theta = fit.fitted()
    assert loss([*fit.START.values()])[0] > best.fun + 8
    assert best.fun <= loss(theta)[0] < best.fun + 0.2


# -- contacts in an epidemic -------------------------------------------------------------------------------------------


def mean_cases(contacts: Any, people: Any, ill: Any, weeks: int, recovery: float) -> Any:
    """The mean new cases of each week and group, by the chain over the numbers of those who are well and ill."""
    new, mass = np.zeros((weeks, len(people)), dtype=complex), {(tuple(people - ill), tuple(ill)): 1 + 0j}
    for week in range(weeks):
        after: dict[Any, complex] = {}
        for (well, sick), chance in mass.items():
            infection = 1 - np.exp(-(contacts @ (np.array(sick) / people)))
            new[week] += chance * infection * well
            for infected in product(*(range(n + 1) for n in well)):
                hit = [
                    comb(n, k) * q**k * (1 - q) ** (n - k) for n, k, q in zip(well, infected, infection, strict=True)
                ]
                for recovered in product(*(range(n + 1) for n in sick)):
                    left = zip(well, sick, infected, recovered, strict=True)
                    to = tuple(zip(*((w - i, s + i - r) for w, s, i, r in left), strict=True))
                    over = np.prod(binom.pmf(recovered, sick, recovery))
                    after[to] = after.get(to, 0j) + chance * np.prod(hit) * over
        mass = after
    return new


def test_gradient_by_contacts_is_exact(script: Script) -> None:
    """Two groups of four; resolves 0.15 of the largest entry."""
    model, miss = script("contacts"), script("contacts_d").miss
    people, ill, contacts = np.array([4, 4]), np.array([1, 1]), np.array([[0.9, 0.3], [0.4, 0.6]])
    seen = np.array([[1.0, 2.0], [2.0, 0.5]])

    def mean(contacts: Any) -> Any:
        return np.sum((mean_cases(contacts, people, ill, 2, model.RECOVERY) - seen) ** 2 / (1 + seen))

    found = miss.gradient(contacts, people, ill, seen, samples=60_000, seed=2)
    unit = np.eye(4).reshape(4, 2, 2)
    exact = np.array([mean(contacts + 1j * STEP * u).imag / STEP for u in unit]).reshape(2, 2)
    check(found.gradient, found.gradient_stderr, exact, 0.15)
    RATES.check("miss", found.value, found.value_stderr, mean(contacts + 0j).real, 0.15)


def test_contacts_are_found(script: Script) -> None:
    """The mean epidemic comes near to what was seen, by 400 others: their noise adds about 0.3 to the miss."""
    fit = script("contacts_fit")
    seen = fit.mean_cases(fit.TRUE, seed=1)
    before, after = (
        np.sum((fit.mean_cases(contacts, seed=2) - seen) ** 2 / (1 + seen))
        for contacts in (fit.START, fit.fitted(seen))
    )
    assert before > 400 and after < 8
