"""Verdicts on public architectures with random weights: what an expert would sign, on healthy and on broken ones.

The second test command: python -m pip install -e '.[test,architectures]' && python -m pytest -m heavy
"""

import warnings

import pytest

import actviz

pytestmark = pytest.mark.heavy


def names():
    """Return the names of all that can be made: none without the three libraries, which the test then says."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a library's own
            from public_architectures import PUBLIC
    except ImportError as error:
        missing = pytest.mark.skip(reason=f"needs the extra architectures: {error}")
        return [pytest.param("", marks=missing)]
    return list(PUBLIC)


@pytest.fixture(autouse=True)
def _one_thread():
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", names())
def test_its_verdict_is_what_an_expert_says(name):
    from public_architectures import PUBLIC

    known = PUBLIC[name]
    (diagnosis,) = actviz.diagnose(actviz.probe_module(known.build, known.draw, seeds=2))
    found = tuple(finding.verdict.value for finding in diagnosis.findings) or (diagnosis.verdict.value,)
    assert found == known.verdicts, [f"{each.severity}: {each.message()}" for each in diagnosis.findings]
