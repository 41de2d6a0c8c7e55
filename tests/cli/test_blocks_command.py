"""Residual blocks, norms and Jacobians on the command line."""

import json

import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main
from actviz.recipes.commands import command

SMALL = ["-i", "he_normal", "-a", "relu", "--depth", "3", "--width", "8", "--samples", "9", "--seeds", "2"]
BLOCKS = ["--block", "residual", "--branch-scale", "1/sqrt(L)", "--norm", "rms", "--place", "post", "--jacobian", "2"]


def _run(*words):
    return CliRunner().invoke(main, list(words))


def test_a_probe_of_blocks_is_told_with_its_stream_and_its_jacobian():
    told = _run("probe", *SMALL, *BLOCKS)
    assert told.exit_code == 0
    assert "residual blocks, branches × 1/√L; RMS norm on the stream" in told.output
    assert "stream_rms" in told.output
    assert "jacobian_spread" in told.output
    content = json.loads(_run("probe", *SMALL, *BLOCKS, "--json").stdout)
    assert len(content["blocks"]) == 2 * 3
    assert len(content["jacobian"]) == 2
    plain = json.loads(_run("probe", *SMALL, "--json").stdout)
    assert set(plain) == {"recipe", "rows"}


def test_a_result_says_the_command_that_makes_it_again(tmp_path):
    assert _run("probe", *SMALL, *BLOCKS, "-o", str(tmp_path / "r.nc")).exit_code == 0
    words = command(actviz.recipe(actviz.load(tmp_path / "r.nc")))
    for each in ("--block residual", "--branch-scale '1/sqrt(L)'", "--norm rms_after", "--jacobian 2"):
        assert each in words


@pytest.mark.parametrize(
    "words", [["--branch-scale", "half"], ["--branch-scale", "2"], ["--place", "post"], ["--block", "dense"]]
)
def test_what_cannot_be_is_one_line(words):
    refused = _run("probe", *SMALL, *words)
    assert refused.exit_code == 2
    assert "Traceback" not in refused.output
