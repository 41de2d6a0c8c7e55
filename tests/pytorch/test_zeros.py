"""Zeros that a model starts with: those that train, those that never do, and what no gradient is asked of."""

import copy
import functools

import numpy as np
import pytest

import actviz
from actviz.text import text

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

D = 16


def rows(generator, samples=16):
    return torch.randn(samples, D, generator=generator)


def two(generator):
    return torch.randn(2, D, generator=generator)


def zero(*modules):
    for module in modules:
        for parameter in module.parameters():
            nn.init.zeros_(parameter)


class Blocks(nn.Module):
    """Residual branches of several kinds, parts of which start at 0."""

    def __init__(self, join, *zeros, bias=False, depth=2):
        super().__init__()
        self.join, of = join, lambda: nn.ModuleList(nn.Linear(D, D) for _ in range(depth))
        self.a, self.b, self.c = of(), of(), of()
        self.n = nn.ModuleList(nn.LayerNorm(D) for _ in range(depth))
        self.g = nn.ParameterList(nn.Parameter(torch.full((1,), float("g" not in zeros))) for _ in range(depth))
        self.o = nn.Linear(D, 4)
        for name in set(zeros) - {"g"}:
            for module in getattr(self, name):
                nn.init.zeros_(module.weight)
                if not bias:
                    nn.init.zeros_(module.bias)

    def forward(self, x):
        for parts in zip(self.a, self.b, self.c, self.n, self.g, strict=True):
            x = self.join(x, *parts)
        return self.o(x)


def plain(x, a, b, c, n, g):
    return x + g * b(F.gelu(a(x)))


def normed(x, a, b, c, n, g):
    return x + g * n(b(F.gelu(a(x))))


def glu(x, a, b, c, n, g):
    return x + b(F.silu(c(x)) * a(x))


def gated(x, a, b, c, n, g):
    return x + b(torch.sigmoid(c(x)) * a(x))


def sigmoids(x, a, b, c, n, g):
    return x + b(torch.sigmoid(a(x)))


def ada(x, a, b, c, n, g):
    return x + c(x) * b(F.gelu(a(x)))


def lora(x, a, b, c, n, g):
    return torch.tanh(c(x) + b(a(x)))


def film(x, a, b, c, n, g):
    return F.relu(a(x) * (1 + c(x)) + b(x))


def control(x, a, b, c, n, g):
    return F.relu(a(x)) + b(F.relu(c(x)))


def nested(x, a, b, c, n, g):
    u = F.gelu(a(x))
    made = b(torch.cat([u[..., :8], (u + F.gelu(c(u)))[..., 8:]], -1))
    return x + g * F.batch_norm(made, None, None, n.weight, n.bias, training=True)


def coupling(x, a, b, c, n, g):
    kept, moved = x.chunk(2, -1)
    scale, shift = b(F.relu(a(torch.cat([kept, kept], -1)))).chunk(2, -1)
    return torch.cat([moved * torch.exp(torch.tanh(scale)) + shift, kept], -1)


STARTS = {
    "last": (plain, "b"), "scale": (plain, "g"), "norm": (normed, "n"), "gate of a GLU": (glu, "c"), "up": (glu, "a"),
    "adaLN": (ada, "c"), "adaLN's last": (ada, "b"), "first": (plain, "a"), "LoRA's A": (lora, "a"),
    "LoRA's B": (lora, "b"), "FiLM": (film, "cb"), "ControlNet": (control, "b"), "coupling": (coupling, "b"),
    "gate of sigmoids and last": (gated, "cb"),
    "norm, branches inside": (nested, "n"), "last, branches inside": (nested, "b"),
}  # fmt: skip

STUCK = {
    "scale and last": (plain, "gb"), "scale and norm": (normed, "gn"), "last and norm": (normed, "bn"),
    "adaLN and last": (ada, "cb"), "LoRA's A and B": (lora, "ab"), "up and down": (glu, "ab"),
    "scale and norm, branches inside": (nested, "gn"),
}  # fmt: skip


def moved(model, steps=60):
    """Return which weights a few updates have moved."""
    torch.manual_seed(1)
    x, y = torch.randn(16, D), torch.arange(16) % 4
    before = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(steps):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    pairs = zip(model.named_parameters(), before.parameters(), strict=True)
    return {name[0] for (name, new), old in pairs if name.endswith("weight") or name[0] == "g" if (new != old).any()}


@pytest.mark.parametrize(("bias", "name"), [(bias, name) for name in STARTS for bias in (False, True)][:-1])
def test_zeros_that_have_a_gradient_are_no_fault(name, bias):
    join, zeros = STARTS[name]
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Blocks(join, *zeros, bias=bias), rows, seeds=2))
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]


def test_branches_inside_one_that_starts_at_zero_are_not_counted():
    ds = actviz.probe_module(lambda: Blocks(nested, "n"), rows, seeds=2)
    assert ds.sizes["block"] == 4
    (note,) = [each for each in actviz.diagnose(ds)[0].notes if each.key == "note.zero_branches"]
    assert dict(note.values) == {"number": 2, "of": 2}


def test_below_a_head_of_zeros_branches_of_zeros_are_said_to_train_one_step_later():
    def model():
        made = Blocks(plain, "b")
        zero(made.o)
        return made

    (diagnosis,) = actviz.diagnose(actviz.probe_module(model, rows, seeds=2))
    assert [note.key for note in diagnosis.notes] == ["note.zero_head", "note.zero_branches_later", "note.unread"]
    first = {}
    for step in (1, 2, 3):
        for name in moved(model(), step):
            first.setdefault(name, step)
    assert (first["o"], first["b"], first["a"]) == (1, 2, 3)


@pytest.mark.parametrize("name", STUCK)
def test_what_is_zero_twice_over_never_learns(name):
    join, zeros = STUCK[name]
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Blocks(join, *zeros), rows, seeds=2))
    assert diagnosis.verdict is actviz.Verdict.DEAD
    assert not any("branches start at 0" in note.message() for note in diagnosis.notes)
    torch.manual_seed(0)
    assert not moved(Blocks(join, *zeros)) & set(zeros)


def test_units_of_the_same_weights_that_learn_apart_are_not_symmetric():
    ds = actviz.probe_module(lambda: Blocks(glu, "c"), rows, seeds=2)
    gates = np.flatnonzero(ds["layer_name"].str.startswith("c.").values)
    assert (ds["distinct_units"].squeeze().values[:, gates] == 1).all()
    assert (ds["distinct_gradients"].squeeze().values[:, gates] == D).all()
    model = nn.Sequential(*[each for _ in range(4) for each in (nn.Linear(D, D), nn.Tanh())], nn.Linear(D, 4))
    for module in model[::2]:
        nn.init.constant_(module.weight, 0.05)
        nn.init.zeros_(module.bias)
    ds = actviz.probe_module(model, rows)
    assert (ds["distinct_gradients"].squeeze()[:4] == 1).all()
    assert actviz.diagnose(ds)[0].verdict is actviz.Verdict.SYMMETRIC


def test_units_that_zeros_make_the_same_and_nothing_treats_unlike_are_symmetric():
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Blocks(sigmoids, *"ab"), rows))
    assert diagnosis.verdict is actviz.Verdict.SYMMETRIC


def frozen(name):
    """Return branches, or a head, that start at 0 and are frozen so."""
    model = Blocks(plain)
    for each, parameter in model.named_parameters():
        if each[0] == name:
            nn.init.zeros_(parameter).requires_grad_(False)
    return model


def fixed():
    """Return branches whose scale of 0 is a buffer."""
    model = Blocks(plain)
    model.g = nn.Module()
    model.g.register_buffer("scale", torch.zeros(D))
    model.forward = lambda x: model.o(x + model.g.scale * model.a[0](x))
    return model


@pytest.mark.parametrize("make", [*(functools.partial(frozen, name) for name in "gbo"), fixed])
def test_zeros_that_nothing_will_move_leave_dead_what_is_behind_them(make):
    (diagnosis,) = actviz.diagnose(actviz.probe_module(make, rows))
    assert diagnosis.verdict is actviz.Verdict.DEAD
    assert not any("starts at 0" in note.message() or "start at 0" in note.message() for note in diagnosis.notes)


def test_zeros_of_a_model_that_is_frozen_altogether_are_judged_as_if_it_were_not():
    model = Blocks(plain, "g").requires_grad_(False)
    assert actviz.diagnose(actviz.probe_module(model, rows))[0].healthy


class Outputs(nn.Module):
    """A model of one output or two, the way to one of which is cut."""

    def __init__(self, both):
        super().__init__()
        self.both, self.a, self.m, self.d, self.o = both, *(nn.Linear(D, D) for _ in range(3)), nn.Linear(D, 4)

    def forward(self, x):
        code = self.m(torch.tanh(self.a(x)))
        y = self.o(torch.tanh(self.d(code)).detach())
        return (y, code) if self.both else y


@pytest.mark.parametrize(("both", "rule"), [(True, "gradient_beside"), (False, "gradient")])
def test_what_learns_by_another_output_is_not_said_to_stand_still(both, rule):
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Outputs(both), rows))
    finding = diagnosis.findings[0]
    for lang in ("en", "ko"):
        assert finding.message(lang) == text(f"finding.dead.{rule}", lang, layer=3)


class Shut(nn.Module):
    """Pre-norm branches, an activation in the first of which is shut for every sample by its norm's bias."""

    def __init__(self, function=F.relu, last=0.0, ends=None):
        super().__init__()
        self.function, self.i, self.h = function, nn.Linear(D, D), nn.Linear(D, 4)
        self.n, self.o = (nn.ModuleList(of(D) for _ in range(3)) for of in (nn.LayerNorm, lambda d: nn.Linear(d, d)))
        nn.init.constant_(self.n[0].bias, -20.0)
        for each in self.o:
            nn.init.constant_(each.bias, last)
            if ends is not None:
                nn.init.constant_(each.weight, ends)

    def forward(self, x):
        x = self.i(x)
        for n, o in zip(self.n, self.o, strict=True):
            x = x + o(self.function(n(x)))
        return self.h(x)


def gradients(model):
    """Return the largest gradient of every parameter."""
    torch.manual_seed(0)
    model(torch.randn(16, D)).square().sum().backward()
    return {name: float(each.grad.abs().max()) for name, each in model.named_parameters()}


class Squeezed(nn.Module):
    """A convolutional branch, squeezed and excited, and shut inside, so that the bias of its last norm alone learns."""

    def __init__(self):
        super().__init__()
        self.i, self.c1, self.c2 = (nn.Conv2d(of, 8, 3, padding=1, bias=False) for of in (3, 8, 8))
        self.n1, self.n2 = nn.GroupNorm(2, 8), nn.GroupNorm(2, 8)
        self.s1, self.s2, self.o = nn.Linear(8, 4), nn.Linear(4, 8), nn.Linear(8, 4)
        nn.init.constant_(self.n1.bias, -20.0)

    def forward(self, x):
        x = self.i(x)
        y = self.n2(self.c2(F.relu(self.n1(self.c1(x)))))
        y = y * torch.sigmoid(self.s2(F.relu(self.s1(y.mean((2, 3))))))[..., None, None]
        return self.o((x + y).mean((2, 3)))


class Dense(nn.Module):
    """Layers whose values are put beside what they are given, below a stem whose activation is shut."""

    def __init__(self):
        super().__init__()
        self.i, self.o = nn.Linear(D, D), nn.Linear(4 * D, 4)
        self.l = nn.ModuleList(nn.Linear(D * (1 + at), D) for at in range(3))
        nn.init.constant_(self.i.bias, -30.0)
        for each in self.l:
            nn.init.zeros_(each.bias)

    def forward(self, x):
        x = self.i(x)
        for each in self.l:
            x = torch.cat([x, each(F.relu(x))], -1)
        return self.o(x)


class Products(Shut):
    """Branches of products, one factor of one of which is shut."""

    def __init__(self):
        super().__init__()
        self.g, self.u = (nn.ModuleList(nn.Linear(D, D) for _ in range(3)) for _ in range(2))
        nn.init.constant_(self.g[1].bias, -200.0)

    def forward(self, x):
        x = self.i(x)
        for g, u, o in zip(self.g, self.u, self.o, strict=True):
            x = x + o(torch.sigmoid(g(x)) * u(x))
        return self.h(x)


@pytest.mark.parametrize("make", [Shut, functools.partial(Shut, F.gelu), Squeezed, Dense])
def test_a_branch_that_a_shut_activation_makes_zero_is_dead_and_starts_no_training(make):
    inputs = (lambda g: torch.randn(8, 3, 8, 8, generator=g)) if make is Squeezed else rows
    (diagnosis,) = actviz.diagnose(actviz.probe_module(make, inputs, seeds=2))
    assert diagnosis.verdict is actviz.Verdict.DEAD
    assert diagnosis.findings[0].rule == "dead.flat"
    assert not any(note.key.startswith("note.zero_branches") for note in diagnosis.notes)
    if make is not Squeezed:
        inside = "l." if make is Dense else "o.0"
        of_weights = {name: size for name, size in gradients(make()).items() if name.startswith(inside)}
        assert all((size > 0) == name.endswith("bias") for name, size in of_weights.items())


def test_a_branch_that_a_shut_factor_makes_zero_is_said_to_start_no_training():
    ds = actviz.probe_module(Products, rows, seeds=2)
    learns = dict(zip(ds["layer_name"].values, ds["learns"].squeeze().values[0], strict=True))
    assert {name for name, each in learns.items() if not each} == {"g.1", "u.1", "o.1"}
    (diagnosis,) = actviz.diagnose(ds)
    assert any(finding.verdict is actviz.Verdict.DEAD for finding in diagnosis.findings)
    assert not any(note.key.startswith("note.zero_branches") for note in diagnosis.notes)


def test_a_branch_of_zeros_behind_an_activation_that_is_open_still_trains():
    def model():
        made = Shut(ends=0.0)
        nn.init.zeros_(made.n[0].bias)
        return made

    (diagnosis,) = actviz.diagnose(actviz.probe_module(model, rows, seeds=2))
    assert diagnosis.healthy
    assert any(note.key == "note.zero_branches" for note in diagnosis.notes)


def test_units_that_are_all_shut_have_equal_values_and_not_equal_weights():
    def transposed():
        made = nn.Sequential(
            nn.ConvTranspose2d(8, 12, 4), nn.BatchNorm2d(12), nn.ReLU(), nn.ConvTranspose2d(12, 3, 4, 2, 1)
        )
        nn.init.constant_(made[1].bias, -20.0)
        return made

    for make, inputs in [
        (lambda: Shut(F.gelu, 0.1), rows),
        (transposed, lambda g: torch.randn(8, 8, 1, 1, generator=g)),
    ]:
        (diagnosis,) = actviz.diagnose(actviz.probe_module(make, inputs, seeds=2))
        assert diagnosis.verdict is actviz.Verdict.DEAD
        assert not any(finding.verdict is actviz.Verdict.SYMMETRIC for finding in diagnosis.findings)


def test_zeros_that_have_no_gradient_for_what_is_before_them_is_shut_are_not_symmetric():
    def model():
        made = nn.Sequential(nn.Linear(D, D), nn.ReLU(), nn.Linear(D, D), nn.ReLU(), nn.Linear(D, 4))
        nn.init.constant_(made[0].bias, -20.0)
        zero(made[2])
        return made

    (diagnosis,) = actviz.diagnose(actviz.probe_module(model, rows, seeds=2))
    assert diagnosis.verdict is actviz.Verdict.DEAD
    assert not any(finding.verdict is actviz.Verdict.SYMMETRIC for finding in diagnosis.findings)


class Dropping(Blocks):
    """Stochastic depth: a branch is dropped for some samples, or for all of few."""

    def forward(self, x):
        for a, b in zip(self.a, self.b, strict=True):
            x = x + b(F.gelu(a(x))) * (torch.rand(len(x), 1) > 0.5) / 0.5
        return self.o(x)


def test_a_branch_that_is_dropped_for_all_samples_is_one_that_a_seed_leaves_out():
    ds = actviz.probe_module(lambda: Dropping(plain, depth=3), two, seeds=8)
    hit = ds["hit"].values[:-1].reshape(3, 2)
    assert (hit[:, 0] == hit[:, 1]).all()
    assert 0 < hit.min() < hit.max() <= 8
    assert np.isnan(ds["act_std"].squeeze().values[:, :-1]).reshape(8, 3, 2).all(-1).sum() == (8 - hit[:, 0]).sum()
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]


def test_what_every_seed_drops_is_not_judged():
    class Dropped(Blocks):
        def forward(self, x):
            return self.o(x + self.b[0](F.gelu(self.a[0](x))) * torch.zeros(len(x), 1))

    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Dropped(plain), two, seeds=2))
    assert diagnosis.verdict is actviz.Verdict.NOT_JUDGED
    assert "2 layers" in diagnosis.unjudged[0].message()
    assert diagnosis.unjudged[0].message("ko")


class Teacher(nn.Module):
    """A student beside a teacher that gets no gradient; with ``frozen`` read out from it alone."""

    def __init__(self, frozen=False):
        super().__init__()
        self.frozen, self.head = frozen, nn.Linear(D, 4)
        self.student, self.teacher = (
            nn.Sequential(nn.Linear(D, D), nn.ReLU(), nn.Linear(D, D), nn.ReLU()) for _ in range(2)
        )

    def forward(self, x):
        with torch.no_grad():
            target = self.teacher(x)
        return self.head(target if self.frozen else self.student(x)), target


@pytest.mark.parametrize("frozen", [False, True])
def test_what_runs_without_gradients_has_none_that_could_be_missing(frozen):
    ds = actviz.probe_module(lambda: Teacher(frozen), rows, seeds=2)
    still = ds["layer_name"].str.startswith("teacher").values
    assert np.isnan(ds["learns"].squeeze().values[:, still]).all()
    assert np.isfinite(ds["learns"].squeeze().values[:, ~still]).all()
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]


def block():
    return nn.TransformerEncoderLayer(D, 2, 2 * D, 0.0, batch_first=True, norm_first=True)


class Tables(nn.Module):
    """Tokens with positions, one of whose tables starts at 0: ``which``, whose gradient may be cut off."""

    def __init__(self, which, cut=False):
        super().__init__()
        self.cut, self.tokens, self.positions = cut, nn.Embedding(24, D), nn.Embedding(8, D)
        self.blocks, self.end, self.head = nn.Sequential(block(), block()), nn.LayerNorm(D), nn.Linear(D, 24)
        zero(*(getattr(self, each) for each in which))

    def forward(self, ids):
        positions = self.positions(torch.arange(ids.shape[1]))
        return self.head(self.end(self.blocks(self.tokens(ids) + (positions.detach() if self.cut else positions))))


def ids(generator):
    return torch.randint(24, (8, 8), generator=generator)


def test_a_table_of_zeros_learns_where_a_gradient_comes_to_it():
    ds = actviz.probe_module(lambda: Tables(["positions"]), ids, seeds=2)
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert [note.key for note in diagnosis.notes] == ["note.zero_tables"]
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Tables(["positions"], cut=True), ids, seeds=2))
    (finding,) = diagnosis.findings
    assert (finding.rule, finding.layer) == ("dead.table", 1)
    assert "detach()" in finding.remedy()
    assert "detach()" in finding.remedy("ko")


@pytest.mark.parametrize("which", [["tokens"], ["tokens", "positions"]])
def test_what_reads_the_inputs_by_zeros_is_told_and_its_silence_judged_as_no_fault(which):
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Tables(which), ids, seeds=2))
    assert diagnosis.verdict is actviz.Verdict.NOT_JUDGED
    assert [note.key for note in diagnosis.unjudged] == ["note.no_spread_zeros"]


class Queries(nn.Module):
    """Queries of zeros that attend to what is given; or such, made by weights, beside what is given."""

    def __init__(self, beside=False):
        super().__init__()
        self.queries, self.beside, self.read = nn.Parameter(torch.zeros(8, D)), beside, nn.Linear(D, D)
        self.attend = nn.TransformerDecoder(nn.TransformerDecoderLayer(D, 2, 2 * D, 0.0, batch_first=True), 2)
        self.made = nn.Sequential(nn.Linear(D, D, bias=False), nn.GELU(), nn.Linear(D, D, bias=False))
        self.mix, self.head = nn.Linear(2 * D, D), nn.Linear(D, 4)

    def forward(self, x):
        queries, read = self.queries.expand(len(x), 8, D), self.read(x)
        if self.beside:
            return self.head(torch.relu(self.mix(torch.cat([read, self.made(queries)], -1))))
        return self.head(self.attend(queries, read))


@pytest.mark.parametrize("beside", [False, True])
def test_what_is_made_of_parameters_alone_has_not_collapsed(beside):
    ds = actviz.probe_module(lambda: Queries(beside), lambda g: torch.randn(8, 8, D, generator=g), seeds=2)
    constant = ds["layer_name"].values[ds["role"].values == "lookup"].tolist()
    assert constant == (["made.0", "made.2"] if beside else ["attend.layers.0.self_attn", "attend.layers.0.norm1"])
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]


class Quantized(nn.Module):
    """A code book whose choice passes gradients straight through; ``straight`` or not."""

    def __init__(self, straight=True):
        super().__init__()
        self.straight, self.e, self.c, self.d = straight, nn.Linear(D, D), nn.Embedding(8, D), nn.Linear(D, D)

    def forward(self, x):
        z = self.e(x)
        q = self.c(torch.cdist(z, self.c.weight).argmin(-1))
        return self.d(z + (q - z).detach() if self.straight else torch.tanh(z).detach()), F.mse_loss(q, z.detach())


def test_a_gradient_that_passes_straight_through_is_no_cut():
    ds = actviz.probe_module(Quantized, rows, seeds=2)
    assert "block" not in ds.dims
    assert actviz.diagnose(ds)[0].healthy
    assert actviz.diagnose(actviz.probe_module(lambda: Quantized(False), rows))[0].verdict is actviz.Verdict.DEAD


def test_the_power_iterations_of_spectral_normalization_are_no_layers():
    def build():
        made = [nn.utils.spectral_norm(nn.Linear(D, D)) for _ in range(2)]
        return nn.Sequential(made[0], nn.ReLU(), made[1], nn.ReLU(), nn.Linear(D, 4))

    ds = actviz.probe_module(build, rows, seeds=2)
    assert ds["layer_name"].values.tolist() == ["0", "2", "4"]
    assert actviz.diagnose(ds)[0].healthy


class Attending(nn.Module):
    """Two blocks of attention, of the first of which queries or keys may be 0."""

    def __init__(self, *zeros):
        super().__init__()
        self.blocks = nn.ModuleList(nn.ModuleDict({name: nn.Linear(16, 16) for name in "qkvo"}) for _ in range(2))
        for block in self.blocks:
            for layer in block.values():
                nn.init.normal_(layer.weight, std=0.25)
                nn.init.zeros_(layer.bias)
        for name in zeros:
            nn.init.zeros_(self.blocks[0][name].weight)

    def forward(self, x):
        for block in self.blocks:
            q, k, v = (block[name](x) for name in "qkv")
            x = x + block["o"](nn.functional.scaled_dot_product_attention(q, k, v))
        return x


def test_queries_and_keys_that_are_both_zero_never_learn_and_are_dead():
    def tokens(generator):
        return torch.randn(8, 6, 16, generator=generator)

    (finding,) = actviz.diagnose(actviz.probe_module(lambda: Attending("q", "k"), tokens, seeds=3))[0].findings
    assert (finding.rule, finding.layer, finding.severity.value) == ("dead.factors", 1, "severe")
    assert "neither has a gradient" in finding.message()
    assert finding.remedy().startswith(
        "Draw the weights of the 2 Linear layers blocks.0.q, blocks.0.k with std 0.25 in place of an RMS of 0"
    )
    assert "healthy under 2 of 2" in finding.remedy()
    assert "쿼리와 키" in finding.message("ko")
    for zeros in ((), ("q",), ("k",), ("v",), ("o",)):  # one of them learns, and then the other
        ds = actviz.probe_module(lambda zeros=zeros: Attending(*zeros), tokens, seeds=3)
        assert actviz.diagnose(ds)[0].healthy, zeros
