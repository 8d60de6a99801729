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

from stochtrace.runtime.beta_quantiles import beta_quantile, beta_upper_quantile, t_quantile
from stochtrace.runtime.beta_slopes import logit_slope_a, logit_slope_b
from stochtrace.runtime.betas import beta, beta_d, f, f_d, standard_t, standard_t_d
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
from stochtrace.runtime.gamma_slopes import gamma_slope
from stochtrace.runtime.gammas import gamma, gamma_d, gamma_quantile, gamma_upper_quantile, invgamma, invgamma_d
from stochtrace.runtime.jumps import offer
from stochtrace.runtime.special import digamma, ndtri
from stochtrace.runtime.t_slopes import t_slope
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
    "beta",
    "beta_d",
    "beta_quantile",
    "beta_upper_quantile",
    "binomial",
    "binomial_d",
    "categorical",
    "categorical_d",
    "copied",
    "copysign",
    "cos",
    "cosh",
    "count",
    "digamma",
    "exp",
    "exponential",
    "exponential_d",
    "f",
    "f_d",
    "flip",
    "flip_d",
    "gamma",
    "gamma_d",
    "gamma_quantile",
    "gamma_slope",
    "gamma_upper_quantile",
    "geometric",
    "geometric_d",
    "hypot",
    "inf",
    "integers",
    "invgamma",
    "invgamma_d",
    "log",
    "log1p",
    "logit_slope_a",
    "logit_slope_b",
    "lognormal",
    "lognormal_d",
    "ndtri",
    "normal",
    "normal_d",
    "np",
    "offer",
    "pi",
    "pick",
    "poisson",
    "poisson_d",
    "power_growth",
    "power_slope",
    "read",
    "require",
    "sin",
    "sinh",
    "sqrt",
    "standard_t",
    "standard_t_d",
    "t_quantile",
    "t_slope",
    "tan",
    "tanh",
    "uniform",
    "uniform_d",
    "zero_like",
]
