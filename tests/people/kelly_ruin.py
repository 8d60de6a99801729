"""Six even bets of a fraction p of the wealth, won with 55 %; below half of the start the player is out: final wealth.

The limit is compared with products of 1 + p and 1 - p, which no continuous draw moves. Exact: enumeration.
"""

import random

P0 = 0.23
EXACT = 1.0717159740425655
EXACT_GRAD = 0.9609266007848801


def model(p, rng):
    wealth = 1.0
    for _ in range(6):
        wealth *= 1 + p if random.random() < 0.55 else 1 - p
        if wealth < 0.5:
            return 0.0
    return wealth
