"""Discrete and continuous draws that feed each other.

E = p (1 - p) (20 p + 210 p**2); at p = 0.6: E = 21.024 and dE/dp = 47.76.
"""


def crazy(p, rng):
    """A product of a discrete count and a normal draw around another count."""
    a = p * (1 - p)
    b = rng.binomial(10, p)
    c = 2 * b + 3 * rng.binomial(1, p)
    return a * c * rng.normal(b, a)
