"""The package `scipy`, as far as it draws and calculates with carried values."""

from stochtrace.carried.scipy import special, stats

__all__ = ["special", "stats"]
