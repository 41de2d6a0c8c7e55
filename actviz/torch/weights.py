# mypy: allow-subclassing-any
"""A model's weights in the calls of its functions: which arguments they are, and their gradient call by call."""

from __future__ import annotations

import inspect
import math
import re
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch

from actviz.torch.functions import BATCHED, DRAWING, NORMALIZING, RECURRENT, SELECTING, WEIGHTED, tensors
from actviz.torch.making import makers
from actviz.torch.recurrent import inputs_of, units_of

Swap = Callable[[torch.Tensor], torch.Tensor]

Part = tuple[torch.Tensor, slice]
"""Weights, and which of their rows."""

ALL = slice(None)
"""All of them."""


_PICKING = SELECTING | frozenset(
    "gather to float half bfloat16 double type_as contiguous clone expand reshape view view_as transpose swapaxes "
    "movedim permute t mT T flatten unsqueeze squeeze __get__".split()
)
"""Functions that only pick parts of weights or bring them into another shape or type."""


class Weights:
    """The weights of a model, to be found again among the arguments of a function.

    What functions make of parameters alone is followed: parts that are picked by indices, as of experts, and other
    shapes and types of them are weights like these.
    """

    def __init__(self, model: torch.nn.Module) -> None:
        self.parameters = {id(parameter): name for name, parameter in model.named_parameters()}
        self._buffers = {id(buffer): name for name, buffer in model.named_buffers()}
        still = {name for name, each in model.named_parameters() if not each.requires_grad}
        self._still = still if len(still) < len(self.parameters) else set()  # what is frozen altogether is judged too
        self._made: dict[int, tuple[weakref.ref[torch.Tensor], str]] = {}
        self._fixed: dict[int, weakref.ref[torch.Tensor]] = {}
        self._computed: dict[int, weakref.ref[torch.Tensor]] = {}

    def makers(self, tensor: torch.Tensor) -> dict[str, float]:
        """Return the parameters in which a tensor is linear, with the size of what each adds for one of size 1."""
        return makers(tensor, self.parameters)

    def add(self, computed: Sequence[torch.Tensor]) -> None:
        """Take what is computed of parameters for weights."""
        self._computed.update({id(each): weakref.ref(each) for each in computed})

    def follow(self, name: str, args: Sequence[Any], made: Any) -> None:
        """Remember what a function makes of a parameter, or of what was made of one, if it only picks or reshapes.

        And what any makes of buffers and frozen parameters alone, of a model that learns.
        """
        if name in _PICKING and args and isinstance(args[0], torch.Tensor):
            if of := self.name(args[0]):
                for each in tensors(made):
                    self._made[id(each)] = weakref.ref(each), of
            elif self.is_fixed(args[0]):
                self._fixed.update({id(each): weakref.ref(each) for each in tensors(made)})
        elif isinstance(made, torch.Tensor) and not made.requires_grad and not (name in DRAWING or "dropout" in name):
            given = list(tensors(args))
            if given and all(self.is_fixed(each) or self.name(each) in self._still for each in given):
                self._fixed[id(made)] = weakref.ref(made)

    def is_fixed(self, tensor: torch.Tensor) -> bool:
        """Whether a tensor is a buffer, or is picked from one."""
        reference = self._fixed.get(id(tensor))
        return self._among(tensor, self._buffers) or (reference is not None and reference() is tensor)

    def _among(self, tensor: torch.Tensor, names: Mapping[int, str]) -> bool:
        return id(tensor) in names or (tensor._base is not None and id(tensor._base) in names)

    def name(self, tensor: torch.Tensor) -> str:
        """Return the name of the parameter that a tensor is, or is a view of; empty for one that is made of others."""
        reference, made_of = self._made.get(id(tensor), (None, ""))
        if reference is not None and reference() is tensor:
            return made_of
        return self.parameters.get(id(tensor)) or self.parameters.get(id(tensor._base), "")

    def place(self, tensor: torch.Tensor) -> str:
        """Return which values of a parameter a tensor is, the same wherever it is applied; empty for what is none."""
        name = self.name(tensor)
        return f"{name}[{tensor.storage_offset()}:+{tensor.numel()}]" if name else ""

    def _is_matrix(self, value: Any) -> bool:
        if not (isinstance(value, torch.Tensor) and value.ndim >= 2 and value.is_floating_point()):
            return False
        computed = self._computed.get(id(value))
        return bool(self.name(value)) or (computed is not None and computed() is value)

    def _is_learned(self, value: Any) -> bool:
        """Whether what a function takes for weights is a parameter, or made of some; a fixed filter is a buffer."""
        return isinstance(value, torch.Tensor) and value.is_floating_point() and not self._among(value, self._buffers)

    def swap(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], swap: Swap) -> tuple[Any, Any]:
        """Return a function's arguments, its weights replaced by what ``swap`` makes of them."""
        place = WEIGHTED[name] if name in WEIGHTED else NORMALIZING[name]
        if place is None:
            matrices = [each for each in tensors((args, kwargs)) if self._is_matrix(each)]
            given = sum(each.is_floating_point() for each in tensors((args, kwargs)))
            if 1 < len(matrices) == given:  # what was looked up in a table is what weights are applied to
                matrices = [each for each in matrices if id(each) not in self._made]
            others = [each for each in tensors((args, kwargs)) if id(each) not in set(map(id, matrices))]
            if others and all(each.ndim == 1 and self.is_fixed(each) for each in others):
                matrices = []  # a size of theirs, as spectral normalization finds it
            known = set(map(id, matrices))
            return _replaced(tuple(args), known, swap), {
                key: _replaced(value, known, swap) for key, value in kwargs.items()
            }
        args, kwargs = list(args), dict(kwargs)
        if len(args) > place and self._is_learned(args[place]):
            args[place] = swap(args[place])
        elif self._is_learned(kwargs.get("weight")):
            kwargs["weight"] = swap(kwargs["weight"])
        return tuple(args), kwargs

    def of_call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[torch.Tensor]:
        """Return the weights among a function's arguments."""
        weights: list[torch.Tensor] = []

        def note(weight: torch.Tensor) -> torch.Tensor:
            weights.append(weight)
            return weight

        self.swap(name, args, kwargs, note)
        return weights


def in_turn(
    name: str, args: Sequence[Any], kwargs: Mapping[str, Any], weights: Sequence[torch.Tensor]
) -> list[list[Part]]:
    """Return what values pass one after another in a call: where all of one place is 0, what comes there does not.

    A query passes all of attention: that of keys, and of values, by which no gradient comes to it if they are equal.
    """
    if name == "multi_head_attention_forward":
        given = dict(zip(_ATTENDING, args, strict=False)) | dict(kwargs)
        joint, end = given.get("in_proj_weight"), given.get("out_proj_weight")
        own = [given.get(f"{each}_proj_weight") for each in "qkv"]
        size = 0 if joint is None else len(joint) // 3
        parts = [(joint, slice(at * size, (at + 1) * size)) for at in range(3)] if size else [(e, ALL) for e in own]
        return [[(each, rows)] for each, rows in (*parts, (end, ALL)) if each is not None]
    if name in ("linalg_multi_dot", "einsum"):
        return [[(each, ALL)] for each in weights]
    if name in RECURRENT:  # not those of states
        return [[(each, ALL) for each in of_layer] for of_layer in inputs_of(name, args)]
    return [[(each, ALL) for each in weights]]


def scores_nothing(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """Whether queries and keys of attention in one call are both 0, weights, biases and all: then neither will grow."""
    if name != "multi_head_attention_forward":
        return False
    given = dict(zip(_ATTENDING, args, strict=False)) | dict(kwargs)
    parts = [each for of in in_turn(name, args, kwargs, ())[:2] for each in of]
    if (bias := given.get("in_proj_bias")) is not None:
        parts.append((bias, slice(2 * (len(bias) // 3))))
    parts += [(each, ALL) for each in (given.get("bias_k"), given.get("static_k")) if each is not None]
    return not any(bool(each[rows].any()) for each, rows in parts)


_ATTENDING = tuple(inspect.signature(torch.nn.functional.multi_head_attention_forward).parameters)


def _replaced(value: Any, known: Collection[int], swap: Swap) -> Any:
    """Return a value, or all in a list, with what is known by its id replaced; no closure, which would hold it."""
    if isinstance(value, list | tuple):
        return type(value)([_replaced(each, known, swap) for each in value])
    return swap(value) if id(value) in known else value


def fans_of_call(
    name: str, args: Sequence[Any], kwargs: Mapping[str, Any], weights: Sequence[torch.Tensor], units: int
) -> list[tuple[int, int]]:
    """Return fan_in and fan_out of each of the weights that a function applies to give so many units."""
    if name == "einsum" and isinstance(args[0], str):
        return _fans_of_sum(args, weights)
    if name == "tensordot" and len(weights) == 1:
        place, dims = int(args[0] is not weights[0]), args[2] if len(args) > 2 else kwargs.get("dims", 2)
        summed = dims[place] if isinstance(dims, list | tuple) else range(dims) if place else range(-dims, 0)
        fan_in = math.prod(weights[0].shape[at] for at in summed)
        return [(fan_in, weights[0].numel() // max(1, fan_in))]
    if name == "linalg_multi_dot":
        return [(weight.shape[0], weight.shape[-1]) for weight in weights]
    return [_fans_of(name, weight, units) for weight in weights]


def _fans_of(name: str, weight: torch.Tensor, units: int) -> tuple[int, int]:
    """Return those of one.

    fan_in is 1 for a lookup table, which gives a row and adds nothing up, and so is its fan_out. Of a convolution
    fan_out counts all places of the kernel, as PyTorch's initializers do, and fan_in what one unit adds up.
    """
    if name.startswith("embedding"):
        return 1, 1
    if name in BATCHED and weight.ndim == 3:  # of one expert
        given, made = weight.shape[-2:]
        return (given, made) if made == units else (made, given)
    places = weight[0, 0].numel() if name.startswith("conv") else 1
    if name.startswith("conv_transpose"):
        return max(1, weight.numel() // units), weight.shape[1] * places
    if name in _LAST and weight.shape[-1] == units:  # x @ W, of each expert where there are several
        return weight.shape[-2], weight.shape[-1]
    if WEIGHTED.get(name) is None and name not in _LAST:  # gates and heads stand above each other
        return weight.shape[-1], min(weight.shape[0], units)
    return weight[0].numel(), weight.shape[0] * places


def _fans_of_sum(args: Sequence[Any], weights: Sequence[torch.Tensor]) -> list[tuple[int, int]]:
    """Return those of weights that ``einsum`` applies, of several heads, layers or experts at once, one after another.

    Weights add up the indices that they share with what comes to them, and give the others. An index that is kept, or
    that more than two factors share, as experts and their shares, tells several apart and is neither.
    """
    factors = args[0].replace(" ", "").replace("...", ".").partition("->")[0].split(",")
    made = args[0].partition("->")[2] or "".join(index for index in args[0] if args[0].count(index) == 1)
    operands, shared = list(tensors(args[1:])), Counter(index for each in factors for index in set(each))
    own = {at: _sizes(factors[at], each) for at, each in enumerate(operands) if any(each is one for one in weights)}
    come = {index for at, each in enumerate(factors) if at not in own for index in each}
    fans = dict[int, tuple[int, int]]()
    while waiting := [at for at in own if at not in fans]:
        at = next((each for each in waiting if come & set(own[each])), waiting[0])
        added = [size for index, size in own[at].items() if index in come and index not in made and shared[index] < 3]
        fans[at] = math.prod(added), math.prod(size for index, size in own[at].items() if index not in come)
        come |= set(own[at])
    return [next(fans[at] for at in fans if operands[at] is weight) for weight in weights]


def _sizes(indices: str, factor: torch.Tensor) -> dict[str, int]:
    """Return the size of each index of a factor; dimensions that are dots have none."""
    first, _, last = indices.partition(".")
    known = zip(first, factor.shape, strict=False), zip(last[::-1], factor.shape[::-1], strict=False)
    return {index: size for each in known for index, size in each}


_LAST = frozenset(("matmul", "mm", "bmm", "addmm", "baddbmm", "einsum", "tensordot", "__rmatmul__"))
"""Functions that have the units of what they give in the last dimension of their weights."""


def parameters_of_units(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[torch.Tensor]:
    """Return weights and biases of a call, a row a unit, where each unit has weights of its own; else nothing."""
    if name in RECURRENT:
        return units_of(name, args)
    if name == "linear" or (name.startswith("conv") and not name.startswith("conv_transpose")):
        weight, bias = (args[at] if len(args) > at else kwargs.get(key) for at, key in ((1, "weight"), (2, "bias")))
        return [each.detach().reshape(len(each), -1) for each in (weight, bias) if each is not None]
    return []


def biases_of(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[torch.Tensor]:
    """Return the bias of a call, if it takes one."""
    if name.startswith("add"):
        return list(tensors(args[:1]))
    return list(tensors([*args[2:3], kwargs.get("bias")])) if name.startswith(("linear", "conv")) else []


_SHAPING = re.compile(r"(T|View|UnsafeView|ReshapeAlias|Transpose|Permute|Unsqueeze|Squeeze|Expand|ToCopy)Backward\d")


def _whole(node: Any) -> Any:
    """Return what a node of a backward pass only brings into another shape or type."""
    while node is not None and _SHAPING.fullmatch(type(node).__name__):
        node = node.next_functions[0][0]
    return node


class Tap(torch.autograd.Function):
    """The same weights for one call alone: their gradient in this call is told, wherever else they are used.

    Depending on ``anchor``, whose gradient is what the backward pass is asked for, they need one even where they are
    frozen, and no parameter's own gradient is computed or touched.
    """

    @staticmethod
    def forward(weight: Any, anchor: Any, told: Any) -> Any:
        """Return an alias."""
        return weight.view_as(weight)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        """Remember whom to tell."""
        ctx.told, ctx.grows = inputs[2], []

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:
        """Tell the gradient and pass it on: the weights may be made of others."""
        ctx.told(gradient)
        for told in ctx.grows:
            told(gradient)
        return gradient, None, None

    @classmethod
    def last_of(cls, value: torch.Tensor) -> list[Any]:
        """Return the calls, by their nodes, that weights were last applied in to make a value."""
        found, seen, waiting = [], set[Any](), [value.grad_fn]
        while waiting:
            node = waiting.pop()
            if node is None or node in seen:
                continue
            seen.add(node)
            before = [each for each, _ in node.next_functions]
            taps = [each for each in map(_whole, before) if isinstance(each, cls._backward_cls)]
            found += taps
            waiting += [] if taps else before
        return found
