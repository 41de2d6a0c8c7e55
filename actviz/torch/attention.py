# mypy: allow-untyped-calls
"""What is recorded of a softmax: attention head by head, and routers, a block of logits at a time.

The softmax has its own saturation. Its slope is p_i (d_ij - p_j), whose trace 1 - sum p^2 is 0 where one key has all
and largest, 1 - 1 / n, where n keys have the same: a row whose trace is below 5 % of that is saturated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from actviz.catalog.slopes import SATURATION_THRESHOLD
from actviz.numerics.arrays import Array
from actviz.numerics.moments import Float64
from actviz.results.model_statistics import OF_ATTENTION
from actviz.torch.arrays import as_array
from actviz.torch.passes import CallKey

BLOCK = 2**20
"""Logits that are there at a time."""

MASKED = -1e4
"""A logit that is lower than its row's largest by so much is masked."""


@dataclass(eq=False)
class Softmax:
    """A softmax of a model.

    Parameters
    ----------
    key : CallKey
    name : str
    attends : bool
        Whether it weighs rows, as attention does.
    normalized : bool
        Whether queries and keys are normalized before they meet: then no scale of their weights matters.
    order : int
        Its place among the layers.
    """

    key: CallKey
    name: str
    attends: bool
    normalized: bool = False
    order: int = 0


class _Heads:
    """Sums over rows, head by head."""

    def __init__(self, heads: int) -> None:
        self.rows = np.zeros(heads)
        self.entropy, self.slope, self.saturated, self.largest = (np.zeros(heads) for _ in range(4))
        self.logits, self.squares, self.fourth, self.farthest = (np.zeros(heads) for _ in range(4))

    @np.errstate(all="ignore")
    def add(self, logits: Array) -> None:
        """Add rows of logits, shape (heads, rows, keys)."""
        largest = logits.max(axis=-1, keepdims=True)
        below = logits - largest
        masked = None if below.min(initial=0.0) > MASKED else ~(below > MASKED)
        keys = np.full(below.shape[:2], below.shape[-1]) if masked is None else (~masked).sum(axis=-1)
        exps = np.exp(below)
        if masked is not None:
            below[masked] = 0.0  # for the sums: what is masked has no share
        total = exps.sum(axis=-1)
        told = keys > 1
        slope = (1.0 - np.vecdot(exps, exps) / np.square(total)) / (1.0 - 1.0 / keys)
        # - sum p ln p, with p = e^(l - largest) / total
        entropy = (np.log(total) - np.vecdot(exps, below) / total) / np.log(keys)
        self.rows += told.sum(axis=-1)
        self.entropy += entropy.sum(axis=-1, dtype=np.float64, where=told)
        self.slope += slope.sum(axis=-1, dtype=np.float64, where=told)
        self.saturated += (told & (slope < SATURATION_THRESHOLD)).sum(axis=-1)
        # What logits differ by from the mean of their row, which a softmax leaves out; below the largest, as exactly.
        mean = below.sum(axis=-1, keepdims=True) / keys[..., None]
        apart = np.subtract(below, mean, out=exps)
        if masked is not None or not told.all():
            out = ~told[..., None] if masked is None else masked | ~told[..., None]
            apart[np.broadcast_to(out, apart.shape)] = 0.0
            logits = np.where(out, 0.0, logits)
        self.largest = np.fmax(self.largest, np.maximum(logits.max(axis=(-2, -1)), -logits.min(axis=(-2, -1))))
        squares = np.square(apart, out=apart).reshape(len(apart), -1)
        self.logits += (keys * told).sum(axis=-1)
        self.squares += squares.sum(axis=-1, dtype=np.float64)
        self.farthest = np.fmax(self.farthest, np.sqrt(squares.max(axis=-1)))
        self.fourth += np.square(squares, out=squares).sum(axis=-1, dtype=np.float64)


class Softmaxes:
    """The records of a model's softmaxes under one seed."""

    def __init__(self, softmaxes: Sequence[Softmax]) -> None:
        self._at = {each.key: at for at, each in enumerate(softmaxes)}
        self._records: list[_Heads | None] = [None] * len(softmaxes)

    def __contains__(self, key: CallKey | None) -> bool:
        return key in self._at

    @torch.no_grad()
    def take(self, key: CallKey, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Record what a softmax, or an attention that has one inside, is given."""
        at, name = self._at[key], key[1]
        read = {"softmax": _written, "exp": _written, "scaled_dot_product_attention": _attention}.get(name, _module)
        for logits in read(args, kwargs):
            record = self._records[at]
            if record is None:
                record = self._records[at] = _Heads(len(logits))
            if len(record.rows) == len(logits):
                record.add(as_array(logits))

    def measured(self) -> dict[str, Float64]:
        """Read the numbers of ``OF_ATTENTION`` off, shape (softmaxes, heads); NaN where there is no such head."""
        heads = max((len(each.rows) for each in self._records if each), default=0)
        told = {name: np.full((len(self._records), heads), math.nan) for name in OF_ATTENTION}
        for at, record in enumerate(self._records):
            if record is None:
                continue
            count = len(record.rows)
            rows = np.where(record.rows > 0, record.rows, math.nan)
            told["attention_entropy"][at, :count] = record.entropy / rows
            told["attention_slope"][at, :count] = record.slope / rows
            told["attention_saturated"][at, :count] = record.saturated / rows
            with np.errstate(all="ignore"):
                square = record.squares / record.logits
                told["attention_kurtosis"][at, :count] = _finite(record.fourth / record.logits / square / square)
                told["attention_peak"][at, :count] = _finite(record.farthest / np.sqrt(square))
            told["attention_logit"][at, :count] = np.where(record.rows > 0, record.largest, math.nan)
        return told


def _finite(values: Float64) -> Float64:
    return np.where(np.isfinite(values), values, math.nan)


_Blocks = Iterator[torch.Tensor]
"""Logits of shape (heads, rows, keys), a block at a time."""


def _written(args: Sequence[Any], kwargs: Mapping[str, Any]) -> _Blocks:
    """Read what a softmax, or its exponentials, is given: by head if of shape (samples, heads, queries, keys)."""
    logits = (args[0] if args else kwargs["input"]).detach()
    dim = kwargs.get("dim", args[1] if len(args) > 1 else -1)
    logits = logits.movedim(-1 if dim is None else dim, -1)
    keys = logits.shape[-1]
    if logits.ndim == 4:
        for some in logits.split(max(1, BLOCK // max(1, logits[0].numel()))):
            yield some.transpose(0, 1).flatten(1, 2)
    else:
        yield from logits.reshape(1, -1, keys).split(max(1, BLOCK // max(1, keys)), 1)


def _products(q: torch.Tensor, k: torch.Tensor, scale: float, mask: Any, causal: bool) -> _Blocks:
    """Form logits of queries and keys of shape (samples, heads, positions, size), a block at a time."""
    (samples, heads, length, _), keys = q.shape, k.shape[2]
    if k.shape[1] != heads:  # groups of queries share keys
        k = k.repeat_interleave(heads // k.shape[1], 1)
    if isinstance(mask, torch.Tensor):
        mask = mask.detach().expand(samples, heads, length, keys)
    some = max(1, BLOCK // max(1, heads * length * keys))
    step = max(1, min(length, BLOCK // max(1, heads * keys)))
    for sample in range(0, samples, some):
        for start in range(0, length, step):
            at = slice(sample, sample + some), slice(None), slice(start, start + step)
            logits = q[at] @ k[at[0]].transpose(-2, -1) * scale
            if isinstance(mask, torch.Tensor):
                logits = logits.masked_fill(~mask[at], -math.inf) if mask.dtype == torch.bool else logits + mask[at]
            if causal:
                rows = torch.arange(start, min(start + step, length), device=q.device)
                logits = logits.masked_fill(torch.arange(keys, device=q.device) > rows[:, None], -math.inf)
            yield logits.transpose(0, 1).flatten(1, 2)


def _four(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor of shape (samples, heads, positions, size)."""
    tensor = tensor.detach()
    return tensor.reshape(-1, *tensor.shape[-3:]) if tensor.ndim > 2 else tensor[None, None]


def _attention(args: Sequence[Any], kwargs: Mapping[str, Any]) -> _Blocks:
    """Read the arguments of ``scaled_dot_product_attention``."""
    names = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal")
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    q, k = given["query"], given["key"]
    if q.ndim == 3:
        q, k = q[:, None], k[:, None]
    scale = given.get("scale") or 1.0 / math.sqrt(q.shape[-1])
    return _products(_four(q), _four(k), scale, given.get("attn_mask"), bool(given.get("is_causal")))


def _module(args: Sequence[Any], kwargs: Mapping[str, Any]) -> _Blocks:
    """Read the arguments of ``multi_head_attention_forward``, whose queries and keys nobody else sees."""
    names = ("query", "key", "value", "embed_dim_to_check", "num_heads", "in_proj_weight", "in_proj_bias")
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    size, heads = given["embed_dim_to_check"], given["num_heads"]
    if given.get("use_separate_proj_weight"):
        weights = given["q_proj_weight"], given["k_proj_weight"]
    else:
        weights = given["in_proj_weight"][:size], given["in_proj_weight"][size : 2 * size]
    bias = given.get("in_proj_bias")
    split: list[torch.Tensor] = []
    for at, (value, weight) in enumerate(zip((given["query"], given["key"]), weights, strict=True)):
        of = None if bias is None else bias[at * size : (at + 1) * size]
        made = torch.nn.functional.linear(value.detach(), weight, of)
        made = made[:, None] if made.ndim == 2 else made  # one sample
        split.append(made.reshape(made.shape[0], made.shape[1], heads, -1).permute(1, 2, 0, 3))
    mask, hidden = given.get("attn_mask"), given.get("key_padding_mask")
    if isinstance(mask, torch.Tensor):
        mask = ~mask if mask.dtype == torch.bool else mask  # True hides, here
        mask = mask.reshape(split[0].shape[0], heads, *mask.shape[-2:]) if mask.ndim == 3 else mask
    if isinstance(hidden, torch.Tensor):
        seen = torch.zeros(hidden.shape).masked_fill(hidden, -math.inf) if hidden.dtype == torch.bool else hidden
        seen = seen.reshape(-1, 1, 1, seen.shape[-1])
        if mask is not None:
            mask = torch.zeros(mask.shape).masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else mask
        mask = seen if mask is None else seen + mask
    q, k = split
    return _products(q, k, 1.0 / math.sqrt(q.shape[-1]), mask, False)
