"""The loop over samples of a program on carried values that Numba compiles, once per program.

This file is a template, as `compiled_loop`. Each sample has two traces: its own, and that of the checks of its
crossing.
"""
# ruff: noqa: F821
# mypy: ignore-errors


def run(arguments, tangents, omegas, traces, forces, scratch, wanted, first, values, derivatives):
    """Fill in values and derivatives of the samples from number `first` on; columns are those of `compiled_loop`.

    A trace that is collecting keeps all jumps, of which `wanted` are replayed (0: all); else it keeps one.
    """
    omega, trace, check, force = omegas[0], traces[0], traces[1], forces[0]
    width = values.shape[1]
    for i in range(values.shape[0]):
        start(omega, trace, first + i)
        begin(trace, omega)
        moved = carried_arguments(arguments, tangents, address_of(trace))
        result = program(*(moved + ((omega, trace),)))
        checked(trace)
        if write_value(result, values, i, 0) != width:
            raise ValueError("the results of two samples differ in shape")
        write_tangent(result, derivatives, i, 0)
        free_sample(trace)
        derivatives[i, 0] += trace.total * 0.0
        if trace.collecting == 0:
            add(arguments, tangents, omega, trace, check, force, scratch, values[i], derivatives[i])
        else:
            comb(trace.choice, trace.total, trace.jumps, trace.jump_count, wanted)
            for crossings in range(2):
                for k in range(trace.jump_count):
                    row = jump_row(trace.jumps, k)
                    if row.weight != 0.0 and (row.site == CROSSED) == (crossings == 1):
                        take(trace, row)
                        add(arguments, tangents, omega, trace, check, force, scratch, values[i], derivatives[i])


def add(arguments, tangents, omega, trace, check, force, scratch, value, derivative):
    """Replay what is kept, and add what it contributes to a derivative."""
    width = value.shape[0]
    stride = width if derivative.shape[0] > width else 0
    if trace.site > 0:
        jump(omega, trace, force)
        replayed(arguments, omega, force, scratch, 0, width)
        at = trace.site * stride
        for c in range(width):
            derivative[at + c] += trace.sign * trace.total * (scratch[0, c] - value[c])
    elif trace.site == CROSSED:
        trials = verified(arguments, tangents, omega, trace, check)
        if trials > 0:
            restart(omega)
            force.site, force.visit, force.z = atom_site(trace), atom_visit(trace), trace.below
            replayed(arguments, omega, force, scratch, 0, width)
            restart(omega)
            force.z = trace.above
            replayed(arguments, omega, force, scratch, 1, width)
            at = atom_site(trace) * stride
            for c in range(width):
                derivative[at + c] += trace.sign * trace.total * trials * (scratch[1, c] - scratch[0, c])


def replayed(arguments, omega, force, scratch, row, width):
    """Write the numbers of a replay into a row."""
    if write_value(replay(*(plain_arguments(arguments) + ((omega, force),))), scratch, row, 0) != width:
        raise ValueError("the results of two samples differ in shape")
    free_replay(force)


def verified(arguments, tangents, omega, trace, check):
    """Return by what the kept crossing counts, as `sample.verified`."""
    if not is_stale(trace):
        return 1
    if not same(arguments, tangents, omega, trace, check, trace.below):
        return 0
    if not same(arguments, tangents, omega, trace, check, trace.above):
        return 0
    used = trace.choice.visits[0]
    for trial in range(1, TRIALS):
        if same(arguments, tangents, omega, trace, check, another_inside(trace, used + trial)):
            return trial
    raise RuntimeError("the interval of a decision could not be found again")


def same(arguments, tangents, omega, trace, check, z):
    """Tell whether the sample makes the same decisions with the draw of its crossing at z."""
    known = keeps(trace, z)
    if known >= 0:
        return known == 1
    restart(omega)
    expect(check, trace, omega, z)
    program(*(carried_arguments(arguments, tangents, address_of(check)) + ((omega, check),)))
    free_sample(check)
    checked(check)
    return check.differs == 0 and check.decision_count >= check.expected_count


def checked(trace):
    """Give a sample up that had no room, or no rule."""
    if trace.full == FULL:
        raise Full
    if trace.full == PARAMETER:
        raise GivenUp("a decision on a parameter alone")
    if trace.full != 0:
        raise GivenUp("a decision that compiled code cannot follow")
