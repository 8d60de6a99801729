"""A checkpoint: what an estimate has found so far, in a file that is replaced whole or not at all.

The file is a line of words, a line with the SHA-256 of the rest, and NumPy arrays: the blocks of all finished chunks,
and a hash of the estimate to which they belong.
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import numpy as np

from stochtrace.estimation.folding import Block, Fold
from stochtrace.estimation.moments import Array, Moments
from stochtrace.estimation.parts import Parts
from stochtrace.estimation.summary import Summary
from stochtrace.estimation.tails import Tail
from stochtrace.files import replace

MARK = b"stochtrace checkpoint 1\n"


class CheckpointError(ValueError):
    """A checkpoint file cannot be used; it is left as it is."""


class Checkpoint:
    """The file at a path, for the estimate with a hash."""

    def __init__(self, path: str | os.PathLike[str], key: str) -> None:
        self.path, self.key = Path(path), key

    def load(self) -> Fold:
        """Return what the file holds, nothing where there is none. Raises `CheckpointError`."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Fold()
        if not data.startswith(MARK):
            raise CheckpointError(f"{self.path} is not a checkpoint of stochtrace; it is left as it is")
        digest, _, body = data[len(MARK) :].partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            raise CheckpointError(f"{self.path} is damaged; it is left as it is, and cannot be resumed")
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            if str(arrays["key"]) != self.key:
                raise CheckpointError(
                    f"{self.path} belongs to another program, other arguments, another seed or another version; "
                    "it is left as it is"
                )
            return Fold(block_of(arrays, i) for i in range(int(arrays["blocks"])))

    def save(self, fold: Fold) -> None:
        """Put the blocks into the file."""
        body = io.BytesIO()
        parts = [arrays_of(block, i) for i, block in enumerate(fold.blocks)]
        whole = {name: array for part in parts for name, array in part.items()}
        np.savez(body, allow_pickle=False, key=np.array(self.key), blocks=np.array(len(parts)), **whole)
        digest = hashlib.sha256(body.getvalue()).hexdigest().encode()
        replace(self.path, MARK + digest + b"\n" + body.getvalue())


def arrays_of(block: Block, i: int) -> dict[str, Array]:
    """Return a block as arrays, under names with its number."""
    first, size, s = block
    arrays = {
        "counts": np.array([first, size, s.value.count, s.lost, s.first]),
        "value": np.array([s.value.mean, s.value.squares]),
        "derivative": np.array([s.derivative.mean, s.derivative.squares, s.products]),
        "fallback": np.array(s.fallback),
        "seen": np.array([tail.seen for tail in s.tails], dtype=np.int64),
    }
    if s.parts is not None:
        arrays["parts"] = np.array([s.parts.moments.mean, s.parts.moments.squares, s.parts.products])
    arrays |= {f"tail{k}": tail.largest for k, tail in enumerate(s.tails)}
    return {f"{name}_{i}": array for name, array in arrays.items()}


def block_of(arrays: np.lib.npyio.NpzFile, i: int) -> Block:
    """Return the block with a number, the inverse of `arrays_of`."""
    first, size, count, lost, first_lost = arrays[f"counts_{i}"].tolist()
    value, derivative = arrays[f"value_{i}"], arrays[f"derivative_{i}"]
    tails = tuple(Tail(seen, arrays[f"tail{k}_{i}"]) for k, seen in enumerate(arrays[f"seen_{i}"].tolist()))
    moments = Moments(count, *value), Moments(count, *derivative[:2])
    parts = None
    if f"parts_{i}" in arrays:
        mean, squares, products = arrays[f"parts_{i}"]
        parts = Parts(Moments(count, mean, squares), products)
    fallback = str(arrays[f"fallback_{i}"])
    return Block(first, size, Summary(*moments, derivative[2], tails, lost, first_lost, fallback, parts))
