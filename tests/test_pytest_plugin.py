"""The pytest plugin, run by pytester: inside this process, in processes of its own, and under pytest-xdist."""

import contextlib
import importlib
import importlib.metadata
import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from xml.etree import ElementTree

import pytest

import actviz
from actviz import pytest_plugin
from actviz.baseline import Baseline

pytest_plugins = ["pytester"]

INSTALLED = any(each.value == "actviz.pytest_plugin" for each in importlib.metadata.entry_points(group="pytest11"))
LOAD = [] if INSTALLED else ["-p", "actviz.pytest_plugin"]
"""Where actviz is not installed, pytest has to be told of the plugin."""

STACK = """
    import actviz

    def test_stack(activation_baseline):
        dataset = actviz.probe({init!r}, "relu", depth=3, width=16, samples=40, seeds=12)
        activation_baseline.check(dataset, name="relu")
"""


@pytest.fixture(scope="session", autouse=True)
def loaded():
    """Import what the plugin will: pytester forgets what is first imported inside, and not all bears it twice."""
    for name in ("scipy.special", "xarray", "pandas", "h5netcdf", "threadpoolctl", "actviz.plots", "actviz.probing"):
        importlib.import_module(name)
    with contextlib.suppress(ImportError):  # which xarray imports where it is installed
        importlib.import_module("dask.array")


@pytest.fixture
def project(pytester, monkeypatch):
    """Run pytest on a test module in a folder of its own, warnings as errors."""
    monkeypatch.setenv("PYTHONPATH", str(Path(actviz.__file__).parents[1]))
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = -p no:cacheprovider\n")

    def run(*args, how="runpytest_inprocess", **modules):
        if modules:
            pytester.makepyfile(**modules)
        return getattr(pytester, how)(*LOAD, *map(str, args))

    run.path = pytester.path
    return run


def stack(init="he_normal"):
    return STACK.format(init=init)


def test_loading_the_plugin_imports_neither_numpy_nor_matplotlib():
    code = "import actviz.pytest_plugin, sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {module for module in loaded if module.split(".")[0] == "actviz"} == {
        "actviz",
        "actviz.version",
        "actviz.pytest_plugin",
    }
    assert not {module.split(".")[0] for module in loaded} & {
        "numpy",
        "matplotlib",
        "xarray",
        "scipy",
        "torch",
        "click",
    }


def test_a_project_that_does_not_use_the_fixture_imports_nothing(project):
    outcome = project(
        how="runpytest_subprocess",
        test_other="""
            import sys

            def test_nothing_is_loaded():
                assert not {"numpy", "matplotlib", "actviz.baseline", "actviz.results.dataset"} & set(sys.modules)
        """,
    )
    outcome.assert_outcomes(passed=1)


def test_a_missing_baseline_fails_with_the_command_that_makes_it(project):
    outcome = project(test_nets=stack())
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(
        ["*no baseline *baselines*test_nets*relu.json*", "*test_nets.py::test_stack --actviz-update*"]
    )
    assert "Traceback" not in outcome.stdout.str()
    assert not (project.path / "baselines").exists()


def test_update_writes_the_baseline_beside_the_test_and_says_so(project):
    outcome = project("--actviz-update", test_nets=stack())
    outcome.assert_outcomes(passed=1)
    path = project.path / "baselines" / "test_nets" / "relu.json"
    assert Baseline.load(path).seeds == tuple(range(12))
    written = path.relative_to(project.path)
    outcome.stdout.fnmatch_lines(["*actviz*", f"test_nets.py::test_stack: wrote {written}: 1 pairing, 3 layers*"])
    before = path.stat().st_mtime_ns
    again = project("--actviz-update")
    again.assert_outcomes(passed=1)
    again.stdout.no_fnmatch_line("*wrote*")
    assert path.stat().st_mtime_ns == before
    project().assert_outcomes(passed=1)


def test_a_drift_fails_with_the_explanation_and_the_figures_path(project):
    project("--actviz-update", test_nets=stack())
    outcome = project("--junitxml", "report.xml", test_nets=stack("xavier_normal"))
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(
        [
            "drift: *",
            "recipe, inits: he_normal in the baseline, xavier_normal now",
            "pairing *layer *statistic *expected *measured *sigma*",
            "figure: *relu.png",
            "if the change is meant: *test_nets.py::test_stack --actviz-update",
        ]
    )
    properties = ElementTree.parse(project.path / "report.xml").findall(".//property")
    told = {each.get("name"): each.get("value") for each in properties}
    assert told["actviz_verdict"] == "relu: drift"
    assert Path(told["actviz_figure"]).stat().st_size > 10_000


def test_figures_go_where_they_are_asked_for(project):
    project("--actviz-update", test_nets=stack())
    project("--actviz-figures", "drawn", test_nets=stack("xavier_normal")).assert_outcomes(failed=1)
    assert (project.path / "drawn" / "test_nets" / "relu.png").is_file()


def test_figures_of_modules_of_one_name_are_kept_apart(project):
    for folder in ("one", "two"):
        (project.path / folder).mkdir()
        (project.path / folder / "test_nets.py").write_text(textwrap.dedent(stack()))
    importing = ("--import-mode", "importlib")
    project("--actviz-update", *importing).assert_outcomes(passed=2)
    for folder in ("one", "two"):
        (project.path / folder / "test_nets.py").write_text(textwrap.dedent(stack("xavier_normal")))
    project("--actviz-figures", "drawn", *importing).assert_outcomes(failed=2)
    figures = {path.relative_to(project.path).as_posix() for path in (project.path / "drawn").rglob("*.png")}
    assert figures == {"drawn/one/test_nets/relu.png", "drawn/two/test_nets/relu.png"}


def test_update_says_what_has_changed(project):
    project("--actviz-update", test_nets=stack())
    outcome = project("--actviz-update", test_nets=stack("xavier_normal"))
    outcome.assert_outcomes(passed=1)
    outcome.stdout.fnmatch_lines(["*wrote *relu.json: recipe, inits: he_normal in the baseline, xavier_normal now;*"])
    project(test_nets=stack("xavier_normal")).assert_outcomes(passed=1)


def test_a_recipe_is_checked_with_fresh_seeds_under_the_tests_own_name(project):
    module = """
        def test_recipe(activation_baseline):
            recipe = {"inits": "he_normal", "activations": ["relu"], "depth": 2, "width": 16, "samples": 40}
            found = activation_baseline.check(recipe, seeds=12)
            assert found is None or found.now.seeds == tuple(range(12, 24))
            again = activation_baseline.check(recipe, name="my net/relu: 2", mode="exact")
            assert again is None or again.now.seeds == again.baseline.seeds
    """
    project("--actviz-update", test_recipe=module).assert_outcomes(passed=1)
    names = {path.name for path in (project.path / "baselines" / "test_recipe").iterdir()}
    assert len(names) == 2
    assert "test_recipe.json" in names
    assert any(re.fullmatch(r"my_net_relu_2-[0-9a-f]{6}\.json", name) for name in names)
    project().assert_outcomes(passed=1)


def test_inconclusive_passes_with_a_word_unless_strict(project):
    module = """
        import actviz
        import pytest

        @pytest.mark.parametrize("strict", [False, True])
        def test_net(activation_baseline, strict, request):
            start = 0 if request.config.getoption("--actviz-update") else 4
            seeds = range(start, start + 4)
            dataset = actviz.probe("he_normal", "relu", depth=2, width=8, samples=20, seeds=seeds)
            activation_baseline.check(dataset, strict=strict)
    """
    project("--actviz-update", test_net=module).assert_outcomes(passed=2)
    outcome = project()
    outcome.assert_outcomes(passed=1, failed=1)
    outcome.stdout.fnmatch_lines(
        ["test_net.py::test_net[[]False[]]: test_net_False: inconclusive: no drift, but too much scatter*seeds would*"]
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("check(3)", "takes a dataset"),
        ("check(lambda: None)", "needs inputs="),
        ("check({'inits': 'he'}, layers='*')", "cannot use layers"),
        ("check({'inits': 'hee', 'activations': 'relu'})", "unknown initializer"),
        ("check({'inits': 'he', 'activations': 'relu', 'seeds': 5})", "cannot use seeds"),
        ("check({'inits': 'he', 'activations': 'relu'}, seeds='x')", "seeds must be"),
        ("check({'inits': 'he', 'activations': 'relu'}, seeds=0)", "seeds must be"),
        ("check({'inits': 'he', 'activations': 'relu'}, mode='exact', alpha=0.1)", "cannot use alpha"),
        ("check({'inits': 'he', 'activations': 'relu'}, mode='exakt')", "did you mean 'exact'"),
        ("check({'inits': 'he', 'activations': 'relu'}, alpha=3)", "alpha must be"),
        ("check({'inits': 'he', 'activations': 'relu'}, name=3)", "name must be text, not 3"),
        ("check(__import__('actviz').probe('he', 'relu', depth=2, width=4, samples=5), seeds=3)", "cannot use seeds"),
    ],
)
def test_what_cannot_be_checked_is_said(project, call, words):
    module = f"def test_it(activation_baseline):\n    activation_baseline.{call}"
    outcome = project("--actviz-update", test_it=module)
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines([f"ActvizError: *{words}*"])
    outcome.stdout.no_fnmatch_line("*During handling of the above exception*")
    assert "pytest_plugin.py" not in outcome.stdout.str()


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_check_that_could_find_nothing_fails_and_says_what_to_do(project, seeds):
    module = f"""
        def test_net(activation_baseline):
            recipe = {{"inits": "he_normal", "activations": "relu", "depth": 2, "width": 8, "samples": 20}}
            activation_baseline.check(recipe, seeds={seeds})
    """
    project("--actviz-update", test_net=module).assert_outcomes(passed=1)
    outcome = project()
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(
        ["*test_net.json: with *seed* on one side hardly any drift can be found*mode='exact'*", "*--actviz-update"]
    )
    project(test_net=module.replace(f"seeds={seeds}", "mode='exact'")).assert_outcomes(passed=1)
    enough = module.replace(f"seeds={seeds}", "seeds=8")
    project("--actviz-update", test_net=enough).assert_outcomes(passed=1)
    project().assert_outcomes(passed=1)


def test_a_dataset_of_the_baselines_own_seeds_is_pointed_out(project):
    project("--actviz-update", test_nets=stack())
    outcome = project()
    outcome.assert_outcomes(passed=1)
    outcome.stdout.fnmatch_lines(["test_nets.py::test_stack: relu: 12 seeds are in both*"])
    fresh = stack().replace("seeds=12", "seeds=range(12, 24)")
    project(test_nets=fresh).stdout.no_fnmatch_line("*seeds are in both*")


def test_a_damaged_baseline_fails_in_a_line_and_is_written_anew(project):
    project("--actviz-update", test_nets=stack())
    path = project.path / "baselines" / "test_nets" / "relu.json"
    path.write_text("<<<<<<< HEAD\n" + path.read_text())
    outcome = project()
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(["ActvizError: *relu.json: not JSON*"])
    again = project("--actviz-update")
    again.assert_outcomes(passed=1)
    again.stdout.fnmatch_lines(["*wrote *relu.json: 1 pairing, 3 layers*; the old one could not be read: *not JSON*"])
    project().assert_outcomes(passed=1)


def test_the_command_told_is_right_where_pytest_was_started(project, monkeypatch):
    (project.path / "deep").mkdir()
    (project.path / "deep" / "test_nets.py").write_text(textwrap.dedent(stack()))
    monkeypatch.chdir(project.path / "deep")
    outcome = project("test_nets.py", how="runpytest_subprocess")
    told = re.search(r"python -m pytest (\S+ --actviz-update)", outcome.stdout.str()).group(1)
    assert told == "test_nets.py::test_stack --actviz-update"


def test_a_pytorch_factory_is_measured_with_fresh_seeds(project, torch):
    module = """
        import torch
        from torch import nn

        def build():
            return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))

        def test_model(activation_baseline):
            inputs = torch.randn(30, 8, generator=torch.Generator().manual_seed(0))
            found = activation_baseline.check(build, name="model", inputs=inputs, seeds=12)
            assert found is None or found.now.seeds == tuple(range(12, 24))
    """
    project("--actviz-update", test_model=module).assert_outcomes(passed=1)
    project().assert_outcomes(passed=1)
    content = json.loads((project.path / "baselines" / "test_model" / "model.json").read_text())
    assert len(content["layer_names"]) == 2
    worse = module.replace("return nn.Sequential(", "return nn.Sequential(nn.Linear(8, 8), ")
    outcome = project(test_model=worse)
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(["drift: *", "recipe, *", "*layers, not 2"])


@pytest.mark.slow
def test_it_works_under_xdist(project):
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    module = """
        import actviz
        import pytest

        @pytest.mark.parametrize("init", ["he_normal", "normal"])
        def test_net(activation_baseline, init):
            dataset = actviz.probe(init, "tanh", depth=2, width=8, samples=20, seeds=8)
            activation_baseline.check(dataset, name=init)

        @pytest.mark.parametrize("again", range(2))
        def test_shared(activation_baseline, again):
            dataset = actviz.probe("he_normal", "tanh", depth=2, width=8, samples=20, seeds=8)
            activation_baseline.check(dataset, name="shared")
    """
    outcome = project("-n", "2", "--actviz-update", how="runpytest_subprocess", test_net=module)
    outcome.assert_outcomes(passed=4)
    outcome.stdout.fnmatch_lines(["*test_net[[]normal[]]: wrote *normal.json: 1 pairing, 2 layers*"])
    folder = project.path / "baselines" / "test_net"
    assert {path.name for path in folder.iterdir()} == {f"{name}.json" for name in ("he_normal", "normal", "shared")}
    project("-n", "2", how="runpytest_subprocess").assert_outcomes(passed=4)


def test_the_fixture_and_its_options_are_documented(project):
    options = project("--help").stdout.str()
    assert "--actviz-update" in options
    assert "--actviz-figures" in options
    project("--fixtures", "-v").stdout.fnmatch_lines(["*activation_baseline*", "*Compare initialization statistics*"])


NAMES = [
    *("a/b", "a_b", "a:b", "../up", "up", ".", "한글", "한/글"),
    *("CON", "nul.v1", "x" * 300, "x" * 301, "넓" * 200, "v1.2-b"),
]


def test_every_name_is_a_file_of_its_own_in_the_folder():
    files = {name: pytest_plugin._file_name(name) for name in NAMES}
    assert len({file.lower() for file in files.values()}) == len(NAMES)
    for file in files.values():
        assert Path(file).name == file
        assert len(f"{file}.json".encode()) < 220
        assert file.split(".")[0].upper() not in pytest_plugin.DEVICES
    assert [files[name] for name in ("a_b", "up", "한글", "v1.2-b")] == ["a_b", "up", "한글", "v1.2-b"]


def test_tests_of_one_name_in_two_classes_have_a_baseline_each(project):
    module = """
        import actviz

        class TestReLU:
            def test_net(self, activation_baseline):
                recipe = {"inits": "he_normal", "activations": "relu", "depth": 2, "width": 8, "samples": 20}
                activation_baseline.check(recipe, seeds=8)

        class TestTanh:
            def test_net(self, activation_baseline):
                recipe = {"inits": "he_normal", "activations": "tanh", "depth": 2, "width": 8, "samples": 20}
                activation_baseline.check(recipe, seeds=8)
    """
    project("--actviz-update", test_net=module).assert_outcomes(passed=2)
    names = {path.name for path in (project.path / "baselines" / "test_net").iterdir()}
    assert names == {"TestReLU.test_net.json", "TestTanh.test_net.json"}
    project().assert_outcomes(passed=2)


def test_update_refuses_one_name_for_two_different_things(project):
    module = """
        import pytest

        @pytest.mark.parametrize("depth", [2, 2, 3])
        def test_net(activation_baseline, depth):
            recipe = {"inits": "he_normal", "activations": "relu", "depth": depth, "width": 8, "samples": 20}
            activation_baseline.check(recipe, name="net", seeds=8)
    """
    outcome = project("--actviz-update", test_net=module)
    outcome.assert_outcomes(passed=2, failed=1)
    outcome.stdout.fnmatch_lines(["*net.json is another test's baseline too*", "*different names*"])
    assert len(next(iter(Baseline.load(project.path / "baselines/test_net/net.json").pairings.values())).shapes) == 2


NASTY = "he\n::error::no\x1b[2J"


def test_names_from_a_baseline_move_no_cursor_and_begin_no_line(project):
    project("--actviz-update", test_net=stack()).assert_outcomes(passed=1)
    path = project.path / "baselines" / "test_net" / "relu.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["pairings"][0]["init"] = NASTY
    content["recipe"]["inits"] = [NASTY]
    path.write_text(json.dumps(content), encoding="utf-8")
    outcome = project(test_net=stack("xavier_normal"))
    outcome.assert_outcomes(failed=1)
    said = outcome.stdout.str()
    assert r"he\n::error::no\x1b[2J + relu: drift" in said
    assert "\x1b[2J" not in said
    assert not any(line.lstrip("E ").startswith("::error") for line in said.splitlines())
    path.write_text(json.dumps({**content, "actviz_baseline": NASTY}), encoding="utf-8")
    said = project(test_net=stack()).stdout.str()
    assert "\x1b[2J" not in said
    assert r"version 'he\n::error::no\x1b[2J'" in said
