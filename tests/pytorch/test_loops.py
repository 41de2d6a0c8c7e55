"""Weights that are applied again: states that start at 0, values put into every step, gradients through time."""

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402

D = 32


class Loop(nn.Module):
    """A recurrence that is written out, over time or over one value put into every step."""

    def __init__(self, kind, steps=16, std=None):
        super().__init__()
        self.kind, self.steps = kind, steps
        gates = {"GRU": 3, "LSTM": 4}.get(kind, 1)
        self.w, self.u, self.o = nn.Linear(D, gates * D), nn.Linear(D, gates * D), nn.Linear(D, 4)
        if std is not None:
            nn.init.orthogonal_(self.w.weight, std)

    def forward(self, x):
        h = c = torch.zeros(len(x), D)
        put = self.u(x[:, 0]) if self.kind == "equilibrium" else None
        for t in range(self.steps):
            w, u = self.w(h), self.u(x[:, t]) if put is None else put
            if self.kind == "GRU":
                (z, r, n), (a, b, m) = w.chunk(3, -1), u.chunk(3, -1)
                z, n = torch.sigmoid(z + a), torch.tanh(m + torch.sigmoid(r + b) * n)
                h = (1 - z) * n + z * h
            elif self.kind == "LSTM":
                i, f, g, o = (w + u).chunk(4, -1)
                c = f.sigmoid() * c + i.sigmoid() * g.tanh()
                h = o.sigmoid() * c.tanh()
            else:
                h = torch.tanh(w + u)
        return self.o(h)


def series(generator):
    return torch.randn(8, 16, D, generator=generator)


@pytest.mark.parametrize(("kind", "std"), [("RNN", None), ("GRU", None), ("LSTM", None), ("equilibrium", 0.5)])
def test_a_recurrence_that_is_written_out_is_as_healthy_as_a_module(kind, std):
    ds = actviz.probe_module(lambda: Loop(kind, std=std), series, seeds=2)
    assert ds["layer_name"].values[0] == "u"  # what the first state of zeros is given to is no layer
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert not any("start at 0" in note.message() for note in diagnosis.notes)


class Scan(nn.Module):
    """A gated sum over time whose state starts at a number, or branches that such a number scales."""

    def __init__(self, kind, start=0):
        super().__init__()
        self.kind, self.start = kind, start
        self.a, self.b, self.o = nn.Linear(D, D), nn.Linear(D, D), nn.Linear(D, 4)

    def forward(self, x):
        h = self.start
        if self.kind == "scaled":
            x = self.a(x[:, 0])
            return self.o(x + 0.0 * torch.tanh(self.b(x)))
        decay = torch.nn.functional.softplus(self.a(x))  # of all steps at once
        for t in range(5):
            if self.kind == "gated":
                h = torch.sigmoid(self.a(x[:, t])) * h + self.b(x[:, t])
            else:
                h = torch.exp(-decay[:, t]) * h + decay[:, t] * x[:, t]
        return self.o(h)


@pytest.mark.parametrize("kind", ["gated", "selective"])
@pytest.mark.parametrize("start", [0, 0.0])
def test_a_state_that_starts_at_the_number_0_is_no_fault(kind, start):
    ds = actviz.probe_module(lambda: Scan(kind, start), series)
    (diagnosis,) = actviz.diagnose(ds)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert not any("start at 0" in note.message() for note in diagnosis.notes)
    zeros = actviz.probe_module(lambda: Scan(kind, torch.zeros(8, D)), series)
    assert ds["role"].values.tolist() == zeros["role"].values.tolist()


def test_steps_of_a_scan_that_are_shut_are_found():
    def model():
        made = Scan("selective")
        nn.init.constant_(made.a.bias, -30.0)
        return made

    (diagnosis,) = actviz.diagnose(actviz.probe_module(model, series))
    assert "saturated.gates" in [finding.rule for finding in diagnosis.findings]


def test_a_branch_that_the_number_0_scales_is_dead():
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Scan("scaled"), series))
    assert diagnosis.verdict is actviz.Verdict.DEAD


def test_what_is_put_into_every_step_is_no_stream():
    ds = actviz.probe_module(lambda: Loop("equilibrium", std=0.5), series)
    assert "block" not in ds.dims
    assert set(ds["role"].values.tolist()) == {"chain", "head"}


def test_a_gradient_that_explodes_through_time_is_found():
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Loop("equilibrium", std=4.0), series))
    assert not diagnosis.healthy


class Recurrent(nn.Module):
    """PyTorch's own, its weights and biases drawn anew if asked to."""

    def __init__(self, cls, std=None, bias=None, **more):
        super().__init__()
        self.r, self.o = cls(D, D, batch_first=True, **more), nn.Linear(D * (1 + more.get("bidirectional", 0)), 4)
        for name, parameter in self.r.named_parameters():
            if std is not None and "weight" in name:
                nn.init.normal_(parameter, std=std)
            if bias is not None and "bias" in name:
                nn.init.constant_(parameter, bias)

    def forward(self, x):
        return self.o(self.r(x)[0])


@pytest.mark.parametrize("cls", [nn.LSTM, nn.GRU, nn.RNN])
def test_gates_inside_recurrent_layers_are_judged_and_the_rest_is_said_not_to_be(cls):
    for more in ({}, {"num_layers": 2, "bidirectional": True}):
        ds = actviz.probe_module(lambda more=more: Recurrent(cls, **more), series, seeds=2)
        (diagnosis,) = actviz.diagnose(ds)
        assert diagnosis.healthy
        assert any("step to step is not" in note.message() for note in diagnosis.notes)
    for wrong in ({"std": 1.5}, {"bias": -10.0}):
        (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda wrong=wrong: Recurrent(cls, **wrong), series))
        assert diagnosis.findings[0].rule == "saturated.gates"
        assert diagnosis.findings[0].message("ko") != diagnosis.findings[0].message()
        assert actviz.Verdict.SYMMETRIC not in [finding.verdict for finding in diagnosis.findings]


class Cells(nn.Module):
    """A cell that is called step by step."""

    def __init__(self, cls, std=None):
        super().__init__()
        self.r, self.o = cls(D, D), nn.Linear(D, 4)
        for parameter in self.r.parameters() if std else ():
            nn.init.normal_(parameter, std=std)

    def forward(self, x):
        state = None
        for t in range(x.shape[1]):
            state = self.r(x[:, t], state)
        return self.o(state[0] if isinstance(state, tuple) else state)


@pytest.mark.parametrize("cls", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_a_gradient_that_falls_through_time_is_no_fault_of_cells(cls):
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Cells(cls), series))
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: Cells(cls, std=2.0), series))
    assert diagnosis.findings[0].rule == "saturated.gates"


@pytest.mark.parametrize("cell", [False, True])
def test_a_state_of_relus_is_no_gate_that_could_be_stuck(cell):
    def model(bias=None):
        if cell:
            return Cells(lambda *sizes: nn.RNNCell(*sizes, nonlinearity="relu"))
        return Recurrent(nn.RNN, bias=bias, nonlinearity="relu")

    (diagnosis,) = actviz.diagnose(actviz.probe_module(model, series, seeds=4))
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert not any("saturated" in note.key for note in diagnosis.notes)
    if not cell:
        (diagnosis,) = actviz.diagnose(actviz.probe_module(lambda: model(-10.0), series))
        assert diagnosis.verdict is actviz.Verdict.DEAD


def test_the_slopes_of_gates_are_those_of_the_cells():
    torch.manual_seed(0)
    model = Recurrent(nn.LSTM, std=0.7, num_layers=2)
    x = series(torch.Generator().manual_seed(1))
    ds = actviz.probe_module(model, x)
    shares, given = [], x
    for layer in range(2):
        w, u, b, c = (p.detach() for name, p in model.r.named_parameters() if name.endswith(f"l{layer}"))
        h = s = torch.zeros(len(x), D)
        states = []
        for t in range(x.shape[1]):
            i, f, g, o = (given[:, t] @ w.T + b + h @ u.T + c).chunk(4, -1)
            s = f.sigmoid() * s + i.sigmoid() * g.tanh()
            h = o.sigmoid() * s.tanh()
            states.append(h)
            shares += [4 * z.sigmoid() * (1 - z.sigmoid()) < 0.05 for z in (i, f, o)] + [1 - g.tanh() ** 2 < 0.05]
        given = torch.stack(states, 1)
    assert float(ds["saturated"].squeeze()[0]) == pytest.approx(float(torch.stack(shares).double().mean()), abs=1e-4)


class Gated(nn.Module):
    """Branches behind gates of sigmoids."""

    def __init__(self, bias):
        super().__init__()
        self.a, self.g = (nn.ModuleList(nn.Linear(D, D) for _ in range(3)) for _ in range(2))
        self.o = nn.Linear(D, 4)
        for gate in self.g:
            nn.init.constant_(gate.bias, bias)

    def forward(self, x):
        for a, g in zip(self.a, self.g, strict=True):
            x = x + torch.sigmoid(g(x)) * torch.relu(a(x))
        return self.o(x)


@pytest.mark.parametrize(("bias", "fine"), [(-3.0, True), (0.0, True), (-30.0, False)])
def test_a_gate_that_is_shut_is_no_layer_scale(bias, fine):
    ds = actviz.probe_module(lambda: Gated(bias), lambda g: torch.randn(16, D, generator=g), seeds=2)
    (diagnosis,) = actviz.diagnose(ds)
    assert [finding.rule for finding in diagnosis.findings] == [] if fine else ["saturated.gates"]
    assert not any("learns as its scale" in note.message() for note in diagnosis.notes)
