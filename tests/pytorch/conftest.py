"""One thread and one seed for every test of PyTorch models."""

import pytest


@pytest.fixture(autouse=True)
def _seeded(torch):
    torch.manual_seed(0)
