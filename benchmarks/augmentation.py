"""Augmented digits to judge by eye, and the time that augmentation takes in training.

    python benchmarks/augmentation.py --data DIR augmented.png

Each row begins with one of MNIST's digits, followed by augmented versions of it.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from arguments import add_data, png
from PIL import Image

from digits.data import mnist
from digits.data.downloads import DataError
from digits.learning.augment import augment
from nn.cost_functions import CrossEntropyLoss
from nn.nets import Net
from training.recipes import RECIPES

VERSIONS = 15
ENLARGED = 2
ROUNDS = 15


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("picture", type=png, metavar="PNG")
    add_data(parser)
    arguments = parser.parse_args()
    try:
        images, labels = mnist.load("train", arguments.data)
    except DataError as error:
        print(f"augmentation.py: {error}", file=sys.stderr)
        return 1
    generator = np.random.default_rng(0)
    rows = []
    for digit in range(10):
        image = images[generator.choice(np.flatnonzero(labels == digit))] / np.float32(255)
        versions = augment(np.repeat(image[None], VERSIONS, axis=0), generator)
        rows.append(np.hstack([image, *versions]))
    picture = np.kron(1 - np.vstack(rows), np.ones((ENLARGED, ENLARGED)))
    Image.fromarray((picture * 255).astype(np.uint8)).save(arguments.picture)

    recipe = RECIPES["inkling"]
    net = Net(recipe.layers(), CrossEntropyLoss, generator)
    x = images[: recipe.batch_size].astype(np.float32) / 255
    y = labels[: recipe.batch_size]
    augmenting, learning = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        x_new = augment(x, generator)
        middle = time.perf_counter()
        net.backpropagate(x_new, y, generator)
        augmenting.append(middle - start)
        learning.append(time.perf_counter() - middle)
    print(
        f"augmenting {len(x)} digits: {median(augmenting) * 1000:.1f} ms, "
        f"learning from them: {median(learning) * 1000:.1f} ms, "
        f"ratio {median(augmenting) / median(learning):.3f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
