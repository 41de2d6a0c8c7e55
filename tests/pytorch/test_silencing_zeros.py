"""Zeros by which alone a signal comes to what is behind are named and drawn; zeros beside another way are meant."""

import pytest

import actviz

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional


def dense(at, norm=None, function=nn.ReLU, order="before"):
    """Return four layers of He's weights, those of one 0, with norms before or behind functions."""
    layers = []
    for place in range(4):
        layer = nn.Linear(8 if place == 0 else 48, 48)
        nn.init.kaiming_normal_(layer.weight)
        if place == at:
            nn.init.zeros_(layer.weight)
        norms = [norm(48)] if norm else []
        layers += [layer, *norms, function()] if order == "before" else [layer, function(), *norms]
    return nn.Sequential(*layers, nn.Linear(48, 4))


class Images(nn.Module):
    """Four convolutions with batch normalization, or without, those of one 0."""

    def __init__(self, at, norm=True, bias=True):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(16 if place else 3, 16, 3, padding=1, bias=bias) for place in range(4))
        self.norms = nn.ModuleList(nn.BatchNorm2d(16) if norm else nn.Identity() for _ in range(4))
        self.out = nn.Linear(16, 5)
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight)
        nn.init.zeros_(self.layers[at].weight)

    def forward(self, x):
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x = F.relu(norm(layer(x)))
        return self.out(x.mean((2, 3)))


def rows(generator):
    return torch.randn(32, 8, generator=generator)


def images(generator):
    return torch.randn(8, 3, 12, 12, generator=generator)


def told(build, inputs=rows):
    return actviz.diagnose(actviz.probe_module(build, inputs, seeds=2))[0]


def drawn(diagnosis, name):
    assert diagnosis.findings
    for each in diagnosis.findings:
        assert f"{name} before" in each.remedy()
        assert "in place of an RMS of 0," in each.remedy()
        assert "healthy under 2 of 2 fresh seeds" in each.remedy()


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("norm", [True, False])
def test_a_convolution_of_zeros_is_drawn(at, norm):
    diagnosis = told(lambda: Images(at, norm), images)
    assert diagnosis.findings[0].verdict.value == "collapsed"
    assert diagnosis.findings[0].layer == at + 1
    drawn(diagnosis, f"Conv2d layers.{at}")


def test_one_that_a_norm_without_a_bias_makes_dead_is_drawn():
    diagnosis = told(lambda: Images(1, bias=False), images)
    assert diagnosis.findings[0].verdict.value == "dead"
    drawn(diagnosis, "Conv2d layers.1")


@pytest.mark.parametrize("at", [0, 1, 3])
@pytest.mark.parametrize("norm", [None, nn.LayerNorm, nn.BatchNorm1d])
@pytest.mark.parametrize("function", [nn.ReLU, nn.GELU, nn.Tanh])
def test_linear_weights_of_zeros_are_drawn(at, norm, function):
    diagnosis = told(lambda: dense(at, norm, function))
    assert diagnosis.findings[0].layer == at + 1
    drawn(diagnosis, f"Linear {at * (3 if norm else 2)}")


@pytest.mark.parametrize("norm", [nn.LayerNorm, nn.BatchNorm1d])
def test_those_before_a_norm_behind_a_function_are_drawn(norm):
    drawn(told(lambda: dense(1, norm, order="behind")), "Linear 3")


class Controlled(nn.Module):
    """A control that comes in by zeros to a side network, which is read through other zeros [Zhang et al. 2023]."""

    def __init__(self):
        super().__init__()

        def block():
            return nn.Sequential(nn.LayerNorm(32), nn.Linear(32, 32), nn.SiLU(), nn.Linear(32, 32))

        self.into, self.hint = nn.Linear(8, 32), nn.Sequential(nn.Linear(8, 32), nn.SiLU(), nn.Linear(32, 32))
        self.main, self.side, self.last = (nn.ModuleList(block() for _ in range(2)) for _ in range(3))
        self.zeros = nn.ModuleList(nn.Linear(32, 32) for _ in range(2))
        self.out = nn.Linear(32, 4)
        for layer in (self.hint[2], *self.zeros):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x, control):
        x = self.into(x)
        aside, kept = x + self.hint(control), []
        for main, side, zeros in zip(self.main, self.side, self.zeros, strict=True):
            x, aside = x + main(x), aside + side(aside)
            kept.append(x + zeros(aside))
        for last in self.last:
            x = x + kept.pop()
            x = x + last(x)
        return self.out(x)


class Beside(nn.Module):
    """A condition that comes in by zeros: added, put beside, or as scale and shift."""

    def __init__(self, how):
        super().__init__()
        self.how, self.first, self.condition = how, nn.Linear(8, 32), nn.Linear(8, 64 if how == "film" else 32)
        self.inner, self.out = nn.Linear(64 if how == "cat" else 32, 32), nn.Linear(32, 4)
        nn.init.kaiming_normal_(self.first.weight)
        nn.init.kaiming_normal_(self.inner.weight)
        nn.init.zeros_(self.condition.weight)
        nn.init.zeros_(self.condition.bias)

    def forward(self, x, condition):
        x, given = self.first(x), self.condition(condition)
        if self.how == "add":
            x = F.gelu(x + given)
        elif self.how == "cat":
            x = torch.cat([F.gelu(x), torch.tanh(given)], -1)
        else:
            x = F.layer_norm(x, (32,)) * (1 + given[:, :32]) + given[:, 32:]
        return self.out(F.gelu(self.inner(x)))


@pytest.mark.parametrize("build", [Controlled, *(lambda how=how: Beside(how) for how in ("add", "cat", "film"))])
def test_zeros_beside_what_carries_the_signal_are_meant(build):
    diagnosis = told(build, lambda generator: (rows(generator), rows(generator)))
    assert diagnosis.healthy, [each.message() for each in diagnosis.findings]


def test_zeros_behind_zeros_learn_once_these_have_grown():
    """The control's own layers wait for two rows of zeros: by the third update all of them have moved."""
    ds = actviz.probe_module(Controlled, lambda generator: (rows(generator), rows(generator)), seeds=1)
    assert ds["learns"].values.all()
    model = Controlled()
    before = {name: each.detach().clone() for name, each in model.named_parameters()}
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(3):
        optimizer.zero_grad()
        model(torch.randn(32, 8), torch.randn(32, 8)).square().sum().backward()
        optimizer.step()
    assert not [name for name, each in model.named_parameters() if torch.equal(each, before[name])]
    assert len(model.hint[2].weight.detach().unique(dim=0)) == 32


class Mixed(nn.Module):
    """Blocks whose receptances and last weights start at 0 [Peng et al. 2023]; in one the values are 0 as well."""

    def __init__(self, at):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(32) for _ in range(3))
        self.values, self.receptances, self.last = (
            nn.ModuleList(nn.Linear(32, 32, bias=False) for _ in range(3)) for _ in range(3)
        )
        self.into, self.out = nn.Linear(8, 32), nn.Linear(32, 4)
        for layer in (*self.receptances, *self.last, *([self.values[at]] if at is not None else [])):
            nn.init.zeros_(layer.weight)

    def forward(self, x):
        x = self.into(x)
        for norm, value, receptance, last in zip(self.norms, self.values, self.receptances, self.last, strict=True):
            given = norm(x)
            x = x + last(torch.sigmoid(receptance(given)) * value(given))
        return self.out(x)


@pytest.mark.parametrize("at", [None, 0, 1, 2])
def test_zeros_of_the_next_block_let_nothing_grow_before_the_sum(at):
    diagnosis = told(lambda: Mixed(at))
    assert diagnosis.verdict.value == ("healthy" if at is None else "dead")
