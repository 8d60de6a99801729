"""Densities and distribution functions of `scipy.stats`, a family to a file.

A file holds the standard distribution (`loc` 0, `scale` 1); `stochtrace.runtime.stats` moves and stretches it, and
makes all methods and their partials of these functions.

Continuous, at z inside the support:
    log_density, score = d log f/dz, score_a = d log f/da for a shape parameter a; lower = F and upper = 1 - F
    (log_lower, log_upper where their logarithms are better known), quantile and upper_quantile, their inverses;
    slope_a = dz/da at fixed F; at_end where log_density at an end of the support is not the limit.

Discrete, at an integer k inside the support:
    log_mass, score_p = d log P/dp for a real parameter p (mass_p = dP/dp where P(k) = 0 is possible); lower = F and
    upper = 1 - F; flow_p = dF/dp; quantile.
"""
