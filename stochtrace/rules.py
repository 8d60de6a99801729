"""Rules: partial derivatives of operators and functions. One of the two tables.

A row: the names of a function in `math`, `numpy`, `scipy.special` or the builtins, its arguments, and one expression
per argument, its partial, in the arguments and in `y`, the function's value. Rules give partials, not tangents: forward
mode multiplies them with tangents, reverse mode records them. `domain` holds points inside which the row is true, for
the tests. An active value that meets a function without a row is refused.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """Partials of one function."""

    names: str
    arguments: str
    partials: tuple[str, ...]
    domain: tuple[tuple[float, float], ...]


REAL = ((-2.0, 2.0),)
POSITIVE = ((0.2, 3.0),)
INSIDE = ((-0.9, 0.9),)
UNIT = ((0.1, 0.9),)

RULES = (
    Rule("exp", "x", ("y",), REAL),
    Rule("expm1", "x", ("y + 1",), REAL),
    Rule("exp2", "x", ("y * log(2)",), REAL),
    Rule("log", "x", ("1 / x",), POSITIVE),
    Rule("log1p", "x", ("1 / (1 + x)",), POSITIVE),
    Rule("log2", "x", ("1 / (x * log(2))",), POSITIVE),
    Rule("log10", "x", ("1 / (x * log(10))",), POSITIVE),
    Rule("sqrt", "x", ("0.5 / y",), POSITIVE),
    Rule("cbrt", "x", ("1 / (3 * y * y)",), POSITIVE),
    Rule("sin", "x", ("cos(x)",), REAL),
    Rule("cos", "x", ("-sin(x)",), REAL),
    Rule("tan", "x", ("1 + y * y",), INSIDE),
    Rule("asin arcsin", "x", ("1 / sqrt(1 - x * x)",), INSIDE),
    Rule("acos arccos", "x", ("-1 / sqrt(1 - x * x)",), INSIDE),
    Rule("atan arctan", "x", ("1 / (1 + x * x)",), REAL),
    Rule("sinh", "x", ("cosh(x)",), REAL),
    Rule("cosh", "x", ("sinh(x)",), REAL),
    Rule("tanh", "x", ("1 - y * y",), REAL),
    Rule("asinh arcsinh", "x", ("1 / sqrt(x * x + 1)",), REAL),
    Rule("acosh arccosh", "x", ("1 / sqrt(x * x - 1)",), ((1.2, 3.0),)),
    Rule("atanh arctanh", "x", ("1 / (1 - x * x)",), INSIDE),
    Rule("erf", "x", ("2 / sqrt(pi) * exp(-x * x)",), REAL),
    Rule("erfc", "x", ("-2 / sqrt(pi) * exp(-x * x)",), REAL),
    Rule("lgamma", "x", ("digamma(x)",), POSITIVE),
    Rule("gamma", "x", ("y * digamma(x)",), POSITIVE),
    Rule("exp10", "x", ("y * log(10)",), REAL),
    Rule("square", "x", ("2 * x",), REAL),
    Rule("reciprocal", "x", ("-y * y",), POSITIVE),
    Rule("negative", "x", ("-1",), REAL),
    Rule("pow power float_power", "x n", ("n * x ** (n - 1)", "y * log(x)"), (*POSITIVE, *POSITIVE)),
    Rule("hypot", "a b", ("a / y", "b / y"), (*POSITIVE, *POSITIVE)),
    Rule("atan2 arctan2", "a b", ("b / (a * a + b * b)", "-a / (a * a + b * b)"), (*POSITIVE, *POSITIVE)),
    Rule("logaddexp", "a b", ("exp(a - y)", "exp(b - y)"), (*REAL, *REAL)),
    # scipy.special
    Rule("gammaln loggamma", "x", ("digamma(x)",), POSITIVE),
    Rule("digamma psi", "x", ("polygamma(1, x)",), POSITIVE),
    Rule(
        "beta",
        "a b",
        ("y * (digamma(a) - digamma(a + b))", "y * (digamma(b) - digamma(a + b))"),
        (*POSITIVE, *POSITIVE),
    ),
    Rule("betaln", "a b", ("digamma(a) - digamma(a + b)", "digamma(b) - digamma(a + b)"), (*POSITIVE, *POSITIVE)),
    Rule("erfinv", "x", ("sqrt(pi) / 2 * exp(y * y)",), INSIDE),
    Rule("erfcinv", "x", ("-sqrt(pi) / 2 * exp(y * y)",), ((0.1, 1.9),)),
    Rule("expit", "x", ("y * expit(-x)",), REAL),
    Rule("logit", "x", ("1 / (x * (1 - x))",), UNIT),
    Rule("log_expit", "x", ("expit(-x)",), REAL),
    Rule("ndtr", "x", ("exp(-x * x / 2) / sqrt(2 * pi)",), REAL),
    Rule("log_ndtr", "x", ("sqrt(2 / pi) / erfcx(-x / sqrt(2))",), REAL),
    Rule("ndtri", "x", ("sqrt(2 * pi) * exp(y * y / 2)",), UNIT),
    Rule("xlogy", "x a", ("log(a)", "ratio(x, a)"), (*REAL, *POSITIVE)),
    Rule("xlog1py", "x a", ("log1p(a)", "ratio(x, 1 + a)"), (*REAL, *POSITIVE)),
    Rule("entr", "x", ("-log(x) - 1",), POSITIVE),
    Rule("rel_entr", "x a", ("log(x / a) + 1", "-ratio(x, a)"), (*POSITIVE, *POSITIVE)),
    Rule("kl_div", "x a", ("log(x / a)", "1 - ratio(x, a)"), (*POSITIVE, *POSITIVE)),
    Rule(
        "binom",
        "n k",
        ("y * (digamma(n + 1) - digamma(n - k + 1))", "y * (digamma(n - k + 1) - digamma(k + 1))"),
        ((3.0, 5.0), (0.2, 2.0)),
    ),
    # continuous with a kink: the derivative of the side on which the sample is
    Rule("abs fabs absolute", "x", ("copysign(1.0, x)",), REAL),
    Rule("max", "a b", ("1 if a >= b else 0", "0 if a >= b else 1"), (*REAL, *REAL)),
    Rule("min", "a b", ("1 if a <= b else 0", "0 if a <= b else 1"), (*REAL, *REAL)),
    Rule("maximum fmax", "a b", ("where(a >= b, 1.0, 0.0)", "where(a >= b, 0.0, 1.0)"), (*REAL, *REAL)),
    Rule("minimum fmin", "a b", ("where(a <= b, 1.0, 0.0)", "where(a <= b, 0.0, 1.0)"), (*REAL, *REAL)),
    # linear in the first argument: the same call on the tangent
    Rule("float sum mean cumsum copy reshape ravel flatten transpose squeeze", "x", (), ()),
    Rule("list tuple reversed array asarray ascontiguousarray concatenate stack fsum", "x", (), ()),
)

# of stochtrace itself; a partial here is what the function stands for, not the derivative of its value
OWN = {"new_weight": Rule("new_weight", "w", ("1 / w",), POSITIVE), "stop_gradient": Rule("stop_gradient", "x", (), ())}
OWN_PATHS = frozenset(f"stochtrace.{name}" for name in OWN)

# Modules of SciPy without rules, whose functions compute from their arguments alone; some others draw.
COMPUTING = frozenset(f"scipy.{name}" for name in ("signal", "ndimage", "linalg", "interpolate", "spatial.distance"))

LINEAR = frozenset(name for rule in RULES if not rule.partials for name in rule.names.split())
PARTIALS = {name: rule for rule in RULES if rule.partials for name in rule.names.split()}
# linear in each of two arguments: the same call on each tangent, beside the other argument
BILINEAR = frozenset(("dot", "inner", "outer", "vdot", "matmul", "kron", "cross"))
# whose partial, a quotient, is infinite where the value is finite: there too, what does not move has no tangent
EDGED = frozenset(("sqrt", "cbrt", "asin", "arcsin", "acos", "arccos", "acosh", "arccosh", "hypot", "atan2", "arctan2"))
NAMESPACES = ("math", "numpy", "scipy.special", "builtins")

# of scipy.special, of all elements of a list or an array: the tangent in the argument `a` and its tangent `a_dot`
REDUCTIONS = {
    "logsumexp": "sum(softmax(a) * asarray(a_dot))",
    "softmax": "y * (asarray(a_dot) - sum(y * asarray(a_dot)))",
    "log_softmax": "asarray(a_dot) - sum(softmax(a) * asarray(a_dot))",
}
