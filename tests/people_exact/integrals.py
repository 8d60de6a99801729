"""Closed forms and quadratures."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import gamma, logistic, multivariate_normal, norm

from tests.people_exact.numeric import at_time, integral, normal_below, normal_density


def mg1_heap(p: float) -> float:
    def excess(k: int) -> float:
        """E (S - A)^+ for S ~ gamma(2k, p), A ~ gamma(k, 1)."""

        def inner(s: float) -> float:
            return float(gamma.pdf(s, 2 * k, scale=p) * (s * gamma.cdf(s, k) - k * gamma.cdf(s, k + 1)))

        return integral(inner, 0.0, 60.0, (1.0, 3.0, 8.0, 20.0))

    e = [excess(k) / k for k in (1, 2, 3)]
    return 3 * e[0] + 2 * e[1] + e[2]


def asian_geometric(p: float) -> float:
    dt, n = 1.0 / 6, 6
    mean = math.log(100.0) + (0.03 - p * p / 2) * dt * (n + 1) / 2
    sd = p * math.sqrt(dt * (n + 1) * (2 * n + 1) / (6 * n))
    d = (mean - math.log(95.0)) / sd
    return math.exp(-0.03) * (math.exp(mean + sd * sd / 2) * normal_below(d + sd) - 95.0 * normal_below(d))


def lookback_bachelier(p: float) -> float:
    def positive(m: float, sd: float) -> float:
        return m * normal_below(m / sd) + sd * normal_density(m / sd)

    return sum(positive(k * p, math.sqrt(k)) / k for k in range(1, 6))


def digital_scipy(p: float) -> float:
    return math.exp(-0.02) * normal_below((math.log(100 / 105) + 0.02 - p * p / 2) / p)


def default_basket(p: float) -> float:
    def inner(m: float) -> float:
        q = normal_below((p - math.sqrt(0.3) * m) / math.sqrt(0.7))
        return normal_density(m) * (1 - (1 - q) ** 4 - 4 * q * (1 - q) ** 3)

    return integral(inner, -9.0, 9.0, (-3.0, 0.0, 3.0))


def house_selling(p: float) -> float:
    return sum(p**k * ((1 - p * p) / 2 - 0.02 * k * (1 - p)) for k in range(4)) + p**4 * (0.5 - 0.08)


def metropolis_normal(p: float) -> float:
    """From x, the proposal y is sure to be accepted between x and 2p - x, where the target is higher."""

    def kernel(x: float, y: float) -> float:
        return normal_density(y - x) * math.exp(min(0.0, 0.5 * (x - p) ** 2 - 0.5 * (y - p) ** 2))

    def mean(x: float, value: object, *points: float) -> tuple[float, float]:
        """Return the chance to move from x, and the mean of a value over moves."""
        kinks = (x, 2 * p - x, *points)
        assert callable(value)
        moved = integral(lambda y: kernel(x, y), x - 9, x + 9, kinks)
        return moved, integral(lambda y: kernel(x, y) * value(y), x - 9, x + 9, kinks)

    def final(x: float) -> float:
        """E of the state after one more step, plus 1 if it moves."""
        moved, total = mean(x, lambda y: y + 1)
        return total + (1 - moved) * x

    moved, total = mean(0.0, lambda y: final(y) + 1, p)
    return total + (1 - moved) * final(0.0)


def rejection_beta(p: float) -> float:
    return 1 / 3 + p / 6 + 1 + p


def thompson_normal(p: float) -> float:
    return p + p * normal_below(p / math.sqrt(6))


def ranking_noise(p: float) -> float:
    below = logistic.cdf
    win = integral(lambda x: float(logistic.pdf(x - p) * below(x) * below(x - 0.4)), -40, 40, (0.0, p))
    over_b = integral(lambda x: float(logistic.pdf(x - p) * below(x)), -40, 40, (0.0, p))
    over_c = integral(lambda x: float(logistic.pdf(x - p) * below(x - 0.4)), -40, 40, (0.0, p))
    return 10 * win + 2 - over_b - over_c


def sorted_key(p: float) -> float:
    """Positions 0, 1, 2 with weight 2 for A: the three positions sum to 3, and A's counts once more."""
    return 3.0 + normal_below((0.0 - p) / math.sqrt(2)) + normal_below((1.0 - p) / math.sqrt(2))


def pert_network(p: float) -> float:
    return 1.0 + (p + 1.0 - 1 / (1 + 1 / p)) + 0.5 + 2 * p / (1 + p)


def newsvendor(p: float) -> float:
    sold, out = p * (1 - math.exp(-6 / p)), math.exp(-6 / p)
    return 5.0 * sold + 1.0 * (6 - sold) - 18.0 - 0.5 * 3 * out


def k_of_n(p: float) -> float:
    def alive(t: float) -> float:
        r = math.exp(-((t / p) ** 2))
        return sum(math.comb(4, k) * r**k * (1 - r) ** (4 - k) for k in (2, 3, 4))

    return integral(alive, 0.0, 10.0, (1.0, 3.0)) + alive(1.0)


def particle_systematic(p: float) -> float:
    """X_0 ~ N(0, 1), X_t = p X_(t-1) + N(0, 1), Y_t = X_t + N(0, 1): Y is Gaussian."""
    a = np.zeros((3, 4))
    for t in range(3):
        a[t, : t + 2] = [p ** (t + 1 - j) for j in range(t + 2)]
    return 100 * float(multivariate_normal.pdf([0.5, -0.3, 0.8], np.zeros(3), a @ a.T + np.eye(3)))


def regression(p: float) -> float:
    return normal_below((p - 1) * math.sqrt(10)) + p * p + 0.1


def random_matrix(p: float) -> float:
    return (p * p + 1) ** 2 + 1 + 2 * p + 2 * p * p + 4


def orthant(p: float) -> float:
    return 0.25 + math.asin(p) / (2 * math.pi)


def alternating_coroutines(p: float) -> float:
    """Both machines together: 0, 1 or 2 are up."""

    def rates(up: int) -> list[tuple[float, int]]:
        return [(up / p, up - 1)] * (up > 0) + [((2 - up) / 0.8, up + 1)] * (up < 2)

    return float(at_time(rates, [0, 1, 2], 2, 5.0)[1][2])


def process_send(p: float) -> float:
    low, high = normal_below((18 - p) / 2), 1 - normal_below((20 - p) / 2)
    on, hours = 0.0, 0.0
    for _ in range(5):
        on = on * (1 - high) + (1 - on) * low
        hours += on
    return hours


def ruin_dataclass(p: float) -> float:
    """P(E1 < a, E1 + E2 < b, E1 + E2 + E3 < c) for exponential(1): the points of a Poisson process."""
    a, b, c = 3.2 / p, 4.4 / p, 5.6 / p

    def two(x: float) -> float:
        """P(E2 < b - x, E2 + E3 < c - x)."""
        return 1 - math.exp(-(b - x)) - (b - x) * math.exp(-(c - x))

    return 1 - integral(lambda x: math.exp(-x) * two(x), 0.0, a)


def polar_method(p: float) -> float:
    return normal_below(p - 1) - p * normal_density(1 - p)


def buffon(p: float) -> float:
    q = 2 * p / math.pi
    return 10 * q * (1 - q) + 100 * q * q


def histogram_bins(p: float) -> float:
    q = [math.exp(-j / p) - math.exp(-(j + 1) / p) for j in (0, 1)]
    return 20 * q[0] * q[1] + 0.1 * 5 * math.exp(-3 / p)


def close_pairs(p: float) -> float:
    return 6 * (1 - (1 - 0.5 / p) ** 2)


def grades_bisect(p: float) -> float:
    return sum(1 - normal_below((cut - p) / 10) for cut in (60, 70, 80, 90))


def clip_where(p: float) -> float:
    s = 0.8

    def excess(c: float) -> float:
        d = (p - c) / s
        return s * normal_density(d) + (p - c) * normal_below(d)

    return excess(0.0) - excess(1.0) + excess(1.0) + normal_below((p - 1.0) / s)


def moments_numpy(p: float) -> float:
    return p * p + math.exp(-1 / (p * p))


def largest_gap(p: float) -> float:
    return sum((-1) ** (j + 1) * math.comb(3, j) * max(0.0, 1 - j * p) ** 4 for j in (1, 2, 3))


def old_numpy(p: float) -> float:
    return 2 * (1 - math.exp(-1 / (2 * p * p))) + p * math.sqrt(math.pi / 2)


def frozen_parts(p: float) -> float:
    return p + 2 - 1 / (1 / p + 0.5) + 2 / (p + 2)


def wait_tail(p: float) -> float:
    """A wait that is not 0 is exponential, as a service; W_1 + service is then gamma of shape 2."""
    s = 0.9
    c = s / (1 + s)
    first = c * math.exp(-p / s)
    return first + (1 - c) * first + c * math.exp(-p / s) * ((1 + p / s) * c + c * c / s)


def swap_elements(p: float) -> float:
    return 6 * p**3 + 2 * p


def local_imports(p: float) -> float:
    def excess(c: float) -> float:
        return normal_density(p - c) + (p - c) * normal_below(p - c)

    return excess(0.0) - excess(1.0) + 2 * (normal_below(p - 1) + normal_below(-1 - p)) + normal_below(-p)


def exception_stop(p: float) -> float:
    return 1.5 + p + 1.5 / p


def merged_streams(p: float) -> float:
    return p / (1 + p) + 2 / p - 2


def iterator_protocol(p: float) -> float:
    return 4 / p


def state_replace(p: float) -> float:
    return 2 + p + 1 / p


def groupby_runs(p: float) -> float:
    above = normal_below(p - 0.5)
    return 1 + 10 * above * (1 - above) + 6 * above


def clock_phase(p: float) -> float:
    turns = 1 / math.expm1(1 / p)
    green = math.expm1(-0.4 / p) / math.expm1(-1 / p)
    return 2 * turns + 3 * green + p - turns


def copied_values(p: float) -> float:
    above = normal_below(p - 0.4)
    return p + above * p + (1 - above) * 0.3


def box_muller(p: float) -> float:
    def above(a: float) -> float:
        return normal_density(a) * normal_below(p * a / math.sqrt(1 - p * p))

    return integral(above, 0.3, 10.0)


def printed_steps(p: float) -> float:
    return 9 * p - math.expm1(-1 / p)


def first_reaction(p: float) -> float:
    s = p + 0.3
    return 2.0 * (2 * p / s + p / s**2 * math.expm1(-2 * s))


def reaction_arrays(p: float) -> float:
    states = [(s, i) for s in range(5) for i in range(6 - s)]

    def rates(state: tuple[int, int]) -> list[tuple[float, tuple[int, int]]]:
        s, i = state
        steps = [(p * s * i / 5, (s - 1, i + 1)), (0.5 * i, (s, i - 1))]
        return [(rate, new) for rate, new in steps if rate > 0]

    here, _ = at_time(rates, [*states], (4, 1), 1.5)
    return float(sum(q * (5 - s) for (s, _), q in zip(states, here, strict=True)))


def age_replacement(p: float) -> float:
    years = integral(lambda t: math.exp(-t * t), 0.0, p)
    return 4 * (2 * years - 5 + 4 * math.exp(-p * p))


def sequential_trial(p: float) -> float:
    points, weights = np.polynomial.legendre.leggauss(100)
    scores, mass, total = np.array([0.0]), np.array([1.0]), 0.0
    for n, bound in ((4, 2.5), (8, 1.8), (12, 1.4)):
        end, means = bound * math.sqrt(n), scores + 4 * p
        total += n * float(mass @ (norm.sf((end - means) / 2) - norm.cdf((-end - means) / 2)))
        mass = (norm.pdf((end * points[:, None] - means) / 2) / 2 @ mass) * weights * end
        scores = end * points
    return total + 20 * float(mass.sum())


def bond_recovery(p: float) -> float:
    def paid(t: float) -> float:
        hazard, total = (0.1, 0.1 * t) if t < 2 else (p, 0.2 + p * (t - 2))
        coupons = sum(0.06 * math.exp(-0.05 * year) for year in range(1, math.ceil(t)))
        return hazard * math.exp(-total) * (coupons + 0.4 * math.exp(-0.05 * t))

    whole = sum(0.06 * math.exp(-0.05 * year) for year in range(1, 5)) + math.exp(-0.2)
    return integral(paid, 0.0, 4.0, (1.0, 2.0, 3.0)) + math.exp(-0.2 - 2 * p) * whole


def stick_breaking(p: float) -> float:
    return 1 + p * math.log(10)


def vectorized_payoff(p: float) -> float:
    return 3 * (0.3 * (1 - math.exp(-0.2 / p)) + p * math.exp(-0.5 / p))
