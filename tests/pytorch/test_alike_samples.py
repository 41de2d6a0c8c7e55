"""Samples that look the same inside a model, though positions, time steps or units tell its rows apart."""

import math

import numpy as np
import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from actviz.torch.spreading import Read, apart  # noqa: E402


def table(std):
    made = nn.Embedding(100, 32)
    nn.init.normal_(made.weight, std=std)
    return made


def words(generator):
    return torch.randint(100, (16, 12), generator=generator)


def images(generator):
    return torch.randn(16, 3, 12, 12, generator=generator)


class Recurrent(nn.Module):
    """A recurrent layer over embeddings, whose last state is read out."""

    def __init__(self, std):
        super().__init__()
        self.e, self.r, self.o = table(std), nn.LSTM(32, 32, batch_first=True), nn.Linear(32, 5)

    def forward(self, x):
        return self.o(self.r(self.e(x))[0][:, -1])


class Transformer(nn.Module):
    """An encoder of sinusoids beside embeddings, which gives a label for all positions, or for each."""

    def __init__(self, std, each=False):
        super().__init__()
        self.each, self.e, self.n, self.o = each, table(std), nn.LayerNorm(32), nn.Linear(32, 5)
        at = torch.arange(12)[:, None] / 10000 ** (torch.arange(0, 32, 2) / 32)
        self.register_buffer("p", torch.cat([at.sin(), at.cos()], -1))
        layer = nn.TransformerEncoderLayer(32, 4, 64, 0.0, norm_first=True, batch_first=True)
        self.t = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, x):
        x = self.n(self.t(self.e(x) + self.p))
        return self.o(x if self.each else x.mean(1))


class Located(nn.Module):
    """Convolutions of images beside coordinates."""

    def __init__(self, factor):
        super().__init__()
        self.factor, self.o = factor, nn.Linear(32, 5)
        self.c = nn.Sequential(nn.Conv2d(5, 32, 3, 2), nn.ReLU(), nn.Conv2d(32, 32, 3), nn.ReLU())
        for layer in self.c[::2]:
            nn.init.kaiming_normal_(layer.weight)

    def forward(self, x):
        at = torch.linspace(-1.0, 1.0, 12).expand(len(x), 1, 12, 12)
        return self.o(self.c(torch.cat([self.factor * x, at, at.mT], 1)).mean((2, 3)))


def judged(build, inputs, seeds=2):
    ds = actviz.probe_module(build, inputs, seeds=seeds)
    return ds, actviz.diagnose(ds)[0]


@pytest.mark.parametrize(
    ("build", "inputs"),
    [(lambda: Transformer(0.0003), words), (lambda: Located(0.0003), images)],
)
def test_samples_that_positions_outweigh_have_collapsed(build, inputs):
    ds, diagnosis = judged(build, inputs)
    assert [finding.rule for finding in diagnosis.findings] == ["collapsed.read"]
    assert ds["head_spread"].values.max() < 1e-3
    assert "samples grow alike where they are read out" in diagnosis.findings[0].message()
    assert "출력을 읽는 곳에서 표본이" in diagnosis.findings[0].message("ko")


def test_embeddings_that_positions_outweigh_are_scaled():
    (finding,) = judged(lambda: Transformer(0.0003), words)[1].findings
    assert "(e.weight)" in finding.remedy()
    assert "healthy under 2 of 2" in finding.remedy()


@pytest.mark.parametrize("build", [lambda: Recurrent(0.001), lambda: Transformer(0.001, each=True)])
def test_samples_that_are_nearly_alike_behind_positions_are_noted(build):
    diagnosis = judged(build, words)[1]
    assert diagnosis.healthy
    assert [note.key for note in diagnosis.notes if "alike" in note.key] == ["note.alike_read"]
    assert "samples grow alike" in next(note.message() for note in diagnosis.notes if note.key == "note.alike_read")


@pytest.mark.parametrize(
    ("build", "inputs"),
    [
        (lambda: Recurrent(1.0), words),
        (lambda: Transformer(1.0), words),
        (lambda: Transformer(0.1, each=True), words),
        (lambda: Located(1.0), images),
    ],
)
def test_samples_beside_positions_have_not_collapsed(build, inputs):
    ds, diagnosis = judged(build, inputs)
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
    assert not [note.key for note in diagnosis.notes if "alike" in note.key]
    assert ds["head_spread"].values.min() > 0.02


def test_what_a_head_is_given_is_compared_with_what_the_inputs_differ_by():
    torch.manual_seed(1)
    model, x = Located(1.0), 3.0 + torch.randn(12, 3, 12, 12)
    at = torch.linspace(-1.0, 1.0, 12).expand(12, 1, 12, 12)
    given = model.c(torch.cat([x, at, at.mT], 1)).mean((2, 3)).detach().double().numpy()
    own, of_x = (math.sqrt(a.var(0).mean() / (a * a).mean()) for a in (given, x.double().numpy()))
    assert float(actviz.probe_module(model, x)["head_spread"].squeeze()) == pytest.approx(own / of_x, rel=1e-5)


def test_samples_that_are_the_same_tell_of_no_spread():
    x = torch.randn(1, 3, 12, 12).expand(8, -1, -1, -1)
    assert np.isnan(actviz.probe_module(Located(1.0), x)["head_spread"]).all()
    assert apart([torch.zeros(4, 3), torch.ones(4, 2, dtype=torch.long)]) == 0.0
    assert apart([torch.arange(4)]) == 1.0
    assert math.isnan(Read().share)


class Embeddings(nn.Module):
    """A tower of whose values directions are read in some way."""

    def __init__(self, end, bias=0.0, std=None):
        super().__init__()
        self.end = end
        self.f = nn.Sequential(nn.Linear(16, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 24))
        with torch.no_grad():
            self.f[3].bias.add_(bias)
            if std is not None:
                nn.init.normal_(self.f[3].weight, std=std)

    def forward(self, a, b):
        return self.end(self.f(a), self.f(b))


def logits(a, b):
    return 10.0 * F.normalize(a, dim=-1) @ F.normalize(b, dim=-1).T


def written(a, b):
    return (a / a.norm(dim=-1, keepdim=True)) * (b / b.norm(dim=-1, keepdim=True))


def pairs(generator):
    return torch.randn(16, 16, generator=generator), torch.randn(16, 16, generator=generator)


@pytest.mark.parametrize("end", [logits, F.cosine_similarity, written])
def test_embeddings_that_all_point_one_way_have_collapsed(end):
    assert judged(lambda: Embeddings(end), pairs)[1].healthy
    diagnosis = judged(lambda: Embeddings(end, 20.0), pairs)[1]
    finding = diagnosis.findings[0]
    assert (finding.rule, finding.layer, diagnosis.verdict.value) == ("collapsed.alike", 2, "collapsed")
    assert "points one way for all samples" in finding.message()
    assert "한 방향을 가리키며" in finding.message("ko")
    assert "set the biases of Linear f.3" in finding.remedy()
    assert "healthy under 2 of 2" in finding.remedy()


@pytest.mark.parametrize(
    ("end", "bias", "std"),
    [
        (lambda a, b: a - b, 20.0, None),  # nothing reads directions
        (lambda a, b: F.layer_norm(a, (24,)) * F.layer_norm(b, (24,)), 20.0, None),  # which takes a common bias out
        (logits, 1.0, 1e-3),  # a rotation that starts at none
    ],
)
def test_what_all_samples_share_is_harmless_where_no_direction_is_read(end, bias, std):
    diagnosis = judged(lambda: Embeddings(end, bias, std), pairs)[1]
    assert "collapsed.alike" not in {finding.rule for finding in diagnosis.findings}


class Translator(nn.Module):
    """An encoder whose last states begin a decoder that reads words of its own."""

    def __init__(self, std):
        super().__init__()
        self.e, self.d = nn.Embedding(30, 24), nn.Embedding(30, 24)
        nn.init.normal_(self.e.weight, std=std)
        self.encoder, self.bridge = nn.LSTM(24, 32, batch_first=True, bidirectional=True), nn.Linear(64, 32)
        self.decoder, self.o = nn.LSTM(24, 32, batch_first=True), nn.Linear(32, 30)

    def forward(self, source, target):
        _, (h, _) = self.encoder(self.e(source))
        h = torch.tanh(self.bridge(torch.cat([h[0], h[1]], -1)))[None]
        return self.o(self.decoder(self.d(target), (h, torch.zeros_like(h)))[0])


def sentences(generator):
    return tuple(torch.randint(0, 30, (8, length), generator=generator) for length in (7, 5))


def test_one_of_two_inputs_that_is_lost_on_its_way_has_collapsed_there():
    """What the decoder is given differs by its own words: the encoder is compared with the words that it reads."""
    ds, diagnosis = judged(lambda: Translator(0.01), sentences)
    (finding,) = diagnosis.findings
    assert (finding.rule, ds["layer_name"].values[finding.layer - 1]) == ("collapsed.alike", "bridge")
    assert "tables of Embedding e to an RMS of 1" in finding.remedy()
    assert "healthy under 2 of 2 fresh seeds" in finding.remedy()
    assert ds["head_spread"].values.min() > 0.1
    assert judged(lambda: Translator(0.3), sentences)[1].healthy


@pytest.mark.parametrize("own", [True, False])
def test_points_that_all_samples_share_do_not_hide_their_codes_and_points_of_their_own_do(own):
    """What differs from sample to sample is told, be it codes or points: of points of their own it is enough."""

    class Shapes(nn.Module):
        def __init__(self):
            super().__init__()
            self.codes, self.inner, self.o = nn.Embedding(20, 16), nn.Linear(19, 64), nn.Linear(64, 1)
            nn.init.normal_(self.codes.weight, std=1e-5)

        def forward(self, ids, points):
            codes = self.codes(ids)[:, None].expand(-1, points.shape[1], -1)
            return self.o(torch.relu(self.inner(torch.cat([codes, points], -1))))

    def given(generator):
        points = torch.rand(16 if own else 1, 30, 3, generator=generator) * 2 - 1
        return torch.randint(0, 20, (16,), generator=generator), points.expand(16, -1, -1)

    diagnosis = judged(Shapes, given)[1]
    assert diagnosis.healthy == own


def test_a_mean_over_words_is_compared_with_as_many_of_them():
    """What words differ by is less in their mean: that is no loss of layers behind it."""

    class Bag(nn.Module):
        def __init__(self):
            super().__init__()
            self.e, self.o = nn.Embedding(50, 32), nn.Linear(32, 5)
            self.inner = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
            nn.init.normal_(self.e.weight, std=0.02)

        def forward(self, x):
            return self.o(self.inner(self.e(x).mean(1)))

    diagnosis = judged(Bag, lambda generator: torch.randint(0, 50, (16, 12), generator=generator))[1]
    assert diagnosis.healthy, [finding.message() for finding in diagnosis.findings]
