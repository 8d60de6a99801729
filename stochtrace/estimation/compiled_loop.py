"""The loop over samples that Numba compiles, once per program.

This file is a template: `estimation.compiled` copies it into the cache under the fingerprint of a program, and sets the
program's functions as its globals. It is never imported as it stands.
"""
# ruff: noqa: F821
# mypy: ignore-errors


def run(arguments, with_tangents, omegas, collections, scratch, first, values, derivatives):
    omega, jumps = omegas[0], collections[0]
    for i in range(values.shape[0]):
        start(omega, jumps, first + i)
        result = derivative(*(with_tangents + (omega, jumps)))
        write(value_of(result), values, i, 0)
        write(delta_of(result), derivatives, i, 0)
        if jumps.site > 0:
            replay(omega, jumps)
            write(primal(*(arguments + (omega,))), scratch, 0, 0)
            for c in range(values.shape[1]):
                derivatives[i, c] += jumps.sign * jumps.total * (scratch[0, c] - values[i, c])
        else:
            derivatives[i, 0] += jumps.total * 0.0


def run_primal(arguments, omegas, collections, first, values):
    omega, jumps = omegas[0], collections[0]
    for i in range(values.shape[0]):
        start(omega, jumps, first + i)
        write(primal(*(arguments + (omega,))), values, i, 0)
