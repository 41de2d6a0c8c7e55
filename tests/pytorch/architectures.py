"""Small networks of every kind that is in use, initialized as their papers or codes do, and broken ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


def each_weight(model: nn.Module, std: float) -> nn.Module:
    """Draw all matrices from N(0, std), biases 0."""
    for parameter in model.parameters():
        if parameter.ndim >= 2:
            nn.init.normal_(parameter, std=std)
    return model


class Attention(nn.Module):
    """Self-attention with heads, of scaled_dot_product_attention or written out."""

    def __init__(self, d: int, heads: int, causal: bool = False, fused: bool = True, written: bool = False) -> None:
        super().__init__()
        self.heads, self.causal, self.written = heads, causal, written
        self.qkv = nn.Linear(d, 3 * d) if fused else None
        self.q, self.k, self.v = (nn.Linear(d, d) if not fused else nn.Identity() for _ in range(3))
        self.o = nn.Linear(d, d)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows, length, d = x.shape
        split = self.qkv(x).chunk(3, -1) if self.qkv else (self.q(x), self.k(x), self.v(x))
        q, k, v = (each.view(rows, length, self.heads, -1).transpose(1, 2) for each in split)
        if self.written:
            logits = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
            if self.causal:
                logits = logits.masked_fill(torch.ones(length, length).triu(1).bool(), -math.inf)
            mixed = logits.softmax(-1) @ v
        else:
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.o(mixed.transpose(1, 2).reshape(rows, length, d))


class Block(nn.Module):
    """A transformer's block: norms before its branches or behind the sums, layer scale, SwiGLU."""

    def __init__(
        self, d: int, heads: int, *, pre: bool = True, scale: float = 0.0, gated: bool = False, **attention: Any
    ) -> None:
        super().__init__()
        self.pre, self.gated = pre, gated
        self.n1, self.n2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.attention = Attention(d, heads, **attention)
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.gate = nn.Linear(d, 4 * d) if gated else nn.Identity()
        self.scales = nn.ParameterList(nn.Parameter(scale * torch.ones(d)) for _ in range(2 if scale else 0))

    def feed(self, x: torch.Tensor) -> torch.Tensor:
        return self.down(self.up(x) * F.silu(self.gate(x)) if self.gated else F.gelu(self.up(x)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for at, (norm, branch) in enumerate(((self.n1, self.attention), (self.n2, self.feed))):
            value = branch(norm(x) if self.pre else x)
            value = value * self.scales[at] if self.scales else value
            x = x + value if self.pre else norm(x + value)
        return x


class Transformer(nn.Module):
    """A language model: GPT-2 with its norms first, BERT with them last."""

    def __init__(
        self, d: int = 64, heads: int = 4, depth: int = 4, vocabulary: int = 64, *, pre: bool = True, std: float = 0.02,
        scaled: bool = True, tied: bool = True, head_std: float | None = None, types: bool = False, **block: Any,
    ) -> None:  # fmt: skip
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, d), nn.Embedding(64, d)
        self.types = nn.Embedding(2, d) if types else None
        self.start = nn.Identity() if pre else nn.LayerNorm(d)
        self.blocks = nn.ModuleList(Block(d, heads, pre=pre, **block) for _ in range(depth))
        self.end = nn.LayerNorm(d) if pre else nn.Identity()
        self.head = nn.Linear(d, vocabulary, bias=False)
        if tied:
            self.head.weight = self.tokens.weight
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                last = scaled and name.endswith(("o.weight", "down.weight"))
                nn.init.normal_(parameter, std=std / (math.sqrt(2 * depth) if last else 1))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        if head_std is not None:
            nn.init.normal_(self.head.weight, std=head_std)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        if self.types is not None:
            x = x + self.types(torch.zeros_like(ids))
        x = self.start(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.end(x))


def ids(generator: torch.Generator) -> torch.Tensor:
    """Draw tokens."""
    return torch.randint(0, 64, (4, 32), generator=generator)


class Residual(nn.Module):
    """A ResNet's block: two convolutions with norms, added to what it is given, a shortcut where sizes change."""

    def __init__(self, c: int, out: int, stride: int = 1, zero: bool = False, norm: bool = True, se: bool = False) -> None:
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(c, out, 3, stride, 1, bias=not norm), nn.Conv2d(out, out, 3, 1, 1, bias=not norm)
        self.n1, self.n2 = (nn.BatchNorm2d(out) if norm else nn.Identity() for _ in range(2))
        self.shortcut = nn.Sequential() if c == out else nn.Sequential(nn.Conv2d(c, out, 1, stride, bias=False))
        if c != out and norm:
            self.shortcut.append(nn.BatchNorm2d(out))
        for conv in (self.c1, self.c2, *self.shortcut[:1]):
            nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
        self.squeeze = nn.Sequential(nn.Linear(out, 4), nn.ReLU(), nn.Linear(4, out)) if se else None
        if zero:
            nn.init.zeros_(self.n2.weight if norm else self.c2.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        value = self.n2(self.c2(F.relu(self.n1(self.c1(x)))))
        if self.squeeze is not None:
            value = value * self.squeeze(value.mean((2, 3))).sigmoid()[:, :, None, None]
        value += self.shortcut(x)
        return F.relu(value)


def resnet(zero: bool = False, norm: bool = True, se: bool = False, blocks: int = 2) -> nn.Module:
    """Make a ResNet of three stages."""
    layers: list[nn.Module] = [nn.Conv2d(3, 16, 3, 1, 1, bias=not norm), nn.BatchNorm2d(16) if norm else nn.Identity()]
    layers.append(nn.ReLU())
    c = 16
    for out in (16, 24, 32):
        for _ in range(blocks):
            layers.append(Residual(c, out, 1 + (c != out), zero, norm, se))
            c = out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))


def images(generator: torch.Generator) -> torch.Tensor:
    """Draw images."""
    return torch.randn(8, 3, 16, 16, generator=generator)
