"""Optimizers, learning-rate schedules, weight decay and the moving average, against formulas
written out here once more, plainly."""

from functools import partial

import numpy as np
import pytest

from nn.activation_functions import ReLU
from nn.averaging import MovingAverage
from nn.cost_functions import MSE
from nn.layers import BatchNorm, Conv2D, Dense, Flatten, InLayer
from nn.nets import Net
from nn.optimizers import SGD, Adam, AdamW, Momentum, clip_norm
from nn.schedules import constant, cosine, one_cycle, step_decay

RATE, DECAY = 0.1, 0.2


def sgd(theta, gradient, state, t, rate):
    return theta - rate * gradient


def momentum(theta, gradient, state, t, rate):
    state["v"] = 0.9 * state.get("v", 0) + gradient
    return theta - rate * state["v"]


def nesterov(theta, gradient, state, t, rate):
    state["v"] = 0.9 * state.get("v", 0) + gradient
    return theta - rate * (gradient + 0.9 * state["v"])


def adam(theta, gradient, state, t, rate):
    state["m"] = 0.8 * state.get("m", 0) + 0.2 * gradient
    state["v"] = 0.95 * state.get("v", 0) + 0.05 * gradient**2
    m, v = state["m"] / (1 - 0.8**t), state["v"] / (1 - 0.95**t)
    return theta - rate * m / (np.sqrt(v) + 1e-8)


@pytest.mark.parametrize(
    ("optimizer", "formula", "decoupled"),
    [
        (SGD, sgd, False),
        (partial(Momentum, momentum=0.9), momentum, False),
        (partial(Momentum, momentum=0.9, nesterov=True), nesterov, False),
        (partial(Adam, betas=(0.8, 0.95)), adam, False),
        (partial(AdamW, betas=(0.8, 0.95)), adam, True),
    ],
    ids=["SGD", "Momentum", "Nesterov", "Adam", "AdamW"],
)
@pytest.mark.parametrize("decay", [0, DECAY])
@pytest.mark.parametrize("scheduled", [False, True])
def test_the_steps_are_those_of_the_formula(optimizer, formula, decoupled, decay, scheduled):
    rates = [RATE / (t + 1) if scheduled else RATE for t in range(6)]
    tested = optimizer(rates.__getitem__ if scheduled else RATE, weight_decay=decay)
    generator = np.random.default_rng(0)
    theta = generator.normal(size=5)
    parameters, decaying, state = theta.copy(), np.array([1, 1, 1, 0, 0]), {}
    for t, rate in enumerate(rates, start=1):
        gradient = generator.normal(size=5)
        tested.step(parameters, gradient.copy(), decaying=slice(0, 3))
        if decoupled:
            theta = theta - rate * decay * decaying * theta
        else:
            gradient = gradient + decay * decaying * theta
        theta = formula(theta, gradient, state, t, rate)
        np.testing.assert_allclose(parameters, theta, rtol=1e-10)


@pytest.mark.parametrize(
    "optimizer",
    [SGD(RATE), Momentum(RATE), Momentum(RATE, nesterov=True), Adam(RATE), AdamW(RATE, (0.9, 0.9))],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_an_optimizer_keeps_float32_and_finds_the_bottom_of_a_bowl(optimizer):
    parameters = np.array([3, -2, 1], np.float32)
    for _ in range(300):
        optimizer.step(parameters, 0.5 * parameters)
    np.testing.assert_allclose(parameters, 0, atol=0.02)
    assert {array.dtype for array in (parameters, *optimizer.state.values())} == {
        np.dtype(np.float32)
    }


@pytest.mark.parametrize(
    "make",
    [SGD, Momentum, partial(Momentum, nesterov=True), Adam, AdamW],
    ids=["SGD", "Momentum", "Nesterov", "Adam", "AdamW"],
)
def test_steps_and_state_are_all_that_an_optimizer_remembers(make):
    gradients = np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)
    first, parameters = make(one_cycle(RATE, 6), weight_decay=DECAY), np.ones(5, np.float32)
    for gradient in gradients[:3]:
        first.step(parameters, gradient.copy())
    second, twins = make(one_cycle(RATE, 6), weight_decay=DECAY), parameters.copy()
    second.resume(first.steps, first.state)
    for gradient in gradients[3:]:
        first.step(parameters, gradient.copy())
        second.step(twins, gradient.copy())
    np.testing.assert_array_equal(parameters, twins)
    first.resume(0, {})
    first.step(np.ones(7, np.float32), np.ones(7, np.float32))  # nothing is left of the five


def test_an_optimizer_resumes_from_what_one_of_its_kind_remembers_and_from_nothing_else():
    parameters = np.ones(5, np.float32)
    adam = Adam(RATE)
    adam.step(parameters, parameters.copy())
    for wrong in (Momentum(RATE), SGD(RATE)):
        with pytest.raises(ValueError, match=type(wrong).__name__ + ".*not mean, square"):
            wrong.resume(adam.steps, adam.state)
    with pytest.raises(ValueError, match="remembers mean, square, not nothing"):
        Adam(RATE).resume(1, {})
    Adam(RATE).resume(0, {})


@pytest.mark.parametrize("value", [-0.1, np.inf, -np.inf, np.nan, None, True, 0.5j])
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("learning_rate", SGD),
        ("weight_decay", partial(Adam, RATE, (0.9, 0.9))),
        ("momentum", partial(Momentum, RATE)),
        ("beta 1", lambda value: Adam(RATE, (value, 0.9))),
        ("beta 2", lambda value: AdamW(RATE, (0.9, value))),
        ("decay", partial(MovingAverage, np.zeros(2))),
        ("rate", constant),
        ("factor", partial(step_decay, RATE, 5)),
        ("every", partial(step_decay, RATE)),
        ("final", partial(cosine, RATE, 5)),
        ("steps", partial(cosine, RATE)),
        ("steps", partial(one_cycle, RATE)),
        ("warm_up", partial(one_cycle, RATE, 5)),
        ("start", partial(one_cycle, RATE, 5, 0.3)),
    ],
)
def test_a_number_out_of_its_range_is_refused_by_name(name, make, value):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        make(value)


@pytest.mark.parametrize("value", [10**400, np.complex64(1)])
def test_a_rate_that_no_float_can_hold_is_refused(value):
    with pytest.raises(ValueError, match=r"^learning_rate must be"):
        SGD(value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Momentum(RATE, momentum=1),
        lambda: Adam(RATE, (0.9, 1)),
        lambda: MovingAverage(np.zeros(2), 1),
        lambda: one_cycle(RATE, 5, warm_up=1),
    ],
)
def test_a_share_of_the_past_and_a_warm_up_are_below_1(make):
    with pytest.raises(ValueError, match=r"must be a number in \[0, 1\)"):
        make()


def test_a_learning_rate_of_zero_changes_nothing():
    parameters = np.ones(5)
    SGD(0).step(parameters, np.ones(5))
    np.testing.assert_array_equal(parameters, 1)


@pytest.mark.parametrize("optimizer", [SGD, Momentum, Adam, AdamW])
def test_weight_decay_pulls_at_weights_and_leaves_biases_and_norms_alone(optimizer):
    layers = [
        InLayer(shape=(4, 4, 1)),
        Conv2D(2, 3, activation=ReLU),
        BatchNorm(),
        Flatten(),
        Dense(3),
    ]
    net = Net(layers, MSE, np.random.default_rng(0))
    net.parameters[:] = 1
    optimizer(RATE, weight_decay=DECAY).step(
        net.parameters, np.zeros_like(net.gradients), net.decaying
    )
    seen = {
        (name, (array < 1).all(), (array == 1).all())
        for layer in net.layers
        for name, array in layer.parameters.items()
    }
    assert seen == {
        ("weights", True, False),
        ("biases", False, True),
        ("scale", False, True),
        ("shift", False, True),
    }


def test_clipping_shortens_a_gradient_that_is_too_long_and_no_other():
    gradients = np.array([3, -4], np.float32)
    for largest, expected in ((6, [3, -4]), (5, [3, -4]), (1, [0.6, -0.8])):
        clip_norm(gradients, largest)
        np.testing.assert_allclose(gradients, expected, rtol=1e-6)
    clip_norm(zero := np.zeros(2), 1)
    assert not zero.any()
    clip_norm(large := np.full(4, 1e20, np.float32), 1)  # its squares are beyond float32
    np.testing.assert_allclose(large, 0.5)
    with pytest.raises(ValueError, match="largest"):
        clip_norm(gradients, -1)


@pytest.mark.parametrize(
    ("schedule", "values"),
    [
        (constant(0.3), {0: 0.3, 10**6: 0.3}),
        (step_decay(0.3, every=10), {0: 0.3, 9: 0.3, 10: 0.03, 19: 0.03, 20: 0.003}),
        (step_decay(0.3, every=1, factor=0.5), {0: 0.3, 3: 0.0375}),
        (cosine(0.3, 100), {0: 0.3, 50: 0.15, 100: 0, 200: 0}),
        (cosine(0.3, 100, final=0.1), {0: 0.3, 25: 0.2 + 0.1 * np.sqrt(0.5), 50: 0.2, 100: 0.1}),
        (one_cycle(0.3, 100), {0: 0.012, 15: 0.156, 30: 0.3, 65: 0.15, 100: 0, 101: 0}),
        (one_cycle(0.3, 100, warm_up=0.5, start=0.1), {0: 0.03, 50: 0.3, 75: 0.15, 100: 0}),
        (one_cycle(0.3, 100, warm_up=0), {0: 0.3, 50: 0.15, 100: 0}),
    ],
)
def test_a_schedule_goes_through_its_known_values(schedule, values):
    assert {step: schedule(step) for step in values} == pytest.approx(values, abs=1e-12)


def test_one_cycle_rises_to_its_peak_and_then_falls():
    rates = np.array([one_cycle(0.3, 100)(step) for step in range(101)])
    assert rates.argmax() == 30
    assert (np.diff(rates[:31]) > 0).all() and (np.diff(rates[30:]) < 0).all()


def test_the_moving_average_is_its_formula_and_keeps_its_type():
    generator = np.random.default_rng(0)
    parameters = generator.normal(size=4).astype(np.float32)
    average = MovingAverage(parameters, decay=0.5)
    expected = parameters.astype(float)
    for t in range(20):
        parameters += generator.normal(size=4).astype(np.float32)
        average.update(parameters)
        decay = min(0.5, (1 + t) / (10 + t))
        expected = decay * expected + (1 - decay) * parameters
        np.testing.assert_allclose(average.values, expected, rtol=1e-5)
    assert average.values.dtype == np.float32
    assert not np.shares_memory(average.values, parameters)
