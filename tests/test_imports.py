"""Who imports whom, read from the sources, and what ``import actviz`` loads."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import actviz

PACKAGE = Path(actviz.__file__).parent
SOURCES = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
LAYERS = {
    "errors": 0,
    "streams": 0,
    "activations": 0,
    "initializers": 0,
    "schedules": 0,
    "inputs": 0,
    "optimizers": 0,
    "tasks": 0,
    "specs": 1,
    "statistics": 1,
    "text": 1,
    "tables": 1,
    "histogram": 1,
    "losses": 2,
    "network": 2,
    "theory": 2,
    "draws": 3,
    "moments": 2,
    "parallel": 0,
    "recording": 3,
    "dataset": 3,
    "checkpoint": 3,
    "probing": 4,
    "training": 4,
    "landscapes": 0,
    "descending": 4,
    "range_test": 5,
    "torch": 4,
    "prediction": 5,
    "depth_scales": 5,
    "diagnosis": 5,
    "remedies": 5,
    "rules": 5,
    "thresholds": 5,
    "trials": 5,
    "unpredicted": 5,
    "overlaying": 5,
    "baseline": 5,
    "plots": 6,
    "redoing": 7,
    "summarizing": 7,
    "experiments": 7,
    "report": 7,
    "lecture": 8,
    "pytest_plugin": 7,
    "cli": 9,
    "__main__": 10,
}
"""Level of every room; a room imports from its own level and from lower ones."""


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


def _imported(name):
    path = SOURCES[name]
    module = name.removesuffix(".__init__")
    return sorted(set(_imports(ast.parse(path.read_text(encoding="utf-8")), module, path)))


def _room(name):
    parts = name.split(".")
    return parts[1] if parts[0] == "actviz" and len(parts) > 1 else ""


LIBRARIES = {
    **dict.fromkeys(("matplotlib", "seaborn", "mpl_toolkits"), ("plots", "report")),
    "click": ("cli", "__main__"),
    "torch": ("torch",),
}
"""Rooms that may import a library."""


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_module_imports_from_its_own_level_and_lower_ones_and_what_its_room_may(name):
    room, imported = _room(name), _imported(name)
    assert room in {*LAYERS, "__init__"}, f"{name}: give it a level in LAYERS and in the design"
    if name != "actviz.__init__":
        above = {each for each in map(_room, imported) if LAYERS.get(each, 0) > LAYERS[room]}
        assert not above, f"{name} imports from {above}, which lie above it"
    roots = {each.split(".")[0] for each in imported}
    assert {each for each, rooms in LIBRARIES.items() if each in roots and room not in rooms} == set()


def test_rooms_do_not_import_each_other_in_circles():
    graph = {}
    for name in set(SOURCES) - {"actviz.__init__"}:
        rooms = {_room(imported) for imported in _imported(name)} & set(LAYERS)
        graph.setdefault(_room(name), set()).update(rooms - {_room(name)})
    while graph:
        leaves = {room for room, needs in graph.items() if not needs & set(graph)}
        assert leaves, f"a circle among {sorted(graph)}"
        graph = {room: needs for room, needs in graph.items() if room not in leaves}


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


def test_no_name_of_the_core_loads_a_drawing_library():
    names = sorted({"probe", "load", "save", "table", *actviz.__all__} - {"FIGURES", "__version__"})
    loaded = _loaded_by("import actviz; " + "; ".join(f"actviz.{name}" for name in names))
    assert {"actviz", "numpy"} <= loaded
    assert not loaded & {"matplotlib", "seaborn", "pandas", "xarray", "torch", "click"}


@pytest.mark.parametrize("name", actviz.__all__)
def test_every_public_name_exists_and_is_listed(name):
    assert getattr(actviz, name) is not None
    assert name in dir(actviz)


def test_no_public_name_is_a_modules_name():
    modules = {_room(name) for name in SOURCES}
    assert not modules & set(actviz.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        actviz.nonsense  # noqa: B018


def test_no_two_test_modules_have_one_name():
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]
    assert {name for name in names if names.count(name) > 1} == set(), "pytest could not collect them in one run"
