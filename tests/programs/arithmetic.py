"""Arithmetic: precedence, signs and parentheses of values and of their tangents; functions of arrays."""

from programs.table import cases

ARITHMETIC = cases("""
### signs and powers
def f(p, rng):
    a = -p ** 2 + (-p) ** 2 * 3 - -p + 2 ** -p + p ** -2 + (+p) ** 0.5
    return a - (-2) ** 2 * p + 2 ** -p ** 2 + p ** 0 + p ** 1

### differences and quotients in parentheses | p=0.6, q=1.5
def f(p, q, rng):
    return p - (q - p * q) - (p + q) + p / (q / p) / (2 * q) - (p - (q - (p - q))) * -(q - p) / -(p + q) + 1 / (1 / p)

### towers of powers | p=0.6, q=1.5
def f(p, q, rng):
    return p ** q ** p + (p ** q) ** p + (p * q) ** 2 * -p + (p / q) ** -q + 2 ** p * q ** 2 + (p + q) ** 3 / p ** 2

### operators of counts beside smooth values
def f(p, rng):
    n = rng.binomial(3, 0.4)
    a = p * (n % 2) + p * (n // 2) - p * (n and 3) + p * (n or 2) + p * (not n) + p * (n == 1) + p ** (n if n else 1)
    return a + p * -n + p * (n << 1) + p * (n | 1) * (n ^ 2) + p * ~n + (n, 2)[0] * p + [1, 2, 3, 4][n] * p ** (n % 2)

### conditional expressions as operands
def f(p, rng):
    n = rng.binomial(2, 0.4)
    return (p if n else 2.0) * (p * p if n > 1 else p) - (1 if n else p) ** 2 / (p if n == 1 else 3) + -(p if n else 1)

### walrus and lambda as operands
def f(p, rng):
    return p * (x := 2) + p ** (lambda: 3)() * x - (y := p * p) * (z := y + p) + z * y

### products of many
def f(p, rng):
    x, y = rng.exponential(p), rng.normal(p, 1.0)
    return p * x * y * (1 - p) * x / y * (x + y - p) / (p * (x + 1)) + x * (y * (p * (x - y)))

### expression over several lines, with comments
def f(p, rng):
    x = rng.exponential(p)
    return (p  # the chance
            * x  # times
            - (x  # less
               + 1) ** 2
            + [p, x,  # two
               ][1])

### numbers of every kind
def f(p, rng):
    return p * 1_000 + p / 1e-3 - .5 * p + 0x10 * p ** 2. + p * True + 0b11 / p + 1.e1 ** p

### zero and one as factors
def f(p, rng):
    return 0 * p + p * 0.0 + 1 * p + p * 1 + p / 1 - p * -1 + (p - p) * 3 + 0 / p + (p + 0) ** 2 + (0 - p) ** 1

### kinks away from the kink
def f(p, rng):
    x = rng.normal(p, 1.0)
    return abs(x) + max(x, p) - min(x, p) * p + max(p, 0.1) + min(0.1, x) + abs(-x) * max(p, x) - -abs(p - x)

### arrays: powers, both ways
import numpy as np

def f(p, rng):
    x = np.array([1.0, 2.0, p])
    y = x ** p + p ** x + 2.0 ** x
    return y.sum() + (x ** 2 / x ** x).sum() + (x ** np.array([1, 2, 3])).sum()

### arrays: absolute values, largest, smallest
import numpy as np

def f(p, rng):
    x = np.array([-1.0, 2.0, p]) * p
    y = np.abs(x)[0] + np.fabs(x)[1] + np.maximum(x, 0.0).sum()
    return abs(x).sum() + y + np.minimum(x, p)[1] + np.fmax(x, 1)[2]

### arrays: functions by element
import numpy as np

def f(p, rng):
    x = np.array([0.1, 0.5, p])
    y = np.exp(x) + np.log(x) * np.sin(x) - np.sqrt(x) / np.cosh(x)
    y = y + np.hypot(x, p) + np.power(x, 2) + np.logaddexp(x, p)
    return y.sum() + np.square(y).mean() + np.arctan2(x, y)[1] + np.negative(x)[2] + np.reciprocal(y)[0] + np.cbrt(x)[0]

### arrays: indexing of every kind
import numpy as np

def f(p, rng):
    x = np.arange(12.0).reshape(3, 4) * p + rng.exponential(p)
    i = rng.binomial(2, p)
    a = x[i, 1] + x[-1, ::-1][0] + x[..., 0].sum() + x[1:, :2].sum() + x[None, 0].sum() + x[[0, i], 1].sum() + x.T[1][i]
    a += x[x.shape[0] - 1][len(x)] + x[np.array([True, False, True])].sum()
    return a + x.size + x.ravel()[i] + x.flatten()[3]

### arrays: products
import numpy as np

def f(p, rng):
    a, x = np.array([[1.0, p], [p * p, 2.0]]), np.array([p, 3.0])
    y = a @ x
    z = y @ x + (a @ a)[0, 1] + x.dot(y) + (x * y).sum()
    return z + (a * x)[1, 0] + (a.T @ y)[0] - (x - a)[0, 1] + (1 / a).sum()

### arrays: made of smooth values
import numpy as np

def f(p, rng):
    x = np.array([[p, 1.0], [rng.exponential(p), p * p]])
    y = np.concatenate([x[0], x[1]])
    z = np.stack([y, y * p])
    return z[1, 2] + np.asarray([p, 2.0]).sum() + np.cumsum(y)[3] + np.reshape(y, (2, 2))[1, 0] + np.transpose(x)[0, 1]

### arrays: changed by every operator
import numpy as np

def f(p, rng):
    x = np.array([1.0, 2.0, 3.0])
    x += p
    x[1:] *= p
    x[0] **= 2
    x /= 1 + p
    x -= x[0]
    x[rng.binomial(2, p)] -= p
    x *= x
    return x.sum() + x[2]

### sums of lists of arrays
import numpy as np

def f(p, rng):
    xs = [np.array([p, 1.0]) * i for i in range(3)]
    return sum(xs)[0] + sum(xs[1:])[1] * p + sum(x[0] for x in xs)
""")
