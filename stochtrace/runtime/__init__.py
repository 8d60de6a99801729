"""What generated programs import: ω, the samplers beside their derivatives, jumps, special functions.

Every function runs as plain Python, and compiled by Numba where it is installed (`stochtrace.runtime.numba_side`).
"""

from math import (
    acosh,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    exp,
    expm1,
    hypot,
    inf,
    log,
    log1p,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

import numpy as np
from numpy import copysign

from stochtrace.runtime.beta_binomial import betabinom, betabinom_d, betabinom_flow, betabinom_ratio
from stochtrace.runtime.checks import DomainError, require
from stochtrace.runtime.continuous import (
    exponential,
    exponential_d,
    lognormal,
    lognormal_d,
    normal,
    normal_d,
    uniform,
    uniform_d,
)
from stochtrace.runtime.discrete import (
    bernoulli,
    bernoulli_d,
    binomial,
    binomial_d,
    categorical,
    categorical_d,
    flip,
    flip_d,
    geometric,
    geometric_d,
    integers,
    poisson,
    poisson_d,
)
from stochtrace.runtime.discrete_exponential import (
    boltzmann,
    boltzmann_d,
    boltzmann_flow,
    dlaplace,
    dlaplace_d,
    dlaplace_flow,
    planck,
    planck_d,
)
from stochtrace.runtime.hypergeometrics import hypergeometric
from stochtrace.runtime.jumps import offer
from stochtrace.runtime.logarithmic import logseries, logseries_d, logseries_rest
from stochtrace.runtime.negative_binomials import (
    negative_binomial,
    negative_binomial_d,
    negative_binomial_slope,
    negative_binomial_slope_below,
)
from stochtrace.runtime.power_laws import zipf, zipf_d, zipf_flow
from stochtrace.runtime.special import digamma, ndtri
from stochtrace.runtime.uniforms import read
from stochtrace.runtime.values import copied, count, pick, power_growth, power_slope, zero_like

__all__ = [
    "DomainError",
    "acosh",
    "asinh",
    "atan",
    "atanh",
    "bernoulli",
    "bernoulli_d",
    "betabinom",
    "betabinom_d",
    "betabinom_flow",
    "betabinom_ratio",
    "binomial",
    "binomial_d",
    "boltzmann",
    "boltzmann_d",
    "boltzmann_flow",
    "categorical",
    "categorical_d",
    "copied",
    "copysign",
    "cos",
    "cosh",
    "count",
    "digamma",
    "dlaplace",
    "dlaplace_d",
    "dlaplace_flow",
    "exp",
    "expm1",
    "exponential",
    "exponential_d",
    "flip",
    "flip_d",
    "geometric",
    "geometric_d",
    "hypergeometric",
    "hypot",
    "inf",
    "integers",
    "log",
    "log1p",
    "lognormal",
    "lognormal_d",
    "logseries",
    "logseries_d",
    "logseries_rest",
    "ndtri",
    "negative_binomial",
    "negative_binomial_d",
    "negative_binomial_slope",
    "negative_binomial_slope_below",
    "normal",
    "normal_d",
    "np",
    "offer",
    "pi",
    "pick",
    "planck",
    "planck_d",
    "poisson",
    "poisson_d",
    "power_growth",
    "power_slope",
    "read",
    "require",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "uniform",
    "uniform_d",
    "zero_like",
    "zipf",
    "zipf_d",
    "zipf_flow",
]
