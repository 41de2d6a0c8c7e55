"""Seeds that are no replicates are named by every command that measures, in words and in JSON."""

import json

import pytest
from click.testing import CliRunner

from actviz.cli import main

OWN = """
import numpy as np


class Scaled:
    def sample(self, rng, fan_in, fan_out):
        return np.random.default_rng(0).normal(size=(fan_in, fan_out)) / rng.normal() / fan_in**0.5

    def variance(self, fan_in, fan_out):
        return 1 / fan_in


scaled = Scaled()
"""


@pytest.mark.parametrize("command", ["probe", "train --data moons:60 --epochs 1 --snapshots 2"])
def test_a_matrix_over_a_random_number_is_named(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scales_one.py").write_text(OWN)
    line = [*command.split(), *"-i scales_one:scaled -a relu --depth 3 --width 16 --seeds 3".split()]
    words = "most of the 3 seeds have most of the weights of layer 1–3 in common"
    assert words in " ".join(CliRunner().invoke(main, line, catch_exceptions=False).stdout.split())
    told = json.loads(CliRunner().invoke(main, [*line, "--json"], catch_exceptions=False).stdout)
    assert any(words in each for each in told["no_replicates"].values())
    fine = [each.replace("scales_one:scaled", "he") for each in line]
    assert "no_replicates" not in json.loads(CliRunner().invoke(main, [*fine, "--json"]).stdout)
