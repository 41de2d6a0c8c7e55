"""What PyTorch's functions are to the probe, by name: activations, weights applied to a signal, normalizations.

A module of ``torch.nn`` calls these functions, and so does a model that does without modules: one table serves both.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.catalog.names import describe
from actviz.numerics.arrays import Array


@dataclass(frozen=True)
class Nonlinearity:
    """An activation function of a model: what it is called and, unless only PyTorch knows, what it is."""

    label: str
    activation: Activation | None


def catalogued(activation: Activation) -> Nonlinearity:
    """Return an activation under the label it has in a dataset."""
    return Nonlinearity(describe(activation, ACTIVATIONS), activation)


IDENTITY = catalogued(ACTIVATIONS["identity"])
"""Of a layer without an activation function."""

UNKNOWN = Nonlinearity("unknown", None)
"""Of a layer whose functions are not seen."""


def elementwise(label: str, function: Callable[[Any], Any], bounds: tuple[float, float] | None = None) -> Nonlinearity:
    """Make an activation of a function of tensors, its slope by automatic differentiation."""

    def phi(z: Array) -> Array:
        with torch.no_grad():
            values: Array = function(torch.tensor(z)).numpy()
        return values

    def slope(z: Array) -> Array:
        with torch.enable_grad():
            at = torch.tensor(z, requires_grad=True)
            (gradient,) = torch.autograd.grad(function(at.clone()).sum(), at)  # a clone: it may work in place
        slopes: Array = gradient.numpy()
        return slopes

    return Nonlinearity(label, Activation(label, phi, slope, bounds or (-math.inf, math.inf)))


_TRIAL = torch.linspace(-3.0, 3.0, 24, dtype=torch.float64)


def own_activation(module: torch.nn.Module) -> Nonlinearity | None:
    """Return what a module without weights is if it works value by value, as an activation of the user's own does."""
    try:
        with torch.no_grad(), torch.random.fork_rng([]):
            values = module.forward(_TRIAL.reshape(4, 6).clone()).reshape(-1)
            again = module.forward(_TRIAL.flip(0).reshape(2, 12).clone()).reshape(-1).flip(0)
            alike = torch.allclose(values, again, rtol=1e-9, atol=1e-12) and values.shape == _TRIAL.shape
    except Exception:  # it takes something else than any values
        return None
    if not alike or torch.allclose(values / _TRIAL, values[0] / _TRIAL[0]):  # a scale, as a dropout of paths is
        return None
    for activation in ACTIVATIONS.values():
        if np.allclose(activation(_TRIAL.numpy()), values.numpy(), rtol=1e-6, atol=1e-7):
            return catalogued(activation)
    return elementwise(type(module).__name__, module.forward)


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


@dataclass(frozen=True)
class _Call:
    """A call of an activation function: its name, and its arguments after the signal."""

    name: str
    function: Callable[..., Any]
    values: tuple[Any, ...]

    def own(self, *bounds: float) -> Nonlinearity:
        label = f"{self.name}:{','.join(map(_number, self.values))}" if self.values else self.name
        return elementwise(label, lambda z: self.function(z, *self.values), (bounds[0], bounds[1]) if bounds else None)


def _named(name: str, parameter: str = "") -> Callable[[_Call], Nonlinearity]:
    """Return one of actviz's activations; its parameter, if it has one, is the call's first value."""

    def make(call: _Call) -> Nonlinearity:
        activation = ACTIVATIONS[name]
        return catalogued(activation.with_parameters({parameter: call.values[0]}) if parameter else activation)

    return make


def _own(low: float = -math.inf, high: float = math.inf) -> Callable[[_Call], Nonlinearity]:
    return lambda call: call.own(low, high)


def _hardtanh(call: _Call) -> Nonlinearity:
    low, high = call.values
    return catalogued(ACTIVATIONS["hard_tanh"]) if (low, high) == (-1.0, 1.0) else call.own(low, high)


def _clamp(call: _Call) -> Nonlinearity | None:
    """Read a clamp at 0 as ReLU, and leave every other alone: it is a guard more often than an activation."""
    low, high = call.values  # numbers, or tensors
    return catalogued(ACTIVATIONS["relu"]) if isinstance(low, int | float) and low == 0 and high is None else None


def _prelu(call: _Call) -> Nonlinearity:
    weight = call.values[0]
    if weight.numel() != 1:
        return Nonlinearity("prelu", None)
    return catalogued(ACTIVATIONS["leaky_relu"].with_parameters({"slope": float(weight.detach())}))


_Maker = Callable[[_Call], Nonlinearity | None]
_SIGNATURES: dict[str, tuple[tuple[tuple[str, Any], ...], _Maker]] = {
    "relu": ((), _named("relu")),
    "sigmoid": ((), _named("sigmoid")),
    "tanh": ((), _named("tanh")),
    "selu": ((), _named("selu")),
    "silu": ((), _named("silu")),
    "mish": ((), _named("mish")),
    "erf": ((), _named("erf")),
    "sin": ((), _named("sin")),
    "softsign": ((), _named("softsign")),
    "hardsigmoid": ((), _named("hard_sigmoid")),
    "leaky_relu": ((("negative_slope", 0.01),), _named("leaky_relu", "slope")),
    "elu": ((("alpha", 1.0),), _named("elu", "alpha")),
    "gelu": (
        (("approximate", "none"),),
        lambda call: catalogued(ACTIVATIONS["gelu" if call.values[0] == "none" else "gelu_tanh"]),
    ),
    "softplus": (
        (("beta", 1.0), ("threshold", 20.0)),
        lambda call: catalogued(ACTIVATIONS["softplus"]) if call.values[0] == 1 else call.own(0.0, math.inf),
    ),
    "hardtanh": ((("min_val", -1.0), ("max_val", 1.0)), _hardtanh),
    "clamp": ((("min", None), ("max", None)), _clamp),
    "clamp_min": ((("min", None),), lambda call: _clamp(_Call(call.name, call.function, (*call.values, None)))),
    "prelu": ((("weight", None),), _prelu),
    "rrelu": ((), lambda call: Nonlinearity("rrelu", None)),  # random: it has no slope to look up
    "relu6": ((), _own(0.0, 6.0)),
    "celu": ((("alpha", 1.0),), _own()),
    "hardswish": ((), _own()),
    "log_sigmoid": ((), _own(-math.inf, 0.0)),
    "tanhshrink": ((), _own()),
    "softshrink": ((("lambd", 0.5),), _own()),
    "hardshrink": ((("lambd", 0.5),), _own()),
    "threshold": ((("threshold", None), ("value", None)), _own()),
}
_SIGNATURES["_threshold"] = _SIGNATURES["threshold"]

ACTIVATING = frozenset(_SIGNATURES)
"""Names of activation functions; in place they end with an underscore."""

GATES = {"sigmoid": "silu"}
"""z times this function of z is that activation."""


def _backward(function: Any, **more: Any) -> Callable[[Array], Array]:
    """Return an activation's slope as PyTorch itself computes it, of values as they are."""

    def slope(z: Array) -> Array:
        given = torch.from_numpy(z)
        slopes: Array = function(torch.ones_like(given), given, **more).numpy()
        return slopes

    return slope


BACKWARD: dict[str, Callable[[Array], Array]] = {
    "gelu": _backward(torch.ops.aten.gelu_backward),
    "gelu_tanh": _backward(torch.ops.aten.gelu_backward, approximate="tanh"),
    "silu": _backward(torch.ops.aten.silu_backward),
    "mish": _backward(torch.ops.aten.mish_backward),
}
"""Slopes that PyTorch has several times faster than numpy, by the activation's name."""


def plain(function: Any) -> str:
    """Return the name of a function, without the underscore that says in place."""
    name = str(getattr(function, "__name__", "")).partition(".")[0]  # of an operator without its overload
    return name if name.startswith("__") else name.rstrip("_")


def overwrites(function: Any) -> bool:
    """Whether a function overwrites what it works on, by its name."""
    name = str(getattr(function, "__name__", ""))
    return name.endswith("_") and not name.endswith("__")


def signal(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Return the tensor that a function of the tables works on; None if it is none of floating point."""
    value = args[0] if args else kwargs.get("input")
    return value if isinstance(value, torch.Tensor) and value.is_floating_point() else None


def nonlinearity(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Nonlinearity | None:
    """Read an activation off a call; None if it is none."""
    name = plain(function)
    names, make = _SIGNATURES[name]
    rest = args[1:] if args else ()
    values = tuple(
        rest[position] if position < len(rest) else kwargs.get(key, default)
        for position, (key, default) in enumerate(names)
    )
    return make(_Call(name.lstrip("_"), function, values))


def in_place(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """Whether a call of an activation may overwrite its argument."""
    return overwrites(function) or bool(kwargs.get("inplace")) or any(value is True for value in args[1:])


WEIGHTED: dict[str, int | None] = {
    **dict.fromkeys(("linear", "embedding", "embedding_bag"), 1),
    **{f"conv{kind}{dims}d": 1 for kind in ("", "_transpose") for dims in (1, 2, 3)},
    "bilinear": 2,
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")),
    "multi_head_attention_forward": None,
    **dict.fromkeys(("grouped_mm", "_grouped_mm", "grouped_mm_fallback")),  # of experts
    **dict.fromkeys(("matmul", "mm", "bmm", "mv", "addmm", "addmv", "baddbmm", "einsum", "tensordot", "__rmatmul__")),
    **dict.fromkeys(("linalg_multi_dot", "inner")),
}
"""Functions that apply weights, and the weights' place; None: whichever arguments are the model's own matrices."""

PRODUCTS = frozenset("matmul mm bmm mv addmm addmv baddbmm einsum tensordot __rmatmul__ linalg_multi_dot".split())
"""Those of them that are products of whichever matrices they are given."""

BATCHED = frozenset(("grouped_mm", "_grouped_mm", "grouped_mm_fallback", "bmm", "baddbmm", "matmul", "__matmul__"))
"""Functions that apply one of a row of matrices each, as a mixture of experts does: a unit has the weights of one."""

RECURRENT = frozenset(name for name in WEIGHTED if name.startswith(("lstm", "gru", "rnn")))
"""Functions with gates or activations inside, which nobody else sees."""

NORMALIZING: dict[str, int] = {"batch_norm": 3, "instance_norm": 3, "layer_norm": 2, "group_norm": 2, "rms_norm": 2}
"""Normalizations, and the place of their scale."""

PASSING = frozenset(
    "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout feature_dropout view view_as reshape "
    "reshape_as flatten unflatten squeeze unsqueeze permute transpose swapaxes movedim t contiguous clone to float "
    "half bfloat16 double type_as pad max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d "
    "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_max_pool1d adaptive_max_pool2d local_response_norm add sub mul "
    "div __add__ __radd__ __iadd__ __sub__ __rsub__ __mul__ __rmul__ __imul__ __truediv__ __itruediv__".split()
)
"""Functions behind which a value, of one layer alone, still is that layer's: dropout, shapes, pooling, constants."""

JOINING = frozenset(
    "add __add__ __radd__ __iadd__ sub __sub__ __rsub__ __isub__ addcmul lerp index_add cat concat concatenate".split()
)
"""Functions by which a branch may join a stream."""

ADDING = frozenset(("add", "__add__", "__radd__", "__iadd__"))
"""Sums, by which a bias may be added."""

MULTIPLYING = frozenset(("mul", "multiply", "__mul__", "__rmul__", "__imul__"))
"""Products value by value, of which one factor may be a gate."""

FACTORED = MULTIPLYING | frozenset(("matmul", "__rmatmul__", "mm", "bmm", "mv", "inner", "einsum", "tensordot"))
"""Products of two factors, of which one scales the other: where it is 0, nothing passes."""

DRAWING = frozenset("rand rand_like randn randn_like randint randperm bernoulli bernoulli_ uniform_ normal_".split())
"""Functions that draw random numbers, whose use by a model is its own."""

DIVIDING = frozenset(("div", "divide", "true_divide", "__truediv__", "__itruediv__"))
"""Quotients value by value."""

INVERTING = frozenset(("reciprocal", "__rtruediv__", "__rdiv__"))
"""Functions that divide by what they are given."""

SCALING = MULTIPLYING | DIVIDING
"""Functions by which values are brought to another size."""

ROOTS = frozenset("rsqrt sqrt pow __pow__ std norm linalg_vector_norm vector_norm linalg_norm reciprocal".split())
"""Functions that end in a size of values, by which a normalization that is written out divides them."""

MIXING = frozenset(("matmul", "__matmul__", "bmm", "einsum"))
"""Products of matrices, of which one may weigh the rows of the other."""

GATING = frozenset(("sigmoid", "hardsigmoid", "softmax", "exp"))
"""Functions whose values, of one sign, weigh others: shares, gates, scales, and decays over time."""

ATTENDING = frozenset(("scaled_dot_product_attention",))
"""Functions in which queries and keys weigh values."""

POOLING = frozenset(
    (*(f"{kind}avg_pool{dims}d" for kind in ("", "adaptive_") for dims in (1, 2, 3)), "mean", "nanmean")
)
"""Means over positions."""

SELECTING = frozenset("__getitem__ unbind select chunk split tensor_split narrow index_select".split())
"""Functions that take a part of what they are given."""


def unit_dim(name: str, ndim: int) -> int:
    """Return the dimension, from the end, of the units of a weighted or normalizing function's output."""
    if name.startswith("conv"):
        return -1 - int(name[-2])
    if name in ("batch_norm", "instance_norm", "group_norm"):
        return 1 - ndim
    return -1


def default_dim(ndim: int) -> int:
    """Return the dimension, from the end, of the units where nothing tells: an image's channels, else the last."""
    return 1 - ndim if ndim >= 4 else -1


def tensors(structure: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors in nested tuples, lists, dicts and objects with attributes, in order."""
    if isinstance(structure, torch.Tensor):
        yield structure
    elif isinstance(structure, Mapping):
        for value in structure.values():
            yield from tensors(value)
    elif isinstance(structure, list | tuple):
        for value in structure:
            yield from tensors(value)
    elif hasattr(structure, "__dataclass_fields__"):
        yield from tensors(vars(structure))


def floating(structure: Any, place: int = 0) -> torch.Tensor | None:
    """Return the first tensor of floating point, or one of those behind it; None if there is none."""
    candidates = (tensor for tensor in tensors(structure) if tensor.is_floating_point())
    return next(itertools.islice(candidates, place, None), None)
