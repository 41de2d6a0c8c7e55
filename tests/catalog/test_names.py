import dataclasses
import functools
import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz import ACTIVATIONS, INITIALIZERS, INPUTS, Activation, ActvizError, Initializer, VarianceScaling
from actviz import activation as look_up_activation
from actviz import initializer as look_up_initializer
from actviz.catalog import names
from actviz.catalog.checks import whole
from actviz.catalog.initializers import Constant, Normal, Orthogonal, TruncatedNormal, Uniform
from actviz.catalog.inputs import CorrelatedInputs, Inputs, NormalInputs, UniformInputs
from actviz.catalog.names import describe, labelled_activations, labelled_initializers, labelled_inputs, parameters
from actviz.probing.stack import ProbeConfig, Stack

steady = settings(derandomize=True, deadline=None, max_examples=300)

# Names


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("normal:0.01", Normal(0.01)),
        ("normal:std=0.01", Normal(0.01)),
        (" normal:0.01 ", Normal(0.01)),
        ("normal:1e-2", Normal(0.01)),
        ("uniform:-1,1", Uniform(-1.0, 1.0)),
        ("uniform:low=0,high=1", Uniform(0.0, 1.0)),
        ("uniform:high=3,low=2", Uniform(2.0, 3.0)),
        ("uniform:0", Uniform(0.0, 1.0)),
        ("uniform:-2,high=5", Uniform(-2.0, 5.0)),
        ("constant:-2", Constant(-2.0)),
        ("truncated_normal:0.5", TruncatedNormal(0.5)),
        ("orthogonal:1.6", Orthogonal(1.6)),
        ("variance_scaling:2,fan_out,uniform", VarianceScaling(2.0, "fan_out", "uniform")),
        ("variance_scaling:mode=fan_avg", VarianceScaling(1.0, "fan_avg")),
        ("xavier", INITIALIZERS["xavier_normal"]),
        ("he", INITIALIZERS["he_normal"]),
        ("lecun", INITIALIZERS["lecun_normal"]),
    ],
)
def test_initializer_specs(spec, expected):
    assert look_up_initializer(spec) == expected


@pytest.mark.parametrize(
    ("spec", "values"),
    [("leaky_relu", (0.01,)), ("leaky_relu:0.2", (0.2,)), ("leaky_relu:slope=0.2", (0.2,)), ("elu:2", (2.0,))],
)
def test_activation_specs(spec, values):
    assert look_up_activation(spec).values == values


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("normal:2", NormalInputs(2.0)),
        ("uniform:0,1", UniformInputs(0.0, 1.0)),
        ("correlated:0.9", CorrelatedInputs(0.9)),
        ("mnist", INPUTS["mnist"]),
    ],
)
def test_inputs_specs(spec, expected):
    assert labelled_inputs(spec)[1] == expected


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_found_by_name_and_by_itself(name):
    assert look_up_activation(name) is ACTIVATIONS[name]
    assert look_up_activation(ACTIVATIONS[name]) is ACTIVATIONS[name]


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_is_found_by_name_and_by_itself(name):
    assert look_up_initializer(name) is INITIALIZERS[name]
    assert look_up_initializer(INITIALIZERS[name]) is INITIALIZERS[name]


@pytest.mark.parametrize(
    "spec",
    [
        "",
        ":",
        "nonsense",
        "normal:",
        "normal:a",
        "normal:-1",
        "normal:nan",
        "normal:1,2",
        "normal:mean=1",
        "normal:std=1,std=2",
        "uniform:1,0",
        "uniform:1,1",
        "uniform:0,1,2",
        "uniform:low=0,0",
        "he_normal:2",
        "zeros:1",
        "variance_scaling:1,fan_sum",
        "variance_scaling:1,fan_in,cauchy",
        "no_such_package_at_all:name",
        "math:no_such_name",
        "math:pi",
        "builtins:range",
        "builtins:dict",
        "collections:OrderedDict",
        "normal:0.01\nuniform",
        "a\nb",
        "tanh",
        "xavier:2",
    ],
)
def test_bad_initializers_are_one_line_errors(spec, one_line_error):
    one_line_error(look_up_initializer, spec)
    one_line_error(labelled_initializers, ["he_normal", spec])


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "nonsense",
        "tanh:1",
        "leaky_relu:",
        "leaky_relu:x",
        "leaky_relu:nan",
        "leaky_relu:1,2",
        "math:tanh",
        "he_normal",
        "elu:alpha=1,alpha=2",
    ],
)
def test_bad_activations_are_one_line_errors(spec, one_line_error):
    one_line_error(look_up_activation, spec)


@pytest.mark.parametrize("spec", [None, 5, 1.5, b"tanh", object(), math.tanh, {"a": 1}, np.zeros(3)])
def test_other_objects_are_one_line_errors(spec, one_line_error):
    one_line_error(look_up_activation, spec)
    one_line_error(look_up_initializer, spec)


@pytest.mark.parametrize("kind", [Normal, VarianceScaling, Orthogonal])
def test_a_class_instead_of_an_object_is_made_one_or_refused(kind):
    # A class has the protocol's methods too, but they cannot be called.
    try:
        found = look_up_initializer(kind)
    except ActvizError:
        return
    assert isinstance(found, kind)


def test_an_unknown_name_lists_the_choices():
    for look_up, table in ((look_up_activation, ACTIVATIONS), (look_up_initializer, INITIALIZERS)):
        with pytest.raises(ActvizError, match=", ".join(table)):
            look_up("nonsense")
    with pytest.raises(ActvizError, match=r"normal, uniform, correlated, mnist, or a \.npy or \.npz file"):
        labelled_inputs("nonsense")


def test_parameters_are_named_in_the_message():
    with pytest.raises(ActvizError, match="low,high"):
        look_up_initializer("uniform:middle=1")


def test_lists_are_labelled_in_order_and_without_repeats(one_line_error):
    assert list(labelled_activations(["tanh", "leaky_relu:0.20", "relu"])) == ["tanh", "leaky_relu:0.2", "relu"]
    assert list(labelled_initializers("he")) == ["he_normal"]
    assert list(labelled_initializers(name for name in ("zeros", "normal:0.010"))) == ["zeros", "normal:0.01"]
    one_line_error(labelled_activations, ["tanh", "tanh"])
    one_line_error(labelled_initializers, ["he", "he_normal"])
    one_line_error(labelled_initializers, [])
    one_line_error(labelled_activations, ())


# The user's own


OWN = """
import numpy as np
from actviz import Activation

class Halves:
    def sample(self, rng, fan_in, fan_out):
        return np.full((fan_in, fan_out), 0.5)
    def variance(self, fan_in, fan_out):
        return 0.0

class Named(Halves):
    name = "my own"

class NeedsArguments(Halves):
    def __init__(self, size):
        self.size = size

class Fails(Halves):
    def __init__(self):
        raise RuntimeError("two\\nlines")

class Half:
    def sample(self, rng, fan_in, fan_out):
        return 0

def ramp(z):
    return np.maximum(z, 0.0)

def total(z):
    return z.sum()

def raises(z):
    raise RuntimeError("two\\nlines")

raising = Activation("raising", raises)

def two_arguments(z, other):
    return z

def overflows(z):
    return z + np.inf

def whole(z):
    return np.sign(z).astype(int)

def in_place(z):
    z += 1.0
    return z

halves = Halves()
cube = Activation("cube", lambda z: z ** 3, lambda z: 3 * z * z)
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "actviz_own_module.py").write_text(OWN)
    (tmp_path / "actviz_own_broken.py").write_text("raise RuntimeError('several\\nlines')\n")
    (tmp_path / "actviz_own_exit.py").write_text("import sys\nsys.exit(3)\n")
    (tmp_path / "actviz_own_syntax.py").write_text("def\n")
    package = tmp_path / "actviz_own_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("module", ["actviz_own_module", "actviz_own_package.inner"])
def test_own_objects_and_classes_are_imported(module):
    for name in ("halves", "Halves", "Named"):
        found = look_up_initializer(f"{module}:{name}")
        assert isinstance(found, Initializer)
        np.testing.assert_array_equal(found.sample(None, 2, 3), np.full((2, 3), 0.5))
        assert list(labelled_initializers(f"{module}:{name}")) == [f"{module}:{name}"]
    cube = look_up_activation(f"{module}:cube")
    assert cube(np.array([2.0])) == 8.0
    assert list(labelled_activations([f"{module}:cube", "tanh"])) == [f"{module}:cube", "tanh"]


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    "spec",
    [
        "actviz_own_module:missing",
        "actviz_own_module:Half",
        "actviz_own_module:cube",
        "actviz_own_module:np",
        "actviz_own_module:NeedsArguments",
        "actviz_own_module:Fails",
        "actviz_own_broken:anything",
        "actviz_own_syntax:anything",
        "actviz_own_exit:anything",
        "actviz_own_package.missing:name",
    ],
)
def test_own_modules_that_fail_are_one_line_errors(spec, one_line_error):
    one_line_error(look_up_initializer, spec)


@pytest.mark.usefixtures("own")
def test_an_own_initializer_is_no_activation(one_line_error):
    one_line_error(look_up_activation, "actviz_own_module:halves")


# Plain functions


def _wave(z):
    return np.sin(z) + 0.1 * z


class _Scaled:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, z):
        return self.factor * np.tanh(z)


@pytest.mark.parametrize(
    ("function", "label"),
    [
        (_wave, "_wave"),
        (lambda z: z * 2.0, "lambda"),
        (np.arctan, "arctan"),
        (np.tanh, "own tanh"),  # not taken for the table's
        (functools.partial(np.power, 2.0), "partial"),
        (_Scaled(2.0), "_Scaled"),
    ],
    ids=["function", "lambda", "ufunc", "ufunc of a built-in's name", "partial", "object"],
)
def test_a_plain_function_is_an_activation(function, label):
    assert list(labelled_activations([function, "relu"])) == [label, "relu"]
    found = look_up_activation(function)
    assert isinstance(found, Activation)
    z = np.linspace(-2.0, 2.0, 9)
    np.testing.assert_array_equal(found(z), function(z))
    step = 1e-5
    np.testing.assert_allclose(found.derivative(z), (function(z + step) - function(z - step)) / (2 * step), rtol=1e-8)
    assert look_up_activation(function) == found


def test_the_same_plain_function_is_given_once(one_line_error):
    one_line_error(labelled_activations, [_wave, _wave])
    one_line_error(labelled_activations, [lambda z: z, lambda z: 2 * z])


@pytest.mark.usefixtures("own")
def test_a_plain_function_is_imported_by_name():
    found = look_up_activation("actviz_own_module:ramp")
    np.testing.assert_array_equal(found(np.array([-1.0, 3.0])), [0.0, 3.0])
    np.testing.assert_array_equal(found.derivative(np.array([-1.0, 3.0])), [0.0, 1.0])
    assert list(labelled_activations("actviz_own_module:ramp")) == ["actviz_own_module:ramp"]
    assert look_up_activation("numpy:tanh").phi is np.tanh


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    "spec",
    [
        "actviz_own_module:total",
        "actviz_own_module:raises",
        "actviz_own_module:raising",
        "actviz_own_module:two_arguments",
        "actviz_own_module:overflows",
        "actviz_own_module:in_place",
        "math:tanh",
        "builtins:len",
        "os:getcwd",
    ],
)
def test_imported_functions_that_cannot_be_an_activation_are_one_line_errors(spec, one_line_error):
    assert "activation" in one_line_error(look_up_activation, spec)


@pytest.mark.parametrize(
    "function",
    [
        math.tanh,
        len,
        np.sum,
        np.add,
        lambda: 0.0,
        lambda z: z[0],
        lambda z: z + 1j,
        lambda z: z / 0 * 0,
    ],
    ids=["of one number", "len", "sum", "of two", "of none", "shape", "complex", "not finite"],
)
def test_functions_that_cannot_be_an_activation_are_one_line_errors(function, one_line_error):
    with np.errstate(all="ignore"):
        assert "activation" in one_line_error(look_up_activation, function)


@pytest.mark.parametrize("kind", [Activation, Normal, int, np.ndarray, str])
def test_a_class_is_no_plain_function(kind, one_line_error):
    one_line_error(look_up_activation, kind)


def test_a_plain_function_is_no_initializer(one_line_error):
    one_line_error(look_up_initializer, _wave)


def test_an_own_object_is_labelled_by_its_name_or_class():
    class Mine:
        def sample(self, rng, fan_in, fan_out):
            return np.zeros((fan_in, fan_out))

        def variance(self, fan_in, fan_out):
            return 0.0

    assert list(labelled_initializers(Mine())) == ["Mine"]
    cube = Activation("cube", lambda z: z**3, lambda z: 3 * z * z)
    assert list(labelled_activations(cube)) == ["cube"]


# describe()


@pytest.mark.parametrize(("table", "look_up"), [(ACTIVATIONS, look_up_activation), (INITIALIZERS, look_up_initializer)])
def test_describe_gives_every_table_entry_its_own_name(table, look_up):
    for name, item in table.items():
        assert describe(item, table) == name
        assert look_up(describe(item, table)) == item


@pytest.mark.parametrize("name", INPUTS)
def test_describe_gives_every_input_its_own_name(name):
    assert labelled_inputs(INPUTS[name]) == (name, INPUTS[name])


finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=0.0, allow_infinity=False)


@steady
@given(positive, finite, finite)
def test_describe_round_trips_over_any_parameters(size, a, b):
    items = [Normal(size), TruncatedNormal(size), Orthogonal(size), Constant(a), VarianceScaling(size, "fan_out")]
    if a < b:
        items.append(Uniform(a, b))
    for item in items:
        assert look_up_initializer(describe(item, INITIALIZERS)) == item, describe(item, INITIALIZERS)
    leaky = ACTIVATIONS["leaky_relu"].with_parameters({"slope": a})
    assert look_up_activation(describe(leaky, ACTIVATIONS)) == leaky, describe(leaky, ACTIVATIONS)


@pytest.mark.parametrize("std", [1 / 3, math.sqrt(2 / 300), 0.1 + 0.2, 1e-300, 12345678.9012345678])
def test_describe_loses_no_digits(std):
    assert look_up_initializer(describe(Normal(std), INITIALIZERS)) == Normal(std)


@pytest.mark.parametrize("std", ["0.01", "0.1", "0.3", "1e-05", "2.5"])
def test_describe_adds_no_digits(std):
    assert describe(Normal(float(std)), INITIALIZERS) == f"normal:{std}"


def test_a_changed_preset_is_not_called_by_its_old_name():
    changed = dataclasses.replace(INITIALIZERS["he_normal"], scale=3.0)
    assert look_up_initializer(describe(changed, INITIALIZERS)) == changed


def test_an_own_activation_is_not_taken_for_a_built_in_of_the_same_name():
    own = Activation("tanh", lambda z: 2 * z, lambda z: 2 + 0 * z)
    assert look_up_activation(own) is own
    assert describe(own, ACTIVATIONS) != "tanh", "a dataset would say it measured the built-in tanh"


def test_parameters_are_those_a_name_may_be_followed_by():
    assert parameters(INITIALIZERS["uniform"]) == {"low": -1.0, "high": 1.0}
    assert parameters(INITIALIZERS["he_normal"]) == {}
    assert parameters(ACTIVATIONS["leaky_relu"]) == {"slope": 0.01}
    assert parameters(ACTIVATIONS["tanh"]) == {}


# Any text


def _found_or_error(look_up, text):
    try:
        return look_up(text)
    except ActvizError as error:
        return error


_pieces = st.sampled_from(
    [
        *ACTIVATIONS,
        *INITIALIZERS,
        *INPUTS,
        "xavier",
        "he",
        ":",
        ":",
        ",",
        "=",
        "-",
        ".",
        "1",
        "0.5",
        "1e999",
        "nan",
        "inf",
        "low",
        "high",
        "std",
        "scale",
        "mode",
        "fan_in",
        "é",
        " ",
        "\n",
        "\x00",
        "\u2028",
        "math",
        "builtins",
        "int",
        "zip",
        "None",
    ]
)
_texts = st.one_of(st.text(max_size=30), st.lists(_pieces, max_size=8).map("".join))


@steady
@given(_texts)
def test_any_text_is_an_object_or_a_one_line_error(text):
    for look_up, kind in (
        (look_up_activation, Activation),
        (look_up_initializer, Initializer),
        (labelled_inputs, Inputs),
    ):
        found = _found_or_error(look_up, text)
        if isinstance(found, ActvizError):
            assert len(str(found).splitlines()) == 1, repr(str(found))
        else:
            assert isinstance(found[1] if isinstance(found, tuple) else found, kind)


@steady
@given(st.text(max_size=20), st.sampled_from([".npy", ".npz"]))
def test_any_missing_file_is_a_one_line_error(text, ending):
    with pytest.raises(ActvizError) as caught:
        labelled_inputs(f"no such folder/{text}{ending}")
    assert len(str(caught.value).splitlines()) == 1, repr(str(caught.value))


# Recipes


@pytest.mark.parametrize(
    "value", [0, -1, 1.0, 1.5, "1", None, True, math.nan, [1], np.zeros(2), np.float64(3)], ids=repr
)
def test_only_whole_numbers_are_whole(value, one_line_error):
    assert "width" in one_line_error(whole, "width", value)


@pytest.mark.parametrize("value", [1, 7, np.int64(7), np.uint8(3)], ids=repr)
def test_whole_numbers_of_any_type_are_whole(value):
    assert whole("width", value) == int(value)
    assert type(whole("width", value)) is int


def test_whole_keeps_to_its_limits(one_line_error):
    assert whole("seed", 0, least=0) == 0
    assert whole("depth", 9, most=9) == 9
    one_line_error(whole, "depth", 10, most=9)


TANH, HE = ACTIVATIONS["tanh"], INITIALIZERS["he_normal"]


def test_a_stack_knows_its_fans():
    stack = Stack(TANH, HE, [784, 100, 50, 10])
    assert stack.depth == 3
    assert stack.widths == (784, 100, 50, 10)
    assert stack.fans == ((784, 100), (100, 50), (50, 10))
    assert stack == Stack(TANH, HE, (784, 100, 50, 10))
    assert hash(stack) == hash(Stack(TANH, HE, (784, 100, 50, 10)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"widths": ()},
        {"widths": (5,)},
        {"widths": (5, 0)},
        {"widths": (5, 2.5)},
        {"bias_std": -1.0},
        {"bias_std": math.nan},
        {"bias_std": math.inf},
        {"bias_std": "0.1"},
        {"bias_std": None},
        {"norm": "group"},
        {"norm": ["batch"]},
        {"activation": Activation("odd", lambda z: z[0], lambda z: z)},
        {"activation": Activation("odd", lambda z: z, lambda z: z.sum())},
        {"activation": Activation("odd", lambda z: z.nonsense, lambda z: z)},
    ],
)
def test_bad_stacks_are_one_line_errors(wrong, one_line_error):
    one_line_error(Stack, **{"activation": TANH, "initializer": HE, "widths": (5, 5), **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"samples": 0},
        {"samples": 2.5},
        {"batch": 0},
        {"batch": None},
        {"dtype": "float16"},
        {"dtype": np.float32},
        {"drive": "loss"},
        {"seeds": ()},
        {"seeds": (1, 1)},
        {"seeds": (-1,)},
        {"seeds": (0.5,)},
        {"view": (0.0, 1.0, 0)},
        {"view": (1.0, 0.0, 30)},
        {"view": (0.0, math.inf, 30)},
        {"view": (math.nan, 1.0, 30)},
        {"view": (0.0, 1.0)},
        {"view": (0.0, 1.0, 30, 1)},
        {"view": ("0", "1", 30)},
        {"view": (None, 1.0, 30)},
        {"view": 30},
        {"view": "0,1"},
    ],
    ids=str,
)
def test_bad_configurations_are_one_line_errors(wrong, one_line_error):
    one_line_error(ProbeConfig, **{"samples": 10, "seeds": (0,), "inputs": NormalInputs(), **wrong})


def test_an_own_slope_makes_a_built_in_function_ones_own():
    tanh = ACTIVATIONS["tanh"]
    own = Activation("tanh", tanh.phi, lambda z: 0 * z, bounds=tanh.bounds)
    assert describe(own, ACTIVATIONS) != "tanh"


@pytest.mark.parametrize("name", ["exit", "partial", "Exit"])
@pytest.mark.parametrize("resolve", [names.activation, names.initializer, names.schedule])
def test_what_python_has_of_its_own_is_not_called_to_see_what_it_is(resolve, name, monkeypatch, one_line_error):
    """``os._exit`` would leave without a word, and ``input`` wait for one."""

    def own(*given):
        raise AssertionError("called")

    own.__module__ = "sys"
    there = {"exit": own, "partial": functools.partial(own, 1), "Exit": type("Exit", (), {"__module__": "sys"})}
    monkeypatch.setattr(sys, "exit", there[name])
    assert "is a function of Python's own, module sys" in one_line_error(resolve, "sys:exit")


def test_functions_of_python_that_only_compute_are_taken():
    z = np.array([-1.0, 2.0])
    assert names.activation("operator:neg")(z).tolist() == [1.0, -2.0]
    assert names.activation("builtins:abs")(z).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("he_normal+relu", ("he_normal", "relu")),
        ("he_normal + expr:max(z, 0.1*z) + 0.1*sin(z)", ("he_normal", "expr:max(z, 0.1*z) + 0.1*sin(z)")),
        ("normal:1e+1+leaky_relu:1e+2", ("normal:1e+1", "leaky_relu:1e+2")),
        ("he_normal", None),
        ("+relu", None),
        ("he_normal+", None),
    ],
)
def test_a_pairing_parts_at_the_first_plus_before_a_name(written, parts):
    assert names.pairing_parts(written) == parts
