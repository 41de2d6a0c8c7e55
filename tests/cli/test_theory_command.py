"""``actviz theory``: the ledger, what solves it, and bad input."""

import json
import math
import subprocess
import sys

import pytest
from click.testing import CliRunner

from actviz import ACTIVATIONS, initializer, theory
from actviz.cli import main
from actviz.text import text

COLUMNS = ["sigma_w^2", "q*", "c*", "chi_1", "xi_q", "xi_c", "xi_grad", "phase", "depth"]


def run(*args):
    return CliRunner().invoke(main, ["theory", *map(str, args)], catch_exceptions=False)


def lines(*args):
    outcome = run(*args)
    assert outcome.exit_code == 0, outcome.stderr
    return outcome.stdout.splitlines()


def content(*args):
    outcome = run(*args, "--json")
    assert outcome.exit_code == 0, outcome.stderr
    return json.loads(outcome.stdout)


def row(printed, convention):
    """Cells of one line of the table, by column."""
    (line,) = (line for line in printed if line.startswith(f"{convention} "))
    return dict(zip(COLUMNS, line.removeprefix(convention).split(), strict=True))


def test_the_ledger_has_a_line_for_every_convention():
    printed = lines("tanh")
    assert printed[0] == "tanh, fan_in 100, fan_out 100, bias std 0, inputs of mean square 1"
    assert printed[1].split() == ["convention", *COLUMNS]
    for convention in theory.CONVENTIONS:
        row(printed, convention)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_has_a_ledger(activation):
    assert len(lines(activation)) >= 2 + len(theory.CONVENTIONS)


@pytest.mark.parametrize(
    ("arguments", "line", "expected"),
    [
        (["sigmoid"], "LeCun normal", {"q*": "0.2647", "chi_1": "0.05572", "phase": "ordered"}),
        (["tanh"], "PyTorch gain for tanh, 5/3", {"q*": "1.178", "chi_1": "1.21", "phase": "chaotic"}),
        (["relu"], "He normal", {"sigma_w^2": "2", "chi_1": "1", "phase": "critical", "depth": "∞"}),
        (["relu"], "PyTorch default", {"sigma_w^2": "0.3333", "chi_1": "0.1667", "q*": "0", "phase": "ordered"}),
        (["selu"], "LeCun normal", {"q*": "1", "chi_1": "1.072", "phase": "chaotic"}),
        (["selu"], "PyTorch gain for SELU, 3/4", {"sigma_w^2": "0.5625"}),
        (["tanh", "--fan-in", 784, "--fan-out", 100], "Glorot (Xavier) normal", {"sigma_w^2": "1.774"}),
        (["tanh", "--fan-in", 784, "--fan-out", 100], "standard normal", {"sigma_w^2": "784"}),
        (
            ["tanh", "--weight-var", 1.3, "--bias-std", 0.05**0.5],
            "weight variance 1.3",
            {"q*": "0.3153", "chi_1": "0.8802", "phase": "ordered"},
        ),
        (
            ["tanh", "--weight-var", 2.5, "--bias-std", 0.05**0.5],
            "weight variance 2.5",
            {"q*": "1.064", "chi_1": "1.134", "phase": "chaotic"},
        ),
        (["tanh", "--weight-var", 6.25, "--bias-std", 0.3], "weight variance 6.25", {"q*": "4.079", "chi_1": "1.585"}),
        (["tanh", "-i", "normal:0.1"], "normal:0.1", {"sigma_w^2": "1", "phase": "critical"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_known_numbers_appear(arguments, line, expected):
    printed = lines(*arguments)
    (whole,) = [each for each in theory.CONVENTIONS if each.startswith(line)] or [line]
    cells = row(printed, whole)
    assert {column: cells[column] for column in expected} == expected


def test_several_inits_and_weight_variances_are_listed_in_order():
    printed = lines("gelu", "-i", "he", "-i", "lecun", "--weight-var", "1.5", "--weight-var", "0")
    assert [line.split("  ")[0] for line in printed[2:6]] == [
        "he_normal",
        "lecun_normal",
        "weight variance 1.5",
        "weight variance 0",
    ]


def test_fixed_points_are_named_where_there_are_several():
    printed = lines("tanh", "--weight-var", "2")
    assert printed[-1] == "weight variance 2: fixed points of the length 0 (unstable), 0.618 (stable)"
    assert not any("fixed points" in line for line in lines("tanh", "--weight-var", "2", "--bias-std", "0.3"))


@pytest.mark.parametrize("init", ["zeros", "orthogonal", "uniform:0,1", "constant"])
def test_what_theory_cannot_treat_is_said_below_the_table(init):
    refused = theory.untreatable(initializer(init), [(100, 100)])
    printed = lines("relu", "-i", init, "-i", "he")
    assert row(printed, init) == dict.fromkeys(COLUMNS, "-")
    assert f"{init}: {text('theory.refused.' + refused)}" in printed
    assert row(printed, "he_normal")["phase"] == "critical"


def test_a_correlation_that_is_kept_is_not_told_as_one():
    found = content("tanh", "-i", "lecun_normal", "-i", "he_normal")["entries"]
    assert [(entry["c_star"], entry["keeps_correlation"]) for entry in found] == [
        (None, True),
        (pytest.approx(0), False),
    ]


def test_json_holds_all_of_the_theory():
    found = content("tanh", "--weight-var", 1.7, "--bias-std", 0.3, "-i", "orthogonal", "--fan-in", 30)
    assert {key: found[key] for key in ("activation", "fan_in", "fan_out", "bias_std")} == {
        "activation": "tanh",
        "fan_in": 30,
        "fan_out": 100,
        "bias_std": 0.3,
    }
    refused, entry = found["entries"]
    assert (refused["initializer"], refused["refused"]) == ("orthogonal", "dependent")
    assert entry["refused"] is None
    expected = theory.mean_field("tanh", 1.7, 0.09)
    assert entry["keeps_correlation"] is False
    for key in ("weight_var", "bias_var", "q_star", "c_star", "chi_1", "xi_q", "xi_c", "xi_grad", "usable_depth"):
        assert entry[key] == pytest.approx(getattr(expected, key), rel=1e-12), key
    assert entry["trainable_depth"] == pytest.approx(6 * entry["xi_c"])
    assert entry["phase"] == expected.phase
    assert entry["fixed_points"] == [
        {
            "q": pytest.approx(expected.q_star),
            "slope": pytest.approx(expected.fixed_points[0].slope),
            "stability": "stable",
        }
    ]


def test_a_length_that_grows_without_end_is_not_called_critical():
    printed = lines("relu", "--weight-var", "2", "--bias-std", "1")
    assert row(printed, "weight variance 2")["phase"] == "unbounded"
    assert printed[-1] == f"weight variance 2: {text('theory.unbounded')}"
    assert not any("not critical" in line for line in lines("relu", "--weight-var", "2"))


def test_json_of_what_is_infinite_is_null():
    (entry,) = content("relu", "-i", "he")["entries"]
    assert entry["xi_grad"] is None
    assert entry["phase"] == "critical"
    assert entry["weight_var"] == pytest.approx(2.0)


def test_initializers_in_json_give_themselves_back():
    for entry in content("relu", "--weight-var", "1.2345678901234567")["entries"] + content("relu")["entries"]:
        implied = initializer(entry["initializer"]).variance(100, 100) * 100
        assert implied == pytest.approx(entry["weight_var"], rel=1e-14)


# --solve


def test_solve_gives_the_critical_variances_of_tanh(read_number):
    printed = lines("tanh", "--solve", "--bias-std", math.sqrt(0.05))
    assert printed[0].startswith("tanh: critical at σ_w² = 1.761 (gain 1.3270) with bias std 0.223607, q* = 0.57")
    assert printed[1].startswith("gain that keeps length 1: 1.5925; that keeps the gradient there: 1.4674")
    assert printed[2] == "critical line:"
    assert printed[3].split() == ["q*", "sigma_w^2", "sigma_b^2"]
    # by hand: sigma_w^2 = 1 / E[phi'^2], sigma_b^2 = q - sigma_w^2 E[phi^2]
    for line in printed[4:]:
        q, weight_var, bias_var = map(read_number, line.split())
        assert theory.chi("tanh", q, weight_var) == pytest.approx(1.0, abs=1e-3)
        assert theory.length_map("tanh", q, weight_var, bias_var) == pytest.approx(q, rel=1e-2)


def test_solve_of_relu_keeps_every_length():
    printed = lines("relu", "--solve")
    assert printed[0] == "relu: critical at σ_w² = 2 (gain 1.4142) with bias std 0, every length"
    assert printed[1].startswith("gain that keeps length 1: 1.4142")


def test_solve_says_where_there_is_nothing_or_nothing_stable():
    assert lines("relu", "--solve", "--bias-std", 0.1)[0] == "relu: no weight variance is critical with bias std 0.1"
    assert lines("gelu", "--solve")[0].endswith("unstable: signals leave this length")
    assert "critical line:" not in lines("softplus", "--solve")


def test_solve_tells_the_critical_line_however_long_its_lengths_are():
    printed = lines("sigmoid", "--solve")
    rows = printed[printed.index("critical line:") + 2 :]
    assert float(rows[0].split()[0]) > 45.6  # where its bias variance is 0
    assert len(rows) >= 3
    assert all(row["weight_var"] is not None for row in content("sigmoid", "--solve")["critical_line"])


def test_solve_in_json():
    found = content("tanh", "--solve", "--bias-std", math.sqrt(0.05))
    (point,) = found["critical"]
    assert point["weight_var"] == pytest.approx(1.7610, abs=5.1e-5)
    assert point["bias_var"] == pytest.approx(0.05)
    assert point["stable"] is True
    assert found["gain_keeping_length_1"] == pytest.approx(1.5925, abs=5.1e-5)
    assert {"q_star", "weight_var", "bias_var"} == set(found["critical_line"][0])
    (relu,) = content("relu", "--solve")["critical"]
    assert relu["q_star"] is None


# Functions that oscillate far out


@pytest.mark.parametrize(
    ("name", "points"),
    [("expr:z+0.1*sin(z)", [1 / 1.21]), ("expr:z+sin(z)**2", [1.0]), ("expr:z*sin(z)", [])],
)
def test_noise_of_averages_is_no_critical_point(name, points):
    solved = content(name, "--solve")
    assert [point["weight_var"] for point in solved["critical"]] == pytest.approx(points)
    assert 1e4 < solved["resolved_length"] < 1e5
    assert lines(name, "--solve")[max(len(points), 1) + 1].startswith("beyond sigma^2 = ")


def test_lengths_that_grow_to_where_averages_are_noise_have_no_number():
    # E[(z + 0.1 sin z)^2] = q + 0.2 q exp(-q / 2) + 0.005 (1 - exp(-2 q)) > q: they grow slowly under LeCun's weights
    entries = {entry["initializer"]: entry for entry in content("expr:z+0.1*sin(z)")["entries"]}
    for name in ("lecun_normal", "he_normal", "normal"):
        assert entries[name]["refused"] == "oscillates"
        assert "q_star" not in entries[name]
    kept = entries["pytorch_default"]
    assert (kept["q_star"], kept["chi_1"]) == (0.0, pytest.approx(1.21 / 3))
    remarks = [line for line in lines("expr:z+0.1*sin(z)") if line.startswith("He normal: ")]
    assert remarks == [f"He normal: {text('ledger.oscillates', length='7.08·10⁴')}"]


def test_an_oscillation_that_is_followed_keeps_its_numbers():
    # E[z^2 sin(z)^2] ~ z^4 near 0, of which correlations come to (1 + 2 c^2) / 3 = c
    (entry,) = content("expr:z*sin(z)", "--weight-var", 0.5)["entries"]
    assert (entry["q_star"], entry["c_star"]) == (0.0, pytest.approx(0.5))
    (sine,) = content("sin", "--weight-var", 100)["entries"]
    assert (sine["q_star"], sine["chi_1"]) == (pytest.approx(50.0), pytest.approx(50.0))
    (beyond,) = content("sin", "--weight-var", 1e8)["entries"]
    assert beyond["refused"] == "oscillates"


# Functions of the user's own


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "actviz_own_theory.py").write_text(
        "import numpy as np\n\ndef mine(z):\n    return np.tanh(z)\n\ndef flat(z):\n    return 0.0 * z\n"
    )
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("own")
def test_a_plain_function_of_the_users_own_has_a_ledger():
    (entry,) = content("actviz_own_theory:mine", "-i", "he")["entries"]
    (builtin,) = content("tanh", "-i", "he")["entries"]
    for key in ("q_star", "chi_1", "c_star", "xi_c"):
        assert entry[key] == pytest.approx(builtin[key], rel=1e-6, abs=1e-9)


def test_a_module_in_the_current_folder_is_found(tmp_path):
    (tmp_path / "mine_here.py").write_text("import numpy as np\n\ndef soft(z):\n    return np.tanh(z)\n")
    run = [sys.executable, "-P", "-m", "actviz", "theory", "mine_here:soft", "-i", "he", "--json"]
    done = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert json.loads(done.stdout)["entries"][0]["q_star"] == pytest.approx(0.618, abs=1e-3)


@pytest.mark.usefixtures("own")
def test_a_flat_function_of_the_users_own_has_one_too():
    assert row(lines("actviz_own_theory:flat", "-i", "he"), "he_normal")["phase"] == "ordered"
    assert lines("actviz_own_theory:flat", "--solve")[1].startswith("gain that keeps length 1: ∞")


# Bad input


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], ["nonsense", "choose from", "tanh"]),
        (["tanh", "-i", "nonsense"], ["nonsense", "choose from", "he_normal"]),
        (["tanh", "-i", "he", "-i", "he_normal"], ["once"]),
        (["tanh", "--weight-var", "-1"], ["weight-var", "-1"]),
        (["tanh", "--weight-var", "nan"], ["weight-var", "nan"]),
        (["tanh", "--weight-var", "inf"], ["weight-var", "inf"]),
        (["tanh", "--weight-var", "much"], ["weight-var", "much"]),
        (["tanh", "--bias-std", "-0.1"], ["bias-std", "-0.1"]),
        (["tanh", "--bias-std", "nan"], ["bias-std", "nan"]),
        (["tanh", "--bias-std", "inf"], ["bias-std", "inf"]),
        (["tanh", "--fan-in", "0"], ["fan-in", "0"]),
        (["tanh", "--fan-out", "1.5"], ["fan-out", "1.5"]),
        (["tanh", "--solve", "-i", "he"], ["--solve", "--init"]),
        (["tanh", "--solve", "--weight-var", "1"], ["--solve", "--weight-var"]),
        ([], ["ACTIVATION"]),
        (["leaky_relu:nan"], ["leaky_relu", "nan"]),
        (["no_such_package:function"], ["no_such_package"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_one_line_and_exit_code_2(arguments, words):
    outcome = run(*arguments)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert len(outcome.stderr.splitlines()) == 1
    assert outcome.stderr.startswith("actviz: ")
    for word in words:
        assert word in outcome.stderr


def test_where_a_signal_grows_on_nothing_is_said_of_a_length_at_rest():
    outcome = CliRunner().invoke(main, ["theory", "elu", "-i", "he_normal"])
    assert "from the input gradients reach" in outcome.stdout
    assert "q*, which" not in outcome.stdout
