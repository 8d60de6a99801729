"""Merge chunks of samples in one order, however they were shared out: the result is the same to the last bit.

Chunks 0, 1, 2, … are the leaves of a binary tree; blocks of 2^k chunks that start at a multiple of 2^k are its nodes.
Neighbours are merged as soon as they make a node, so that a run of any chunks is kept as a few blocks, and rounding
grows with the depth of the tree alone (Chan, Golub & LeVeque 1983).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

from stochtrace.estimation.summary import Summary


class Block(NamedTuple):
    """The chunks first .. first + size - 1."""

    first: int
    size: int
    summary: Summary


class Fold:
    """Blocks of consecutive chunks, as few as the tree allows."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self.blocks: list[Block] = list(blocks)

    @property
    def chunks(self) -> int:
        """The number of the chunk that comes next."""
        return self.blocks[-1].first + self.blocks[-1].size if self.blocks else 0

    def push(self, block: Block) -> None:
        """Add the block that comes next."""
        while self.blocks and self.blocks[-1].size == block.size and self.blocks[-1].first % (2 * block.size) == 0:
            left = self.blocks.pop()
            block = Block(left.first, 2 * left.size, left.summary.merge(block.summary))
        self.blocks.append(block)

    def total(self) -> Summary:
        """Return the summary of all."""
        return reduce(Summary.merge, [block.summary for block in self.blocks])
