"""Nodes and weights of the Gauss-Legendre rule on [0, 1], for integrals of smooth functions on a finite range."""

from __future__ import annotations

from numpy.polynomial.legendre import leggauss

COUNT = 32
_nodes, _weights = leggauss(COUNT)
NODES: tuple[float, ...] = tuple(((1.0 + _nodes) / 2.0).tolist())
WEIGHTS: tuple[float, ...] = tuple((_weights / 2.0).tolist())
