"""Small networks of every kind that is in use, initialized as their papers or codes do, and broken ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


def changed(build, name, change):
    """Return what builds a model of which one parameter is changed in place."""

    def make():
        model = build()
        with torch.no_grad():
            change(model.get_parameter(name))
        return model

    return make


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

    def __init__(
        self, c: int, out: int, stride: int = 1, zero: bool = False, norm: bool = True, se: bool = False
    ) -> None:
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


class Chain(nn.Module):
    """Branches of two layers without norms, joined to a stream: Fixup, ReZero, SkipInit, He."""

    def __init__(self, depth: int = 16, d: int = 64, last: float = 1.0, scale: float = 1.0, first: float = 1.0) -> None:
        super().__init__()
        self.a, self.b = (nn.ModuleList(nn.Linear(d, d) for _ in range(depth)) for _ in range(2))
        self.scale = nn.Parameter(torch.full((depth,), scale))
        self.head = nn.Linear(d, 10)
        for layers, factor in ((self.a, first), (self.b, last)):
            for layer in layers:
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
                layer.weight.data *= factor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for a, b, scale in zip(self.a, self.b, self.scale, strict=True):
            x = x + scale * b(F.relu(a(x)))
        return self.head(x)


def vectors(generator: torch.Generator) -> torch.Tensor:
    """Draw rows of values."""
    return torch.randn(32, 64, generator=generator)


class Vision(nn.Module):
    """A vision transformer: patches, positions, a token of the class or a mean, a head of zeros."""

    def __init__(self, depth: int = 4, d: int = 64, mean: bool = False, zero: bool = True, **block: Any) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, d, 4, 4)
        self.mean, self.token = mean, nn.Parameter(0.02 * torch.randn(1, 1, d))
        self.positions = nn.Parameter(0.02 * torch.randn(1, 17, d))
        self.blocks = nn.ModuleList(Block(d, 4, **block) for _ in range(depth))
        self.end, self.head = nn.LayerNorm(d), nn.Linear(d, 10)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)
        if zero:
            nn.init.zeros_(self.head.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(len(x), -1, -1), x], 1) + self.positions
        for block in self.blocks:
            x = block(x)
        x = self.end(x)
        return self.head(x.mean(1) if self.mean else x[:, 0])


class Mixer(nn.Module):
    """An MLP-Mixer: layers over tokens and over channels, a head of zeros."""

    def __init__(self, depth: int = 4, d: int = 32, tokens: int = 16) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, d, 4, 4)
        self.over = nn.ModuleList(
            nn.ModuleList([nn.LayerNorm(d), nn.Linear(size, 2 * size), nn.Linear(2 * size, size)])
            for _ in range(depth) for size in (tokens, d)
        )  # fmt: skip
        self.end, self.head = nn.LayerNorm(d), nn.Linear(d, 10)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        nn.init.zeros_(self.head.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        for at, (norm, up, down) in enumerate(self.over):
            y = norm(x)
            y = y if at % 2 else y.transpose(1, 2)
            y = down(F.gelu(up(y)))
            x = x + (y if at % 2 else y.transpose(1, 2))
        return self.head(self.end(x).mean(1))


class Diffusion(nn.Module):
    """A DiT: branches shifted, scaled and weighed by what a condition says, which starts at 0, as its head does."""

    def __init__(self, depth: int = 3, d: int = 48) -> None:
        super().__init__()
        self.start, self.condition = nn.Linear(8, d), nn.Sequential(nn.Linear(8, d), nn.SiLU(), nn.Linear(d, d))
        self.attention = nn.ModuleList(Attention(d, 4) for _ in range(depth))
        self.up, self.down = (nn.ModuleList(nn.Linear(d, d) for _ in range(depth)) for _ in range(2))
        self.modulate = nn.ModuleList(nn.Linear(d, 6 * d) for _ in range(depth))
        self.last, self.head = nn.Linear(d, 2 * d), nn.Linear(d, 8)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        for module in (*self.modulate, self.last, self.head):
            nn.init.zeros_(module.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        c = F.silu(self.condition(x.mean(1)))
        x = self.start(x)
        for attention, up, down, modulate in zip(self.attention, self.up, self.down, self.modulate, strict=True):
            a, b, g, a2, b2, g2 = modulate(c)[:, None].chunk(6, -1)
            x = x + g * attention(F.layer_norm(x, x.shape[-1:]) * (1 + a) + b)
            x = x + g2 * down(F.gelu(up(F.layer_norm(x, x.shape[-1:]) * (1 + a2) + b2)))
        a, b = self.last(c)[:, None].chunk(2, -1)
        return self.head(F.layer_norm(x, x.shape[-1:]) * (1 + a) + b)


class ConvNeXt(nn.Module):
    """Depthwise convolutions and layers over channels, each branch scaled by 1e-6."""

    def __init__(self, depth: int = 3, scale: float = 1e-6) -> None:
        super().__init__()
        self.stems = nn.ModuleList([nn.Conv2d(3, 32, 2, 2), nn.Conv2d(32, 48, 2, 2)])
        self.norms = nn.ModuleList([nn.LayerNorm(32), nn.LayerNorm(32)])
        self.blocks = nn.ModuleList(
            nn.ModuleList(
                nn.ModuleDict({
                    "d": nn.Conv2d(c, c, 7, 1, 3, groups=c), "n": nn.LayerNorm(c), "up": nn.Linear(c, 4 * c),
                    "down": nn.Linear(4 * c, c), "s": nn.ParameterList([nn.Parameter(scale * torch.ones(c))]),
                })
                for _ in range(depth)
            )
            for c in (32, 48)
        )  # fmt: skip
        self.end, self.head = nn.LayerNorm(48), nn.Linear(48, 10)
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for stem, norm, blocks, first in zip(self.stems, self.norms, self.blocks, (True, False), strict=True):
            if not first:
                x = norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            x = stem(x)
            if first:
                x = norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            for b in blocks:
                y = b["d"](x).permute(0, 2, 3, 1)
                y = b["s"][0] * b["down"](F.gelu(b["up"](b["n"](y))))
                x = x + y.permute(0, 3, 1, 2)
        return self.head(self.end(x.mean((2, 3))))


class Dense(nn.Module):
    """A DenseNet: every layer is given all that came before, side by side."""

    def __init__(self, depth: int = 12, growth: int = 8) -> None:
        super().__init__()
        self.start = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(16 + growth * at) for at in range(depth))
        self.layers = nn.ModuleList(nn.Conv2d(16 + growth * at, growth, 3, 1, 1, bias=False) for at in range(depth))
        self.end, self.head = nn.BatchNorm2d(16 + growth * depth), nn.Linear(16 + growth * depth, 10)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found = [self.start(x)]
        for norm, layer in zip(self.norms, self.layers, strict=True):
            found.append(layer(F.relu(norm(torch.cat(found, 1)))))
        return self.head(F.relu(self.end(torch.cat(found, 1))).mean((2, 3)))


class Experts(nn.Module):
    """A transformer's feeding branch as a mixture of experts: a router, two of four experts a token."""

    def __init__(self, d: int = 64, depth: int = 2, router: float = 0.02, grouped: bool = False) -> None:
        super().__init__()
        self.tokens, self.grouped = nn.Embedding(64, d), grouped
        self.norms = nn.ModuleList(nn.LayerNorm(d) for _ in range(depth))
        self.routers = nn.ModuleList(nn.Linear(d, 4, bias=False) for _ in range(depth))
        self.up = nn.ParameterList(nn.Parameter(0.1 * torch.randn(4, d, 2 * d)) for _ in range(depth))
        self.down = nn.ParameterList(nn.Parameter(0.05 * torch.randn(4, 2 * d, d)) for _ in range(depth))
        self.end, self.head = nn.LayerNorm(d), nn.Linear(d, 64)
        for each in self.routers:
            nn.init.normal_(each.weight, std=router)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.tokens(ids)
        for norm, router, up, down in zip(self.norms, self.routers, self.up, self.down, strict=True):
            rows = norm(x).flatten(0, 1)
            weights, chosen = router(rows).softmax(-1).topk(2, -1)
            mixed = torch.zeros_like(rows)
            if self.grouped:
                every = torch.bmm(F.silu(torch.bmm(rows.expand(4, -1, -1), up)), down)
                for place in range(2):
                    mixed = mixed + every[chosen[:, place], torch.arange(len(rows))] * weights[:, place, None]
            else:
                for expert in range(4):
                    token, place = torch.where(chosen == expert)
                    value = F.silu(rows[token] @ up[expert]) @ down[expert]
                    mixed = mixed.index_add(0, token, value * weights[token, place, None])
            x = x + mixed.view_as(x)
        return self.head(self.end(x))


def vgg(he: bool, depth: int = 30) -> nn.Module:
    """Make a chain of convolutions, initialized by PyTorch or by He."""
    layers: list[nn.Module] = []
    for at in range(depth):
        layers += [nn.Conv2d(16 if at else 3, 16, 3, 1, 1), nn.ReLU()]
    if he:
        for layer in layers[::2]:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))


def post_norm(depth: int, d: int = 64) -> nn.Module:
    """Make a transformer as PyTorch does, norms last."""
    layer = nn.TransformerEncoderLayer(d, 4, 4 * d, dropout=0.0, batch_first=True)
    model = nn.Sequential(nn.TransformerEncoder(layer, depth, enable_nested_tensor=False), nn.Linear(d, 10))
    for parameter in model.parameters():
        if parameter.ndim == 2:
            nn.init.xavier_uniform_(parameter)
    return model


def tokens(generator: torch.Generator) -> torch.Tensor:
    """Draw rows of vectors."""
    return torch.randn(4, 16, 64, generator=generator)


def signals(generator: torch.Generator) -> torch.Tensor:
    """Draw short rows of vectors."""
    return torch.randn(4, 16, 8, generator=generator)


def without_norms(model: nn.Module) -> nn.Module:
    """Set the weights of all layer norms to 0."""
    for module in model.modules():
        if isinstance(module, nn.LayerNorm):
            nn.init.zeros_(module.weight)
    return model


class Recurrent(nn.Module):
    """A language model of two LSTMs."""

    def __init__(self, d: int = 32) -> None:
        super().__init__()
        self.tokens, self.rnn, self.head = nn.Embedding(64, d), nn.LSTM(d, d, 2, batch_first=True), nn.Linear(d, 64)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.head(self.rnn(self.tokens(ids))[0])


Builder = Callable[[], nn.Module]
Draw = Callable[[torch.Generator], torch.Tensor]
HEALTHY: dict[str, tuple[Builder, Draw]] = {
    "GPT-2": (lambda: Transformer(causal=True), ids),
    "GPT-2, written out": (lambda: Transformer(causal=True, written=True, fused=False), ids),
    "GPT-2, 12 blocks": (lambda: Transformer(depth=12), ids),
    "Llama": (lambda: Transformer(gated=True, fused=False, tied=False, scaled=False), ids),
    "BERT": (lambda: Transformer(pre=False, scaled=False, types=True, fused=False), ids),
    "BERT, 12 blocks": (lambda: Transformer(depth=12, pre=False, scaled=False, types=True), ids),
    "post-norm, 6 layers": (lambda: post_norm(6), tokens),
    "ViT": (lambda: Vision(), images),
    "ViT, mean": (lambda: Vision(mean=True, zero=False), images),
    "CaiT": (lambda: Vision(scale=1e-5), images),
    "Mixer": (Mixer, images),
    "DiT": (Diffusion, signals),
    "ConvNeXt": (ConvNeXt, images),
    "ResNet": (resnet, images),
    "ResNet, zero_init_residual": (lambda: resnet(zero=True), images),
    "SE-ResNet": (lambda: resnet(se=True), images),
    "DenseNet": (Dense, images),
    "Fixup": (lambda: Chain(last=0.0, first=16**-0.5), vectors),
    "ReZero": (lambda: Chain(scale=0.0), vectors),
    "branches / sqrt(L)": (lambda: Chain(scale=16**-0.5), vectors),
    "mixture of experts": (Experts, ids),
    "mixture of experts, grouped": (lambda: Experts(grouped=True), ids),
    "VGG, He": (lambda: vgg(he=True, depth=16), images),
    "LSTM": (Recurrent, ids),
}
BROKEN: dict[str, tuple[Builder, Draw, str]] = {
    "BERT, std 0.2": (lambda: Transformer(128, pre=False, scaled=False, std=0.2), ids, "saturated"),
    "GPT-2, std 0.2": (lambda: Transformer(128, std=0.2), ids, "saturated"),
    "post-norm, 48 layers": (lambda: post_norm(48), tokens, "vanishing"),
    "Fixup, last weights He": (lambda: Chain(), vectors, "exploding"),
    "LayerNorm weights 0, norms first": (lambda: without_norms(Transformer()), ids, "dead"),
    "LayerNorm weights 0, norms last": (lambda: without_norms(Transformer(pre=False)), ids, "dead"),
    "untied head, std 1": (lambda: Transformer(tied=False, head_std=1.0), ids, "saturated"),
    "router, std 1": (lambda: Experts(router=1.0), ids, "saturated"),
    "VGG, PyTorch's default": (lambda: vgg(he=False), images, "vanishing"),
}
