"""Train the autoencoder on scikit-learn's digits: python samples/discrete_vae_fit.py (a few minutes, first time).

`pip install 'stochtrace[samples]'` brings scikit-learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from discrete_vae_d import elbo
from sklearn.datasets import load_digits

from stochtrace.optimize import adam

HIDDEN, COINS, BATCH = 32, 16, 128


def digits() -> Any:
    """Return 1797 pictures of 8 × 8 pixels, each 0 or 1."""
    return (load_digits().data > 7).astype(float)


def layers(inputs: int, outputs: int, rng: np.random.Generator) -> Any:
    """Return the layers of a network: weights and biases."""
    first, second = rng.normal(size=(HIDDEN, inputs)), rng.normal(size=(outputs, HIDDEN))
    return first / inputs**0.5, np.zeros(HIDDEN), second / HIDDEN**0.5, np.zeros(outputs)


def start(pixels: int = 64) -> Any:
    """Return the layers before the first step."""
    rng = np.random.default_rng(1)
    return {"encoder": layers(pixels, COINS, rng), "decoder": layers(COINS, pixels, rng)}


def trained(images: Any, epochs: int = 10, report: Any = None) -> Any:
    """Return the layers after some epochs: as many steps as batches make up the images."""
    steps = epochs * len(images) // BATCH
    run = {"steps": steps, "samples": BATCH, "rate": 0.01, "maximise": True}
    return adam(elbo, start(), **run, callback=report, images=images)


if __name__ == "__main__":
    images = digits()
    found = trained(images)
    for epoch, values in enumerate(np.array_split(found.trace.value, 10), start=1):
        print(f"epoch {epoch:2}: evidence lower bound {values.mean():6.2f}")
