"""A variational autoencoder of small pictures whose latent variables are coins, 0 or 1.

`encoder` and `decoder` are each a network with one hidden layer: weights and biases of both layers, in a tuple.
"""

import numpy as np
from scipy.special import expit


def network(layers, x):
    """One hidden layer."""
    weights, bias, weights_out, bias_out = layers
    return weights_out @ np.tanh(weights @ x + bias) + bias_out


def elbo(encoder, decoder, images, rng):
    """The evidence lower bound of an image, chosen at random: a row of `images`, of zeros and ones."""
    x = images[rng.integers(len(images))]
    q = expit(network(encoder, x))
    z = rng.random(len(q)) < q
    logits = network(decoder, z - 0.5)
    likelihood = np.sum(x * logits - np.logaddexp(0.0, logits))
    # The coins of the prior are fair.
    divergence = np.sum(q * np.log(2 * q) + (1 - q) * np.log(2 * (1 - q)))
    return likelihood - divergence
