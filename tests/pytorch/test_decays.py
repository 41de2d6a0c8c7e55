"""Decays of states that are next to 0 forget everything at each step; exponentials of other use are none."""

import math

import numpy as np
import pytest

import actviz

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional

D, STEPS = 16, 10


class Selective(nn.Module):
    """A selective scan whose steps are made of what comes in [Gu & Dao 2023]."""

    def __init__(self, sums=False):
        super().__init__()
        self.sums, self.dt, self.b, self.c = sums, nn.Linear(D, D), nn.Linear(D, 4), nn.Linear(D, 4)
        self.rate = nn.Parameter(torch.log(torch.arange(1.0, 5.0)).repeat(D, 1))
        nn.init.uniform_(self.dt.bias, -6.9, -2.2)

    def forward(self, x):
        steps, state, states = F.softplus(self.dt(x)), 0, []
        for at in range(STEPS):
            step = steps[:, at, :, None]
            given, decay = step * self.b(x)[:, at, None] * x[:, at, :, None], (-step * self.rate.exp()).exp()
            state = torch.addcmul(given, decay, state) if self.sums and at else decay * state + given
            states.append((state * self.c(x)[:, at, None]).sum(-1))
        return torch.stack(states, 1)


class Dual(Selective):
    """The same of a scalar a head, as a masked product of all steps at once [Dao & Gu 2024]."""

    def __init__(self):
        super().__init__()
        self.dt, self.rate = nn.Linear(D, 4), nn.Parameter(torch.log(torch.arange(1.0, 5.0)))
        nn.init.uniform_(self.dt.bias, -6.9, -2.2)

    def forward(self, x):
        steps = F.softplus(self.dt(x))
        sums = (-steps * self.rate.exp()).cumsum(1)
        future = ~torch.ones(STEPS, STEPS).tril().bool()[None, :, :, None]
        decays = (sums[:, :, None] - sums[:, None]).masked_fill(future, -math.inf).exp()
        given = x.unflatten(2, (4, 4)) * steps[..., None]
        return torch.einsum("btn,bsn,btsh,bshp->bthp", self.c(x), self.b(x), decays, given).flatten(2)


class Turning(nn.Module):
    """A linear recurrent unit, its numbers written as real and imaginary parts [Orvieto et al. 2023]."""

    def __init__(self):
        super().__init__()
        sizes = torch.linspace(0.4, 0.99, D)
        self.rate = nn.Parameter((-sizes.log()).log())
        self.phase, self.into, self.out = nn.Parameter(torch.rand(D) * 0.6), nn.Linear(D, D), nn.Linear(D, D)

    def forward(self, x):
        size = (-self.rate.exp()).exp()
        real, imaginary = size * self.phase.cos(), size * self.phase.sin()
        given, states = self.into(x) * (1 - size.square()).sqrt(), []
        a = b = torch.zeros_like(given[:, 0])
        for at in range(STEPS):
            a, b = real * a - imaginary * b + given[:, at], real * b + imaginary * a
            states.append(a)
        return self.out(torch.stack(states, 1))


class Weighted(nn.Module):
    """Keys and values under decays of parameters, divided by a running largest exponent [Peng et al. 2023]."""

    def __init__(self):
        super().__init__()
        self.rate = nn.Parameter(-5 + 8 * (torch.arange(D) / (D - 1)) ** 0.7)  # of a third nothing is kept, on purpose
        self.key, self.value, self.out = (nn.Linear(D, D) for _ in range(3))

    def forward(self, x):
        key, value, decay, states = self.key(x), self.value(x), -self.rate.exp(), []
        above = below = torch.zeros_like(key[:, 0])
        most = above - 1e38
        for at in range(STEPS):
            top = torch.maximum(most, key[:, at])
            old, new = (most - top).exp(), (key[:, at] - top).exp()
            states.append((old * above + new * value[:, at]) / (old * below + new))
            top = torch.maximum(most + decay, key[:, at])
            old, new = (most + decay - top).exp(), (key[:, at] - top).exp()
            above, below, most = old * above + new * value[:, at], old * below + new, top
        return self.out(torch.stack(states, 1))


class Averaged(nn.Module):
    """A moving average whose shares are a logistic function of parameters [Ma et al. 2023]."""

    def __init__(self):
        super().__init__()
        self.rate, self.value = nn.Parameter(torch.randn(D) * 0.2 + 2.0), nn.Linear(D, D)

    def forward(self, x):
        share, value, states = torch.sigmoid(self.rate), self.value(x), []
        state = torch.zeros_like(value[:, 0])
        for at in range(STEPS):
            state = share * state + (1 - share) * value[:, at]
            states.append(state)
        return torch.stack(states, 1)


class Multiplied(nn.Module):
    """Decays whose products over all steps are made at once."""

    def __init__(self):
        super().__init__()
        self.rate, self.value, self.gate = nn.Parameter(torch.full((D,), -2.0)), nn.Linear(D, D), nn.Linear(D, D)

    def forward(self, x):
        decays = (-self.rate.exp() * torch.sigmoid(self.gate(x))).exp().cumprod(1)
        return decays * self.value(x)


class Online(nn.Module):
    """Attention block by block, whose sums so far are rescaled by exponentials [Dao et al. 2022]."""

    def __init__(self, scale=1.0):
        super().__init__()
        self.scale, self.query, self.key, self.value = scale, nn.Linear(D, D), nn.Linear(D, D), nn.Linear(D, D)

    def forward(self, x):
        query, key, value = self.query(x), self.key(x), self.value(x)
        most, total, mixed = torch.full_like(query[..., :1], -1e30), 0 * query[..., :1], 0 * query
        for keys, values in zip(key.split(2, 1), value.split(2, 1), strict=True):
            logits = self.scale * query @ keys.transpose(1, 2) / D**0.5
            top = torch.maximum(most, logits.amax(-1, keepdim=True))
            old, new = (most - top).exp(), (logits - top).exp()
            total, mixed, most = total * old + new.sum(-1, keepdim=True), mixed * old + new @ values, top
        return mixed / total


class Kernels(nn.Module):
    """Attention by exponentials of distances, next to 0 for nearly all."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = nn.Linear(D, D), nn.Linear(D, D), nn.Linear(D, D)

    def forward(self, x):
        weights = (-20.0 * torch.cdist(self.query(x), self.key(x)).square()).exp()
        return weights / (weights.sum(-1, keepdim=True) + 1e-6) @ self.value(x)


class Sequences(nn.Module):
    """Two residual blocks of one kind."""

    def __init__(self, kind):
        super().__init__()
        self.into, self.out = nn.Linear(4, D), nn.Linear(D, 5)
        self.norms, self.blocks = nn.ModuleList(nn.LayerNorm(D) for _ in range(2)), nn.ModuleList(kind() for _ in "12")

    def forward(self, x):
        x = self.into(x)
        for norm, block in zip(self.norms, self.blocks, strict=True):
            x = x + block(norm(x))
        return self.out(x)


KINDS = [Selective, lambda: Selective(sums=True), Dual, Turning, Weighted, Averaged, Multiplied]
NAMES = ["selective", "addcmul", "dual", "turning", "weighted", "averaged", "multiplied"]


def sequences(generator):
    return torch.randn(16, STEPS, 4, generator=generator)


def measured(kind, change=None):
    def build():
        model = Sequences(kind)
        with torch.no_grad():
            for block in model.blocks:
                if change is not None:
                    change(block)
        return model

    return actviz.probe_module(build, sequences, seeds=2)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_states_that_keep_something_are_no_fault(kind):
    ds = measured(kind)
    assert actviz.diagnose(ds)[0].healthy
    assert 0.0 <= float(ds["decay_shut"].max()) < 0.5


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_rates_that_leave_nothing_are_named_and_mended(kind):
    ds = measured(kind, lambda block: nn.init.constant_(block.rate, -9.0 if isinstance(block, Averaged) else 9.0))
    found = actviz.diagnose(ds)[0].findings
    assert "saturated.decays" in [each.rule for each in found]
    assert found[0].verdict.value in ("saturated", "overflowed", "dead")
    for each in found:
        assert "blocks.0.rate, blocks.1.rate" in each.remedy()
        assert "healthy under 2 of 2 fresh seeds" in each.remedy()


@pytest.mark.parametrize("kind", [Selective, lambda: Selective(sums=True), Dual], ids=["loop", "addcmul", "dual"])
def test_steps_that_leave_nothing_are_mended_by_their_biases(kind):
    ds = measured(kind, lambda block: nn.init.constant_(block.dt.bias, 25.0))
    (finding,) = [each for each in actviz.diagnose(ds)[0].findings if each.rule == "saturated.decays"]
    assert ds["layer_name"].values[finding.layer - 1] == "blocks.0.dt"
    assert (finding.value, finding.severity.value) == (1.0, "marked")
    assert "torch.nn.init.constant_(m.bias, -2)" in finding.remedy()
    assert "healthy under 2 of 2 fresh seeds" in finding.remedy()
    assert "잊" in finding.message("ko")


def test_the_share_is_that_of_decays_below_a_twentieth():
    ds = measured(Averaged, lambda block: block.rate.copy_(torch.where(torch.arange(D) < 5, -3.2, 0.0)))
    assert np.nanmax(ds["decay_shut"].values) == pytest.approx(5 / D)
    assert actviz.diagnose(ds)[0].healthy


def test_rates_that_other_layers_use_as_they_are_stay_in_words_where_nothing_can_be_tried(tmp_path):
    ds = measured(Averaged, lambda block: nn.init.constant_(block.rate, -9.0))
    actviz.save(ds, tmp_path / "forgets.nc")
    (finding,) = actviz.diagnose(actviz.load(tmp_path / "forgets.nc"))[0].findings
    assert finding.remedy().startswith("Start decays nearer to 1")


@pytest.mark.parametrize("kind", [Online, lambda: Online(1e-3), Kernels], ids=["online", "equal shares", "kernels"])
def test_exponentials_that_weigh_others_forget_nothing(kind):
    ds = measured(kind)
    assert "saturated.decays" not in [each.rule for each in actviz.diagnose(ds)[0].findings]
    assert not (ds["decay_shut"] > 0.5).any()


def test_sizes_of_noise_and_scales_of_flows_are_no_states():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.mean, self.log = nn.Linear(8, 32), nn.Linear(32, 8), nn.Linear(32, 8)
            nn.init.constant_(self.log.bias, 20.0)

        def forward(self, x):
            inner = torch.tanh(self.first(x))
            mean, log = self.mean(inner), self.log(inner)
            return mean, mean.square() * (-log).exp() + log

    ds = actviz.probe_module(Scaled, lambda generator: torch.randn(32, 8, generator=generator), seeds=2)
    assert ds["decay_shut"].isnull().all()
