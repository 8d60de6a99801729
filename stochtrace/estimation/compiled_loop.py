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
        found = derivative(*(with_tangents + (omega, jumps)))
        result = result_of(found)
        if write(value_of(result), values, i, 0) != width:
            raise ValueError("the results of two samples differ in shape")
        write(delta_of(result), derivatives, i, 0)
        derivatives[i, 0] += jumps.total * 0.0
        if jumps.site > 0:
            replay(omega, jumps)
            if write(replayed(arguments, omega, jumps, found), scratch, 0, 0) != width:
                raise ValueError("the results of two samples differ in shape")
            at = jumps.site * stride
            for c in range(width):
                derivatives[i, at + c] += jumps.sign * jumps.total * (scratch[0, c] - values[i, c])


def from_the_beginning(arguments, omega, jumps, found):
    """Return the result of a replay."""
    return primal(*(arguments + (omega,)))


def from_the_jump(arguments, omega, jumps, found):
    """Return the same where the derivative program has noted the state before a jump: that of the kept one, or none."""
    noted = found[1]
    if noted[0] == jumps.site and noted[1] == jumps.visit:
        return resumed(*(arguments + (omega, noted)))
    return primal(*(arguments + (omega,)))


def run_several(arguments, with_tangents, omegas, collections, scratch, wanted, first, values, derivatives):
    """The same with `wanted` jumps of each sample, 0 for all."""
    omega, jumps = omegas[0], collections[0]
    width = values.shape[1]
    stride = width if derivatives.shape[1] > width else 0
    for i in range(values.shape[0]):
        start(omega, jumps, first + i)
        collect(jumps)
        result = derivative(*(with_tangents + (omega, jumps)))
        if jumps.full != 0:
            raise Full
        if write(value_of(result), values, i, 0) != width:
            raise ValueError("the results of two samples differ in shape")
        write(delta_of(result), derivatives, i, 0)
        derivatives[i, 0] += jumps.total * 0.0
        comb(omega, jumps.total, jumps.rows, jumps.count, wanted)
        for k in range(jumps.count):
            row = jump_row(jumps.rows, k)
            if row.weight != 0.0:
                choose(jumps, row)
                replay(omega, jumps)
                if write(primal(*(arguments + (omega,))), scratch, 0, 0) != width:
                    raise ValueError("the results of two samples differ in shape")
                at = row.site * stride
                for c in range(width):
                    derivatives[i, at + c] += row.weight * (scratch[0, c] - values[i, c])


def run_primal(arguments, with_tangents, omegas, collections, scratch, first, values, derivatives):
    """Fill in the values alone."""
    omega, jumps = omegas[0], collections[0]
    for i in range(values.shape[0]):
        start(omega, jumps, first + i)
        write(primal(*(arguments + (omega,))), values, i, 0)
