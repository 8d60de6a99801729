"""Functions of numbers that samplers and derivatives are made of: quantiles, their slopes, sums, quadrature."""
