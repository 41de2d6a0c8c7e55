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

from actviz.numerics.moments import Float64
from actviz.results.statistics import OF_ATTENTION, SATURATION_THRESHOLD
from actviz.torch.passes import CallKey

BLOCK = 2**20
"""Logits that are there at a time."""

MASKED = -1e4
"""A logit that is lower than its row's largest by so much is masked."""


@dataclass(frozen=True)
class Softmax:
    """A softmax of a model.

    Parameters
    ----------
    key : CallKey
    name : str
    attends : bool
        Whether it weighs rows, as attention does.
    order : int
        Its place among the layers.
    """

    key: CallKey
    name: str
    attends: bool
    order: int = 0


class _Heads:
    """Sums over rows, head by head."""

    def __init__(self, heads: int) -> None:
        self.rows = np.zeros(heads)
        self.entropy, self.slope, self.saturated, self.largest = (np.zeros(heads) for _ in range(4))

    def add(self, head: int, logits: torch.Tensor) -> None:
        """Add rows of logits, shape (rows, keys)."""
        logits = logits.float() if logits.dtype != torch.float64 else logits
        top = logits.amax(-1, keepdim=True)
        there = logits > top + MASKED
        keys = there.sum(-1)
        logits, keys = logits[keys > 1], keys[keys > 1]
        if not len(keys):
            return
        p = logits.softmax(-1)
        slope = (1.0 - p.square().sum(-1)) / (1.0 - 1.0 / keys)
        entropy = torch.special.entr(p).sum(-1) / keys.log()
        self.rows[head] += len(keys)
        self.entropy[head] += float(entropy.sum())
        self.slope[head] += float(slope.sum())
        self.saturated[head] += float((slope < SATURATION_THRESHOLD).sum())
        seen = logits.masked_fill(logits <= logits.amax(-1, keepdim=True) + MASKED, 0.0)
        self.largest[head] = max(self.largest[head], float(seen.abs().amax()))


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
        read = {"softmax": _written, "scaled_dot_product_attention": _attention}.get(name, _module)
        for head, heads, logits in read(args, kwargs):
            record = self._records[at]
            if record is None:
                record = self._records[at] = _Heads(heads)
            if len(record.rows) == heads:
                record.add(head, logits)

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
            told["attention_logit"][at, :count] = np.where(record.rows > 0, record.largest, math.nan)
        return told


_Blocks = Iterator[tuple[int, int, torch.Tensor]]
"""Head, number of heads, and rows of logits of shape (rows, keys)."""


def _written(args: Sequence[Any], kwargs: Mapping[str, Any]) -> _Blocks:
    """Read a softmax's argument: by head if it has the shape (samples, heads, queries, keys)."""
    logits = (args[0] if args else kwargs["input"]).detach()
    dim = kwargs.get("dim", args[1] if len(args) > 1 else -1)
    logits = logits.movedim(-1 if dim is None else dim, -1)
    heads = logits.shape[1] if logits.ndim == 4 else 1
    for head in range(heads):
        rows = (logits[:, head] if logits.ndim == 4 else logits).reshape(-1, logits.shape[-1])
        for block in rows.split(max(1, BLOCK // max(1, rows.shape[-1]))):
            yield head, heads, block


def _products(q: torch.Tensor, k: torch.Tensor, scale: float, mask: Any, causal: bool) -> _Blocks:
    """Form logits of queries and keys of shape (samples, heads, positions, size), a block at a time."""
    heads, length, keys = q.shape[1], q.shape[2], k.shape[2]
    if isinstance(mask, torch.Tensor):
        mask = mask.detach().expand(len(q), heads, length, keys)
    step = max(1, BLOCK // max(1, keys))
    for head in range(heads):
        for sample in range(len(q)):
            for start in range(0, length, step):
                stop = min(start + step, length)
                logits = q[sample, head, start:stop] @ k[sample, head * k.shape[1] // heads].T * scale
                if isinstance(mask, torch.Tensor):
                    part = mask[sample, head, start:stop]
                    logits = logits.masked_fill(~part, -math.inf) if part.dtype == torch.bool else logits + part
                if causal:
                    after = torch.arange(keys, device=q.device) > torch.arange(start, stop, device=q.device)[:, None]
                    logits = logits.masked_fill(after, -math.inf)
                yield head, heads, logits


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
