"""Arrays that have two names, and new arrays with the tangent of an old one."""

from programs.table import cases

SHARED_ARRAYS = cases("""
### array: the other name becomes smooth
import numpy as np

def f(p, rng):
    x = np.zeros(2)
    y = x
    y[0] = p * p
    return x[0] + rng.binomial(1, p)

### array: a view becomes smooth
import numpy as np

def f(p, rng):
    x = np.zeros(3)
    tail = x[1:]
    tail[0] = p * p
    return x[1] + rng.binomial(1, p)

### array: a row becomes smooth
import numpy as np

def f(p, rng):
    x = np.zeros((2, 2))
    row = x[0]
    row += p
    return x[0, 1] + rng.binomial(1, p)

### array: the transpose becomes smooth
import numpy as np

def f(p, rng):
    x = np.zeros((2, 3))
    t = x.T
    t[2, 0] = p * p
    return x[0, 2] + rng.binomial(1, p)

### array: reshaped, raveled, asarray
import numpy as np

def f(p, rng):
    x = np.zeros(4)
    x.reshape(2, 2)[0, 1] = p
    np.ravel(x)[2] = p * p
    np.asarray(x)[3] = 2 * p
    return x[1] + x[2] + x[3] + rng.binomial(1, p)

### array: rows of a loop
import numpy as np

def f(p, rng):
    x = np.ones((2, 2))
    for row in x:
        row *= p
    return x[0, 1] + rng.binomial(1, p)

### array: a smooth one and its view
import numpy as np

def f(p, rng):
    x = np.array([p, 1.0, 2.0]) * 1.0
    y = x[::2]
    y[1] = p * p
    y -= p
    return x[2] + 3 * x[0] + rng.binomial(1, p)

### array: fancy indexing makes a copy
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    y = x[[0, 1]]
    y[0] = 5.0
    return x[0] + y[0] * x[1] + rng.binomial(1, p)

### array: a mask makes a copy
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    y = x[np.array([True, False])]
    y[0] = 5.0
    return x[0] + rng.binomial(1, p)

### array: expressions that are new arrays with an old tangent
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    a, b, c, d, e = x + 0, x * 1, +x, x - 0.0, x / 1
    a[0] = b[0] = c[0] = d[0] = e[0] = 5.0
    g = 0 + x
    g[0] = 7.0
    return x[0] + rng.binomial(1, p)

### array: a new array by a conditional expression
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    y = x + 1 if rng.random() < 0.5 else x - 1
    y[0] = 5.0
    return x[0] + rng.binomial(1, p)

### array: a new array from a helper
import numpy as np

def shifted(x):
    return x + 1

def f(p, rng):
    x = np.array([p, 2.0])
    y = shifted(x)
    y[0] = 5.0
    return x[0] + rng.binomial(1, p)

### array: a new array in a list
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    xs = [x + 1, x * 1]
    xs[0][0] = 5.0
    for y in xs:
        y[0] += 1
    return x[0] + xs[1][0] + rng.binomial(1, p)

### array: a new array appended
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    xs = []
    for _ in range(2):
        xs.append(x + 0)
        x[0] += 1
        x *= p
    return xs[0][0] + 2 * xs[1][0] + x[0] + rng.binomial(1, p)

### array: a new array assigned to two names
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    y = z = x + 1
    y[0] *= p
    return x[0] + z[0] + rng.binomial(1, p)

### array: state and its old copy
import numpy as np

def f(p, rng):
    x = np.array([1.0, p])
    for _ in range(2):
        old = x.copy()
        x[0] = old[1] * p
        x[1] = old[0] + rng.binomial(1, 0.5)
    return x[0] + x[1]

### array: += on a name that a list holds
import numpy as np

def f(p, rng):
    x = np.array([1.0, 2.0])
    xs = [x]
    x += p
    return xs[0][0] + rng.binomial(1, p)

### array: = + on a name that a list holds
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    xs = [x]
    x = x + p
    return xs[0][0] + x[1] + rng.binomial(1, p)

### array: np.array of an array copies, asarray does not
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    y, z = np.array(x), np.asarray(x)
    y[0] = 3.0
    z[1] = p * p
    return x[0] + x[1] + rng.binomial(1, p)

### array: smooth value stored in an array of integers
import numpy as np

def f(p, rng):
    x = np.zeros(1, dtype=int)
    x[0] = 2 * (p + rng.random())
    return float(x[0])

### array: smooth value stored in an array of integers, by its elements
import numpy as np

def f(p, rng):
    x = np.array([0, 0])
    x[0] = 2 * (p + rng.random())
    return x[0] * 1.0

### array: like an array of integers
import numpy as np

def f(p, rng):
    x = np.zeros_like(np.array([1, 2]))
    x[0] = 2 * (p + rng.random())
    return x[0] * 1.0

### array: smooth mask
import numpy as np

def f(p, rng):
    x = np.array([rng.random(), p])
    x[x > 0.5] = 0.0
    return x[0]

### array: a chain of names for a new array
import numpy as np

def f(p, rng):
    y = 1.0
    x = y = np.zeros(2)
    x += p
    return y[0] + rng.binomial(1, p)

### array: += in a helper, which returns it
import numpy as np

def bumped(x, by):
    x += by
    return x

def f(p, rng):
    x = np.zeros(2)
    y = bumped(x, p)
    return x[0] + y[1] + rng.binomial(1, p)

### array: += in a helper of a helper
import numpy as np

def bump(x, by):
    x += by

def bump_twice(x, by):
    bump(x, by)
    bump(x, 2.0)

def f(p, rng):
    x = np.zeros(2)
    bump_twice(x, p)
    return x[0] * x[1] + rng.binomial(1, p)
""")
