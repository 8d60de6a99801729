"""Distributions: each sampler beside its derivative, a family to a file."""
