"""Perfect integrator with exponential inputs: spikes in ten time steps, squared; p = mean input.

A step takes the voltage over 1 at its (1 + Poisson(1/p))-th input (a Poisson process of points): dynamic programme.
"""

import numpy as np

P0 = 0.5
EXACT = 10.543174860437489
EXACT_GRAD = 31.012314219857316


class Neuron:
    threshold = 1.0

    def __init__(self):
        self.v = 0.0
        self.spikes = []

    def receive(self, current, t):
        self.v += current
        fired = self.v > self.threshold
        if fired:
            self.spikes.append(t)
            self.v = 0.0
        return fired


def model(p, rng):
    neuron = Neuron()
    for t in range(10):
        neuron.receive(rng.exponential(scale=p), t)
    return len(neuron.spikes) ** 2
