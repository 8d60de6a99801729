"""All modules in their order, and those that may import Numba; `test_order` holds the tree to it."""

NUMBA = tuple(
    f"stochtrace.runtime.numba_{name}"
    for name in (
        "arrays", "blocks", "counters", "exact", "identity", "laws", "leaves", "lists", "meaning", "names", "narrow",
        "quantiles", "recording", "results", "resuming", "scipy", "side", "special", "stats", "stores", "sums",
        "symbols", "tape", "taped", "threefry", "ties", "unbound", "values", "words",
    )
)  # fmt: skip
NUMBA += tuple(
    f"stochtrace.carried.numba_{name}"
    for name in (
        "memory", "smooth", "functions", "families", "tape", "tangency", "quadratics", "roots", "ranges",
        "factors", "noting", "atoms", "meetings", "decisions", "kept", "intervals", "library", "trace", "arrays",
        "special", "densities",
        "values", "records", "draws", "shapes", "vectors", "axes", "products", "linear",
        "joins", "quantiles", "bins", "keys", "iterators", "containers", "sources", "fields", "holding", "rings",
        "objects", "statistics",
    )
)  # fmt: skip
NUMBA += tuple(f"stochtrace.estimation.compiled{name}" for name in ("", "_forms", "_recursive", "_carried"))

# Every module, package by package, in order: each may import those above it only. A dot is the package itself.
PACKAGES = (
    ("stochtrace", "version . files highlighting refusals diagnostics rules spellings scopes forms"),
    ("stochtrace.runtime", "checks"),
    ("stochtrace.runtime.functions", "."),
    ("stochtrace.runtime.distributions", "."),
    ("stochtrace.runtime.functions", "gauss_legendre scipy_special special"),
    ("stochtrace.runtime", "special tape values taped taped_functions threefry cached ahead uniforms sobol cuts"),
    ("stochtrace.runtime.functions", "cornish_fisher inversion"),
    ("stochtrace.runtime", "jumps laws"),
    ("stochtrace.runtime.distributions", "continuous"),
    ("stochtrace.runtime.functions", "gamma_slopes"),
    ("stochtrace.runtime.distributions", "gammas"),
    ("stochtrace.runtime.functions", "beta_slopes beta_quantiles t_slopes"),
    ("stochtrace.runtime.distributions", "betas location_scale power_laws bounded inverse_gaussian skewed circular"),
    ("stochtrace.runtime.functions", "mixtures"),
    ("stochtrace.runtime.distributions", "noncentral discrete"),
    (
        "stochtrace.runtime",
        "arrays numba_words numba_names numba_unbound numba_identity numba_lists numba_stores "
        "numba_ties numba_narrow numba_exact numba_quantiles numba_sums numba_meaning numba_tape numba_leaves "
        "numba_arrays",
    ),
    (
        "stochtrace.runtime.distributions",
        "beta_binomial discrete_exponential hypergeometrics logarithmic negative_binomials zipf_law vectors",
    ),
    ("stochtrace.runtime.functions", "mixture_scores"),
    (
        "stochtrace.runtime.densities",
        ". family norm expon uniform gamma chi2 invgamma beta f t lognorm laplace logistic gumbel_r cauchy "
        "rayleigh weibull_min pareto lomax powerlaw triang halfnorm truncnorm skewnorm invgauss vonmises ncx2 "
        "ncf bernoulli binom poisson geom nbinom hypergeom betabinom logser zipf randint planck boltzmann "
        "dlaplace",
    ),
    (
        "stochtrace.runtime",
        "stats numba_scipy numba_special numba_results numba_values numba_symbols numba_counters numba_blocks "
        "numba_threefry numba_laws numba_side numba_resuming numba_stats . recording numba_taped numba_recording",
    ),
    (
        "stochtrace.carried",
        "running frames operations intervals smooth evaluation families atoms arguments roots scores factors "
        "tangency ranges reservoir replay drawing still alike nearness meetings solving trace probing checks densities "
        "shared hashes linear draws builtins marked sources . math random statistics stochtrace",
    ),
    ("stochtrace.carried.numpy", "functions random vectorizing ."),
    ("stochtrace.carried", "vector_densities"),
    ("stochtrace.carried.scipy", "special stats ."),
    (
        "stochtrace.carried",
        "sample runtime replaying rebinding numba_memory numba_smooth numba_functions numba_families "
        "numba_tape numba_tangency numba_quadratics numba_roots numba_intervals numba_ranges numba_factors "
        "numba_noting numba_atoms numba_meetings numba_decisions numba_kept numba_library numba_trace "
        "numba_shapes numba_arrays numba_vectors numba_quantiles numba_bins numba_axes numba_products numba_linear "
        "numba_joins numba_keys numba_iterators numba_containers numba_special numba_densities numba_values "
        "numba_records numba_draws numba_statistics numba_sources numba_fields numba_holding numba_rings numba_objects",
    ),
    (
        "stochtrace.transform",
        "depth nodes prune terms stars aliases source names paths guards poles binding truths templates pairs "
        "generators functions closed seeds drawn_seeds frozen densities canonical options draws depths "
        "bindings facts iterators sharing state sequence shared smooth spelled expressions plan stages "
        "toplevel printing primal cuts header tangents hoistable products whole activity rewriting loops "
        "hoisting lines derivative reads sites carried_world overrides carried_text carried_module explain "
        "pipeline .",
    ),
    (
        "stochtrace.lowering",
        ". trees recursion function_values function_tables cells closures raised keywords inlining exceptions "
        "kept_generators walrus lazy calls lists arrays folds generators counts deques keys matches passed tables "
        "sources dataclasses attributes classes observed families rings movable records contents",
    ),
    (
        "stochtrace.estimation",
        "compiled_loop functions foreign reached constants words moments nested numbers shapes spelling tails parts "
        "summary schemes quasi estimator folding goal checkpoint progress travelling work scheduling averaging "
        "tables results gradient_estimate columns sites state places reasons resuming remade carried_loop interpreted "
        "observing anchored compiled_recursive compiled_forms compiled of_sources compiled_carried recorded "
        "recorded_loop compiled_recorded values sampling reverse gradients options pilot survey stairs differences "
        "verification scoring verifying verify_method kinks partings averages bridges objective "
        "gradient_methods argument_methods program tuning loading .",
    ),
    ("stochtrace", "jax optimize torch"),
    ("stochtrace.plots", "style coupling curves contributions traces ."),
    ("stochtrace.report", "linking plans charts page ."),
    ("stochtrace", "notebook magics"),
    (
        "stochtrace_cli",
        ". failures outputs annotations completion estimate sweep transform project check explain tune verify "
        "plot report main __main__",
    ),
)
ORDER = tuple(package if name == "." else f"{package}.{name}" for package, names in PACKAGES for name in names.split())
