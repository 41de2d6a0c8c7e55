import contextlib

import pytest

from actviz.numerics import kernel


@pytest.fixture(params=["compiled", "numpy"], scope="module")
def path(request):
    """Run a test with the compiled passes, and without them."""
    if request.param == "compiled" and kernel.kernel() == "numpy":
        pytest.skip("the kernel is not compiled here")
    with kernel.numpy_alone() if request.param == "numpy" else contextlib.nullcontext():
        yield
