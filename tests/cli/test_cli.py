"""The command line: what it prints, what it writes, and that bad input gives one line and exit code 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import actviz
from actviz.cli import COMMANDS, main
from actviz.numerics.kernel import kernel

SMALL = ["--depth", "2", "--width", "8", "--samples", "20", "--seeds", "2"]


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args], catch_exceptions=False)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("result") / "small.nc"
    assert run("probe", "-i", "he", "-i", "normal:0.01", "-a", "relu", "-a", "tanh", *SMALL, "-o", path).exit_code == 0
    return path


def assert_one_line_error(outcome, *words):
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert len(outcome.stderr.splitlines()) == 1
    assert outcome.stderr.startswith("actviz: ")
    for word in words:
        assert word in outcome.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_describes_every_option(name):
    outcome = run(name, "--help")
    assert outcome.exit_code == 0
    command = main.get_command(None, name)
    assert command.help
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert parameter.help, parameter.name


def test_the_formats_and_themes_offered_are_those_that_the_plots_have():
    from actviz import plots
    from actviz.cli import options

    assert set(options.FORMATS) == set(plots.FORMATS)
    assert set(options.THEMES) == set(plots.THEMES)


@pytest.mark.parametrize("command", ["", "probe", "diagnose", "baseline", "check", "theory", "lr-find", "show"])
def test_help_loads_no_numpy(command):
    code = (
        "import sys; from actviz.cli import main\n"
        f"try: main([*{command.split()!r}, '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'xarray', 'pandas', 'matplotlib', 'seaborn'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_python_m_actviz_prints_the_version():
    done = subprocess.run([sys.executable, "-m", "actviz", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"actviz, version {actviz.__version__}, kernel {kernel()}\n"


def test_probe_prints_a_table_of_first_and_last_layer():
    outcome = run("probe", "-i", "he", "-a", "relu", *SMALL)
    assert outcome.exit_code == 0
    lines = outcome.stdout.splitlines()
    assert "20 samples" in lines[0]
    assert lines[1].split()[:3] == ["init", "activation", "layer"]
    assert [line.split()[:3] for line in lines[2:]] == [["he_normal", "relu", "1"], ["he_normal", "relu", "2"]]


def test_probe_saves_what_the_library_measures(result):
    expected = actviz.probe(["he", "normal:0.01"], ["relu", "tanh"], depth=2, width=8, samples=20, seeds=2)
    assert actviz.load(result).identical(expected)
    assert not Path(f"{result}.partial").exists()


def test_probe_resumes_from_what_a_killed_run_left(tmp_path, result):
    path = tmp_path / "small.nc"
    actviz.probe(
        ["he", "normal:0.01"], "relu", depth=2, width=8, samples=20, seeds=2, checkpoint=f"{path}.partial"
    )  # half of the work, as a killed run leaves it
    left = {file: file.stat().st_mtime_ns for file in Path(f"{path}.partial").iterdir()}
    assert len(left) == 4
    assert run("probe", "-i", "he", "-i", "normal:0.01", "-a", "relu", "-a", "tanh", *SMALL, "-o", path).exit_code == 0
    assert path.read_bytes() == result.read_bytes()
    assert not Path(f"{path}.partial").exists()


@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_probe_and_show_export_the_same_table(tmp_path, result, ending):
    direct, exported = tmp_path / f"direct{ending}", tmp_path / f"exported{ending}"
    pairings = ["-i", "he", "-i", "normal:0.01", "-a", "relu", "-a", "tanh"]
    assert run("probe", *pairings, *SMALL, "-o", direct).exit_code == 0
    assert run("show", result, "-o", exported).exit_code == 0
    assert direct.read_text() == exported.read_text()


def test_show_json_holds_every_seed_and_layer(result):
    content = json.loads(run("show", result, "--json").stdout)
    assert content["recipe"]["samples"] == 20
    assert len(content["rows"]) == 2 * 2 * 2 * 2
    assert set(actviz.STATISTICS) <= set(content["rows"][0])


def test_show_selects_layers_statistics_and_pairings(result):
    lines = run("show", result, "-l", "2", "-s", "act_std", "-i", "he_normal", "-a", "tanh").stdout.splitlines()
    assert lines[1].split() == ["init", "activation", "layer", "act_std"]
    assert len(lines) == 3
    assert lines[2].split()[:3] == ["he_normal", "tanh", "2"]


def test_show_prints_means_over_seeds(result):
    line = run("show", result, "-l", "2", "-s", "act_std", "-i", "he_normal", "-a", "tanh").stdout.splitlines()[2]
    expected = actviz.load(result)["act_std"].sel(init="he_normal", activation="tanh", layer=2).mean().item()
    assert line.split()[3] == f"{expected:.4g}"


def test_list_shows_the_variance_each_initializer_implies():
    rows = json.loads(run("list", "initializers", "--fan-in", "784", "--fan-out", "100", "--json").stdout)
    variance = {row["initializer"]: row["variance"] for row in rows["initializers"]}
    assert variance["xavier_normal"] == pytest.approx(2 / 884)
    assert variance["lecun_normal"] == pytest.approx(1 / 784)
    assert variance["pytorch_default"] == pytest.approx(1 / (3 * 784))
    assert len(variance) == len(actviz.INITIALIZERS)


def test_list_names_everything_in_the_tables():
    text = run("list").stdout
    for table in (
        actviz.INITIALIZERS,
        actviz.ACTIVATIONS,
        actviz.INPUTS,
        actviz.SCHEDULES,
        actviz.STATISTICS,
        actviz.FIGURES,
    ):
        for name in table:
            assert name in text


def test_figures_writes_the_figures_asked_for(tmp_path, result):
    outcome = run("figures", result, "-f", "signal", "--format", "svg", "--theme", "dark", "-o", tmp_path / "drawn")
    assert outcome.exit_code == 0
    assert [file.name for file in (tmp_path / "drawn").iterdir()] == ["signal.svg"]
    assert outcome.stdout.split() == [str(tmp_path / "drawn" / "signal.svg")]


def test_own_activation_and_initializer_by_module_and_name(tmp_path, monkeypatch):
    (tmp_path / "mine_for_cli.py").write_text(
        "import numpy as np\n"
        "from actviz import Activation\n"
        "cube = Activation('cube', lambda z: z**3, lambda z: 3 * z**2)\n"
        "class Tenth:\n"
        "    def sample(self, rng, fan_in, fan_out): return rng.normal(0, 0.1, (fan_in, fan_out))\n"
        "    def variance(self, fan_in, fan_out): return 0.01\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    outcome = run("probe", "-i", "mine_for_cli:Tenth", "-a", "mine_for_cli:cube", *SMALL)
    assert outcome.exit_code == 0
    assert "mine_for_cli:Tenth" in outcome.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nonsense"], ["article", "probe"]),
        (["probe"], ["--init"]),
        (["probe", "-i", "hee", "-a", "relu"], ["hee", "he_normal", "xavier_normal"]),
        (["probe", "-i", "he", "-a", "rely"], ["rely", "relu", "tanh"]),
        (["probe", "-i", "normal:x", "-a", "relu"], ["'x'", "number"]),
        (["probe", "-i", "he:2", "-a", "relu"], ["he_normal", "no parameters"]),
        (["probe", "-i", "os:nothing", "-a", "relu"], ["os:nothing"]),
        (["probe", "-i", "he", "-a", "relu", "--depth", "0"], ["depth", "1"]),
        (["probe", "-i", "he", "-a", "relu", "--depth", "1000000000"], ["depth", "10000"]),
        (["probe", "-i", "he", "-a", "relu", "--width", "10000000"], ["GiB"]),
        (["probe", "-i", "he", "-a", "relu", "--width", "a"], ["whole number"]),
        (["probe", "-i", "he", "-a", "relu", "--seeds", "1,1"], ["seed"]),
        (["probe", "-i", "he", "-a", "relu", "--seeds=-1"], ["seeds"]),
        (["probe", "-i", "he", "-a", "relu", "--samples", "0"], ["samples"]),
        (["probe", "-i", "he", "-a", "relu", "--inputs", "missing.npy"], ["missing.npy", "no such file"]),
        (["probe", "-i", "he", "-a", "relu", "--inputs", "mnist", "--samples", "3001"], ["3000"]),
        (["probe", "-i", "he", "-a", "relu", "--bias-std", "nan"], ["bias_std"]),
        (["probe", "-i", "he", "-a", "relu", "--view", "1,0,30"], ["view"]),
        (["probe", "-i", "he", "-a", "relu", "--dtype", "float16"], ["float32", "float64"]),
        (["probe", "-i", "he", "-a", "relu", "-o", "x.txt"], [".nc", ".csv"]),
        (["probe", "-i", "he", "-a", "relu", "-o", "no/such/folder.nc"], ["no such folder"]),
        (["show", "missing.nc"], ["missing.nc", "no such result file"]),
        (["figures", "missing.nc"], ["missing.nc"]),
        (["figures", "missing.nc", "-f", "histogram"], ["histograms", "signal"]),
        (["show", "missing.nc", "-s", "mean"], ["act_mean"]),
        (["list", "nothing"], ["initializers"]),
        (["probe", "-i", "he", "-a", "relu", "--view", "0,1,99999999999999999999"], ["65536"]),
        (["probe", "-i", "he", "-a", "relu", "--view", "0,1e-323,30"], ["far enough apart"]),
        (["probe", "-i", "he", "-a", "relu", "--view=-1e308,1e308,30"], ["finite"]),
        (["probe", "-i", "he", "-a", "relu", "--width", "1" + "0" * 400], ["width", "10000000"]),
        (["probe", "-i", "he", "-a", "relu", "--seeds", "1,99999999999999999999"], ["seed"]),
        (["list", "--fan-in", "1" + "0" * 400], ["fan-in"]),
        (["list", "figures", "--fan-in", "5"], ["--fan-in", "initializers"]),
        (["theory", "tanh", "--solve", "--fan-in", "5"], ["--fan-in"]),
        (["diagnose", "--list-thresholds", "he+relu"], ["he+relu"]),
        (["probe", "-i", "he", "-a", "relu", "--cluster", "garbage"], ["tcp://HOST:PORT"]),
        (["probe", "-i", "he", "-a", "relu", "--width", "5,,3"], ["5,,3"]),
        (["article", "--theme", "pink"], ["light", "dark", "print"]),
        (["article", "--seeds", "0"], ["seeds"]),
    ],
)
def test_bad_usage_is_one_line_that_says_what_is_allowed(args, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert_one_line_error(run(*args), *words)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_bad_files_are_one_line_errors(tmp_path, result):
    whole = result.read_bytes()
    for name, content in {"text": b"hello", "empty": b"", "cut": whole[: len(whole) // 2]}.items():
        path = tmp_path / f"{name}.nc"
        path.write_bytes(content)
        assert_one_line_error(run("show", path), str(path))
        assert_one_line_error(run("figures", path, "-o", tmp_path), str(path))
    assert_one_line_error(run("show", result, "-l", "3"), "1 to 2")
    assert_one_line_error(run("show", result, "-i", "zeros"), "he_normal")
    np.save(tmp_path / "nan.npy", np.full((3, 3), np.nan))
    assert_one_line_error(run("probe", "-i", "he", "-a", "relu", "--inputs", tmp_path / "nan.npy"), "finite")


WORDS = """-i -a he relu normal: uniform:1 uniform:2,1 leaky_relu:nan -o --json x.csv . -- -h --width --seeds --samples
--depth --inputs --view --drive cross_entropy 2 1,2 0,1,3 show list probe figures --layer -s act_std nan 1e9 -1 : a:b
os:path""".split()
# No system passes a NUL, or half of a surrogate pair, in an argument.
text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@example(args=["-i", "he", "-a", "os:path"])
@example(args=["-i", "he", "-a", "relu", "-o", "."])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(args=st.lists(st.sampled_from(WORDS) | text, max_size=8))
@pytest.mark.parametrize("name", ["", "probe", "show", "figures", "schedules", "list"])
def test_no_input_gives_a_traceback(name, args, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = ["--samples", "9", "--seeds", "1", "--width", "3", "--depth", "2"] if name == "probe" else []
    outcome = run(*([name] if name else []), *small, *args)
    assert outcome.exit_code in (0, 1, 2)
    assert "Traceback" not in outcome.output
    if outcome.exit_code == 2 and outcome.stderr and not outcome.stderr.startswith("Usage"):
        assert len(outcome.stderr.splitlines()) == 1


@pytest.mark.slow
def test_article_writes_figures_results_and_an_index(tmp_path):
    folder = tmp_path / "set"
    outcome = run("article", "--quick", "-o", folder, "--seeds", "1", "--json")  # the smoke run makes the whole set
    assert outcome.exit_code == 0
    content = json.loads(outcome.stdout)
    page = (folder / "index.html").read_text(encoding="utf-8")
    for figure in content["figures"]:
        for file in figure["files"]:
            assert (folder / file).stat().st_size > 10_000
            assert f'src="{file}"' in page
    for name in content["results"]:
        assert actviz.load(folder / name).sizes["seed"] == 1
    listed = {*content["results"], "index.html", *(file for figure in content["figures"] for file in figure["files"])}
    assert {file.name for file in folder.iterdir()} == listed


def test_files_of_the_working_folder_are_not_run(tmp_path, result):
    for name in ("xarray", "numpy", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run from the working folder')")
    for args in (["show", result], ["probe", "-i", "he", "-a", "relu", *SMALL]):
        # -P, as for an installed program: only python -m puts the folder first by itself.
        code = f"import sys; from actviz.cli import main; main({[str(arg) for arg in args]})"
        env = {**os.environ, "PYTHONPATH": str(Path(actviz.__file__).parents[1])}
        done = subprocess.run(
            [sys.executable, "-P", "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_a_foreign_file_in_the_folder_of_a_killed_run_stays(tmp_path):
    (tmp_path / "x.nc.partial").mkdir()
    (tmp_path / "x.nc.partial" / "notes.txt").write_text("mine")
    assert run("probe", "-i", "he", "-a", "relu", *SMALL, "-o", tmp_path / "x.nc").exit_code == 0
    assert [file.name for file in (tmp_path / "x.nc.partial").iterdir()] == ["notes.txt"]


def test_show_and_figures_take_the_short_names_that_probe_takes(result, tmp_path):
    assert run("show", result, "-i", "he").exit_code == 0
    assert run("figures", result, "-i", "he", "-f", "signal", "-o", tmp_path).exit_code == 0


def test_a_refused_article_leaves_no_folder(tmp_path):
    assert_one_line_error(run("article", "-o", tmp_path / "set", "--seeds", "1,1"), "seed")
    assert not (tmp_path / "set").exists()


def test_an_interrupted_probe_says_that_it_can_go_on(tmp_path, monkeypatch):
    def interrupted(*args, checkpoint, **kwargs):
        Path(checkpoint).mkdir()
        (Path(checkpoint) / "kept.npz").touch()  # of an empty folder nothing is said, and it goes
        raise KeyboardInterrupt

    monkeypatch.setattr(actviz, "probe", interrupted, raising=False)
    outcome = run("probe", "-i", "he", "-a", "relu", *SMALL, "-o", tmp_path / "x.nc")
    assert outcome.exit_code == 130
    assert "goes on" in outcome.stderr


@pytest.mark.parametrize(
    ("command", "option", "start", "expected"),
    [
        ("probe", "-i", "he_", ["he_normal", "he_uniform"]),
        ("probe", "-a", "gelu", ["gelu", "gelu_tanh"]),
        ("probe", "--inputs", "mn", ["mnist"]),
        ("figures", "-f", "si", ["signal", "signal_detail"]),
        ("show", "-s", "grad_w", ["grad_weight_norm"]),
        ("schedules", "--steps=5", "cos", ["cosine", "cosine_restarts"]),
    ],
)
def test_the_shell_completes_names_from_the_tables(command, option, start, expected):
    completer = ShellComplete(main, {}, "actviz", "_ACTVIZ_COMPLETE")
    assert [item.value for item in completer.get_completions([command, option], start)] == expected
