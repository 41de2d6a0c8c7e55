"""What a model is made of, read off its operations: streams and their norms, weights that are picked, what is aside."""

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402


def vectors(generator, rows=8):
    return torch.randn(rows, 6, 16, generator=generator)


def told(ds, dim, *names):
    return list(zip(*(ds[name].values.tolist() for name in names), strict=True)) if len(ds[dim]) else []


class WrittenOut(nn.Module):
    """RMS normalization as language models have it: in their own words."""

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)


class SideBySide(nn.Module):
    """Two branches made of the same normalized stream, which starts at a hundredth."""

    def __init__(self, norm=None, depth=4):
        super().__init__()
        self.start = nn.Linear(16, 16)
        self.start.weight.data *= 0.01
        self.start.bias.data *= 0.01
        self.a, self.b = (nn.ModuleList(nn.Linear(16, 16, bias=False) for _ in range(depth)) for _ in range(2))
        self.norm, self.head = norm or nn.Identity(), nn.Linear(16, 4)

    def forward(self, x):
        x = self.start(x)
        for a, b in zip(self.a, self.b, strict=True):
            y = self.norm(x)
            x = x + a(y) + torch.tanh(b(y))
        return self.head(self.norm(x))


def test_branches_side_by_side_join_one_after_the_other():
    ds = actviz.probe_module(SideBySide(), vectors)
    assert ds["block_name"].values.tolist() == [f"{name}.{at}" for at in range(4) for name in "ab"]
    assert set(ds["block_stream"].values.tolist()) == {1}
    assert ds["role"].values.tolist() == ["stream", *["branch"] * 8, "head"]


@pytest.mark.parametrize("norm", [WrittenOut(), nn.LayerNorm(16, elementwise_affine=False), nn.RMSNorm(16)])
def test_a_stream_that_starts_small_and_is_normalized_where_it_is_read_is_healthy(norm):
    """Its gradient there is large as its size is small: their product is what a norm leaves as it is."""
    ds = actviz.probe_module(SideBySide(norm), vectors, seeds=2)
    assert ds["block_normalized"].values.all()
    gradient, pull = (ds[name].squeeze().mean("seed").values for name in ("stream_grad_before", "stream_pull_before"))
    assert gradient[0] > 30 * float(ds["stream_grad"].squeeze().mean("seed")[-1])
    assert pull[0] == pytest.approx(float(ds["stream_before"].squeeze().mean("seed")[0]) * gradient[0], rel=0.3)
    assert actviz.diagnose(ds)[0].healthy


def test_without_a_norm_it_explodes():
    torch.manual_seed(0)
    model = SideBySide(depth=12)
    for parameter in model.parameters():
        if parameter.ndim == 2:
            nn.init.normal_(parameter, std=0.5)
    ds = actviz.probe_module(model, vectors)
    assert not ds["block_normalized"].values.any()
    assert actviz.Verdict.EXPLODING in [finding.verdict for finding in actviz.diagnose(ds)[0].findings]


class TwoStreams(nn.Module):
    """An encoder, a decoder that attends to it, and a token of the class that starts as the same for every sample."""

    def __init__(self, scale=1.0):
        super().__init__()
        self.encoder, self.decoder = (nn.ModuleList(nn.Linear(16, 16) for _ in range(2)) for _ in range(2))
        self.q, self.kv, self.o = nn.Linear(16, 16), nn.Linear(16, 32), nn.Linear(16, 16)
        self.token, self.scale, self.head = nn.Parameter(torch.randn(1, 1, 16)), scale, nn.Linear(16, 4)

    def forward(self, x):
        for layer in self.encoder:
            x = x + torch.tanh(layer(x))
        y = self.token.expand(len(x), -1, -1)
        for layer in self.decoder:
            k, v = self.kv(x).chunk(2, -1)
            y = y + self.scale * self.o(nn.functional.scaled_dot_product_attention(self.q(y), k, v))
            y = y + self.scale * torch.tanh(layer(y))
        return self.head(y[:, 0])


def test_an_encoder_and_what_attends_to_it_are_two_streams():
    ds = actviz.probe_module(TwoStreams(), vectors, seeds=2)
    assert ds["block_stream"].values.tolist() == [1, 1, 2, 2, 2, 2]
    assert ds["block_constant"].values.tolist() == [0, 0, 1, 1, 1, 1]
    assert ds["block_name"].values.tolist()[2::2] == ["o", "o#2"]


def test_a_token_that_is_one_for_all_samples_until_its_branches_grow_has_not_collapsed():
    ds = actviz.probe_module(lambda: TwoStreams(scale=1e-6), vectors, seeds=2)
    assert float(ds["stream_spread"][..., -1].max()) < 1e-4
    assert actviz.diagnose(ds)[0].healthy


class Experts(nn.Module):
    """Experts in one parameter: one after the other, or as many matrices as there are rows."""

    def __init__(self, loop):
        super().__init__()
        self.router, self.head = nn.Linear(16, 4), nn.Linear(16, 3)
        self.up, self.down = (nn.Parameter(torch.randn(4, 16, 16) / 4) for _ in range(2))
        self.loop = loop

    def forward(self, x):
        p, at = self.router(x).softmax(-1).topk(1)
        at = at[:, 0]
        if self.loop:
            y = torch.zeros_like(x)
            for expert in at.unique():
                rows = (at == expert).nonzero()[:, 0]
                y[rows] = torch.relu(x[rows] @ self.up[expert]) @ self.down[expert]
        else:
            y = torch.einsum("td,tdf->tf", torch.relu(torch.bmm(x[:, None], self.up[at])[:, 0]), self.down[at])
        return self.head(x + p * y)


def rows(generator):
    return torch.randn(3, 16, generator=generator)


def test_experts_that_are_picked_by_an_index_are_layers_with_a_count_over_seeds():
    ds = actviz.probe_module(lambda: Experts(loop=True), rows, seeds=6)
    hit = dict(told(ds, "layer", "layer_name", "hit"))
    assert {name for name in hit if "[" in name} == {f"[{at}].matmul{end}" for at in range(4) for end in ("", "#2")}
    assert all(hit[f"[{at}].matmul"] == hit[f"[{at}].matmul#2"] for at in range(4))
    seeds = []
    for seed in range(6):
        torch.manual_seed(seed)
        model = Experts(loop=True)
        (batch,) = actviz.torch.feeding.batches_of(rows, seed, 1)[0][0]
        seeds.append(set(model.router(batch).argmax(1).tolist()))
    assert [hit[f"[{at}].matmul"] for at in range(4)] == [sum(at in seed for seed in seeds) for at in range(4)]
    assert 0 < min(hit.values()) < max(hit.values()) == 6
    assert {role for name, role in told(ds, "layer", "layer_name", "role") if "[" in name} == {"branch"}


def test_a_matrix_a_row_is_a_layer_with_the_fan_of_one():
    ds = actviz.probe_module(Experts(loop=False), rows)
    assert told(ds, "layer", "layer_name", "fan_in", "role") == [
        ("router", 16, "gate"), ("bmm", 16, "branch"), ("relu", 1, "branch"), ("einsum", 16, "branch"),
        ("head", 16, "head"),
    ]  # fmt: skip
    assert (ds["grad_weight_norm"].squeeze()[[0, 1, 3, 4]] > 0).all()


class Odds(nn.Module):
    """A table that is indexed by constants, a scale per value, a clamp by a tensor, one number, and an unused layer."""

    def __init__(self):
        super().__init__()
        self.table, self.scale = nn.Parameter(torch.zeros(9, 1)), Scaled()
        self.first, self.unused, self.head = nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 4)
        self.temperature = nn.Parameter(torch.tensor(2.0))
        self.bias = Bias(self.table)

    def forward(self, x):
        x = torch.tanh(self.scale(self.first(x)))
        self.unused(x)
        x = (x @ x.transpose(-2, -1) + self.bias()).clamp(min=torch.full((6,), -50.0)) @ x
        return self.head(x / self.temperature)


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.alpha, self.beta = nn.Parameter(torch.ones(1, 1, 16)), nn.Parameter(torch.zeros(1, 1, 16))

    def forward(self, x):
        return torch.addcmul(self.beta, self.alpha, x)


class Bias(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.table = table

    def forward(self):
        return self.table[torch.arange(36) % 9].view(6, 6)


def test_what_applies_no_weights_is_no_layer_and_what_leads_nowhere_does_not_decide():
    ds = actviz.probe_module(Odds(), vectors, seeds=2)
    assert told(ds, "layer", "layer_name", "role") == [
        ("first", "chain"), ("tanh", "chain"), ("unused", "aside"), ("head", "head"),
    ]  # fmt: skip
    assert float(ds["parameter_rms"].sel(parameter="temperature")[0, 0, 0]) == 2.0
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy
    assert not diagnosis.unjudged


def test_batch_normalization_may_let_a_gradient_grow():
    """Yang et al. 2019: by about 1.2 a layer of ReLU, which its weights, whose size has no effect, do not feel."""

    def net():
        layers = [m for _ in range(40) for m in (nn.Linear(32, 32), nn.BatchNorm1d(32), nn.ReLU())]
        return nn.Sequential(*layers, nn.Linear(32, 4))

    ds = actviz.probe_module(net, lambda g: torch.randn(64, 32, generator=g), seeds=2)
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy
    assert any("grows" in note.message() for note in diagnosis.notes)
    (told_off,) = actviz.diagnose(ds, actviz.Thresholds.of(exploding_normalized=30.0))
    assert [finding.verdict for finding in told_off.findings] == [actviz.Verdict.EXPLODING]


def test_outliers_among_logits_are_told_by_head():
    def probed(logits):
        class Softmax(nn.Module):
            def __init__(self):
                super().__init__()
                self.weight = nn.Linear(8, 8)

            def forward(self, x):
                return (x + 0.0 * self.weight(x)).softmax(-1)

        return actviz.probe_module(Softmax(), logits)

    logits = torch.randn(2, 3, 8, 8)
    logits[0, 1, 0, 0] = 40.0
    ds = probed(logits)
    off = (logits - logits.mean(-1, keepdim=True)).double()
    square = off.square().mean((0, 2, 3))
    kurtosis = off.pow(4).mean((0, 2, 3)) / square.square()
    peak = off.abs().amax((0, 2, 3)) / square.sqrt()
    assert ds["attention_kurtosis"].squeeze().values == pytest.approx(kurtosis.numpy(), rel=1e-4)
    assert ds["attention_peak"].squeeze().values == pytest.approx(peak.numpy(), rel=1e-4)
    assert ds["attention_kurtosis"].squeeze().values.argmax() == 1


class Separable(nn.Module):
    """Depthwise convolutions drawn by a fan that forgets their groups, with a normalization behind the next or none."""

    def __init__(self, residual=True, norm=nn.BatchNorm2d, channels=64):
        super().__init__()
        self.residual, self.read, self.head = residual, nn.Conv2d(3, channels, 3, padding=1), nn.Linear(channels, 4)
        self.blocks = nn.ModuleList(nn.Sequential(*self.layers(norm, channels)) for _ in range(3))

    def layers(self, norm, channels):
        for _ in range(3):
            depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
            pointwise = nn.Conv2d(channels, channels, 1, bias=False)
            nn.init.kaiming_normal_(depthwise.weight, mode="fan_out")
            nn.init.kaiming_normal_(pointwise.weight)
            yield from (nn.ReLU(), depthwise, pointwise, norm(channels))

    def forward(self, x):
        x = self.read(x)
        for block in self.blocks:
            x = x + block(x) if self.residual else block(x)
        return self.head(x.mean((2, 3)))


def images(generator):
    return torch.randn(4, 3, 8, 8, generator=generator)


@pytest.mark.parametrize("residual", [True, False])
def test_a_layer_that_the_next_ones_norm_brings_to_size_is_judged_times_its_size(residual):
    ds = actviz.probe_module(lambda: Separable(residual), images, seeds=2)
    rescaled, depthwise = ds["rescaled"].values.tolist(), (ds["fan_in"].values == 9).tolist()
    assert rescaled == [not residual, *depthwise[1:]]
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert residual or not actviz.diagnose(ds.drop_vars("rescaled"))[0].healthy
    (without,) = actviz.diagnose(actviz.probe_module(lambda: Separable(residual, nn.Identity), images, seeds=2))
    assert actviz.Verdict.VANISHING in [finding.verdict for finding in without.findings]
    assert "kaiming" in (words := without.findings[-1].remedy())
    assert "9 Conv2d layers with std 0.333" in words
    assert "0.177 in place of" not in words  # which the pointwise ones have


class Decaying(nn.Module):
    """A scan whose states decay by steps that softplus makes, from where it is flat, as state spaces have them."""

    def __init__(self, width=16, heads=4):
        super().__init__()
        self.heads, self.norm, self.end = heads, nn.LayerNorm(width), nn.Linear(width, width)
        self.read, self.head = nn.Linear(width, width + heads), nn.Linear(width, 4)
        self.rate, self.bias = nn.Parameter(torch.ones(heads)), nn.Parameter(torch.full((heads,), -5.0))

    def forward(self, x):
        values, steps = self.read(self.norm(x)).split([x.shape[-1], self.heads], -1)
        sums = (nn.functional.softplus(steps + self.bias) * -self.rate.exp()).cumsum(1)
        decays = (sums[:, :, None] - sums[:, None]).tril(0).exp()  # (samples, to, from, heads)
        values = values.unflatten(-1, (self.heads, -1))
        made = (decays[..., None] * values[:, None]).sum(2).flatten(2)
        return self.head(x + self.end(made))


@pytest.mark.parametrize("length", [3, 24])  # fewer and more steps than values of a head
def test_what_decays_by_exponentials_is_weighed_by_gates(length):
    ds = actviz.probe_module(Decaying, lambda g: torch.randn(4, length, 16, generator=g), seeds=2)
    roles = dict(zip(ds["layer_name"].values.tolist(), ds["role"].values.tolist(), strict=True))
    assert (roles["softplus"], roles["read"], roles["end"]) == ("gate", "branch", "branch")
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]


class Dispatching(nn.Module):
    """Experts whose rows are added where their tokens stand, and given the shape of the stream, which they join."""

    def __init__(self, width=16):
        super().__init__()
        self.start, self.router, self.head = nn.Linear(width, width), nn.Linear(width, 3), nn.Linear(width, 4)
        self.experts = nn.ModuleList(nn.Linear(width, width) for _ in range(3))

    def forward(self, x):
        x = self.start(x)
        tokens = x.flatten(0, 1)
        shares, chosen = self.router(tokens).softmax(-1).topk(2, -1)
        made = torch.zeros_like(tokens)
        for number, expert in enumerate(self.experts):
            rows, place = (chosen == number).nonzero(as_tuple=True)
            made = made.index_add(0, rows, shares[rows, place, None] * expert(tokens[rows]))
        return self.head(x + made.view_as(x))


def test_rows_of_experts_are_values_of_a_branch_and_no_gates():
    ds = actviz.probe_module(Dispatching, vectors, seeds=1)
    roles = dict(zip(ds["layer_name"].values.tolist(), ds["role"].values.tolist(), strict=True))
    assert roles == {
        "start": "stream", "router": "gate", "experts.0": "branch", "experts.1": "branch", "experts.2": "branch",
        "head": "head",
    }  # fmt: skip
    assert ds["block_name"].values.tolist() == ["experts.2"]
