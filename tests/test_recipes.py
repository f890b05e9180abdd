"""Recipes: the networks are those that their names promise, and their settings suit them."""

import re
from dataclasses import replace

import numpy as np
import pytest

import train
from nn.activation_functions import ReLU, sigmoid
from nn.layers import Dense
from nn.nets import Net
from training.recipes import OPTIMIZERS, RECIPES

SIZES = {
    "inkling": 326_410,
    "fast": 108_874,
    "tiny": 9_282,
    "dense-800": 636_010,
    "dense-128-64": 109_386,
    "dense-20-15-15": 16_415,
    "dense-10": 7_960,
    "nielsen-30": 23_860,
}


def network(recipe):
    return Net(recipe.layers(), recipe.make_cost(), np.random.default_rng(0))


@pytest.mark.parametrize("name", RECIPES)
def test_each_network_has_the_size_that_is_told_of_it(name):
    assert network(RECIPES[name]).parameters.size == SIZES[name]


def test_tiny_has_fewer_than_10_000_parameters():
    assert network(RECIPES["tiny"]).parameters.size < 10_000


@pytest.mark.parametrize("name", [name for name in RECIPES if re.search(r"-\d", name)])
def test_a_dense_recipe_is_named_after_its_hidden_layers(name):
    _, *hidden, output = RECIPES[name].layers()
    assert [layer.units for layer in hidden] == [int(n) for n in name.split("-")[1:]]
    assert all(isinstance(layer, Dense) for layer in hidden)
    assert {layer.activation for layer in hidden} == {sigmoid if "nielsen" in name else ReLU}
    assert output.units == 10


@pytest.mark.parametrize("name", RECIPES)
def test_each_network_learns_a_batch_by_heart_at_its_recipes_rate(name):
    recipe = RECIPES[name]
    net = network(recipe)
    optimizer = replace(recipe, schedule="constant").make_optimizer(100)
    generator = np.random.default_rng(1)
    X, Y = np.zeros((10, 28, 28), np.float32), np.arange(10)
    X[Y, 2 * Y + 4] = generator.random((10, 28))  # a bright row of its own for each
    for _ in range(100):
        net.backpropagate(X, Y, generator)
        optimizer.step(net.parameters, net.gradients, net.decaying)
        net.update_statistics()
    assert net.evaluate(X, Y)[1] == 1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_weight_decay_shrinks_weights_with_every_optimizer(name):
    recipe = replace(RECIPES["fast"], optimizer=name, schedule="constant", weight_decay=0.1)
    weights = np.ones(3, np.float32)
    recipe.make_optimizer(1).step(weights, np.zeros_like(weights))
    assert (weights < 1).all()


def test_the_second_half_of_two_rates_is_trained_at_a_tenth_of_the_first():
    schedule = RECIPES["nielsen-30"].make_optimizer(7).schedule
    assert [schedule(step) for step in range(7)] == pytest.approx([15] * 4 + [1.5] * 3)


def test_the_smallest_network_reaches_its_figure_on_mnist(data_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(
        train.sys,
        "argv",
        f"train.py --recipe dense-10 --data {data_folder} --out {tmp_path}/run".split(),
    )
    assert train.main() == 0
    assert Net.load_model(tmp_path / "run/model.npz").metadata["test_accuracy"] >= 0.927
