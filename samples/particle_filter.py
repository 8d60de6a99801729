"""A bootstrap particle filter: the likelihood of what was seen of a hidden state that forgets, and moves at random.

Which particles survive does not move with the parameters here: they carry it in their weights (arXiv 2210.08572,
section on particle filters). The estimate of the likelihood has the likelihood as its mean, with any number of
particles; that of its logarithm is too small, by an amount of order 1 / particles.
"""

import numpy as np

from stochtrace import new_weight, stop_gradient

# Made with phi = 0.8, spread = 0.6, error = 0.4.
SEEN = np.array(
    [
        1.33, 0.25, 0.21, 0.25, -0.52, -0.71, -1.02, -0.08, -0.51, -0.3,
        -0.71, -1.87, -1.55, -2.41, -1.07, -1.58, -0.51, -0.6, -0.11, -0.37,
        0.18, -1.24, -1.98, -0.74, -0.65, -0.22, 0.25, -0.66, -1.07, -0.18,
    ]
)  # fmt: skip


def likelihood(phi, spread, error, rng, particles=64):
    """The density of `SEEN`: the state keeps a share `phi` and gets noise, and is seen with an error."""
    x = rng.normal(0.0, 1.0, size=particles)
    weight = np.ones(particles)
    total = 1.0
    for seen in SEEN:
        x = phi * x + spread * rng.normal(0.0, 1.0, size=particles)
        miss = (seen - x) / error
        weight = weight * np.exp(-0.5 * miss * miss) / (error * np.sqrt(2 * np.pi))
        total *= np.sum(weight) / particles
        share = weight / np.sum(weight)
        chosen = rng.choice(particles, size=particles, p=stop_gradient(share))
        x = x[chosen]
        weight = new_weight(share[chosen])
    return total
