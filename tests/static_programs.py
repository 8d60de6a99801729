"""Programs that decide on smooth values, in the form in which they are generated: draws read ω at their sites."""

import math

import numpy as np
from scipy.stats import chi2, gamma, norm

from stochtrace import runtime as rt


def barrier(p, omega):
    spot, sigma = p
    strike, bound, rate, dt = 100.0, 92.0, 0.03, 0.25
    s = spot
    for _ in range(3):
        z = rt.normal(omega, 1, 0.0, 1.0)
        s = s * np.exp((rate - 0.5 * sigma * sigma) * dt + sigma * np.sqrt(dt) * z)
        if s <= bound:
            return 0.0
    return np.exp(-rate * 3 * dt) * max(s - strike, 0.0)


def darts(p, omega):
    inside = 0
    for _ in range(20):
        x = rt.uniform(omega, 1, 0, 1)
        y = rt.uniform(omega, 2, 0, 1)
        if x * x + y * y <= p * p:
            inside += 1
    return inside


def gillespie(p, omega):
    birth, death = p
    n, t = 3, 0.0
    while n > 0:
        total = (birth + death) * n
        t += rt.exponential(omega, 1, 1 / total)
        if t > 2.0:
            break
        if rt.read(omega, 2) * total < birth * n:
            n += 1
        else:
            n -= 1
    return n


def hawkes(p, omega):
    mu, alpha = p
    t = 0.0
    events = []
    while True:
        bound = mu
        for s in events:
            bound += alpha * math.exp(-2.0 * (t - s))
        t += rt.exponential(omega, 1, 1 / bound)
        if t > 2.0:
            return len(events)
        rate = mu
        for s in events:
            rate += alpha * math.exp(-2.0 * (t - s))
        if rt.read(omega, 2) * bound <= rate:
            events.append(t)


def lindley(p, omega):
    wait, total = 0.0, 0.0
    for _ in range(9):
        service = rt.exponential(omega, 1, p)
        gap = rt.exponential(omega, 2, 1.0)
        wait = max(0.0, wait + service - gap)
        total += wait
    return total


def newest_cancels(p, omega):
    s = rt.normal(omega, 1, p, 1.0)
    now = rt.exponential(omega, 2, 1.0)
    a = now + 1.0
    b = now + s
    return 1.0 if a < b else 0.0


def needle(p, omega):
    y = rt.uniform(omega, 1, 0, 1)
    angle = rt.uniform(omega, 2, 0, 3.141592653589793)
    return 1.0 if y <= p * math.sin(angle) / 2 else 0.0


def sphere(p, omega):
    x = rt.normal(omega, 1, 0.5, 1.0)
    y = rt.normal(omega, 2, 0.0, 1.0)
    z = rt.normal(omega, 3, 0.0, 1.0)
    return 1.0 if (x - 0.5) ** 2 + y * y < p - z * z else 0.0


def parabola(p, omega):
    x = rt.normal(omega, 1, 0.0, 1.0)
    y = rt.normal(omega, 2, x, 1.0)
    u = y - x
    return 1.0 if u * u - 2.0 * u > p and x < 1.0 else 0.0


def excess(p, omega):
    x = rt.normal(omega, 1, p, 1.0)
    y = rt.normal(omega, 2, 0.0, 1.0)
    return 1.0 if max(x, y) > y else 0.0


def uniform_threshold(p, omega):
    q = rt.read(omega, 1) * 0.98 + p
    return 1.0 if rt.flip(omega, 2, q) else 0.0


def nested_normal(p, omega):
    x = rt.normal(omega, 1, p, 1.0)
    z = rt.normal(omega, 2, x, 1.0)
    b = rt.flip(omega, 3, 1.0 / (1.0 + math.exp(-z)))
    if b and x > 0.5:
        return z
    return 0.3 * x


def older_later(p, omega):
    a = rt.exponential(omega, 1, p)
    b = rt.exponential(omega, 2, 1.0)
    if a + b > 1.0:  # a decision of the newer draw, which the older one moves too
        return 3.0 if a > 0.5 else 1.0
    return 0.0


# name: (function, parameter, derivative of the mean)
EXACT = {
    "barrier": (barrier, [100.0, 0.25], [0.6299789130587296, 27.361004545546777]),
    "older_later": (older_later, 0.8, 1.1061320927927899),
    "darts": (darts, 0.8, 25.13274122871835),
    "gillespie": (gillespie, [0.6, 0.4], [8.95094818584762, -8.95094818584762]),
    "hawkes": (hawkes, [0.8, 0.9], [2.9749775558066944, 1.2265781594639755]),
    "lindley": (lindley, 0.8, 24.700518135619866),
    "newest_cancels": (newest_cancels, 0.2, 0.28969155276148273),
    "needle": (needle, 0.8, 1 / math.pi),
    "sphere": (sphere, 2.0, chi2.pdf(2.0, 3)),
    "parabola": (parabola, 0.5, -norm.cdf(1.0) * sum(norm.pdf(1.0 + s * 1.5**0.5) for s in (1, -1)) / (2 * 1.5**0.5)),
    "excess": (excess, 0.2, norm.pdf(0.2 / 2**0.5) / 2**0.5),
    "uniform_threshold": (uniform_threshold, 0.01, 1.0),
    "nested_normal": (nested_normal, 0.2, 0.6774678562801696),
}


def stepped(p, omega):
    return int(rt.exponential(omega, 1, p)) + math.floor(rt.normal(omega, 2, p, 1.0))


def ranking(p, omega):
    utility = np.asarray(p) + rt.each(rt.gumbel, omega, 1, 4, 0.0, 1.0)
    order = np.argsort(-utility)
    rank = np.where(order == 0)[0][0]
    return 1.0 / np.log2(rank + 2.0)


def shape(p, omega):
    return 1.0 if rt.gamma(omega, 1, p, 1.5) > 3.0 else 0.0


def median_life(p, omega):
    lives = np.sort(p * rt.each(rt.weibull, omega, 1, 3, 2.0, 1.0))
    return lives[1] + (lives[1] > 1.0)


STEPPED = sum(k / 4 * math.exp(-k / 2) for k in range(1, 90)) + sum(norm.pdf(k - 2) for k in range(-40, 40))
ALIVE = math.exp(-(1.2**-2.0))  # at time 1; two of three are with probability 3 a² - 2 a³
MEDIAN_LIFE = math.sqrt(math.pi) / 2 * (3 / 2**0.5 - 2 / 3**0.5) + 12 * (ALIVE**2 - ALIVE**3) / 1.2**3
SHAPE = (gamma.sf(2.0, 2.0 + 1e-5) - gamma.sf(2.0, 2.0 - 1e-5)) / 2e-5
EXACT |= {
    "stepped": (stepped, 2.0, STEPPED),
    "shape": (shape, 2.0, SHAPE),
    "median_life": (median_life, 1.2, MEDIAN_LIFE),
    "ranking": (
        ranking,
        [0.5, 0.0, 1.0, -0.5],
        [0.12365132362724579, -0.03755940601853952, -0.059210531279894243, -0.02688138632881166],
    ),
}
