"""Score functions with a leave-one-out baseline, written by hand as arrays in NumPy, and in JAX (`jit`, `vmap`).

Each function returns a batch of derivative samples. The baseline of a sample is the mean of the others' results, so
that none is biased (Kool, van Hoof & Welling 2019); what is smooth in `crazy` is differentiated pathwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

BATCH = 4096
WALK, STATE_WALK, CRAZY = 0.5, 100.0, 0.6
STEPS, TOSSES, TRIALS = 50, 100, 10


def left_out(x: Any, score: Any) -> Any:
    """Return (result - mean of the others) × score."""
    return (x - (x.sum() - x) / (len(x) - 1)) * score


def walk_numpy(rng: np.random.Generator) -> Any:
    """The lecture's walk."""
    n, score = np.zeros((2, BATCH))
    for i in range(1, TOSSES + 1):
        slope = 1 - (n + i) / 200
        q = WALK * slope
        up = rng.random(BATCH) < q
        score += np.where(up, slope / q, -slope / (1 - q))
        n += up
    return left_out(n, score)


def state_walk_numpy(rng: np.random.Generator) -> Any:
    """The walk whose steps depend on its state; where it is at 0, it goes up surely."""
    x, score = np.zeros((2, BATCH))
    for _ in range(STEPS):
        q = np.exp(-x / STATE_WALK)
        slope = q * x / STATE_WALK**2
        up = rng.random(BATCH) < q
        score += np.where(up, slope / q, -slope / np.where(up, 1.0, 1 - q))
        x += 2 * up - 1
    return left_out(x * x, score)


def crazy_numpy(rng: np.random.Generator) -> Any:
    """The product of a count and a normal draw around another."""
    p, b, k = CRAZY, rng.binomial(TRIALS, CRAZY, BATCH), rng.random(BATCH) < CRAZY
    a, z, c = p * (1 - p), rng.standard_normal(BATCH), 2 * b + 3 * k
    x = b + a * z
    score = (b - TRIALS * p + k - p) / a
    return (1 - 2 * p) * c * (x + a * z) + left_out(a * c * x, score)


def in_jax() -> dict[str, Callable[[int], Any]]:
    """Return the same in JAX, by name, as functions of a seed. Raises `ImportError` where JAX is not installed."""
    import jax
    import jax.numpy as jnp

    def walk(key: Any) -> Any:
        uniforms = jax.random.uniform(key, (TOSSES,))

        def toss(i: Any, state: Any) -> Any:
            n, score = state
            slope = 1 - (n + i + 1) / 200
            q = WALK * slope
            up = uniforms[i] < q
            return n + up, score + jnp.where(up, slope / q, -slope / (1 - q))

        return jax.lax.fori_loop(0, TOSSES, toss, (0.0, 0.0))

    def state_walk(key: Any) -> Any:
        uniforms = jax.random.uniform(key, (STEPS,))

        def step(i: Any, state: Any) -> Any:
            x, score = state
            q = jnp.exp(-x / STATE_WALK)
            slope = q * x / STATE_WALK**2
            up = uniforms[i] < q
            return x + 2.0 * up - 1, score + jnp.where(up, slope / q, -slope / jnp.where(up, 1.0, 1 - q))

        x, score = jax.lax.fori_loop(0, STEPS, step, (0.0, 0.0))
        return x * x, score

    def crazy(key: Any) -> Any:
        discrete, normal = jax.random.split(key)
        hits = jax.random.uniform(discrete, (TRIALS + 1,)) < CRAZY
        p, b, k = CRAZY, hits[:TRIALS].sum(), hits[TRIALS]
        a, z, c = p * (1 - p), jax.random.normal(normal), 2 * b + 3 * k
        x = b + a * z
        return a * c * x, (b - TRIALS * p + k - p) / a, (1 - 2 * p) * c * (x + a * z)

    def batched(model: Callable[[Any], Any]) -> Callable[[int], Any]:
        @jax.jit
        def run(seed: Any) -> Any:
            x, score, *smooth = jax.vmap(model)(jax.random.split(jax.random.key(seed), BATCH))
            return left_out(x, score) + sum(smooth)

        return lambda seed: np.asarray(run(seed), dtype=float)

    return {"walk": batched(walk), "state_walk": batched(state_walk), "crazy": batched(crazy)}
