"""ONNX, the exchange format for networks: onnx.ai.

Its images are (m, channels, height, width), ours (m, height, width, channels): they are transposed
at the beginning, and back before they are flattened.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from exporting import ExportError
from nn.activation_functions import SLOPE, Activation
from nn.layer import Layer
from nn.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    InLayer,
    MaxPool2D,
)
from nn.nets import Net

if TYPE_CHECKING:
    import onnx

OPSET, IR_VERSION = 13, 7  # old enough for every runtime in use
INPUT, OUTPUT = "image", "probabilities"
CHANNELS_FIRST, CHANNELS_LAST = (0, 3, 1, 2), (0, 2, 3, 1)
# By our name of an activation: ONNX's name for it, and its attributes.
ACTIVATIONS = {
    "ReLU": ("Relu", {}),
    "LeakyReLU": ("LeakyRelu", {"alpha": SLOPE}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "softmax": ("Softmax", {"axis": -1}),
}
METADATA = ("sure_from", "preprocessing", "test_accuracy")


def onnx_model(net: Net, name: str) -> onnx.ModelProto:
    """`net` as a checked ONNX model called `name`.

    It maps INPUT (m, units) or (m, height, width, channels) to OUTPUT (m, units). The METADATA
    entries of the network's metadata are in `metadata_props`, as JSON. Raises ExportError for an
    unsupported layer or activation, or if the package onnx is missing.
    """
    try:
        import onnx  # here, because nothing else needs it
    except ImportError as error:
        raise ExportError("the package onnx is missing; pip install onnx") from error
    graph = _Graph()
    for layer in net.layers:
        graph.add(layer)
    graph.nodes[-1].output[0] = OUTPUT
    kind = onnx.TensorProto.FLOAT
    values = (
        onnx.helper.make_tensor_value_info(value, kind, ["m", *layer.output_shape])
        for value, layer in ((INPUT, net.layers[0]), (OUTPUT, net.layers[-1]))
    )
    inputs, outputs = ([value] for value in values)
    model = onnx.helper.make_model(
        onnx.helper.make_graph(graph.nodes, name, inputs, outputs, graph.arrays),
        producer_name="Inkling",
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    known = {key: json.dumps(net.metadata[key]) for key in METADATA if key in net.metadata}
    onnx.helper.set_model_props(model, known)
    onnx.checker.check_model(model, full_check=True)
    return model


class _Graph:
    """A chain of nodes, each with the previous one's output as its input."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.arrays: list[onnx.TensorProto] = []
        self._last = INPUT

    def add(self, layer: Layer) -> None:
        """Add the nodes that compute the layer's inference."""
        match layer:
            case InLayer(shape=None) | Dropout():
                pass
            case InLayer():
                self._node("Transpose", perm=CHANNELS_FIRST)
            case Conv2D():
                (above, below), (left, right) = layer.margins
                self._node(
                    "Conv",
                    layer.parameters["weights"].transpose(CHANNELS_FIRST),
                    layer.parameters["biases"],
                    kernel_shape=[layer.kernel_size] * 2,
                    strides=[layer.strides] * 2,
                    pads=[above, left, below, right],
                )
                self._activate(layer.activation)
            case Dense():
                self._node("Gemm", layer.parameters["weights"], layer.parameters["biases"])
                self._activate(layer.activation)
            case BatchNorm():
                learned, measured = layer.parameters, layer.statistics
                arrays = learned["scale"], learned["shift"], measured["mean"], measured["variance"]
                self._node("BatchNormalization", *arrays, epsilon=layer.EPSILON)
            case MaxPool2D():
                sides = [layer.pool_size] * 2
                self._node("MaxPool", kernel_shape=sides, strides=sides)
            case GlobalAveragePool2D():
                self._node("GlobalAveragePool")
                self._node("Flatten")
            case Flatten():
                if len(layer.input_shape) == 3:
                    if layer.input_shape[:2] != (1, 1):
                        self._node("Transpose", perm=CHANNELS_LAST)
                    self._node("Flatten")
            case _:
                name = type(layer).__name__
                raise ExportError(f"exporting {name} is not supported; choose a model without it")

    def _activate(self, activation: Activation) -> None:
        if activation.name == "linear":
            return
        if activation.name not in ACTIVATIONS:
            raise ExportError(
                f"exporting {activation.name} is not supported; choose a model without it"
            )
        kind, attributes = ACTIVATIONS[activation.name]
        self._node(kind, **attributes)

    def _node(self, kind: str, *arrays: np.ndarray, **attributes: object) -> None:
        import onnx

        number = len(self.nodes)
        names = [f"{number}.{place}" for place in range(len(arrays))]
        self.arrays += [
            onnx.numpy_helper.from_array(np.ascontiguousarray(array, np.float32), array_name)
            for array, array_name in zip(arrays, names, strict=True)
        ]
        output = f"{number}.{kind}"
        self.nodes.append(
            onnx.helper.make_node(kind, [self._last, *names], [output], output, **attributes)
        )
        self._last = output
