"""Special functions of samplers and their derivatives: normal quantile, digamma, Poisson and binomial probabilities.

Scalar and built on `math` alone: the same text runs interpreted and in Numba's nopython mode. Not for `fastmath`:
`product_error` relies on IEEE rounding. Stated errors bound those found against 60-digit arithmetic.

References:
    Wichura (1988), Algorithm AS 241: the percentage points of the normal distribution, Applied Statistics 37, 477-484.
    Loader (2000), Fast and accurate computation of binomial probabilities.
    Dekker (1971), A floating-point technique for extending the available precision, Numer. Math. 18, 224-242.
    Abramowitz & Stegun (1964), Handbook of mathematical functions, 6.3.
    Estrin (1960), Organization of computer systems: the fixed plus variable structure computer, WJCC 17, 33-40.
"""

from __future__ import annotations

import math

# log(n!) - log(sqrt(2 pi n) (n/e)**n) for n = 1, ..., 15; the first entry fills the place of n = 0, where it diverges.
# fmt: off
STIRLING_ERRORS = (
    math.inf, 0.08106146679532725821967, 0.04134069595540929409382, 0.02767792568499833914879,
    0.02079067210376509311152, 0.01664469118982119216319, 0.01387612882307074799875, 0.01189670994589177009506,
    0.01041126526197209649748, 0.009255462182712732917729, 0.008330563433362871256469, 0.007573675487951840794973,
    0.006942840107209529865665, 0.006408994188004207068439, 0.005951370112758847735624, 0.005554733551962801371039,
)
# fmt: on
LARGEST_LOG = 709.782712893384  # of the largest double
SMALLEST = 5e-324  # the smallest positive double


def exp(x: float) -> float:
    """Return e**x; infinity where it overflows, as compiled code has it, and not an `OverflowError`."""
    return math.exp(x) if not x > LARGEST_LOG else math.inf


def expm1(x: float) -> float:
    """Return e**x - 1; infinity where it overflows."""
    return math.expm1(x) if not x > LARGEST_LOG else math.inf


def quotient(x: float, y: float) -> float:
    """Return x / y; infinity where y > 0 has underflowed to the smallest double, whatever x > 0 is."""
    return math.inf if y <= SMALLEST and x > 0.0 else x / y


def ndtri(w: float) -> float:
    """Return z with P(Z <= z) = w for a standard normal Z; w in (0, 1), the ends give -inf and inf.

    AS 241, PPND16 (Wichura 1988). Relative error below 1e-15.
    """
    q = w - 0.5
    if abs(q) <= 0.425:
        return q * ndtri_centre(0.180625 - q * q)
    tail = min(w, 1.0 - w)
    if tail <= 0.0:
        return math.copysign(math.inf, q) if tail == 0.0 else math.nan
    r = math.sqrt(-math.log(tail))
    return math.copysign(ndtri_near(r - 1.6) if r <= 5.0 else ndtri_far(r - 5.0), q)


def ndtri_centre(r: float) -> float:
    """AS 241 for |w - 1/2| <= 0.425: z / (w - 1/2) as a function of r = 0.425**2 - (w - 1/2)**2.

    Terms are added in pairs, which a processor computes side by side (Estrin 1960).
    """
    s = r * r
    a = 3.3871328727963666080e0 + 1.3314166789178437745e2 * r
    b = 1.9715909503065514427e3 + 1.3731693765509461125e4 * r
    c = 4.5921953931549871457e4 + 6.7265770927008700853e4 * r
    d = 3.3430575583588128105e4 + 2.5090809287301226727e3 * r
    top = a + b * s + (c + d * s) * (s * s)
    a = 1.0 + 4.2313330701600911252e1 * r
    b = 6.8718700749205790830e2 + 5.3941960214247511077e3 * r
    c = 2.1213794301586595867e4 + 3.9307895800092710610e4 * r
    d = 2.8729085735721942674e4 + 5.2264952788528545610e3 * r
    return top / (a + b * s + (c + d * s) * (s * s))


def ndtri_near(r: float) -> float:
    """AS 241 for tails down to exp(-25): |z| as a function of r = sqrt(-log(tail)) - 1.6."""
    s = r * r
    a = 1.42343711074968357734e0 + 4.63033784615654529590e0 * r
    b = 5.76949722146069140550e0 + 3.64784832476320460504e0 * r
    c = 1.27045825245236838258e0 + 2.41780725177450611770e-1 * r
    d = 2.27238449892691845833e-2 + 7.74545014278341407640e-4 * r
    top = a + b * s + (c + d * s) * (s * s)
    a = 1.0 + 2.05319162663775882187e0 * r
    b = 1.67638483018380384940e0 + 6.89767334985100004550e-1 * r
    c = 1.48103976427480074590e-1 + 1.51986665636164571966e-2 * r
    d = 5.47593808499534494600e-4 + 1.05075007164441684324e-9 * r
    return top / (a + b * s + (c + d * s) * (s * s))


def ndtri_far(r: float) -> float:
    """AS 241 for tails below exp(-25): |z| as a function of r = sqrt(-log(tail)) - 5."""
    s = r * r
    a = 6.65790464350110377720e0 + 5.46378491116411436990e0 * r
    b = 1.78482653991729133580e0 + 2.96560571828504891230e-1 * r
    c = 2.65321895265761230930e-2 + 1.24266094738807843860e-3 * r
    d = 2.71155556874348757815e-5 + 2.01033439929228813265e-7 * r
    top = a + b * s + (c + d * s) * (s * s)
    a = 1.0 + 5.99832206555887937690e-1 * r
    b = 1.36929880922735805310e-1 + 1.48753612908506148525e-2 * r
    c = 7.86869131145613259100e-4 + 1.84631831751005468180e-5 * r
    d = 1.42151175831644588870e-7 + 2.04426310338993978564e-15 * r
    return top / (a + b * s + (c + d * s) * (s * s))


def digamma(x: float) -> float:
    """Return the logarithmic derivative of the gamma function; NaN at its poles 0, -1, -2, ...

    Recurrence and asymptotic series for x > 0, reflection for x < 0. Error below 4e-15 max(1, |digamma(x)|): small
    against the value except near its zeros, 1.4616... and one between any two poles.
    """
    if not x <= 0.0:
        return digamma_positive(x)
    if x <= -(2.0**52):  # every such double is an integer
        return math.nan
    r = x - math.floor(x + 0.5)
    if r == 0.0:
        return math.nan
    return digamma_positive(1.0 - x) - math.pi / math.tan(math.pi * r)


def digamma_positive(x: float) -> float:
    """Digamma for x > 0: psi(x) = psi(x + 1) - 1/x up to x >= 10, then the asymptotic series (A&S 6.3.5, 6.3.18)."""
    shift = 0.0
    while x < 10.0:
        shift += 1.0 / x
        x += 1.0
    return math.log(x) - 0.5 / x - digamma_series(x) - shift


def digamma_rise(x: float, h: float) -> float:
    """Return digamma(x + h) - digamma(x) for x > 0, x + h > 0, also where the two are close.

    Recurrence and asymptotic series as for digamma, each subtracted in closed form. Relative error below 4e-15.
    """
    shift = 0.0
    while x < 10.0 or x + h < 10.0:
        shift += h / (x * (x + h))
        x += 1.0
    difference = digamma_series(x) - digamma_series(x + h)
    return shift + math.log1p(h / x) + 0.5 * h / (x * (x + h)) + difference


def digamma_series(x: float) -> float:
    """Return log(x) - 1/(2x) - digamma(x) for x >= 10 (A&S 6.3.18)."""
    y = 1.0 / (x * x)
    series = ((y / 12.0 - 691.0 / 32760.0) * y + 1.0 / 132.0) * y - 1.0 / 240.0
    return (((series * y + 1.0 / 252.0) * y - 1.0 / 120.0) * y + 1.0 / 12.0) * y


def trigamma(x: float) -> float:
    """Return the derivative of digamma; infinite at its poles 0, -1, -2, ... Relative error below 1e-14.

    Recurrence and asymptotic series for x > 0 (A&S 6.4.6, 6.4.12), reflection for x <= 0 (6.4.7).
    """
    if x <= 0.0:
        r = x - math.floor(x)
        if r == 0.0 or x <= -(2.0**52):
            return math.inf
        return (math.pi / math.sin(math.pi * r)) ** 2 - trigamma_positive(1.0 - x)
    return trigamma_positive(x)


def trigamma_positive(x: float) -> float:
    """Trigamma for x > 0."""
    total = 0.0
    while x < 15.0:
        total += 1.0 / (x * x)
        x += 1.0
    y = 1.0 / (x * x)
    series = ((((y * 5.0 / 66.0 - 1.0 / 30.0) * y + 1.0 / 42.0) * y - 1.0 / 30.0) * y + 1.0 / 6.0) * y
    return total + (1.0 + 0.5 / x + series) / x


def stirling_error(n: int) -> float:
    """Return log(n!) - log(sqrt(2 pi n) (n/e)**n) for an integer n >= 1; absolute error below 2e-16 (Loader 2000)."""
    if n < len(STIRLING_ERRORS):
        return STIRLING_ERRORS[n]
    x = float(n)
    y = 1.0 / (x * x)
    return ((((y / 1188.0 - 1.0 / 1680.0) * y + 1.0 / 1260.0) * y - 1.0 / 360.0) * y + 1.0 / 12.0) / x


def deviance(x: float, mean: float) -> float:
    """Return x log(x / mean) + mean - x, half the Poisson deviance; x >= 0, mean > 0 (Loader 2000, `bd0`).

    Near x = mean a series in v = (x - mean) / (x + mean), without cancellation. Relative error below 2e-15.
    """
    if x == 0.0:
        return mean
    v = (x - mean) / (x + mean)
    if abs(v) > 0.3:
        return x * math.log(x / mean) + mean - x
    total = (x - mean) * v
    power = 2.0 * x * v
    term = total
    j = 1.0
    while abs(term) > total * 1e-17:
        power *= v * v
        j += 2.0
        term = power / j
        total += term
    return total


def poisson_pmf(k: int, rate: float) -> float:
    """Return P(X = k) for X Poisson with mean `rate` >= 0; relative error below 1.5e-15 (1 - log P) (Loader 2000)."""
    if k < 0:
        return 0.0
    if k == 0:
        return math.exp(-rate)
    if rate == 0.0:
        return 0.0
    x = float(k)
    return math.exp(-stirling_error(k) - deviance(x, rate)) / math.sqrt(2.0 * math.pi * x)


def binomial_pmf(k: int, n: int, q: float) -> float:
    """Return P(X = k) for X binomial, 0 <= n <= 2**53 trials with success probability q in [0, 1] (Loader 2000).

    Relative error below 1.5e-15 (1 - log P): what the mean n q loses by rounding is carried along, to first order.
    """
    if q > 0.5:
        k, q = n - k, 1.0 - q  # 1 - q is exact
    if k < 0 or k > n:
        return 0.0
    if k == 0:
        return math.exp(n * math.log1p(-q))
    if k == n or q == 0.0:
        return math.pow(q, n)
    trials, x, y = float(n), float(k), float(n - k)
    mean = trials * q
    mean_low = product_error(trials, q, mean)
    rest = trials - mean
    rest_low = (trials - rest) - mean - mean_low
    log_p = stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(x, mean) - deviance(y, rest)
    log_p -= mean_low * (mean - x) / mean + rest_low * (rest - y) / rest
    return math.exp(log_p) * math.sqrt(trials / (2.0 * math.pi * x * y))


def product_error(a: float, b: float, product: float) -> float:
    """Return a * b - product exactly, where product = fl(a * b) (Dekker 1971); |a|, |b| < 2**996."""
    c = 134217729.0 * a
    a_high = c - (c - a)
    c = 134217729.0 * b
    b_high = c - (c - b)
    a_low, b_low = a - a_high, b - b_high
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
