"""``actviz diagnose``: results and pairings, the table, words, JSON, exit codes, and one line for bad input."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main
from actviz.cli.diagnose import command
from actviz.cli.probe import command as probe_command
from actviz.diagnosis import LIMITS
from actviz.diagnosis.severity import NORMALIZED

SMALL = ["--depth", "8", "--width", "32", "--samples", "30", "--seeds", "2"]


def run(*args):
    return CliRunner().invoke(main, ["diagnose", *map(str, args)], catch_exceptions=False)


@pytest.fixture(scope="module")
def dataset():
    return actviz.probe(["xavier_normal", "he_normal"], ["sigmoid", "relu"], depth=8, width=32, samples=30, seeds=2)


@pytest.fixture(scope="module")
def result(tmp_path_factory, dataset):
    path = tmp_path_factory.mktemp("result") / "small.nc"
    actviz.save(dataset, path)
    return path


def test_a_pairing_is_measured_and_told_in_a_table_and_in_words():
    outcome = run("xavier_normal+sigmoid", *SMALL)
    assert outcome.exit_code == 0
    head, first, second, *words = outcome.stdout.splitlines()
    assert head.split() == [
        *("init", "activation", "verdict", "severity", "layer", "statistic", "value", "threshold", "seeds")
    ]
    assert first.split()[:3] == ["xavier_normal", "sigmoid", "vanishing"]
    assert first.split()[3] == "severe"
    assert first.split()[5:] == ["gradient_ratio", first.split()[6], "0.03333", "2/2"]
    assert second.split()[0] == "collapsed"  # a further finding, under the pairing's names
    text = " ".join(" ".join(words).split())
    assert "xavier_normal + sigmoid vanishing (severe): the gradient falls" in text
    assert text.count("layers no weight scale suits sigmoid") == 1  # the same for both, and printed once
    assert "lecun_normal, weight variance 1 / fan_in (std 0.177 at fan_in 32" in text


def test_a_healthy_pairing_has_no_remedy_but_its_notes():
    outcome = run("lecun+tanh", *SMALL, "--depth", "20")
    assert outcome.stdout.splitlines()[1].split() == ["lecun_normal", "tanh", "healthy", *"------"]
    assert "note: slow decay" in outcome.stdout
    assert "remedy" not in outcome.stdout


def test_several_pairings_stand_in_the_order_given_and_fit_100_columns():
    outcome = run("zeros+relu", "he+relu", "uniform:0,1+tanh", "variance_scaling:4,fan_in,normal+leaky_relu", *SMALL)
    pairs = [line.split()[:3] for line in outcome.stdout.split("\n\n")[0].splitlines()[1:] if not line.startswith(" ")]
    assert pairs[:3] == [
        ["zeros", "relu", "dead"],
        ["he_normal", "relu", "healthy"],
        ["uniform:0,1", "tanh", "saturated"],
    ]
    assert pairs[3][:2] == ["variance_scaling:4", "leaky_relu"]  # whole in the words below
    assert "\nvariance_scaling:4,fan_in,normal + leaky_relu\n" in outcome.stdout
    assert max(map(len, outcome.stdout.splitlines())) <= 100


def test_a_result_is_told_as_the_library_does(result, dataset):
    content = json.loads(run(result, "--json").stdout)
    [told] = content["results"]
    expected = [each.record() for each in actviz.diagnose(dataset)]
    assert told["diagnoses"] == json.loads(json.dumps(expected))
    assert told["recipe"] == actviz.recipe(dataset)
    assert content["thresholds"]["version"] == actviz.Thresholds().version
    assert set(content["thresholds"]) == {"version", *actviz.Thresholds.names()}


def test_json_is_valid_where_values_are_infinite():
    content = json.loads(
        run("normal+sin", "--depth", 50, "--width", 256, "--samples", 5, "--seeds", 1, "--json").stdout
    )
    first = content["results"][0]["diagnoses"][0]["findings"][0]
    assert (first["verdict"], first["value"]) == ("overflowed", None)


def test_pairings_are_chosen_from_a_result_by_name(result):
    lines = run(result, "-i", "he", "-a", "relu").stdout.splitlines()
    assert [line.split()[:3] for line in lines[1:2]] == [["he_normal", "relu", "healthy"]]


def test_a_result_and_a_pairing_can_stand_side_by_side(result):
    content = json.loads(run(result, "he+tanh", "--depth", "3", "--width", "8", "--json").stdout)
    assert [len(each["diagnoses"]) for each in content["results"]] == [4, 1]
    assert content["results"][1]["recipe"]["width"] == [8, 8, 8]


def test_strict_exits_with_1_for_an_unhealthy_pairing_and_0_if_all_are_healthy(result):
    assert run(result).exit_code == 0
    assert run(result, "--strict").exit_code == 1
    assert run(result, "--strict", "--json").exit_code == 1
    assert run(result, "--strict", "-i", "he_normal", "-a", "relu").exit_code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--strict"], 1), (["--strict=mild"], 1), (["--strict=marked"], 0), (["--strict", "severe"], 0), ([], 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_strict_asks_for_a_severity_and_may_stand_alone_anywhere(options, code, first):
    pairing = ["pytorch_default+relu", "--depth", "5", "--width", "128", "--samples", "30", "--seeds", "2"]
    outcome = run(*options, *pairing) if first else run(*pairing, *options)
    assert outcome.exit_code == code
    assert " mild " in outcome.stdout


def test_strict_does_not_pass_what_could_not_be_judged(tmp_path):
    for name, x in (("zeros", np.zeros((9, 8))), ("row", np.ones((1, 8)))):
        np.save(tmp_path / f"{name}.npy", x)
        outcome = run("he+relu", *SMALL[:4], "--seeds", "2", "--inputs", tmp_path / f"{name}.npy", "--strict=severe")
        assert outcome.exit_code == 1
        assert outcome.stdout.splitlines()[1].split()[2:4] == ["not", "judged"]
        assert "not judged: " in outcome.stdout
        assert "remedy" not in outcome.stdout


def test_thresholds_can_be_changed(result):
    assert run(result, "--strict", "-a", "relu").exit_code == 0
    strict = run(result, "--strict", "-a", "relu", "--threshold", "vanishing=0.5", "--threshold", "exploding=40")
    assert strict.exit_code == 1
    content = json.loads(run(result, "--json", "--threshold", "vanishing=0.5").stdout)
    assert content["thresholds"]["vanishing"] == 0.5


def test_the_thresholds_are_listed_with_their_reasons(read_number):
    outcome = run("--list-thresholds")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("thresholds, version 3\n")
    for name in actviz.Thresholds.names():
        assert f"\n{name} = " in outcome.stdout
    rows = [line.split() for line in outcome.stdout.splitlines()[-len(LIMITS) - len(NORMALIZED) :]]
    for norm, limits in (("any", LIMITS), ("batch", NORMALIZED)):
        assert {rule: (read_number(each[1]), read_number(each[2])) for rule, *each in rows if each[0] == norm} == limits


def test_the_options_of_probe_are_there_in_their_own_words():
    probed = [option.to_info_dict() for option in probe_command.params]
    shared = {option.name: option for option in command.params if option.to_info_dict() in probed}
    assert {"depth", "width", "samples", "seeds", "inputs", "bias_std", "norm", "dtype", "drive"} <= set(shared)
    outcome = run("he+relu", *SMALL, "--bias-std", "0.5", "--json")
    assert json.loads(outcome.stdout)["results"][0]["recipe"]["bias_std"] == 0.5


def test_an_activation_of_ones_own_is_measured_by_its_name(tmp_path, monkeypatch):
    (tmp_path / "wavelets.py").write_text(
        "import numpy as np\nfrom actviz import Activation\n"
        "small = Activation('small', lambda z: 0.01 * np.sin(z), lambda z: 0.01 * np.cos(z))\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    outcome = run("lecun_normal+wavelets:small", *SMALL)
    assert outcome.stdout.splitlines()[1].split()[:3] == ["lecun_normal", "wavelets:small", "collapsed"]


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ([], "RESULT"),
        (["nonsense"], "INIT+ACTIVATION"),
        (["+relu"], "INIT+ACTIVATION"),
        (["missing.nc"], "missing.nc"),
        (["he+nonsense"], "nonsense"),
        (["nonsense+relu"], "nonsense"),
        (["he+relu", "--threshold", "nonsense=1"], "saturated"),
        (["he+relu", "--threshold", "saturated"], "NAME=VALUE"),
        (["he+relu", "--threshold", "saturated=much"], "NAME=VALUE"),
        (["he+relu", "--threshold", "saturated=-1"], "saturated"),
        (["he+relu", "-i", "he"], "INIT+ACTIVATION"),
        (["he+relu", "--depth", "0"], "depth"),
    ],
    ids=" ".join,
)
def test_bad_input_gives_one_line_and_exit_code_2(args, word):
    outcome = run(*args)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert len(outcome.stderr.splitlines()) == 1
    assert outcome.stderr.startswith("actviz: ")
    assert word in outcome.stderr


def test_options_that_a_result_would_ignore_are_refused(result):
    outcome = run(result, "--depth", "9", "--bias-std", "0.1")
    assert outcome.exit_code == 2
    assert "--depth, --bias-std" in outcome.stderr
    outcome = run(result, "-i", "nonsense")
    assert (outcome.exit_code, len(outcome.stderr.splitlines())) == (2, 1)


def test_a_truncated_result_gives_one_line(tmp_path, result):
    broken = tmp_path / "broken.nc"
    broken.write_bytes(result.read_bytes()[:500])
    outcome = run(broken)
    assert (outcome.exit_code, len(outcome.stderr.splitlines())) == (2, 1)


@pytest.mark.parametrize("twice", ["he_normal+relu", "he+relu", "variance_scaling:1+relu"])
def test_a_pairing_given_twice_is_refused_by_whatever_name(twice):
    first = "variance_scaling+relu" if twice.startswith("variance") else "he_normal+relu"
    outcome = run(first, twice, *SMALL)
    assert outcome.exit_code == 2
    assert "may be given once" in outcome.stderr


def test_a_long_name_keeps_what_differs():
    inits = [f"variance_scaling:{scale},fan_in,uniform" for scale in (2.1, 2.15)]
    outcome = run(*(f"{init}+relu" for init in (*inits, "variance_scaling:2.1,fan_in,normal")), *SMALL)
    names = [line.split()[0] for line in outcome.stdout.splitlines()[1:4]]
    assert len(set(names)) == 3
    assert names[2] == "variance_scaling:2.1"
    assert all(name.endswith(f":{scale},fan_in,uniform") for name, scale in zip(names, (2.1, 2.15), strict=False))


def test_results_are_told_by_their_names(tmp_path, result):
    twin = tmp_path / "twin.nc"
    twin.write_bytes(result.read_bytes())
    outcome = run(result, twin, "he+tanh", *SMALL)
    heads = [line for line in outcome.stdout.splitlines() if line.endswith(":")]
    assert heads == [f"{result}:", f"{twin}:", "he+tanh:"]
    told = json.loads(run(result, twin, "--json").stdout)["results"]
    assert [each["target"] for each in told] == [str(result), str(twin)]


def test_thresholds_are_taken_by_name_and_listed_as_json(dataset, one_line_error):
    (first, *_), (again, *_) = (
        actviz.diagnose(dataset, each) for each in ({"agree": 0.9}, actviz.Thresholds.of(agree=0.9))
    )
    assert first.findings[0].message() == again.findings[0].message()
    assert "unknown threshold 'nope'" in one_line_error(actviz.diagnose, dataset, {"nope": 1})
    assert "Thresholds, or some of them by name, not 3" in one_line_error(actviz.diagnose, dataset, 3)
    listed = json.loads(run("--list-thresholds", "--json").stdout)
    assert set(listed["thresholds"]) == set(actviz.Thresholds.names())
