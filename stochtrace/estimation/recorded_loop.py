"""The loop over samples in reverse mode that Numba compiles, once per program: a template, as `compiled_loop`."""
# ruff: noqa: F821
# mypy: ignore-errors


def run(arguments, firsts, omegas, collections, tapes, seeds, scratch, first, values, gradients):
    """Fill in values, (samples, components), and gradients, (samples, entries, components)."""
    omega, jumps, tape = omegas[0], collections[0], tapes[0]
    width, at = values.shape[1], address_of(tapes[0])
    for i in range(values.shape[0]):
        start(omega, jumps, first + i)
        begin(tape)
        omega.tape = at
        result = derivative(*(with_leaves(arguments, firsts, at) + (omega, jumps)))
        if tape.full != 0:
            raise Full
        if write(value_of(result), values, i, 0) != width:
            raise ValueError("the results of two samples differ in shape")
        write_seed(delta_of(result), seeds, 0, 0)
        jumped = jumps.site > 0
        if jumped:
            replay(omega, jumps)
            if write(primal(*(arguments + (omega,))), scratch, 0, 0) != width:
                raise ValueError("the results of two samples differ in shape")
        for c in range(width):
            clear(tape)
            seed(tape, int(seeds[1, c]), seeds[0, c])
            if jumped:
                seed(tape, jumps.node, jumps.sign * jumps.total * (scratch[0, c] - values[i, c]))
            sweep(tape)
            for entry in range(gradients.shape[1]):
                gradients[i, entry, c] = adjoint(tape, entry) + jumps.total * 0.0
