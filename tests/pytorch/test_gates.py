"""Gates inside recurrent layers: one of many that is stuck is found, by its layer inside and its name."""

import numpy as np
import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402

D = 16


class Recurrent(nn.Module):
    """A model of tokens whose recurrent layers are changed at one place, by rows of a parameter."""

    def __init__(self, cls=nn.LSTM, name="", rows=slice(None), value=0.0, factor=1.0, **more):
        super().__init__()
        self.e, self.r = nn.Embedding(24, D), cls(D, D, 2, batch_first=True, **more)
        self.o = nn.Linear(D * (1 + more.get("bidirectional", False)), 24)
        if name:
            with torch.no_grad():
                part = getattr(self.r, name)[rows]
                part.mul_(factor) if factor != 1.0 else part.fill_(value)

    def forward(self, ids):
        return self.o(self.r(self.e(ids))[0])


def ids(generator):
    return torch.randint(24, (8, 12), generator=generator)


def judged(*args, **more):
    ds = actviz.probe_module(lambda: Recurrent(*args, **more), ids, seeds=2)
    return ds, actviz.diagnose(ds)[0]


def gate(number):
    return slice(number * D, (number + 1) * D)


STUCK = {
    "input gate": ((nn.LSTM, "bias_ih_l0", gate(0), -16.0), {}, "the input gate of l0"),
    "output gate": ((nn.LSTM, "bias_ih_l0", gate(3), -16.0), {}, "the output gate of l0"),
    "output gate, nearly": ((nn.LSTM, "bias_ih_l0", gate(3), -11.0), {}, "the output gate of l0"),
    "forget gate": ((nn.LSTM, "bias_ih_l1", gate(1), -30.0), {}, "the forget gate of l1"),
    "candidate": ((nn.LSTM, "bias_ih_l0", gate(2), 16.0), {}, "the cell's candidate of l0"),
    "from state to state": ((nn.LSTM, "weight_hh_l1"), {"factor": 60.0}, "the cell's candidate of l1"),
    "one direction": (
        (nn.LSTM, "bias_ih_l0_reverse", gate(3), -16.0),
        {"bidirectional": True},
        "the output gate of l0_reverse",
    ),
    "from state to state in one direction": (
        (nn.GRU, "weight_hh_l0"),
        {"bidirectional": True, "factor": 60.0},
        "the update gate of l0",
    ),
    "update gate": ((nn.GRU, "bias_ih_l1", gate(1), 16.0), {}, "the update gate of l1"),
    "reset gate": ((nn.GRU, "bias_ih_l0", gate(0), -16.0), {}, "the reset gate of l0"),
    "new state": ((nn.GRU, "bias_ih_l0", gate(2), 16.0), {}, "the new state of l0"),
    "state": ((nn.RNN, "bias_ih_l0", slice(None), 16.0), {}, "the state of l0"),
}


@pytest.mark.parametrize("name", STUCK)
def test_one_gate_that_is_stuck_is_found_by_its_name_and_its_layer(name):
    args, more, words = STUCK[name]
    ds, diagnosis = judged(*args, **more)
    finding = diagnosis.findings[0]
    assert finding.rule == "saturated.gates"
    assert words in finding.message()
    assert words.split()[-1] in finding.message("ko")
    assert ds["gate_stuck"].squeeze().values[:, 1].min() >= 0.5
    assert float(ds["saturated"].squeeze().values[:, 1].max()) < 0.51


@pytest.mark.parametrize("cls", [nn.LSTM, nn.GRU, nn.RNN])
def test_gates_of_recurrent_layers_as_they_are_made_are_not_stuck(cls):
    ds, diagnosis = judged(cls)
    assert diagnosis.healthy
    assert (ds["gate_stuck"].squeeze().values[:, 1] < 0.01).all()
    assert np.isnan(ds["gate_stuck"].squeeze().values[:, [0, 2]]).all()


@pytest.mark.parametrize(
    ("cls", "rows", "value"), [(nn.LSTM, gate(1), 5.0), (nn.LSTM, gate(0), -7.0), (nn.GRU, gate(1), 4.0)]
)
def test_a_gate_that_starts_open_or_nearly_shut_to_remember_is_meant_so(cls, rows, value):
    _, diagnosis = judged(cls, "bias_ih_l0", rows, value)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]


def test_states_of_relus_have_no_gate_that_could_be_stuck():
    ds, diagnosis = judged(nn.RNN, nonlinearity="relu")
    assert diagnosis.healthy
    assert np.isnan(ds["gate_stuck"]).all()


def test_a_gate_that_is_shut_by_its_bias_is_opened_again_by_its_remedy():
    _, diagnosis = judged(nn.LSTM, "bias_ih_l0", gate(3), -16.0)
    remedy = diagnosis.findings[0].remedy()
    assert "healthy under 2 of 2 fresh seeds" in remedy or "healthy under 1 of 1" in remedy, remedy
