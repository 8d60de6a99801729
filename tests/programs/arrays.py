"""Arrays: elements, slices, views, functions."""

from programs.table import cases

ARRAYS = cases("""
### products that a statement and its tangent share
import numpy as np

def f(p, rng):
    a = np.array([[p, 1.0], [0.5, p]])
    x = np.array([rng.exponential(p), 1.0])
    y = np.exp(a @ x)
    z = np.tanh(a @ y + x) * np.sqrt(np.dot(x, x))
    w = [np.dot(x, row) ** 2 for row in a]
    if rng.random() < 0.5:
        z += np.sin(a @ x)
    k = rng.binomial(3, np.exp(-np.dot(x, x)))
    e = rng.exponential(1 + np.dot(x, x) ** 2)
    total = np.log(1 + np.dot(x, x)) + z @ z
    total += np.cos(np.dot(z, x)) * np.dot(z, x)
    return total + sum(w) + k + (a @ x)[0] * e

### arrays: zeros, assignment to elements, in place
import numpy as np

def f(p, rng):
    x = np.zeros(3)
    x[0] = p
    x[1] = rng.exponential(p)
    x[2] += p * p
    x *= p
    x[:2] -= 1
    return x.sum() + x[1] * x[2]

### arrays: slice assignment
import numpy as np

def f(p, rng):
    x = np.ones(4)
    x[1:3] = p
    x[:] = x * x
    x[3:] = [p ** 3]
    return (x * np.arange(4)).sum()

### arrays: one name for two, then another array
import numpy as np

def f(p, rng):
    x = np.array([p, 1.0])
    y = x
    y = x + 1
    y[0] += p * p
    return x[0] * y[0] + x[1]

### arrays: two names for one
import numpy as np

def f(p, rng):
    x = np.array([p, 1.0])
    y = x
    y[1] = p * p
    y += p
    return x[0] + 3 * x[1]

### arrays: views
import numpy as np

def f(p, rng):
    x = np.array([p, 1.0, 2.0])
    tail = x[1:]
    tail[0] = p * p
    tail *= p
    return x[1] + 2 * x[2] + x[0]

### arrays: a copy is not the array
import numpy as np

def f(p, rng):
    x = np.array([p, 1.0])
    y = x.copy()
    y[0] = 3.0
    z = x * 1
    z[1] = p
    return x[0] + y[0] * x[1] + z[1]

### arrays: + 0 is a new array
import numpy as np

def f(p, rng):
    x = np.array([p, 2 * p])
    y = x + 0.0
    y[0] = 5.0
    return x[0] * y[1] + y[0]

### arrays: two dimensions
import numpy as np

def f(p, rng):
    x = np.zeros((2, 2))
    x[0, 1] = p
    x[1] = np.array([p * p, 1.0])
    y = x.T @ np.array([1.0, p])
    return y[0] + 2 * y[1] + x[1, :].sum()

### arrays: elementwise functions
import numpy as np

def f(p, rng):
    x = np.linspace(0.1, 1.0, 3) * p
    y = np.exp(x) + np.sqrt(x) * np.log(1 + x) - np.maximum(x, 0.3)
    return np.sum(y) + np.mean(x) + float(y[0]) + x.dot(y)

### arrays of draws
import numpy as np

def f(p, rng):
    x = np.array([rng.binomial(1, p) for _ in range(3)])
    return x.sum() * p + x[0]

### table looked up at a draw
import numpy as np

TABLE = np.array([0.5, 2.0, 3.0])

def f(p, rng):
    return TABLE[rng.binomial(2, p)] * p

### arrays: a sum larger than the operand that moves
import numpy as np

K = [1.0, 2.0]

def shifted(x, by):
    return x + by

def f(p, rng):
    k = np.array(K)
    m = np.zeros((2, 3))
    y = p * rng.exponential(1.0) - k
    z = m + y[:, None]
    x = p
    x += k
    w = 1.0 - p
    w = w + k
    w[0] = w[0] * rng.binomial(1, p)
    return np.sum(k + p) + z.sum() + (z - m).mean() + x.sum() + np.sum(p - -k) + shifted(p, k).sum() + w[0] * w[1]

### arrays: a sum with what a list holds
import numpy as np

def f(p, rng):
    rows = []
    rows.append(np.ones(2))
    others = rows
    others.append(np.array([2.0, rng.binomial(1, p)]))
    row = others[1]
    return np.sum(p + rows[0]) * np.sum(row - p) + sum([np.sum(each + p * p) for each in rows])

### arrays: a sum with what a function returns
import numpy as np

def ones(n):
    return [1.0] * n, np.ones(n)

def f(p, rng):
    plain, array = ones(rng.binomial(2, p) + 1)
    return np.sum(array + p) + len(plain) * p

### arrays: types that are built in
import numpy as np

def f(p, rng):
    a, b, c = np.zeros(3, dtype=int), np.ones((2, 2), dtype=float), np.full(2, 3, dtype=int)
    d = np.zeros(2, bool)
    a[rng.binomial(2, p)] += 1
    d[0] = a[1] > 0
    return a.sum() + b.sum() * p + c[0] * d.sum() + a[2]
""")
