"""Exact expectations of the programs in `tests/people`, found without the programs: E[X(p)] as a function of p.

The functions are named after the files. `chains` are Markov chains and dynamic programmes, `sums` enumerations, and
`integrals` closed forms and quadratures. Derivatives are differences of high order.
"""
