"""A net learns, answers, stays float32, is the same again for the same seed, and says what is wrong
with what it is given."""

import copy
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import numpy as np
import pytest
from gradient_check import gradient_error

from nn import blas
from nn.activation_functions import Activation, ReLU, linear, sigmoid, softmax, tanh
from nn.cost_functions import COSTS, MSE, CrossEntropyLoss
from nn.layer import Layer
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
from nn.nets import Net, shuffled_batches
from nn.optimizers import Adam, AdamW
from training.recipes import seven_convolutions


def dense_net(seed=0):
    layers = [InLayer(units=64), Dropout(0.1), Dense(20, ReLU), Dropout(0.2), Dense(10, softmax)]
    return Net(layers, CrossEntropyLoss, np.random.default_rng(seed))


def image_net(seed=0):
    """Works in chunks, on several cores."""
    layers = [
        InLayer(shape=(8, 8, 1)),
        Conv2D(6, 3, padding="same", activation=ReLU),
        MaxPool2D(),
        Dropout(0.2),
        Conv2D(8, 3, activation=ReLU),
        Flatten(),
        Dense(10, softmax),
    ]
    return Net(layers, CrossEntropyLoss, np.random.default_rng(seed))


def norm_net(seed=0):
    layers = [
        InLayer(shape=(8, 8, 1)),
        Conv2D(6, 3, padding="same", activation=ReLU),
        BatchNorm(),
        MaxPool2D(),
        Conv2D(8, 3, strides=2, padding="same"),
        GlobalAveragePool2D(),
        Flatten(),
        Dense(12, tanh),
        BatchNorm(),
        Dropout(0.1),
        Dense(10, softmax),
    ]
    return Net(layers, CrossEntropyLoss, np.random.default_rng(seed))


every_net = pytest.mark.parametrize("make", [dense_net, image_net, norm_net])


@pytest.fixture(scope="module")
def digits():
    """Ten easily told kinds of 8×8 images: X (300, 64) float32 in 0..1 and labels (300,)."""
    generator = np.random.default_rng(0)
    kinds, labels = generator.random((10, 64)), generator.integers(10, size=300)
    X = 0.8 * kinds[labels] + 0.2 * generator.random((300, 64))
    return X.astype(np.float32), labels


def trained(net, X, Y, seed=0, epochs=2, optimizer=None, batch_size=70):
    optimizer = optimizer or Adam(0.01)
    net.gradient_descent(
        X,
        Y,
        epochs=epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        generator=np.random.default_rng(seed),
    )
    return net


# --- Learning


KNOWN_CODE = """
from nn.nets import Net
from nn.layers import Dense, InLayer
from nn.activation_functions import ReLU, softmax
from nn.cost_functions import CrossEntropyLoss

net = Net([
    InLayer(units=784),
    Dense(units=20, activation=ReLU),
    Dense(units=10, activation=softmax),
], cost_function=CrossEntropyLoss)
net.gradient_descent(X_train, Y_train, alpha=0.0005, epochs=3000, batch_size=256)
net.save_model('my_model.npz')
"""


def test_the_known_code_runs_as_it_stands_and_learns(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    generator = np.random.default_rng(0)
    kinds, labels = generator.random((10, 784)), generator.integers(10, size=12)  # few: 3000 epochs
    X_train = (kinds[labels] + generator.normal(0, 0.1, (12, 784))).astype(np.float32)

    names = {"X_train": X_train, "Y_train": np.eye(10)[labels]}
    exec(KNOWN_CODE, names)

    loaded = Net.load_model("my_model.npz")
    np.testing.assert_array_equal(loaded.predict(X_train), names["net"].predict(X_train))
    assert loaded.evaluate(X_train, labels)[0] < 1  # it began at ln 10 or more


@every_net
def test_a_net_learns_and_tells_its_cost_and_its_accuracy(make, digits):
    net, (X, labels) = make(), digits
    first, *_, last = net.gradient_descent(
        X, labels, epochs=25, batch_size=50, optimizer=Adam(0.01)
    )
    assert last < first / 2
    answers = net.predict(X)
    cost, accuracy = net.evaluate(X, labels)
    assert accuracy == (answers.argmax(axis=1) == labels).mean() > 0.95
    assert cost == pytest.approx(-np.log(answers[range(300), labels]).mean(), rel=1e-4)


def test_plain_gradient_descent_steps_by_alpha_times_the_gradient_of_the_mean_cost(digits):
    X, labels = digits
    net, twin = (Net([InLayer(units=64), Dense(10, softmax)], CrossEntropyLoss) for _ in range(2))
    twin.parameters[:] = net.parameters
    cost, _ = twin.backpropagate(X, labels)
    assert net.gradient_descent(X, labels, alpha=0.5, batch_size=300) == pytest.approx([cost])
    expected = twin.parameters - 0.5 * twin.gradients
    np.testing.assert_allclose(net.parameters, expected, rtol=1e-4, atol=1e-6)


@every_net
def test_labels_and_one_hot_rows_train_alike(make, digits):
    X, labels = digits
    weights = trained(make(), X, labels).parameters
    for Y in (labels.astype(np.uint8), np.eye(10)[labels], np.eye(10, dtype=bool)[labels]):
        np.testing.assert_array_equal(trained(make(), X, Y).parameters, weights)


def test_batches_hold_every_example_once_in_an_order_that_is_new_each_epoch(digits):
    class Recorder(Net):
        def backpropagate(self, X, Y, generator=None):
            seen.append(X[:, 0])
            return super().backpropagate(X, Y, generator)

    X, labels = digits
    seen: list[np.ndarray] = []
    trained(Recorder([InLayer(units=64), Dense(10)], MSE), X, labels)
    assert [len(batch) for batch in seen] == 2 * [70, 70, 70, 70, 20]
    first, second = np.split(np.concatenate(seen), 2)
    assert (first != second).any()
    for epoch in (first, second):
        assert (epoch != X[:, 0]).any()
        np.testing.assert_array_equal(np.sort(epoch), np.sort(X[:, 0]))


def test_the_history_is_the_mean_cost_over_all_examples_however_uneven_the_batches(digits):
    net = Net([InLayer(units=64), Dense(10, softmax)], CrossEntropyLoss, 0)
    history = net.gradient_descent(*digits, alpha=1e-12, epochs=2, batch_size=70)  # 300 examples
    assert history == pytest.approx([net.evaluate(*digits)[0]] * 2)


def test_a_batch_larger_than_the_data_is_all_of_them():
    (batch,) = shuffled_batches(5, 100, np.random.default_rng(0))
    assert sorted(batch) == list(range(5))


# --- Determinism


@every_net
def test_the_same_seeds_give_the_same_weights_bit_for_bit(make, digits):
    weights = trained(make(), *digits).parameters
    np.testing.assert_array_equal(trained(make(), *digits).parameters, weights)
    for other in (trained(make(seed=1), *digits), trained(make(), *digits, seed=1)):
        assert (other.parameters != weights).any()


@every_net
def test_what_is_learned_from_batches_up_to_128_does_not_depend_on_the_number_of_cores(
    make, digits, monkeypatch
):
    X, labels = digits
    two = trained(make(), X, labels, batch_size=128).state  # two parts of 64
    monkeypatch.setattr("nn.lanes.cores", lambda: 1)
    np.testing.assert_array_equal(trained(make(), X, labels, batch_size=128).state, two)


@pytest.mark.parametrize("m", [9, 64])
def test_what_one_chunk_teaches_does_not_depend_on_the_threads_of_products(m):
    generator = np.random.default_rng(0)
    net = Net(seven_convolutions(), CrossEntropyLoss, generator)
    batch = generator.random((m, 784), np.float32), generator.integers(0, 10, m)
    net.backpropagate(*batch, np.random.default_rng(1))
    gradients = net.gradients.copy()
    with blas.one_thread():
        net.backpropagate(*batch, np.random.default_rng(1))
    np.testing.assert_array_equal(net.gradients, gradients)


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("m", [64, 65, 129, 300])
def test_every_image_counts_alike_in_the_statistics(m, cores, digits, monkeypatch):
    monkeypatch.setattr("nn.lanes.cores", lambda: cores)
    layers = [InLayer(shape=(8, 8, 1)), BatchNorm(), Conv2D(2, 3), Flatten(), Dense(10, softmax)]
    net = Net(layers, CrossEntropyLoss)
    X, labels = digits
    net.backpropagate(X[:m], labels[:m])
    net.update_statistics()
    mean = net.layers[1].statistics["mean"]
    np.testing.assert_allclose(mean, 0.1 * X[:m].mean(), rtol=1e-5)


@pytest.mark.parametrize("m", [65, 129, 200, 4033])
def test_a_batch_is_cut_into_chunks_of_equal_size_or_one_more(m, monkeypatch):
    sizes = []

    def learn(lane, x, targets, *rest):
        sizes.append(len(x))
        return np.zeros(len(x)), np.zeros(targets.shape)

    monkeypatch.setattr("nn.lane.Lane.learn", learn)
    image_net().backpropagate(np.zeros((m, 64)), np.zeros(m, int))
    assert sum(sizes) == m and max(sizes) <= 64 and max(sizes) - min(sizes) <= 1


def test_an_error_in_one_chunk_comes_when_the_others_have_ended():
    running = set()

    class Fails(CrossEntropyLoss):
        def evaluate(self, z, activation, t):
            if t[0, 0]:
                raise RuntimeError("planted")
            running.add(1)
            time.sleep(0.2)
            running.clear()
            return super().evaluate(z, activation, t)

    net = Net(image_net().layers, Fails)
    with pytest.raises(RuntimeError, match="planted"):
        net.backpropagate(np.zeros((128, 64)), np.repeat([0, 1], 64))
    assert not running


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals to threads here")
def test_an_interrupt_comes_when_all_chunks_have_ended():
    ended = []

    class Slow(CrossEntropyLoss):
        def evaluate(self, z, activation, t):
            time.sleep(0.3)
            ended.append(1)
            return super().evaluate(z, activation, t)

    net = Net(image_net().layers, Slow)
    here = threading.main_thread().ident
    threading.Timer(0.1, signal.pthread_kill, [here, signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        net.backpropagate(np.zeros((128, 64)), np.zeros(128, int))
    assert len(ended) == 2


@pytest.mark.parametrize("make", [dense_net, image_net])
def test_a_net_goes_on_after_a_batch_that_memory_is_too_small_for(make, monkeypatch):
    net = make()
    X, labels = np.zeros((20, 64), np.float32), np.zeros(20, int)
    net.backpropagate(X[:8], labels[:8], 0)
    before = net.gradients.copy()
    with monkeypatch.context() as planted:
        planted.setattr(Flatten, "allocate", no_memory)
        planted.setattr(Dropout, "allocate", no_memory)
        with pytest.raises(MemoryError):
            net.backpropagate(X, labels)
    net.backpropagate(X[:8], labels[:8], 0)
    np.testing.assert_array_equal(net.gradients, before)


def no_memory(*arguments):
    raise MemoryError


FORKED = """
import os, sys
import numpy as np
sys.path.insert(0, "tests")
from test_nets import image_net
net, X = image_net(), np.zeros((200, 64))
net.predict(X)  # which starts threads
child = os.fork()
net.predict(X)
if child:
    sys.exit(os.waitpid(child, 0)[1])
os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_forked_process_has_threads_of_its_own():
    subprocess.run([sys.executable, "-c", FORKED], check=True, timeout=60)


@every_net
def test_backpropagation_changes_nothing_but_the_gradients(make, digits):
    net, (X, labels) = trained(make(), *digits), digits
    state, answers = net.state.copy(), net.predict(X)
    net.backpropagate(X, labels)
    np.testing.assert_array_equal(net.state, state)
    np.testing.assert_array_equal(net.predict(X), answers)


def test_the_same_batch_has_the_same_gradients_again():
    layers = [InLayer(shape=(7, 7, 1)), Conv2D(4, 3, padding="same"), BatchNorm(), MaxPool2D(3)]
    net = Net([*layers, Flatten(), Dense(10, softmax)], CrossEntropyLoss, 0)
    X, labels = np.random.default_rng(0).random((20, 7, 7)), np.arange(20) % 10
    net.backpropagate(X, labels)
    gradients = net.gradients.copy()
    net.backpropagate(X, labels)
    np.testing.assert_array_equal(net.gradients, gradients)


def test_a_net_leaves_the_global_random_state_alone(digits):
    np.random.seed(0)
    expected = np.random.random()
    np.random.seed(0)
    trained(image_net(), *digits)
    assert np.random.random() == expected


# --- Answering


@every_net
def test_an_image_is_answered_alike_in_any_company(make, digits):
    net, (X, labels) = make(), digits
    trained(net, X, labels)
    answers = net.predict(np.tile(X, (2, 1)))  # 600 rows
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(answers[300:], answers[:300], rtol=1e-4, atol=1e-6)
    for m in (1, 7, 37):
        np.testing.assert_allclose(net.predict(X[-m:]), answers[-m:], rtol=1e-4, atol=1e-6)


@every_net
def test_answers_are_the_callers_own(make, digits):
    net, (X, _) = make(), digits
    first = net.predict(X)
    kept = first.copy()
    net.predict(1 - X)
    np.testing.assert_array_equal(first, kept)


@every_net
def test_no_images_get_no_answers(make):
    assert make().predict(np.empty((0, 64))).shape == (0, 10)


def test_images_may_come_flat_or_square_or_with_their_channel(digits):
    net, (X, labels) = image_net(), digits
    answers = net.predict(X)
    for shape in ((300, 8, 8), (300, 8, 8, 1)):
        np.testing.assert_array_equal(net.predict(X.reshape(shape)), answers)
        np.testing.assert_array_equal(
            trained(image_net(), X.reshape(shape), labels).parameters,
            trained(image_net(), X, labels).parameters,
        )


@pytest.mark.parametrize(
    ("start", "shape"),
    [
        (InLayer(units=64), (5, 63)),
        (InLayer(units=64), (64,)),
        (InLayer(units=64), ()),
        (InLayer(units=64), (0, 63)),
        (InLayer(shape=(8, 8, 1)), (8, 8)),
        (InLayer(shape=(8, 8, 1)), (5, 8, 9)),
        (InLayer(shape=(8, 6, 1)), (5, 6, 8)),
        (InLayer(shape=(8, 8, 3)), (5, 8, 8)),
        (InLayer(shape=(8, 8, 3)), (5, 3, 8, 8)),
    ],
    ids=str,
)
def test_inputs_of_another_shape_are_refused_with_both_shapes(start, shape):
    rest = [Flatten(), Dense(10)] if start.shape else [Dense(10)]
    wanted = ", ".join(map(str, start.shape or (start.units,)))
    with pytest.raises(ValueError, match=rf"\(m, {wanted}\).*{re.escape(str(shape))}"):
        Net([start, *rest], MSE).predict(np.zeros(shape))


@pytest.mark.parametrize(
    "Y",
    [
        np.arange(8) + 3,
        np.arange(8) - 1,
        np.arange(8.0),
        np.arange(7),
        np.zeros((8, 9)),
        np.zeros((8, 10, 1)),
        np.zeros(()),
    ],
    ids=["too large", "negative", "not whole", "too few", "too narrow", "too deep", "a number"],
)
def test_labels_that_do_not_fit_are_refused(Y):
    net = dense_net()
    for use in (net.backpropagate, net.evaluate, net.gradient_descent):
        with pytest.raises(ValueError, match="labels"):
            use(np.zeros((8, 64)), Y)


def test_a_single_output_has_targets_and_no_classes():
    net = Net([InLayer(4), Dense(1, sigmoid)], CrossEntropyLoss)
    X = np.eye(4)
    with pytest.raises(ValueError, match="targets"):
        net.backpropagate(X, np.array([0, 1, 0, 1]))
    assert np.isnan(net.evaluate(X, np.ones((4, 1)))[1])


def test_a_seed_serves_as_a_generator(digits):
    for seed in (0, 1):
        nets = [dense_net(seed), Net(dense_net().layers, CrossEntropyLoss, seed)]
        for net, generator in zip(nets, (np.random.default_rng(seed), seed), strict=True):
            net.gradient_descent(*digits, epochs=1, generator=generator)
        np.testing.assert_array_equal(nets[0].parameters, nets[1].parameters)


@pytest.mark.parametrize("unit", [-1, 10, 99, 1.5])
def test_the_input_gradient_of_no_unit_is_refused(unit):
    with pytest.raises(ValueError, match="unit must be"):
        dense_net().input_gradient(np.zeros((1, 64)), unit)


def test_nothing_to_learn_from_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        dense_net().gradient_descent(np.zeros((0, 64)), np.zeros(0, int))


@pytest.mark.parametrize("value", [0, -1, 2.5, True])
@pytest.mark.parametrize("name", ["batch_size", "epochs"])
def test_batches_and_epochs_that_are_no_whole_number_above_zero_are_refused(name, value, digits):
    net = dense_net()
    before = net.state.copy()
    with pytest.raises(ValueError, match=name):
        net.gradient_descent(*digits, **{name: value})
    np.testing.assert_array_equal(net.state, before)


def test_a_learning_rate_beside_an_optimizer_is_refused(digits):
    with pytest.raises(ValueError, match=r"alpha=0\.1"):
        dense_net().gradient_descent(*digits, alpha=0.1, optimizer=Adam())


@pytest.mark.parametrize("optimizer", [Adam, "adam"])
def test_what_is_no_optimizer_is_refused(optimizer, digits):
    with pytest.raises(ValueError, match=r"Adam\(\)"):
        dense_net().gradient_descent(*digits, optimizer=optimizer)


def test_without_a_learning_rate_plain_gradient_descent_takes_a_hundredth(digits):
    nets = [dense_net(), dense_net()]
    for net, alpha in zip(nets, ({}, {"alpha": 0.01}), strict=True):
        net.gradient_descent(*digits, **alpha, generator=np.random.default_rng(0))
    np.testing.assert_array_equal(nets[0].parameters, nets[1].parameters)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_inputs_that_are_no_numbers_are_refused_before_anything_is_learned(value, digits):
    net, X = image_net(), digits[0].copy()
    X[217, 5] = value
    before = net.state.copy()
    with pytest.raises(ValueError, match=r"X\[217\]"):
        net.gradient_descent(X, digits[1])
    np.testing.assert_array_equal(net.state, before)


@pytest.mark.parametrize("make", [dense_net, image_net])
def test_a_batch_with_what_is_no_number_is_refused(make, digits):
    X, Y = digits[0].copy(), np.eye(10)[digits[1]]
    X[3, 60] = np.nan
    with pytest.raises(ValueError, match=r"X\[3\]"):
        make().backpropagate(X, Y)
    Y[2, 0] = np.nan
    with pytest.raises(ValueError, match=r"Y\[2\]"):
        make().backpropagate(digits[0], Y)


# --- float32


@every_net
@pytest.mark.parametrize("dtype", [np.float64, np.uint8, np.int64])
def test_inputs_of_any_type_are_answered_in_float32(make, dtype):
    assert make().predict(np.ones((3, 64), dtype)).dtype == np.float32


@every_net
@pytest.mark.parametrize(
    "cost", [MSE(), CrossEntropyLoss(), CrossEntropyLoss(0.1)], ids=["mse", "ce", "smoothed"]
)
def test_no_step_of_training_or_answering_makes_a_float64(make, cost, digits, monkeypatch):
    met = set()

    def watched(function):
        def watch(self, *arguments):
            results = function(self, *arguments)
            arrays = [*arguments, *(results if isinstance(results, tuple) else [results])]
            met.update(array.dtype for array in arrays if isinstance(array, np.ndarray))
            return results

        return watch

    for kind in (*LAYERS.values(), type(cost)):
        for name in ("forward", "backward", "evaluate"):
            if name in vars(kind):
                monkeypatch.setattr(kind, name, watched(vars(kind)[name]))
    net, (X, labels) = make(), digits
    net.cost_function = cost
    optimizer = AdamW(0.01, weight_decay=0.1)
    trained(net, X.astype(np.float64), np.eye(10)[labels], optimizer=optimizer)
    net.evaluate(X, labels)
    _, outputs = net.backpropagate(X, labels)
    kept = [outputs, net.predict(X), net.parameters, net.gradients, *vars(optimizer).values()]
    kept += [a for layer in net.layers for a in (layer.parameters | layer.statistics).values()]
    met.update(array.dtype for array in kept if isinstance(array, np.ndarray))
    assert met == {np.dtype(np.float32)}


# --- Lists of layers


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([], ["first layer must be an InLayer"]),
        ([InLayer(units=5)], ["last a Dense"]),
        ([Dense(5), Dense(3)], ["first layer must be an InLayer"]),
        ([InLayer(units=5), Dense(3), Dropout(0.5)], ["last a Dense"]),
        ([InLayer(units=5), InLayer(units=5), Dense(3)], ["layer 1", "InLayer"]),
        ([InLayer(shape=(8, 8, 1)), Dense(3)], ["layer 1", "Dense", "(8, 8, 1)", "Flatten"]),
        ([InLayer(units=64), Conv2D(2, 3), Dense(3)], ["layer 1", "Conv2D", "(64,)", "images"]),
        (
            [InLayer(shape=(8, 8, 1)), Flatten(), MaxPool2D(), Dense(3)],
            ["layer 2", "MaxPool2D", "(64,)", "images"],
        ),
        (
            [InLayer(units=9), Dropout(0.1), GlobalAveragePool2D(), Dense(3)],
            ["layer 2", "GlobalAveragePool2D", "(9,)", "images"],
        ),
        (
            [InLayer(shape=(8, 8, 1)), MaxPool2D(), Conv2D(2, 5), Flatten(), Dense(3)],
            ["layer 2", "Conv2D", "5×5", "4×4"],
        ),
        (
            [InLayer(shape=(3, 8, 1)), MaxPool2D(4), Flatten(), Dense(3)],
            ["layer 1", "MaxPool2D", "4×4", "3×8"],
        ),
    ],
)
def test_layers_that_do_not_fit_are_named_with_what_they_got_and_what_they_need(layers, said):
    with pytest.raises(ValueError) as refusal:
        Net(layers, MSE)
    message = str(refusal.value)
    assert all(words in message for words in said), message
    assert "\n" not in message


def test_a_list_of_layers_is_only_a_description_that_may_be_used_again():
    dense = Dense(4, tanh)
    layers = [InLayer(units=4), dense, dense, Dense(2)]
    first, second = (Net(layers, MSE, np.random.default_rng(0)) for _ in range(2))
    third = Net(first.layers, MSE, np.random.default_rng(1))
    assert dense.parameters == {} and first.layers[1] is not dense
    weights = [
        net.layers[i].parameters["weights"] for net in (first, second, third) for i in (1, 2)
    ]
    for i, one in enumerate(weights):
        assert not any(np.shares_memory(one, other) for other in weights[:i])
    np.testing.assert_array_equal(first.parameters, second.parameters)
    assert (third.parameters != first.parameters).any()


@pytest.mark.parametrize("layers", [["Dense"], [InLayer(units=4), Dense], [InLayer(units=4), None]])
def test_what_is_no_layer_is_refused(layers):
    with pytest.raises(ValueError, match="made of layers"):
        Net(layers, MSE)


def test_printing_a_net_shows_its_layers_output_shapes_and_numbers_of_parameters():
    net = Net(
        [
            InLayer(shape=(28, 28, 1)),
            Conv2D(24, 5, activation=ReLU),
            BatchNorm(),
            MaxPool2D(),
            Flatten(),
            Dense(10, softmax),
        ],
        CrossEntropyLoss,
    )
    lines = [re.split(r"\s{2,}", line.strip()) for line in str(net).splitlines()]
    assert [line[1:] for line in lines] == [
        ["output", "parameters"],
        ["28 × 28 × 1", "0"],
        ["24 × 24 × 24", "624"],
        ["24 × 24 × 24", "48"],
        ["12 × 12 × 24", "0"],
        ["3456", "0"],
        ["10", "34,570"],
        ["35,242"],
    ]
    for line, layer in zip(lines[1:], net.layers, strict=False):
        assert line[0].startswith(type(layer).__name__)


# --- Parts of one's own


@dataclass(eq=False)
class Scale(Layer):
    """Multiplies by a learned number, and counts its batches."""

    start: float = 1.0

    def parameter_shapes(self):
        return {"factor": ()}

    def statistics_shapes(self):
        return {"batches": ()}

    def initialize(self, generator):
        self.parameters["factor"][...] = self.start

    def forward(self, x, generator=None):
        self.x = x
        return x * self.parameters["factor"]

    def backward(self, dy):
        if self.gradients:
            self.gradients["factor"][...] = (dy * self.x).sum()
        return dy * self.parameters["factor"]

    def update_statistics(self):
        self.statistics["batches"][...] += 1


class Huber:
    """Quadratic near the target, linear far away."""

    def __init__(self, reach=1.0):
        self.reach = reach

    def evaluate(self, z, activation, y):
        a = activation(z)
        error = a - y
        near, size = np.clip(error, -self.reach, self.reach), np.abs(error)
        costs = np.where(size < self.reach, error**2 / 2, self.reach * (size - self.reach / 2))
        return costs.sum(axis=1), a, activation.backward(a, near)


def own_net(dtype=np.float32):
    layers = [InLayer(units=64), Scale(0.5), Dense(12, tanh), Scale(), Dense(10)]
    return Net(layers, Huber(0.3), np.random.default_rng(0), dtype)


def test_a_layer_and_a_cost_of_ones_own_have_the_right_gradients_and_learn(digits):
    net = own_net(np.float64)
    net.parameters += 0.1
    assert gradient_error(net, *digits) < 1e-6
    net, (X, labels) = own_net(), digits
    first, *_, last = net.gradient_descent(X, labels, epochs=30, optimizer=Adam(0.01))
    assert last < first / 2 and net.evaluate(X, labels)[1] > 0.95
    assert net.layers[1].statistics["batches"] == 30 * 3
    assert net.input_gradient(X[:1], 0).any()


def test_a_cost_of_ones_own_can_be_given_as_a_class(digits):
    net = Net([InLayer(units=64), Dense(10)], Huber)
    assert net.cost_function.reach == 1
    assert np.isfinite(net.gradient_descent(*digits)).all()


@pytest.mark.parametrize("cost", [None, "MSE", 3, dict, lambda z, a, y: 0], ids=repr)
def test_what_is_no_cost_function_is_refused(cost):
    with pytest.raises(ValueError, match="cost_function"):
        Net([InLayer(units=4), Dense(2)], cost)


def test_a_net_with_parts_of_ones_own_can_be_copied_and_saved(digits, tmp_path, monkeypatch):
    X, labels = digits
    net = trained(own_net(), X, labels)
    twin = copy.deepcopy(net)
    np.testing.assert_array_equal(twin.state, net.state)
    np.testing.assert_array_equal(twin.predict(X), net.predict(X))
    assert twin.layers[1] is not net.layers[1] and twin.cost_function is net.cost_function

    net.save_model(path := tmp_path / "model.npz")
    with pytest.raises(ModelFileError, match=r"'Scale'.*LAYERS"):
        Net.load_model(path)
    monkeypatch.setitem(LAYERS, "Scale", Scale)
    with pytest.raises(ModelFileError, match=r"'Huber'.*COSTS"):
        Net.load_model(path)
    monkeypatch.setitem(COSTS, "Huber", Huber)
    loaded = Net.load_model(path)
    np.testing.assert_array_equal(loaded.predict(X), net.predict(X))
    assert (loaded.layers[1].start, loaded.cost_function.reach) == (0.5, 0.3)


def test_an_activation_of_ones_own_need_not_rise_to_stand_before_a_pool(digits, tmp_path):
    fall = Activation("fall", lambda z, out=None: np.negative(z, out=out), lambda a, da: -da)
    layers = [InLayer(shape=(8, 8, 1)), Conv2D(3, 3, activation=fall), MaxPool2D(3), Flatten()]
    generator = np.random.default_rng(0)
    net = Net([*layers, Dense(10, softmax)], CrossEntropyLoss, generator, np.float64)
    X, labels = digits
    np.testing.assert_allclose(net.activations(X[:1])[-1][1], net.predict(X[:1])[0])
    assert gradient_error(net, X, labels) < 1e-6
    net.save_model(path := tmp_path / "model.npz")
    with pytest.raises(ModelFileError, match=r"'fall'.*ACTIVATIONS"):
        Net.load_model(path)


# --- Against PyTorch


def net_b():
    return [
        InLayer(shape=(28, 28, 1)),
        Conv2D(16, 3, padding="same", activation=ReLU),
        Conv2D(16, 3, padding="same", activation=ReLU),
        MaxPool2D(),
        Conv2D(32, 3, padding="same", activation=ReLU),
        Conv2D(32, 3, padding="same", activation=ReLU),
        MaxPool2D(),
        Flatten(),
        Dense(10, softmax),
    ]


def net_c():
    return [
        InLayer(shape=(28, 28, 1)),
        Conv2D(24, 5, activation=ReLU),
        MaxPool2D(),
        Conv2D(32, 3, activation=ReLU),
        MaxPool2D(),
        Flatten(),
        Dense(256, ReLU),
        Dense(10, softmax),
    ]


@pytest.mark.parametrize("layers", [net_b, net_c])
def test_outputs_and_gradients_are_those_of_pytorch(layers):
    torch = pytest.importorskip("torch", reason="PyTorch is missing: pip install torch")
    functional = torch.nn.functional
    generator = np.random.default_rng(0)
    net = Net(layers(), CrossEntropyLoss, generator, dtype=np.float64)
    net.parameters += generator.normal(0, 0.05, net.parameters.size)
    X, labels = generator.random((40, 28, 28)), generator.integers(10, size=40)
    X[:, :8] = 0
    cost, outputs = net.backpropagate(X, labels)

    x = torch.tensor(X)[:, None]  # (m, channels, height, width)
    pairs = []
    for layer in net.layers:
        p = {name: torch.tensor(a, requires_grad=True) for name, a in layer.parameters.items()}
        pairs += [(layer.gradients[name], tensor) for name, tensor in p.items()]
        if isinstance(layer, Conv2D):
            weights = p["weights"].permute(0, 3, 1, 2)  # (filters, channels, k, k)
            x = functional.conv2d(x, weights, p["biases"], padding=layer.padding)
        elif isinstance(layer, MaxPool2D):
            x = functional.max_pool2d(x, layer.pool_size)
        elif isinstance(layer, Flatten):
            x = x.permute(0, 2, 3, 1).flatten(1)
        elif isinstance(layer, Dense):
            x = x @ p["weights"] + p["biases"]
        if getattr(layer, "activation", linear) is ReLU:
            x = x.relu()
    loss = functional.cross_entropy(x, torch.tensor(labels))
    loss.backward()

    assert cost == pytest.approx(loss.item(), rel=1e-9)
    np.testing.assert_allclose(outputs, x.softmax(1).detach(), rtol=1e-8, atol=1e-12)
    for gradient, tensor in pairs:
        np.testing.assert_allclose(gradient, tensor.grad, rtol=1e-7, atol=1e-10)


def test_a_net_is_not_pickled():
    with pytest.raises(TypeError, match="save_model"):
        pickle.dumps(dense_net())


def test_a_deep_copy_learns_for_itself():
    net = Net([InLayer(units=4), Dense(3, tanh), BatchNorm(), Dense(2, softmax)], CrossEntropyLoss)
    net.metadata["labels"] = ["no", "yes"]
    X, Y = np.eye(4, dtype=np.float32), np.array([0, 1, 0, 1])
    net.gradient_descent(X, Y, alpha=0.1, epochs=3)
    answers = net.predict(X)
    twin = copy.deepcopy(net)
    np.testing.assert_array_equal(twin.predict(X), answers)
    assert twin.metadata == net.metadata and twin.metadata["labels"] is not net.metadata["labels"]
    twin.gradient_descent(X, Y, alpha=0.1, epochs=3)
    np.testing.assert_array_equal(net.predict(X), answers)
    assert not np.allclose(twin.predict(X), answers)
