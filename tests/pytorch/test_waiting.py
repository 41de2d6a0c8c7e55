"""What waits for zeros behind it to grow: in fused modules, along streams, and in branches whose sum ends the wait."""

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402

D = 16


def sequences(generator):
    return torch.randn(8, 5, D, generator=generator)


def diagnosed(make, inputs=sequences):
    """Return the diagnosis of a model, and which of its parameters a few updates leave as they are."""
    (diagnosis,) = actviz.diagnose(actviz.probe_module(make, inputs, seeds=2))
    torch.manual_seed(0)
    model, given = make(), inputs(torch.Generator().manual_seed(0))
    before = {name: each.detach().clone() for name, each in model.named_parameters()}
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(6):
        made = model(*given) if isinstance(given, tuple) else model(given)
        outputs = made if isinstance(made, tuple) else (made,)
        optimizer.zero_grad()
        sum(
            (each - torch.linspace(-1.0, 1.0, each[0].numel()).view_as(each[0])).square().mean() for each in outputs
        ).backward()
        optimizer.step()
    return diagnosis, {name for name, each in model.named_parameters() if torch.equal(each, before[name])}


class Reading(nn.Module):
    """A decoder whose every block attends in one call to what an encoder makes, with some of its weights at 0."""

    def __init__(self, zeros, width=D):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(D, D), nn.GELU(), nn.Linear(D, width))
        self.i, self.h, self.norms = nn.Linear(D, D), nn.Linear(D, 4), nn.ModuleList(nn.LayerNorm(D) for _ in range(2))
        self.attend = nn.ModuleList(
            nn.MultiheadAttention(D, 2, kdim=width, vdim=width, batch_first=True) for _ in range(2)
        )
        for each in self.attend:
            joint = each.in_proj_weight.chunk(3) if each.in_proj_weight is not None else ()
            own = joint or (each.q_proj_weight, each.k_proj_weight, each.v_proj_weight)
            for name, weights in zip("qkvo", (*own, each.out_proj.weight), strict=True):
                if name in zeros:
                    weights.data.zero_()

    def forward(self, x):
        memory, x = self.encoder(x), self.i(x)
        for norm, attend in zip(self.norms, self.attend, strict=True):
            x = x + attend(norm(x), memory, memory, need_weights=False)[0]
        return self.h(x)


@pytest.mark.parametrize("width", [D, 12])
@pytest.mark.parametrize("zeros", "qkvo")
def test_what_attention_in_one_call_reads_waits_for_any_of_its_weights(zeros, width):
    diagnosis, still = diagnosed(lambda: Reading(zeros, width))
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert not still


@pytest.mark.parametrize("width", [D, 12])
@pytest.mark.parametrize("zeros", ["qk", "vo"])
def test_weights_of_attention_in_one_call_that_are_zero_twice_over_are_dead(zeros, width):
    diagnosis, still = diagnosed(lambda: Reading(zeros, width))
    assert diagnosis.verdict is actviz.Verdict.DEAD
    assert "norms.0.weight" in still


def test_attention_whose_last_weights_are_zero_and_frozen_is_dead():
    def frozen():
        model = Reading("o")
        for each in model.attend:
            each.out_proj.weight.requires_grad_(False)
        return model

    diagnosis, still = diagnosed(frozen)
    assert diagnosis.verdict is actviz.Verdict.DEAD
    assert "encoder.0.weight" in still


class Recurring(nn.Module):
    """Recurrent layers behind others, whose weights of what they are given start at 0."""

    def __init__(self, kind, zeros, **how):
        super().__init__()
        self.i, self.r = nn.Sequential(nn.Linear(D, D), nn.ReLU(), nn.Linear(D, D)), kind(D, D, batch_first=True, **how)
        self.h = nn.Linear(2 * D if how.get("bidirectional") else D, 4)
        for name, each in self.r.named_parameters():
            if name.startswith(zeros):
                nn.init.zeros_(each)

    def forward(self, x):
        return self.h(self.r(self.i(x))[0])


@pytest.mark.parametrize(
    ("kind", "zeros", "how"),
    [
        (nn.LSTM, "weight_ih", {}),
        (nn.GRU, "weight_ih_l1", {"num_layers": 2}),
        (nn.RNN, "weight_ih", {"bidirectional": True}),
        (nn.LSTM, "weight_ih_l0_reverse", {"bidirectional": True}),
    ],
)
def test_what_recurrent_layers_are_given_waits_for_their_weights_of_it(kind, zeros, how):
    diagnosis, still = diagnosed(lambda: Recurring(kind, zeros, **how))
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert not still


class Product(nn.Module):
    """A branch of two matrices that one call applies."""

    def __init__(self, call, zeros):
        super().__init__()
        self.call, self.e, self.i = call, nn.Sequential(nn.Linear(D, D), nn.Tanh(), nn.Linear(D, D)), nn.Linear(D, D)
        self.a, self.b = (
            nn.Parameter(torch.randn(shape) * (name not in zeros) / 4.0)
            for name, shape in (("a", (D, 8)), ("b", (8, D)))
        )
        self.h = nn.Linear(D, 4)

    def forward(self, x):
        return self.h(torch.relu(self.i(x) + self.call(self.e(x).flatten(0, 1), self.a, self.b).view(*x.shape[:2], D)))


CALLS = {
    "multi_dot": lambda *of: torch.linalg.multi_dot(of),
    "einsum": lambda *of: torch.einsum("ni,ij,jk->nk", *of),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("zeros", ["a", "b", "ab"])
def test_of_two_matrices_that_one_call_applies_one_may_start_at_zero(name, zeros):
    diagnosis, still = diagnosed(lambda: Product(CALLS[name], zeros))
    assert diagnosis.verdict is (actviz.Verdict.DEAD if zeros == "ab" else actviz.Verdict.HEALTHY)
    assert ("e.0.weight" in still) == (zeros == "ab")


def zeros(given=D, made=D):
    """Return a layer that starts at 0."""
    layer = nn.Linear(given, made)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class Side(nn.Module):
    """A main network, every block of which reads the stream of another one, or all the last of it, by zeros."""

    def __init__(self, dense=False, how="zeros", last=False):
        super().__init__()
        self.dense, self.how, self.last, wide = dense, how, last, [D * (1 + at * dense) for at in range(4)]
        self.c, self.i, self.h = nn.Linear(D, D), nn.Linear(D, D), nn.Linear(D, 4)
        self.r, self.m = (
            nn.ModuleList(
                nn.Sequential(nn.LayerNorm(d), nn.Linear(d, 2 * D), nn.GELU(), nn.Linear(2 * D, D)) for d in of
            )
            for of in (wide[:3], [D] * 3)
        )
        self.z = nn.ModuleList(zeros(wide[3 if last else at + 1]) for at in range(3))
        self.z.requires_grad_(how != "frozen")
        self.g = nn.Parameter(torch.full((1,), float(how != "twice")))

    def forward(self, x):
        c, seen = self.c(x), []
        for r in self.r:
            c = torch.cat([c, r(c)], -1) if self.dense else c + r(c)
            seen.append(c)
        x = self.i(x)
        for m, z, read in zip(self.m, self.z, [c] * 3 if self.last else seen, strict=True):
            x = x + self.g * z(read.detach() if self.how == "cut" else read)
            x = x + m(x)
        return self.h(x)


def vectors(generator):
    return torch.randn(16, D, generator=generator)


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("dense", [False, True])
def test_a_stream_that_is_read_by_zeros_waits_for_them(dense, last):
    diagnosis, still = diagnosed(lambda: Side(dense, last=last), vectors)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert not still


@pytest.mark.parametrize("how", ["frozen", "twice", "cut"])
@pytest.mark.parametrize("dense", [False, True])
def test_a_stream_that_is_read_by_nothing_that_will_grow_is_dead(dense, how):
    diagnosis, still = diagnosed(lambda: Side(dense, how), vectors)
    assert diagnosis.verdict is actviz.Verdict.DEAD
    assert "c.weight" in still


class Flow(nn.Module):
    """Couplings whose last weights start at 0, and the logarithm of their determinant, ``summed`` or not."""

    def __init__(self, summed=True, shut=False):
        super().__init__()
        self.summed, half = summed, D // 2
        self.nets = nn.ModuleList(nn.Sequential(nn.Linear(half, D), nn.ReLU(), zeros(D, D)) for _ in range(3))
        for each in self.nets if shut else ():
            nn.init.constant_(each[0].bias, -99.0)

    def forward(self, x):
        determinant = x.new_zeros(len(x)) if self.summed else torch.zeros_like(x[:, : D // 2])
        for net in self.nets:
            kept, moved = x.chunk(2, -1)
            scale, shift = net(kept).chunk(2, -1)
            scale = torch.tanh(scale)
            x = torch.cat([moved * scale.exp() + shift, kept], -1)
            determinant = determinant + (scale.sum(-1) if self.summed else scale)
        return x, determinant


@pytest.mark.parametrize("summed", [False, True])
def test_a_sum_that_zeros_start_has_not_collapsed(summed):
    diagnosis, still = diagnosed(lambda: Flow(summed), vectors)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert not still


def test_a_sum_of_zeros_that_shut_activations_make_is_dead():
    diagnosis, still = diagnosed(lambda: Flow(shut=True), vectors)
    assert diagnosis.verdict is actviz.Verdict.DEAD
    assert "nets.0.0.weight" in still


SCALED = {
    "v * g": lambda x, v, g: x + v * g,
    "g * v": lambda x, v, g: x + g * v,
    "multiply": lambda x, v, g: x + torch.multiply(v, g),
    "in place": lambda x, v, g: x + v.mul_(g),
    "tanh": lambda x, v, g: x + v * torch.tanh(g),
    "normalized": lambda x, v, g: x + nn.functional.layer_norm(v, (D,), g),
    "side by side": lambda x, v, g: x + torch.cat([v[:, :8] * g[:8], v[:, 8:] * g[8:]], -1),
}


class Scaled(nn.Module):
    """Three branches whose scales start at 0, and of some of which the last weights do; ``shared`` is one for all."""

    def __init__(self, join=SCALED["v * g"], last=(), shared="", outer=False):
        super().__init__()
        self.joins, self.outer, self.i, self.h = [join] * 3, outer, nn.Linear(D, D), nn.Linear(D, 4)
        self.u, self.v = (
            nn.ModuleList(nn.Linear(D, D) for _ in range(3)),
            nn.ModuleList(nn.Linear(D, D) for _ in range(3)),
        )
        self.g = nn.ParameterList(nn.Parameter(torch.zeros(D)) for _ in range(3))
        for at in last:
            nn.init.zeros_(self.v[at].weight)
            nn.init.zeros_(self.v[at].bias)
        if shared == "scale":
            self.g = nn.ParameterList([self.g[0]] * 3)
        if shared == "weights":  # which have a gradient in the last branch alone
            self.v, self.g[2] = nn.ModuleList([self.v[0]] * 3), nn.Parameter(torch.ones(D))

    def forward(self, x):
        x = begun = self.i(x)
        for join, u, v, g in zip(self.joins, self.u, self.v, self.g, strict=True):
            x = join(x, v(nn.functional.gelu(u(x))), g)
        return self.h(begun + torch.tanh(x) if self.outer else x)


@pytest.mark.parametrize("outer", [False, True])
@pytest.mark.parametrize("last", [(0,), (1,), (2,), (0, 1, 2)])
def test_a_branch_that_is_zero_twice_over_is_dead_whatever_other_branches_wait_for(last, outer):
    diagnosis, still = diagnosed(lambda: Scaled(last=last, outer=outer), vectors)
    assert (diagnosis.verdict, diagnosis.findings[0].rule) == (actviz.Verdict.DEAD, "dead.smothered")
    assert not any(note.key.startswith("note.zero_branches") for note in diagnosis.notes)
    assert {f"v.{at}.weight" for at in last} < still


@pytest.mark.parametrize("name", SCALED)
def test_how_a_scale_of_zero_is_written_does_not_tell_whether_its_branch_learns(name):
    dead, still = diagnosed(lambda: Scaled(SCALED[name], last=(1,)), vectors)
    assert dead.verdict is actviz.Verdict.DEAD
    assert {"v.1.weight", "g.1"} < still
    healthy, still = diagnosed(lambda: Scaled(SCALED[name]), vectors)
    assert healthy.healthy, [finding.message() for finding in healthy.findings]
    assert not still


@pytest.mark.parametrize(("shared", "last"), [("scale", (1,)), ("weights", (0,))])
def test_zeros_that_another_branch_lets_learn_are_no_fault(shared, last):
    diagnosis, still = diagnosed(lambda: Scaled(last=last, shared=shared), vectors)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert not still


@pytest.mark.parametrize("cut", [lambda x, v, _: x + 0.0 * v, lambda x, v, _: torch.add(x, v, alpha=0.0)])
@pytest.mark.parametrize("outer", [False, True])
def test_what_a_number_cuts_off_waits_for_nothing_behind_its_sum(cut, outer):
    def make():
        model = Scaled(outer=outer)
        model.joins[1] = cut
        return model

    diagnosis, still = diagnosed(make, vectors)
    assert diagnosis.verdict is actviz.Verdict.DEAD
    assert {"u.1.weight", "v.1.weight"} < still
    assert "v.0.weight" not in still
