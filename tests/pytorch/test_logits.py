"""Attention that is saturated by what is neither query nor key: that is named, and these are not blamed."""

import pytest

import actviz

torch = pytest.importorskip("torch")
nn = torch.nn

WIDTH, HEADS, LENGTH = 32, 4, 10


class Added(nn.Module):
    """Blocks of attention whose logits have a term of their own: slopes that are a buffer, or a parameter."""

    def __init__(self, slope=1.0, learned=False, feed=1.0, depth=3):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(depth))
        self.q, self.k, self.v, self.o = (
            nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(depth)) for _ in range(4)
        )
        self.out, self.feed = nn.Linear(WIDTH, 5), feed
        at = torch.arange(float(LENGTH))
        slopes = slope * torch.tensor([0.25, 0.0625, 0.016, 0.004])[:, None, None]
        term = slope * torch.randn(HEADS, LENGTH, LENGTH) if learned else -(at[:, None] - at).abs() * slopes
        if learned:
            self.term = nn.Parameter(term)
        else:
            self.register_buffer("term", term)

    def forward(self, x):
        for norm, q, k, v, o in zip(self.norms, self.q, self.k, self.v, self.o, strict=True):
            y = self.feed * norm(x)
            split = [each(y).unflatten(-1, (HEADS, -1)).transpose(1, 2) for each in (q, k, v)]
            logits = split[0] @ split[1].transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + self.term
            x = x + o((logits.softmax(-1) @ split[2]).transpose(1, 2).flatten(2)) / self.feed
        return self.out(x)


class Scored(nn.Module):
    """Attention whose logits are read off sums of two layers by a vector [Brody et al. 2022]."""

    def __init__(self, size=1.0, depth=2):
        super().__init__()
        self.left, self.right = (nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(depth)) for _ in range(2))
        self.vectors = nn.ParameterList(nn.Parameter(0.4 * size * torch.randn(HEADS, 8)) for _ in range(depth))
        self.out = nn.Linear(WIDTH, 5)

    def forward(self, x):
        for left, right, vector in zip(self.left, self.right, self.vectors, strict=True):
            a, b = left(x).unflatten(-1, (HEADS, -1)), right(x).unflatten(-1, (HEADS, -1))
            logits = (nn.functional.leaky_relu(a[:, :, None] + b[:, None], 0.2) * vector).sum(-1)
            x = nn.functional.elu(torch.einsum("bijh,bjhd->bihd", logits.softmax(2), b).flatten(2))
        return self.out(x)


def tokens(generator):
    return torch.randn(8, LENGTH, WIDTH, generator=generator)


def told(build):
    found = actviz.diagnose(actviz.probe_module(build, tokens, seeds=2))[0]
    return [each for each in found.findings if each.rule == "saturated.attention"]


@pytest.mark.parametrize("build", [Added, lambda: Added(1.0, True), Scored])
def test_terms_and_vectors_of_a_usual_size_are_no_fault(build):
    assert actviz.diagnose(actviz.probe_module(build, tokens, seeds=2))[0].healthy


def test_a_term_that_is_no_parameter_is_to_blame_and_queries_and_keys_are_not():
    (finding,) = told(lambda: Added(1000.0))
    assert finding.remedy().startswith("Queries and keys are not to blame")
    assert "what is added to the logits" in finding.remedy()
    assert "쿼리와 키의 탓이 아니다" in finding.remedy("ko")


def test_what_feeds_queries_and_keys_is_to_blame_where_nothing_else_is_large():
    (finding,) = told(lambda: Added(feed=100.0))
    assert finding.remedy().startswith("The weights of queries and keys are small enough as they are")


@pytest.mark.parametrize(
    ("build", "names"), [(lambda: Added(40.0, True), "term"), (lambda: Scored(60.0), "vectors.0, vectors.1")]
)
def test_parameters_that_no_layer_applies_are_named_where_they_make_logits_large(build, names):
    (finding,) = told(build)
    assert f"cale {names}, which no layer applies, to an RMS of" in finding.remedy(), finding.remedy()
    assert "healthy under 2 of 2 fresh seeds" in finding.remedy()
    assert f"어느 층의 가중치도 아닌 매개변수({names}" in finding.remedy("ko")
