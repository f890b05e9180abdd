"""ONNX: another runtime comes to the same answers."""

import re
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image
from varied_nets import LAYERS, varied_net

import export
from app.demo.sample import sample_strokes
from digits.drawing import Drawing
from digits.drawing.retrace import retrace
from digits.recognizer import SHIPPED_MODEL
from exporting import ExportError
from exporting.onnx_file import IR_VERSION, OPSET, onnx_model
from nn.activation_functions import ACTIVATIONS, ReLU, softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layer import Layer
from nn.layers import LAYERS as ALL_LAYERS
from nn.layers import Conv2D, Dense, Flatten, InLayer
from nn.nets import Net


def answers(model: onnx.ModelProto, images: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(["probabilities"], {"image": images})[0]


def test_the_networks_tried_have_every_layer_and_activation_between_them():
    layers = [layer for net in LAYERS.values() for layer in net]
    assert {type(layer) for layer in layers} == {*ALL_LAYERS.values()}
    tried = {layer.activation for layer in layers if hasattr(layer, "activation")}
    assert tried == {*ACTIVATIONS.values()}


@pytest.mark.parametrize("name", LAYERS)
def test_onnxruntime_answers_as_numpy_does(name):
    net = varied_net(name)
    model = onnx_model(net, name)
    onnx.checker.check_model(model, full_check=True)
    shape = net.layers[0].output_shape
    for m in (1, 5):
        images = np.random.default_rng(m).random((m, *shape), np.float32)
        np.testing.assert_allclose(answers(model, images), net.predict(images), atol=1e-5, rtol=0)


def test_images_may_have_several_channels_and_any_sides():
    layers = [InLayer(shape=(9, 7, 3)), Conv2D(4, 3, activation=ReLU), Flatten(), Dense(5, softmax)]
    net = Net(layers, CrossEntropyLoss, generator=np.random.default_rng(0))
    images = np.random.default_rng(1).random((6, 9, 7, 3), np.float32)
    np.testing.assert_allclose(
        answers(onnx_model(net, "x"), images), net.predict(images), atol=1e-5
    )


def test_the_shipped_model_in_a_file_answers_alike_and_tells_about_itself(tmp_path, monkeypatch):
    path = tmp_path / "model.onnx"
    monkeypatch.setattr(sys, "argv", ["export.py", "--onnx", str(path)])
    assert export.main() == 0
    model = onnx.load(path)
    assert (model.opset_import[0].version, model.ir_version) == (OPSET, IR_VERSION)
    net = Net.load_model(SHIPPED_MODEL)
    told = {prop.key: float(prop.value) for prop in model.metadata_props}
    assert told == {key: net.metadata[key] for key in told}
    assert told.keys() == {"sure_from", "preprocessing", "test_accuracy"}
    images = np.random.default_rng(0).random((20, 28, 28, 1), np.float32) ** 3
    np.testing.assert_allclose(answers(model, images), net.predict(images), atol=1e-5, rtol=0)


def test_the_shipped_model_reads_the_test_set_alike(mnist_test):
    net = Net.load_model(SHIPPED_MODEL)
    images = mnist_test[0][:1000, ..., None].astype(np.float32) / 255
    found, wanted = answers(onnx_model(net, "inkling"), images), net.predict(images)
    np.testing.assert_allclose(found, wanted, atol=1e-4, rtol=0)
    assert (found.argmax(axis=1) == wanted.argmax(axis=1)).all()


def test_the_readmes_example_reads_a_picture(tmp_path, monkeypatch, capsys):
    readme = (Path(export.__file__).parent / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```py\n(.*?)```", readme, re.DOTALL)
    ink = retrace(Drawing.of(sample_strokes(4), 0.075))
    Image.fromarray((ink * 255).astype(np.uint8)).save(tmp_path / "digit.png")
    model = onnx_model(Net.load_model(SHIPPED_MODEL), "inkling")
    (tmp_path / "model.onnx").write_bytes(model.SerializeToString())
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    assert capsys.readouterr().out.startswith("4 ")


def test_without_the_package_one_line_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "onnx", None)
    path = tmp_path / "model.onnx"
    monkeypatch.setattr(sys, "argv", ["export.py", "--onnx", str(path)])
    assert export.main() == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "pip install onnx" in said
    assert not path.exists()


def test_a_layer_that_is_not_known_is_named():
    class Strange(Layer):
        pass

    net = varied_net("pooling")
    net.layers.insert(1, Strange())
    with pytest.raises(ExportError, match="Strange"):
        onnx_model(net, "x")
