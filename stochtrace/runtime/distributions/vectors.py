"""Draws whose outcome is an array: counts and shares of several kinds, normal vectors, orders.

Each is a sequence of scalar draws at one site, a visit each: a jump of one of them is a jump of the vector.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from stochtrace.runtime.checks import require
from stochtrace.runtime.distributions.betas import beta, beta_d
from stochtrace.runtime.distributions.discrete import (
    binomial,
    binomial_d,
    categorical_check,
    integers,
    sum_of,
    weighted,
    weighted_d,
)
from stochtrace.runtime.distributions.hypergeometrics import hypergeometric
from stochtrace.runtime.functions.special import ndtri
from stochtrace.runtime.jumps import Jumps
from stochtrace.runtime.taped import as_tangents, zeros_of
from stochtrace.runtime.uniforms import Uniforms, read
from stochtrace.runtime.values import IntVector, Vector

ROUNDING = 1e-12
SYMMETRY = 1e-8


def multinomial(omega: Uniforms, site: int, n: int, pvals: Vector) -> IntVector:
    """Multinomial(n, pvals): counts of each kind; the last kind has the probability that the others leave.

    The count of each kind is binomial among those that are left (Devroye 1986, XI.1.3).
    """
    counts = np.zeros(len(pvals), np.int64)
    rest = 1.0
    for i in range(len(pvals) - 1):
        require(0 <= pvals[i] <= rest + ROUNDING, site, "pvals", pvals[i])
        share = min(pvals[i] / rest, 1.0) if rest > 0 else 0.0
        counts[i] = binomial(omega, site, n, share)
        n -= counts[i]
        rest -= pvals[i]
    counts[-1] = n
    return counts


def multinomial_d(omega: Uniforms, jumps: Jumps, site: int, n: int, pvals: Vector, pvals_dot: Vector) -> IntVector:
    """Multinomial draw; each count offers one more and one less, at the expense of the kinds after it."""
    counts = np.zeros(len(pvals), np.int64)
    rest, rest_dot = 1.0, 0.0
    for i in range(len(pvals) - 1):
        require(0 <= pvals[i] <= rest + ROUNDING, site, "pvals", pvals[i])
        share = min(pvals[i] / rest, 1.0) if rest > 0 else 0.0
        share_dot = (pvals_dot[i] - share * rest_dot) / rest if rest > 0 else 0.0
        counts[i] = binomial_d(omega, jumps, site, n, share, share_dot)
        n -= counts[i]
        rest, rest_dot = rest - pvals[i], rest_dot - pvals_dot[i]
    counts[-1] = n
    return counts


def multivariate_hypergeometric(omega: Uniforms, site: int, colors: Vector, nsample: int) -> IntVector:
    """Counts of each colour among `nsample` taken without replacement: each is hypergeometric among what is left."""
    counts = np.zeros(len(colors), np.int64)
    rest = 0
    for color in colors:
        rest += color
    for i in range(len(colors) - 1):
        rest -= colors[i]
        counts[i] = hypergeometric(omega, site, colors[i], rest, nsample)
        nsample -= counts[i]
    counts[-1] = nsample
    return counts


def dirichlet(omega: Uniforms, site: int, alpha: Vector) -> Vector:
    """Shares that sum to 1: each is a beta share of what is left, b the sum of the later `alpha` (Devroye, XI.4)."""
    shares = np.empty(len(alpha))
    left = 1.0
    for i in range(len(alpha) - 1):
        share = beta(omega, site, alpha[i], sum_of(alpha, i + 1, len(alpha)))
        shares[i] = left * share
        left *= 1.0 - share
    shares[-1] = left
    return shares


def dirichlet_d(omega: Uniforms, site: int, alpha: Vector, alpha_dot: Vector) -> tuple[Vector, Vector]:
    """Dirichlet draw and its tangent."""
    count = len(alpha)
    shares, shares_dot = np.empty(count), zeros_of(alpha_dot, count)
    left, left_dot = 1.0, 0.0
    for i in range(count - 1):
        b, b_dot = sum_of(alpha, i + 1, count), sum_of(alpha_dot, i + 1, count)
        share, share_dot = beta_d(omega, site, alpha[i], alpha_dot[i], b, b_dot)
        shares[i], shares_dot[i] = left * share, left_dot * share + left * share_dot
        left, left_dot = left * (1.0 - share), left_dot * (1.0 - share) - left * share_dot
    shares[-1], shares_dot[-1] = left, left_dot
    return shares, shares_dot


def multivariate_normal(omega: Uniforms, site: int, mean: Vector, cov: Vector) -> Vector:
    """Normal vector: x = mean + L z, with L the Cholesky factor of the positive definite matrix `cov`."""
    centre, square = np.asarray(mean), np.asarray(cov)
    check_shapes(centre, square, site)
    return centre + cholesky(square, site) @ normals(len(centre), omega, site)


def multivariate_normal_d(
    omega: Uniforms, site: int, mean: Vector, mean_dot: Vector, cov: Vector, cov_dot: Vector
) -> tuple[Vector, Vector]:
    """Normal vector and its tangent: L_dot = L P(L^-1 cov_dot L^-T), P the lower triangle with half the diagonal.

    Reference: Murray (2016), Differentiation of the Cholesky decomposition.
    """
    centre, square = np.asarray(mean), np.asarray(cov)
    check_shapes(centre, square, site)
    factor = cholesky(square, site)
    z = normals(len(centre), omega, site)
    inverse = np.linalg.inv(factor)
    inner = inverse @ as_tangents(cov_dot) @ inverse.T
    lower = np.tril(inner) - 0.5 * np.diag(np.diag(inner))
    return centre + factor @ z, as_tangents(mean_dot) + factor @ (lower @ z)


def joint_normal(omega: Uniforms, site: int, mean: Vector, cov: Vector) -> Vector:
    """Normal vector of two elements at least: SciPy's, which is a number where `mean` has one element."""
    count = np.asarray(mean).size
    require(count > 1, site, "length of mean", count)
    return multivariate_normal(omega, site, mean, cov)


def joint_normal_d(
    omega: Uniforms, site: int, mean: Vector, mean_dot: Vector, cov: Vector, cov_dot: Vector
) -> tuple[Vector, Vector]:
    """Normal vector of two elements at least, and its tangent."""
    count = np.asarray(mean).size
    require(count > 1, site, "length of mean", count)
    return multivariate_normal_d(omega, site, mean, mean_dot, cov, cov_dot)


def check_shapes(mean: Vector, cov: Vector, site: int) -> None:
    """Require a vector, and a matrix that has a row and a column for each of its elements."""
    require(mean.ndim == 1, site, "dimensions of mean", mean.ndim)
    require(cov.ndim == 2, site, "dimensions of cov", cov.ndim)
    require(cov.shape[0] == len(mean), site, "rows of cov", cov.shape[0])
    require(cov.shape[1] == len(mean), site, "columns of cov", cov.shape[1])


def cholesky(cov: Vector, site: int) -> Vector:
    """Return the Cholesky factor; a matrix that has none leaves the domain, by a pivot or by what is not symmetric."""
    factor = np.zeros(cov.shape)
    for j in range(len(cov)):
        pivot = cov[j, j] - np.sum(factor[j, :j] ** 2)
        require(0 < pivot < inf, site, "cov", pivot)
        factor[j, j] = sqrt(pivot)
        for i in range(j + 1, len(cov)):
            require(abs(cov[i, j] - cov[j, i]) <= SYMMETRY * sqrt(cov[i, i] * cov[j, j]), site, "cov", cov[i, j])
            factor[i, j] = (cov[i, j] - np.sum(factor[i, :j] * factor[j, :j])) / factor[j, j]
    return factor


def normals(count: int, omega: Uniforms, site: int) -> Vector:
    """Return so many independent standard normal numbers."""
    z = np.empty(count)
    for i in range(count):
        z[i] = ndtri(read(omega, site))
    return z


def permutation(omega: Uniforms, site: int, n: int) -> Vector:
    """Order of 0, ..., n - 1, each as likely: a partner for each place, from the last one down (Fisher & Yates)."""
    order = np.arange(n)
    for i in range(n - 1, 0, -1):
        j = integers(omega, site, 0, i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def subset(omega: Uniforms, site: int, n: int, k: int) -> Vector:
    """Choice of k among 0, ..., n - 1 without replacement, in the order in which they are drawn."""
    require(0 <= k <= n, site, "k", k)
    order = np.arange(n)
    for i in range(k):
        j = integers(omega, site, i, n)
        order[i], order[j] = order[j], order[i]
    return order[:k]


def subset_of_counts(omega: Uniforms, site: int, counts: Vector, k: int) -> Vector:
    """Choice of k without replacement among values of which there are `counts` each, in the order of drawing."""
    left, total = np.zeros(len(counts), np.int64), 0
    for i in range(len(counts)):
        require(counts[i] >= 0, site, "counts", counts[i])
        left[i] = counts[i]
        total += left[i]
    require(0 <= k <= total, site, "k", k)
    chosen = np.zeros(k, np.int64)
    for i in range(k):
        rest = integers(omega, site, 0, total - i)
        while rest >= left[chosen[i]]:
            rest -= left[chosen[i]]
            chosen[i] += 1
        left[chosen[i]] -= 1
    return chosen


def successive(omega: Uniforms, site: int, p: Vector, k: int) -> Vector:
    """Choice of k among len(p) without replacement, one after the other: each in proportion to `p` of what is left."""
    left = checked(p, k, site)
    chosen = np.zeros(k, np.int64)
    for i in range(k):
        chosen[i] = weighted(omega, site, left)
        left[chosen[i]] = 0.0
    return chosen


def successive_d(omega: Uniforms, jumps: Jumps, site: int, p: Vector, p_dot: Vector, k: int) -> Vector:
    """Choice without replacement; each of the k draws offers the outcomes next to it."""
    left: Vector = checked(p, k, site)
    left_dot: Vector = zeros_of(p_dot, len(p))
    for i in range(len(p)):
        left_dot[i] = p_dot[i]
    chosen = np.zeros(k, np.int64)
    for i in range(k):
        chosen[i] = weighted_d(omega, jumps, site, left, left_dot)
        left[chosen[i]] = left_dot[chosen[i]] = 0.0
    return chosen


def checked(p: Vector, k: int, site: int) -> Vector:
    """Return probabilities as a new array; k of them at least are not 0."""
    categorical_check(p, site)
    left, possible = np.zeros(len(p)), 0
    for i in range(len(p)):
        left[i] = p[i]
        possible += p[i] > 0
    require(0 <= k <= possible, site, "k", k)
    return left
