"""Domains of the parameters of draws, and the error that says which draw left its own."""

NORMAL_VECTOR = {
    "cov": "the positive definite symmetric matrices (by its pivots and differences)",
    "dimensions of mean": "1 (draw one number with `normal` or `norm`)",
    "dimensions of cov": "2 (write a variance v as `v * np.eye(n)`, variances as `np.diag(v)`)",
    "rows of cov": "the length of mean",
    "columns of cov": "the length of mean",
}
DOMAINS: dict[str, dict[str, str]] = {
    "bernoulli": {"p": "[0, 1]"},
    "binomial": {"n": "0, 1, 2, ...", "p": "[0, 1]"},
    "poisson": {"lam": "[0, 1e15]"},
    "geometric": {"p": "[1e-15, 1]"},
    "negative_binomial": {"n": "(0, inf)", "p": "[1e-15, 1]", "mean": "[0, 1e15]"},
    "hypergeometric": {
        "ngood": "0, 1, ..., 1e9",
        "nbad": "0, 1, ..., 1e9",
        "nsample": "0, 1, 2, ...",
        "ngood + nbad - nsample": "0, 1, 2, ...",
    },
    "logseries": {"p": "[0, 1 - 1e-15]"},
    "zipf": {"a": "[1.000001, inf]"},
    "planck": {"lambda_": "[1e-15, inf)"},
    "boltzmann": {"lambda_": "[1e-100, inf)", "N": "1, 2, ..., 2**53"},
    "dlaplace": {"a": "[1e-15, inf)"},
    "betabinom": {"n": "0, 1, ..., 1e6", "a": "[1e-9, 1e15]", "b": "[1e-9, 1e15]"},
    "categorical": {"p": "[0, 1]", "sum of p": "1 (within 1e-8)"},
    "weighted": {"weights": "[0, inf)", "sum of weights": "(0, inf)"},
    "cumulative": {"weights": "[0, inf)", "sum of weights": "(0, inf)"},
    "successive": {"p": "[0, 1]", "sum of p": "1 (within 1e-8)", "k": "0, 1, ..., the number of p above 0"},
    "subset_of_counts": {"counts": "0, 1, 2, ...", "k": "0, 1, ..., the sum of the counts"},
    "dirichlet": {"a": "[1e-9, 1e10]", "b": "[1e-9, 1e10]"},
    "multivariate_hypergeometric": {
        "ngood": "0, 1, ..., 1e9",
        "nbad": "0, 1, ..., 1e9",
        "nsample": "0, 1, 2, ...",
        "ngood + nbad - nsample": "0, 1, 2, ...",
    },
    "multinomial": {"n": "0, 1, 2, ...", "p": "[0, 1]", "pvals": "[0, 1], with a sum of at most 1"},
    "multivariate_normal": NORMAL_VECTOR,
    "joint_normal": {
        **NORMAL_VECTOR,
        "length of mean": "2, 3, ... (of one element SciPy makes a number: draw it with `norm`)",
        "size": "0, 2, 3, ... (SciPy drops an axis of length 1: write the 1 as a number, or draw with NumPy)",
    },
    "subset": {"k": "0, 1, ..., the number of values"},
    "integers": {"low": "..., -1, 0, 1, ...", "number of values": "1, 2, ..., 2**63 - 1"},
    "exponential": {"scale": "[0, inf)"},
    "uniform": {"high - low": "[0, inf)"},
    "uniform_between": {"b - a": "(-inf, inf)"},
    "normal": {"scale": "[0, inf)"},
    "lognormal": {"sigma": "[0, inf)"},
    "gumbel": {"scale": "[0, inf)"},
    "laplace": {"scale": "[0, inf)"},
    "logistic": {"scale": "[0, inf)"},
    "cauchy": {"scale": "[0, inf)"},
    "rayleigh": {"scale": "[0, inf)"},
    "halfnorm": {"scale": "[0, inf)"},
    "symmetric_triangular": {"high - low": "(-inf, inf)"},
    "weibull": {"a": "[1e-9, inf]", "scale": "[0, inf)"},
    "pareto": {"a": "[1e-9, inf]"},
    "classical_pareto": {"alpha": "[1e-9, inf]"},
    "power": {"a": "[1e-9, inf]"},
    "triangular": {"right - left": "[1e-150, 1e150]", "mode - left": "[0, inf)", "right - mode": "[0, inf)"},
    "wald": {
        "mean": "(0, inf), within [1e-100, 1e100]",
        "scale": "(0, inf), within [1e-100, 1e100]",
        "scale / mean": "[1e-9, 1e15]",
    },
    "skewnorm": {"a": "[-1e12, 1e12]", "scale": "[0, inf)"},
    "vonmises": {"mu": "[-1e9, 1e9]", "kappa": "[0, 1e15]"},
    "vonmises_from_zero": {"mu": "[-1e9, 1e9]", "kappa": "[0, 1e15]"},
    "noncentral_chisquare": {"df": "[1e-9, 1e6]", "nonc": "[0, 1e6]"},
    "noncentral_f": {"dfnum": "[1e-9, 1e6]", "dfden": "[1e-9, 1e6]", "nonc": "[0, 1e6]"},
    "truncnorm": {"b - a": "(0, inf]", "scale": "[0, inf)"},
    "gamma": {"shape": "[0, inf), and [1e-9, inf) where it moves", "scale": "[0, inf)"},
    "chisquare": {"df": "[1e-9, inf)"},
    "beta": {"a": "[1e-9, 1e10]", "b": "[1e-9, 1e10]"},
    "f": {"dfnum": "[1e-9, 1e10]", "dfden": "[1e-9, 1e10]"},
    "standard_t": {"df": "[1e-9, inf)"},
    "invgamma": {"a": "[1e-9, inf)", "scale": "[0, inf)"},
}


def domain_of(distribution: str, name: str) -> str | None:
    """Return the domain of a parameter in words; without a distribution, if all that have such a parameter agree."""
    if distribution:
        return DOMAINS.get(distribution, {}).get(name)
    found = {domains[name] for domains in DOMAINS.values() if name in domains}
    return found.pop() if len(found) == 1 else None


class DomainError(ValueError):
    """A parameter of a draw is outside its domain.

    Raised with the draw's site, the parameter's name and its value; the program object,
    which knows the sites, turns it into one sentence with the source line.
    """

    def __str__(self) -> str:
        if len(self.args) != 3:
            return super().__str__()
        site, name, value = self.args
        return f"draw {site}: {name} = {value} is outside its domain"


class ArrayError(DomainError):
    """A draw of one number got an array as a parameter: site, name and value."""


def require(ok: bool, site: int, name: str, value: float) -> None:
    """Raise `DomainError` unless the parameter `name` of the draw at `site` is inside its domain (NaN never is)."""
    if not ok:
        raise DomainError(site, name, value)
