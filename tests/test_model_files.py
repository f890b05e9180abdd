"""A model file gives back the same net, or one clear error, and is never left half-written."""

import io
import json
import os
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.activation_functions import LeakyReLU, ReLU, softmax, tanh
from nn.cost_functions import MSE, CrossEntropyLoss
from nn.layers import (
    LAYERS,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    InLayer,
    MaxPool2D,
)
from nn.model_files import ModelFileError
from nn.nets import Net
from nn.whole_files import remove_leftovers, write_whole

X = np.random.default_rng(0).random((20, 81), np.float32)
METADATA = {
    "labels": list("0123456789"),
    "test_accuracy": 0.9876,
    "training": {"note": "épreuve ±"},
}


def image_net():
    layers = [
        InLayer(shape=(9, 9, 1)),
        Conv2D(4, 3, padding="same", activation=LeakyReLU),
        BatchNorm(),
        MaxPool2D(),
        Dropout(0.1),
        Conv2D(3, 2, strides=2, activation=tanh),
        GlobalAveragePool2D(),
        Flatten(),
        Dense(10, softmax),
    ]
    return Net(layers, CrossEntropyLoss(label_smoothing=0.1), np.random.default_rng(0))


def dense_net():
    layers = [InLayer(units=81), BatchNorm(), Dense(4, ReLU), Dropout(0.5), Dense(10, tanh)]
    return Net(layers, MSE, np.random.default_rng(0))


def trained(net):
    """A few steps on, so that no parameter and no statistic has its initial value."""
    net.gradient_descent(X, np.arange(20) % 10, alpha=0.1, epochs=3, batch_size=8)
    net.metadata = dict(METADATA)
    return net


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A trained net and its file, not to be changed."""
    path = tmp_path_factory.mktemp("saved") / "model.npz"
    net = trained(image_net())
    net.save_model(path)
    return net, path


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Where tests put their broken files."""
    return tmp_path_factory.mktemp("broken") / "my model.npz"


def contents(path):
    """The recipe and the arrays in a model file."""
    with np.load(path) as file:
        arrays = dict(file)
    return json.loads(str(arrays.pop("recipe"))), arrays


def archive(recipe, arrays, save=np.savez):
    file = io.BytesIO()
    save(file, recipe=np.array(json.dumps(recipe)), **arrays)
    return file.getvalue()


def refusal(path, data):
    """What loading these bytes as a model is refused with."""
    path.write_bytes(data)
    with pytest.raises(ModelFileError) as caught:
        Net.load_model(path)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message, message
    return message


def assert_same(loaded, net):
    assert [repr(layer) for layer in loaded.layers] == [repr(layer) for layer in net.layers]
    assert loaded.cost_function == net.cost_function
    assert loaded.metadata == net.metadata
    np.testing.assert_array_equal(loaded.parameters, net.parameters)
    np.testing.assert_array_equal(loaded.predict(X), net.predict(X))


# --- Saving and loading


@pytest.mark.parametrize("make", [image_net, dense_net])
def test_a_loaded_net_is_the_saved_one_bit_for_bit(make, tmp_path):
    net = trained(make())
    net.save_model(tmp_path / "model.npz")
    loaded = Net.load_model(str(tmp_path / "model.npz"))
    assert_same(loaded, net)
    assert loaded.parameters.dtype == np.float32
    for again in (loaded, net):  # and it learns on alike
        again.gradient_descent(X, np.arange(20) % 10, generator=np.random.default_rng(1))
    assert_same(loaded, net)


def test_saving_is_tried_with_every_kind_of_layer():
    kinds = {type(layer) for make in (image_net, dense_net) for layer in make().layers}
    assert kinds == {*LAYERS.values()}


def test_a_net_saves_under_any_name_and_over_an_older_model(tmp_path):
    path = tmp_path / "no suffix"
    dense_net().save_model(path)
    net = trained(image_net())
    net.save_model(path)
    assert_same(Net.load_model(path), net)
    assert [file.name for file in tmp_path.iterdir()] == ["no suffix"]


def test_a_net_that_computed_in_float64_can_be_loaded(tmp_path):
    layers = [InLayer(units=81), Dense(10, softmax)]
    net = Net(layers, CrossEntropyLoss, np.random.default_rng(0), dtype=np.float64)
    net.save_model(tmp_path / "model.npz")
    answers = Net.load_model(tmp_path / "model.npz").predict(X)
    np.testing.assert_allclose(answers, net.predict(X), rtol=1e-4)


@pytest.mark.parametrize("error", [OSError("No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize(("module", "name"), [(np, "savez"), (os, "replace")])
def test_a_failing_save_leaves_the_earlier_file_and_nothing_else(
    module, name, error, tmp_path, monkeypatch
):
    def fail(target, *_, **__):
        if module is np:
            target.write(b"half a file")
        raise error

    path = tmp_path / "model.npz"
    dense_net().save_model(path)
    before = path.read_bytes()
    monkeypatch.setattr(module, name, fail)
    with pytest.raises(type(error)):
        image_net().save_model(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_metadata_that_json_cannot_hold_leave_the_earlier_file(tmp_path):
    path = tmp_path / "model.npz"
    net = trained(dense_net())
    net.save_model(path)
    net.metadata["when"] = object()
    with pytest.raises(TypeError):
        net.save_model(path)
    assert Net.load_model(path).metadata == METADATA
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_or_file_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        dense_net().save_model(tmp_path / "missing" / "model.npz")
    for path in (tmp_path / "missing.npz", tmp_path):
        with pytest.raises(OSError):
            Net.load_model(path)
    assert not list(tmp_path.iterdir())


# --- Files that are no model


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a model\n",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"PK\x05\x06" + bytes(18),
        npz(),
        npz(weights=np.zeros(3, np.float32)),
        npz(recipe=np.array("{")),
        npz(recipe=np.array("[]")),
        npz(recipe=np.array("{}")),
        npz(recipe=np.array("[" * 100_000)),
        npz(recipe=np.array(b"{}")),
        npz(recipe=np.float32(3)),
        npz(recipe=np.array({"layers": []}, dtype=object)),
        npz(recipe=np.array("{}"), weights=np.array([print], dtype=object)),
        npz(recipe=np.zeros(3, [("a" * 20_000, "f4")])),
    ],
    ids=[
        "empty",
        "text",
        "PNG",
        "empty zip",
        "empty npz",
        "other npz",
        "cut JSON",
        "JSON list",
        "empty recipe",
        "deep JSON",
        "bytes",
        "a number",
        "pickled recipe",
        "pickled array",
        "long header",
    ],
)
def test_a_foreign_file_is_refused_in_one_line_with_its_path(data, broken):
    refusal(broken, data)


def test_a_file_cut_short_anywhere_is_refused(saved, broken):
    data = saved[1].read_bytes()
    for length in range(0, len(data), 11):
        refusal(broken, data[:length])


@settings(max_examples=400)
@given(
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1)
)
def test_a_file_with_changed_bytes_is_refused_or_means_the_same(saved, broken, changes):
    net, path = saved
    data = bytearray(path.read_bytes())
    for place, change in changes:
        data[int(place * len(data))] ^= change
    broken.write_bytes(data)
    try:
        loaded = Net.load_model(broken)
    except ModelFileError as error:
        assert str(broken) in str(error) and "\n" not in str(error)
    else:
        assert_same(loaded, net)


def changed(change, *place):
    """A change of a recipe: what stands at `place` becomes `change`."""

    def apply(recipe, arrays):
        for step in place[:-1]:
            recipe = recipe[step]
        recipe[place[-1]] = change

    return apply


def renamed_array(recipe, arrays):
    arrays["1.kernel"] = arrays.pop("1.weights")


HUGE = 10**12


def too_large_to_print(recipe, arrays):
    layers = [InLayer(shape=(10**4000, 10**4000, 1)), Flatten(), Dense(10, softmax)]
    recipe["layers"] = [layer.config() for layer in layers]
    arrays.clear()
    arrays.update({"2.biases": np.zeros(10, np.float32), "2.weights": np.zeros(1, np.float32)})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed("Perceptron", "layers", 1, "layer"), "Perceptron"),
        (changed(["Dense"], "layers", 1, "layer"), ""),
        (changed("Flatten", "layers", 1, "layer"), "Flatten"),
        (changed("Activate", "layers", 1, "layer"), "Activate"),
        (changed("relu", "layers", 1, "activation"), "relu"),
        (changed({}, "layers", 1, "activation"), ""),
        (changed("3", "layers", 1, "filters"), "filters"),
        (changed(1, "layers", 1, "bias"), "bias"),
        (changed(-1, "layers", 4, "rate"), "rate"),
        (changed(5, "layers", 1, "filters"), "1.biases"),
        (changed(HUGE, "layers", 1, "filters"), "1.biases"),
        (changed(HUGE, "layers", 8, "units"), "8.biases"),
        (changed([HUGE, HUGE, HUGE], "layers", 0, "shape"), "1.weights"),
        (changed(HUGE, "layers", 1, "kernel_size"), "1.weights"),
        (too_large_to_print, "digits"),
        (changed([0, 9, 1], "layers", 0, "shape"), "shape"),
        (changed([], "layers"), "InLayer"),
        (lambda recipe, arrays: recipe["layers"][1].pop("layer"), "no 'layer'"),
        (changed({"layer": "InLayer", "\ud800\r": 1}, "layers", 0), r"\ud800\r"),
        (changed(None, "layers"), ""),
        (changed(7, "layers", 1), ""),
        (changed("Hinge", "cost_function", "cost"), "Hinge"),
        (changed(2, "cost_function", "label_smoothing"), "label_smoothing"),
        (changed(None, "cost_function"), ""),
        (changed(None, "metadata"), ""),
        (lambda recipe, arrays: recipe.pop("metadata"), "metadata"),
        (lambda recipe, arrays: recipe["layers"].pop(1), ""),
        (lambda recipe, arrays: arrays.pop("2.mean"), "2.mean"),
        (lambda recipe, arrays: arrays.update(more=np.zeros(3, np.float32)), "more"),
        (lambda recipe, arrays: arrays.update({"two\nlines": np.zeros(3, np.float32)}), "two"),
        (renamed_array, "1.kernel"),
        *(
            (lambda recipe, arrays, array=array: arrays.update({"8.biases": array}), "8.biases")
            for array in (
                np.zeros(11, np.float32),
                np.zeros((10, 1), np.float32),
                np.float32(0),
                np.zeros(10),
                np.zeros(10, int),
                np.zeros(10, ">f4"),
                np.full(10, "0"),
                np.full(10, np.nan, np.float32),
                np.full(10, -np.inf, np.float32),
            )
        ),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_the_reason(change, said, saved, broken):
    recipe, arrays = contents(saved[1])
    change(recipe, arrays)
    assert said in refusal(broken, archive(recipe, arrays))


def test_a_file_that_unpacks_to_more_than_itself_is_refused(saved, broken):
    recipe, arrays = contents(saved[1])
    arrays["bomb"] = np.zeros(10**6, np.float32)
    assert "compressed" in refusal(broken, archive(recipe, arrays, np.savez_compressed))


def test_a_huge_file_is_refused_without_being_read(broken):
    broken.write_bytes(b"")
    os.truncate(broken, 10**11)  # sparse
    with pytest.raises(ModelFileError, match="not a zip file"):
        Net.load_model(broken)


def test_an_array_that_claims_more_values_than_it_brings_is_refused(saved, broken):
    header = {"descr": "<f4", "fortran_order": False, "shape": (HUGE,)}
    array, file = io.BytesIO(), io.BytesIO(saved[1].read_bytes())
    np.lib.format.write_array_header_1_0(array, header)
    with zipfile.ZipFile(file, "a") as members:
        members.writestr("more.npy", array.getvalue() + bytes(8))
    refusal(broken, file.getvalue())


def test_a_file_that_brings_the_same_bytes_again_and_again_is_refused(saved, broken):
    """Or a small one could keep its reader busy for hours."""
    file = io.BytesIO(saved[1].read_bytes())
    with zipfile.ZipFile(file, "a") as members:
        members.infolist().extend(100 * [members.getinfo("8.weights.npy")])
        members.comment = b"so that the directory is written anew"
    assert "claims more than it holds" in refusal(broken, file.getvalue())


def test_only_what_a_killed_write_left_is_removed(tmp_path):
    beside = []

    def write(file):
        beside.extend(tmp_path.iterdir())
        file.write(b"new")

    write_whole(tmp_path / "model.npz", write)
    (tmp_path / ".my.notes.2024").write_text("mine")
    (leftover,) = beside
    leftover.write_bytes(b"ne")
    remove_leftovers(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"model.npz", ".my.notes.2024"}


def test_a_network_with_numbers_that_are_not_finite_does_not_replace_a_good_file(tmp_path):
    path = tmp_path / "model.npz"
    net = Net([InLayer(3), Dense(2, softmax)], CrossEntropyLoss(np.float32(0.1)))
    net.save_model(path)
    net.parameters[0] = np.nan
    with pytest.raises(ValueError, match=r"model\.npz: not saved: '1\.weights'"):
        net.save_model(path)
    assert Net.load_model(path).cost_function == CrossEntropyLoss(float(np.float32(0.1)))
