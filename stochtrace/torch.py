"""Programs as functions of PyTorch tensors: means over fresh samples, with unbiased gradients for `backward`."""

from __future__ import annotations

from functools import reduce
from typing import Any

from stochtrace.estimation.bridges import SAMPLES, Bridge
from stochtrace.estimation.nested import Keys, leaves, mapped
from stochtrace.estimation.program import Program

try:
    import torch
except ImportError:
    raise ImportError("functions of tensors need PyTorch: pip install 'stochtrace[torch]'", name="torch") from None


def function(
    program: Program,
    samples: int = SAMPLES,
    seed: int | None = 0,
    fresh: bool = True,
    mode: str | None = None,
    threads: int | None = None,
) -> Function:
    """Return the mean of a program as a function of tensors, for `backward` and optimisers.

    It is called as the program is, with tensors in the place of numbers and arrays, also in dicts, tuples and lists.
    The result has the shape of the program's, a number or an array, and the dtype and device of the parameters.

    Run k, counted from 0, is the mean of the samples k·samples … (k + 1)·samples − 1 of the seed (None: a fresh one).
    Every call is the next run: it sees fresh samples, and the same ones whenever the same calls are made again. With
    `fresh=False` all calls are the same run, and the function is deterministic. `mode` and `threads` are those of
    `estimate`.

    Value and gradient come from the same samples, in reverse mode; without a tensor that requires a gradient, the
    primal runs alone. Raises `ImportError` where PyTorch is not installed.
    """
    return Function(Bridge(program, samples, seed, mode, threads), fresh)


class Function:
    """The mean of a program as a function of tensors; `run` is the number of the next run, and may be set."""

    def __init__(self, bridge: Bridge, fresh: bool) -> None:
        self._bridge, self._fresh = bridge, fresh
        self.run = 0

    def __repr__(self) -> str:
        return repr(self._bridge)

    def __deepcopy__(self, memo: dict[int, Any]) -> Function:
        """Return a function that goes on from the same run: copies of a module share the program."""
        other = Function(self._bridge, self._fresh)
        other.run = self.run
        return other

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return the mean of the next run.

        Raises `TypeError` where a gradient is asked for by what the program is not differentiated by, or where it
        returns several numbers that are no array; `ArithmeticError` where a sample is not finite.
        """
        call = Call(self._bridge, self._bridge.given(args, kwargs), self.run)
        self.run += self._fresh
        return Mean.apply(call, *call.tensors.values())[0]


class Call:
    """One call: arguments in which tensors stand, and which of them need a gradient."""

    def __init__(self, bridge: Bridge, arguments: dict[str, Any], run: int) -> None:
        self.bridge, self.arguments, self.run = bridge, arguments, run
        self.tensors: dict[Keys, Any] = {k: t for k, t in leaves(arguments) if isinstance(t, torch.Tensor)}
        self.needed = [k for k, t in self.tensors.items() if t.requires_grad and torch.is_grad_enabled()]
        for keys in self.needed:
            bridge.check_moved(keys[0])

    def mean(self, tensors: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the mean, and the partials by each tensor that needs them."""
        here = dict(zip(self.tensors, tensors, strict=True))
        plain = mapped(lambda keys, leaf: numbers(here[keys]) if keys in here else leaf, self.arguments)
        found = self.bridge.mean(plain, [keys[0] for keys in self.needed], self.run)
        moving = [t for k, t in here.items() if k[0] in self.bridge.program.wrt and t.is_floating_point()]
        kind = reduce(torch.promote_types, [t.dtype for t in moving]) if moving else torch.get_default_dtype()
        value = torch.as_tensor(found.value, dtype=kind, device=moving[0].device if moving else None)
        return value, *(torch.as_tensor(found.partials[k]).to(here[k]) for k in self.needed)


def numbers(tensor: Any) -> Any:
    """Return a tensor as what a program takes: a number or an array, of double precision where it is of floats."""
    plain = tensor.detach().cpu()
    array = (plain.double() if plain.is_floating_point() else plain).numpy()
    return array if array.ndim else array.item()


class Mean(torch.autograd.Function):  # type: ignore[misc]  # without PyTorch, its class is Any
    """The mean of a call; its partials are further results, kept for the way back."""

    @staticmethod
    def forward(call: Call, *tensors: Any) -> tuple[Any, ...]:
        """Return the mean and its partials."""
        return call.mean(tensors)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Any, ...]) -> None:
        """Keep the partials."""
        call, tensors, partials = inputs[0], dict(zip(inputs[0].tensors, inputs[1:], strict=True)), output[1:]
        ctx.keys, ctx.needed = list(tensors), call.needed
        ctx.mark_non_differentiable(*partials)
        ctx.save_for_backward(*partials, *(tensors[k] for k in call.needed))

    @staticmethod
    def backward(ctx: Any, gradient: Any, *_: Any) -> tuple[Any, ...]:
        """Return the products of what comes back with the partials."""
        count = len(ctx.needed)
        partials, tensors = ctx.saved_tensors[:count], ctx.saved_tensors[count:]
        pairs = zip(ctx.needed, partials, tensors, strict=True)
        found = {k: Product.apply(gradient, partial, tensor) for k, partial, tensor in pairs}
        return None, *(found.get(k) for k in ctx.keys)


class Product(torch.autograd.Function):  # type: ignore[misc]  # without PyTorch, its class is Any
    """What comes back × partials: a function of the parameters too, whose derivative is not known."""

    @staticmethod
    def forward(gradient: Any, partials: Any, tensor: Any) -> Any:
        """Return the product, in the shape of the parameter."""
        return torch.tensordot(gradient.reshape(-1).to(partials), partials, 1)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Keep nothing."""

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:
        """Refuse: a zero would be silent."""
        raise NotImplementedError(
            "second derivatives of a program's mean are not known: its gradient is an estimate that cannot be "
            "differentiated again; take differences of gradients with fresh=False"
        )
