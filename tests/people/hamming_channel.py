"""Six words of the Hamming (7, 4) code over a channel that flips bits with probability p: words decoded wrongly.

One flip is corrected; two or more lead to another word. Exact: 6 (1 - (1 - p)^7 - 7 p (1 - p)^6).
"""

import random

P0 = 0.08
EXACT = 0.615567588065278
EXACT_GRAD = 13.287083507712207


def encode(n):
    d = [int(b) for b in format(n, "04b")]
    return [d[0] ^ d[1] ^ d[3], d[0] ^ d[2] ^ d[3], d[0], d[1] ^ d[2] ^ d[3], d[1], d[2], d[3]]


def decode(c):
    s = (c[0] ^ c[2] ^ c[4] ^ c[6]) + 2 * (c[1] ^ c[2] ^ c[5] ^ c[6]) + 4 * (c[3] ^ c[4] ^ c[5] ^ c[6])
    if s:
        c = c[: s - 1] + [1 - c[s - 1]] + c[s:]
    return int("".join(str(b) for b in (c[2], c[4], c[5], c[6])), 2)


def model(p, rng):
    errors = 0
    for _ in range(6):
        n = random.getrandbits(4)
        received = [b ^ (random.random() < p) for b in encode(n)]
        errors += decode(received) != n
    return errors
