"""The loops over samples that Numba compiles, once per program.

This file is a template: `estimation.compiled` copies it into the cache under the fingerprint of a program, and sets the
program's functions as its globals. It is never imported as it stands.
"""
# ruff: noqa: F821
# mypy: ignore-errors


def run(arguments, with_tangents, omegas, collections, scratch, first, values, derivatives):
    """Fill in values and derivatives of the samples from number `first` on.

    Where derivatives have more columns than values, the jumps of site s go to the columns from s * width on.
    """
    omega, jumps = omegas[0], collections[0]
    width = values.shape[1]
    stride = width if derivatives.shape[1] > width else 0
    for i in range(values.shape[0]):
        start(omega, jumps, first + i)
        result = derivative(*(with_tangents + (omega, jumps)))
        if write(value_of(result), values, i, 0) != width:
            raise ValueError("the results of two samples differ in shape")
        write(delta_of(result), derivatives, i, 0)
        derivatives[i, 0] += jumps.total * 0.0
        if jumps.site > 0:
            replay(omega, jumps)
            if write(primal(*(arguments + (omega,))), scratch, 0, 0) != width:
                raise ValueError("the results of two samples differ in shape")
            at = jumps.site * stride
            for c in range(width):
                derivatives[i, at + c] += jumps.sign * jumps.total * (scratch[0, c] - values[i, c])


def run_primal(arguments, with_tangents, omegas, collections, scratch, first, values, derivatives):
    """Fill in the values alone."""
    omega, jumps = omegas[0], collections[0]
    for i in range(values.shape[0]):
        start(omega, jumps, first + i)
        write(primal(*(arguments + (omega,))), values, i, 0)
