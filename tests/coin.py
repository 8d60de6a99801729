"""A program with a count and a time, in a file: a program whose text is to be had travels."""

from pathlib import Path

from harness import generate

COIN = "def f(p, q: float, rng):\n    return (rng.binomial(3, p) * q, rng.exponential(p))\n"


def written(folder: Path) -> Path:
    """Write its generated module."""
    file = folder / "coin_d.py"
    file.write_text(generate(COIN, functions=("f",)))
    return file
