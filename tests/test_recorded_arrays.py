"""Arrays in reverse mode: each operation on arrays of tangents, sample by sample that of forward mode.

A program is an expression in a vector w of four and a matrix m of 3 × 4 that move, with one draw z; results are numbers
or arrays of any shape. Where no jump is drawn, both modes agree to rounding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from harness import program_of

from stochtrace.estimation import Program

SOURCE = """
import numpy as np

TABLE = np.cos(np.arange(12.0)).reshape(3, 4)
SQUARE = np.cos(np.arange(16.0)).reshape(4, 4) + 3 * np.eye(4)
ORDER = np.array([2, 0, 3])

def f(w, m, rng):
    z = rng.normal(w[0], 1.0)
    x = np.exp(w * z)
    y = m * m + z
    {lines}
"""
W = np.array([0.3, -0.2, 0.5, 0.1])
M = np.sin(np.arange(12.0)).reshape(3, 4)


class Operation(NamedTuple):
    """The lines of a program, and whether they compile in reverse mode."""

    lines: str
    compiles: bool = True


OPERATIONS = {
    "sum": Operation("return np.sum(y) * z"),
    "method sum": Operation("return y.sum() * x.sum()"),
    "sum of rows": Operation("return y.sum(axis=1) * z"),
    "sum of columns": Operation("return np.sum(y, axis=0) * x"),
    "sum of the last axis": Operation("return np.sum(y * x, axis=-1)"),
    "mean": Operation("return np.mean(y) + x.mean()"),
    "mean of rows": Operation("return np.mean(y, axis=1)", compiles=False),
    "method mean of columns": Operation("return y.mean(axis=0) * x", compiles=False),
    "cumsum": Operation("return np.cumsum(x) * z"),
    "cumsum of rows": Operation("return np.cumsum(y, axis=1)", compiles=False),
    "where": Operation("return np.where(TABLE > 0, y, x)", compiles=False),
    "where of numbers": Operation("return np.where(TABLE[0] > 0, x, 1.0) * z", compiles=False),
    "concatenate": Operation("return np.concatenate((x, y[1], w))"),
    "stack": Operation("return np.stack((x, y[1]))", compiles=False),
    "array of numbers": Operation("return np.array([z, x[1], x[0] * z, 2.0]) * x"),
    "slice": Operation("return x[1:3] * y[0, :2] + x[::-2]"),
    "slice of a matrix": Operation("return y[1:, ::2] * z"),
    "negative index": Operation("return x[-1] * y[-1, -2]"),
    "integer array": Operation("return x[ORDER] * z"),
    "rows by an integer array": Operation("return y[ORDER % 3] * x", compiles=False),
    "pairs of integer arrays": Operation("return y[ORDER % 3, ORDER]", compiles=False),
    "mask": Operation("return x[TABLE[0] > 0] * z"),
    "assigned slice": Operation("out = np.zeros(4)\n    out[1:3] = x[:2] * z\n    return out + x"),
    "assigned row": Operation("out = np.zeros((3, 4))\n    out[1] = x\n    out[2, 1:] = y[0, :3]\n    return out * z"),
    "added in place": Operation("out = np.zeros(4)\n    out += x\n    out[1:] += y[0, 1:]\n    return out"),
    "solve": Operation("return np.linalg.solve(SQUARE, x)", compiles=False),
    "solve, matrix moves": Operation("return np.linalg.solve(SQUARE + np.outer(x, w), x)", compiles=False),
    "column and row": Operation("return x[:, None] * w + x", compiles=False),
    "broadcast rows": Operation("return y + x * z - w"),
    "broadcast division": Operation("return y / (1 + x * x)"),
    "transposed": Operation("return y.T @ TABLE[:, 0]"),
    "reshaped": Operation("return y.reshape(4, 3) * z"),
    "ravel": Operation("return y.ravel() * z"),
    "matrix product": Operation("return TABLE @ SQUARE @ y.T"),
    "product of two that move": Operation("return y @ x"),
    "diff": Operation("return np.diff(x) * z", compiles=False),
    "norm": Operation("return np.sqrt(np.sum(x * x)) * z"),
}


def program_with(operation: Operation) -> Program:
    return program_of(SOURCE.format(lines=operation.lines))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_operation_has_the_samples_of_forward_mode(operation: Operation) -> None:
    program = program_with(operation)
    recorded = program.jacobian(W, M, samples=3, mode="interpreted")
    forward = program.estimate(W, M, samples=3, seed=1, mode="interpreted")
    for name in ("w", "m"):
        np.testing.assert_allclose(recorded.jacobian[name], forward.derivative[name], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(
            recorded.jacobian_stderr[name], forward.derivative_stderr[name], rtol=1e-10, atol=1e-12
        )
    assert recorded.tape > 0 and "forward pass" not in str(recorded.reason)


def test_operations_compile() -> None:
    """In one program, since compiling takes seconds."""
    pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    head, compiled = SOURCE.partition("def f")[0], [o.lines for o in OPERATIONS.values() if o.compiles]
    parts = [f"def g{i}(w, m, x, y, z):\n    {lines}\n" for i, lines in enumerate(compiled)]
    calls = [f"r{i} = g{i}(w, m, x, y, z)" for i in range(len(parts))]
    returned = ", ".join(f"r{i}" for i in range(len(parts)))
    body = SOURCE.removeprefix(head).format(lines="\n    ".join([*calls, f"return {returned}"]))
    program = program_of("\n".join([head, *parts, body]))
    one, other = (program.jacobian(W, M, samples=3, mode=mode) for mode in ("compiled", "interpreted"))
    for name in ("w", "m"):
        for i, (a, b) in enumerate(zip(one.jacobian[name], other.jacobian[name], strict=True)):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-11, err_msg=compiled[i])
