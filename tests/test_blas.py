"""Matrix products on one thread, where NumPy can be told so; elsewhere nothing but time is lost."""

from pathlib import Path

import numpy as np
import pytest

from nn import blas
from nn.activation_functions import ReLU, softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Conv2D, Dense, Flatten, InLayer
from nn.nets import Net


@pytest.fixture
def openblas():
    if not blas.can_set_threads():
        pytest.skip("this NumPy is built on another library than OpenBLAS")
    return blas._openblas()


@pytest.fixture
def numpy_elsewhere(tmp_path, monkeypatch):
    """NumPy seems to stand in this folder, without OpenBLAS's threads."""
    monkeypatch.setattr(np, "__file__", str(tmp_path / "numpy" / "__init__.py"))
    blas._openblas.cache_clear()
    yield tmp_path
    blas._openblas.cache_clear()


def test_inside_the_block_products_run_on_one_thread_and_behind_it_on_as_many_as_before(openblas):
    before = openblas.scipy_openblas_get_num_threads64_()
    try:
        openblas.scipy_openblas_set_num_threads64_(2)
        with blas.one_thread():
            assert openblas.scipy_openblas_get_num_threads64_() == 1
        assert openblas.scipy_openblas_get_num_threads64_() == 2
        with pytest.raises(KeyboardInterrupt), blas.one_thread():
            raise KeyboardInterrupt
        assert openblas.scipy_openblas_get_num_threads64_() == 2
    finally:
        openblas.scipy_openblas_set_num_threads64_(before)


@pytest.mark.parametrize("content", [None, b"not a library"])
def test_without_openblas_the_block_changes_nothing(numpy_elsewhere: Path, content):
    if content:
        (numpy_elsewhere / "numpy.libs").mkdir()
        (numpy_elsewhere / "numpy.libs" / "libopenblas.so").write_bytes(content)
    assert not blas.can_set_threads()
    with blas.one_thread():
        pass


def test_without_openblas_a_network_learns_and_answers_the_same(request):
    def learned():
        generator = np.random.default_rng(0)
        layers = [InLayer(shape=(8, 8, 1)), Conv2D(4, 3, activation=ReLU), Flatten()]
        net = Net([*layers, Dense(10, softmax)], CrossEntropyLoss, generator)
        X, Y = generator.random((128, 64)), generator.integers(10, size=128)
        net.gradient_descent(X, Y, epochs=2, generator=generator)
        return net.state, net.predict(X)

    expected = learned()
    request.getfixturevalue("numpy_elsewhere")
    for array, wanted in zip(learned(), expected, strict=True):
        np.testing.assert_array_equal(array, wanted)
