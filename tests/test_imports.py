"""Who imports whom, read from the sources, and what ``import actviz`` loads."""

import ast
import functools
import subprocess
import sys
from pathlib import Path

import pytest

import actviz

PACKAGE = Path(actviz.__file__).parent
SOURCES = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
ROOMS = (
    *(
        "errors",
        "version",
        "numerics",
        "text",
        "catalog",
        "results",
        "probing",
        "theory",
        "training",
        "sweeping",
        "torch",
        "scaling",
    ),
    *("diagnosis", "recipes", "baseline", "plots.reading", "plots.canvas", "plots.figures", "plots.files", "plots"),
    *(
        "watching",
        "experiments",
        "report",
        "live",
        "lecture",
        "pytest_plugin",
        "schedules",
        "range_test",
        "",
        "cli",
        "__main__",
    ),
)
"""The rooms from the ground up, the package's own face being "": a room imports from those before it."""

LIBRARIES = {
    **dict.fromkeys(("matplotlib", "seaborn", "mpl_toolkits"), ("plots", "report", "live")),
    "click": ("cli", "__main__"),
    "torch": ("torch",),
}
"""Rooms that may import a library."""


def _is_type_checking(node):
    test = node.test
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"


def _imports(node, module, path):
    """Full names of what a module imports anywhere at run time, inside functions too."""
    if isinstance(node, ast.If) and _is_type_checking(node):
        for child in node.orelse:
            yield from _imports(child, module, path)
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        parents = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
        base = (
            ".".join([*parents[: len(parents) - node.level + 1], node.module or ""]).strip(".")
            if node.level
            else node.module
        )
        yield from (f"{base}.{alias.name}" for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, module, path)


@functools.cache
def _imported(name):
    """Modules of the package, and others by their full names, that a module imports anywhere at run time."""
    path = SOURCES[name]
    module = name.removesuffix(".__init__")
    imported = set(_imports(ast.parse(path.read_text(encoding="utf-8")), module, path))
    return sorted({_module(each) or each for each in imported} - {name})


def _module(imported):
    """Name of the source that an import loads, a name of a module being its module's; empty if it is not ours."""
    for each in (imported, imported.rpartition(".")[0]):
        for name in (each, f"{each}.__init__"):
            if name in SOURCES:
                return name
    return ""


def _room(name):
    """Room of a module: the longest one in ``ROOMS`` that its name starts with."""
    inside = name.removesuffix("__init__").removeprefix("actviz").strip(".")
    return max((room for room in ROOMS if f"{inside}.".startswith(f"{room}.")), key=len, default=inside and "?")


@functools.cache
def graph():
    """Modules of the package that each imports."""
    return {name: [each for each in _imported(name) if each in SOURCES] for name in SOURCES}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_module_imports_from_its_own_room_and_those_below_and_libraries_its_room_may(name):
    room = _room(name)
    assert room in ROOMS, f"{name}: give its room a place in ROOMS and in the design"
    if room:  # the face hands on names of all rooms, lazily
        above = [each for each in graph()[name] if ROOMS.index(_room(each)) > ROOMS.index(room)]
        assert not above, f"{name} imports {above}, which lie above it"
    roots = {each.split(".")[0] for each in _imported(name)}
    outer = room.partition(".")[0]
    assert {each for each, rooms in LIBRARIES.items() if each in roots and outer not in rooms} == set()


def test_no_modules_import_each_other_in_a_circle():
    left = {name: set(imported) for name, imported in graph().items() if _room(name)}
    while left:
        leaves = {name for name, imported in left.items() if not imported & set(left)}
        assert leaves, f"a circle among {sorted(left)}"
        left = {name: imported for name, imported in left.items() if name not in leaves}


def _loaded_by(code):
    run = [sys.executable, "-c", f"{code}\nimport sys; print(*sorted(m for m in sys.modules if '.' not in m))"]
    return set(subprocess.run(run, capture_output=True, text=True, check=True, cwd=PACKAGE.parent).stdout.split())


def test_importing_actviz_loads_nothing_heavy():
    loaded = _loaded_by("import actviz; dir(actviz); actviz.__version__")
    assert "actviz" in loaded
    assert not loaded & {
        "numpy",
        "matplotlib",
        "pandas",
        "xarray",
        "scipy",
        "seaborn",
        "h5py",
        "h5netcdf",
        "click",
        "torch",
    }


def test_help_loads_neither_numbers_nor_words():
    loaded = _loaded_by(
        "import contextlib, io, actviz.cli, sys\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    actviz.cli.main(['--help'])\n"
        "words = sys.modules.get('actviz.text'); sys.modules['words' if words else 'none'] = sys"
    )
    assert {"click", "none"} <= loaded
    assert not loaded & {"numpy", "matplotlib", "words"}


def test_no_name_of_the_core_loads_a_drawing_library():
    names = sorted({"probe", "load", "save", "table", *actviz.__all__} - {"FIGURES", "redo", "__version__"})
    loaded = _loaded_by("import actviz; " + "; ".join(f"actviz.{name}" for name in names))
    assert {"actviz", "numpy"} <= loaded
    assert not loaded & {"matplotlib", "seaborn", "pandas", "xarray", "torch", "click"}


@pytest.mark.parametrize("name", actviz.__all__)
def test_every_public_name_exists_and_is_listed(name):
    assert getattr(actviz, name) is not None
    assert name in dir(actviz)


def test_no_public_name_is_a_modules_name():
    modules = {name.split(".")[1] for name in SOURCES}
    assert not modules & set(actviz.__all__)


@pytest.mark.parametrize(
    "used",
    [
        *(
            "plots.save_figure",
            "schedules.step_at",
            "range_test.suggest",
            "theory.critical_points",
            "baseline.Baseline",
        ),
        *("experiments.EXPERIMENTS", "text.TEXT", "torch.probe_module", "training.train"),
    ],
)
def test_public_rooms_work_as_attributes_in_a_fresh_interpreter(used):
    _loaded_by(f"import actviz; actviz.{used}")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        actviz.nonsense  # noqa: B018


def test_no_two_test_modules_have_one_name():
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]
    assert {name for name in names if names.count(name) > 1} == set(), "pytest could not collect them in one run"
