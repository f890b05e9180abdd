"""Recall lets one network read with what a person taught: an addition to its logits.

As in a cache model (Tip-Adapter, Zhang et al. 2022) every lesson votes for its digit, the more so
the more similar a drawing is to it. Three things keep a lesson's effect local:

- Similarity is the product of two kernels, over the cosines of blurred images and of features. Each
  has compact support (Epanechnikov 1969): outside it nothing changes at all.
- A lesson's weight is the least with which it is itself read with MARGIN, given its neighbours, as
  in passive-aggressive learning (Crammer et al. 2006).
- Where the network is so sure of another digit that more than MOST is needed, the weight above MOST
  acts only on drawings that are nearly identical to the lesson.
"""

from collections.abc import Iterator

import numpy as np

from digits.drawing.preprocess import SIDE
from digits.recognizer.memory import Lesson, Memory
from nn.nets import Net

BLURRED = 14  # pixels, the side of what is compared: images of half the size
BLUR = 1.5  # pixels, standard deviation; wide enough that a line moved by a pixel still matches
LOOKS_REACH = 0.18  # the distance, 1 - cosine, from which blurred images have no similarity
FEATURES_REACH = 1.0  # the same for features: they have none only where the cosine is 0 or less
MARGIN = 4.0  # the log odds with which a lesson is itself read: 98 %
MOST = 6.0  # the part of a lesson's weight that acts in the whole kernel
NARROW = 16  # the power of the similarity that the rest of the weight is scaled by
SAME = 0.5 ** (1 / NARROW)  # the similarity from which two lessons contradict each other
ROUNDS, SETTLED = 10, 1e-3  # the most rounds of finding the weights; the error at which it stops


class Recall:
    """The lessons in a memory as `net` sees them; the network reads each of them once."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._version: tuple[Memory, int] | None = None  # the memory and its version last seen
        self._lessons: list[Lesson] = []
        width = net.layers[-1].parameters["weights"].shape[0]
        # For each lesson:
        self._looks = np.zeros((0, BLURRED**2), np.float32)  # unit vectors
        self._features = np.zeros((0, width), np.float32)  # unit vectors
        self._untaught = np.zeros((0, 10), np.float32)  # logits
        self._taught = np.zeros((0, 10))  # the same with what the lessons add
        self._digits = np.zeros(0, int)
        self._weights = np.zeros(0)
        self._ruled_out = np.zeros(0, bool)  # by a newer, contradicting lesson
        self._likeness = np.zeros((0, 0), np.float32)  # to each, with spare capacity

    @property
    def _alike(self) -> np.ndarray:
        """The similarity of each lesson to each, (n, n) in 0..1."""
        return self._likeness[: len(self._lessons), : len(self._lessons)]

    def update(self, memory: Memory) -> None:
        """Take in what changed in `memory`."""
        if self._version == (memory, memory.version):
            return
        self._version = memory, memory.version
        wanted, known = set(memory.lessons), set(self._lessons)
        kept = np.array([lesson in wanted for lesson in self._lessons], bool)
        if not kept.all():
            self._keep(kept)
        new = [lesson for lesson in memory.lessons if lesson not in known]
        if new:
            self._add(new)
        # From the start, so that only the lessons count and not the order in which they came.
        self._weights, self._taught = np.zeros(len(self._lessons)), self._untaught.astype(float)
        self._weigh()

    def contradictions(self) -> list[tuple[Lesson, Lesson]]:
        """Pairs of lessons that call the same shape two digits; the second is newer, and is the one
        that counts."""
        pairs = self._contradictions(0)
        return [(self._lessons[older], self._lessons[newer]) for older, newer in pairs]

    def addition(self, image: np.ndarray, features: np.ndarray) -> np.ndarray:
        """What the lessons add to the logit of each digit, (10,), for an image (28, 28) with the
        `features` (f,) that the network's last layer sees; zeros if no lesson is similar."""
        likeness = _kernel(self._looks @ _unit(_blurred(image)), LOOKS_REACH)
        near = np.flatnonzero(likeness)
        likeness = likeness[near] * _kernel(self._features[near] @ _unit(features), FEATURES_REACH)
        said = _said(self._weights[near], likeness)
        return np.bincount(self._digits[near], said, 10).astype(np.float32)

    def gradients(
        self, image: np.ndarray, features: np.ndarray, digit: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """The partial derivatives of the addition to `digit`: with respect to the image's pixels,
        (28, 28), the features held fixed, and with respect to the features, (f,)."""
        blurred = _blurred(image)
        near = np.flatnonzero(self._digits == digit)
        looks, felt = self._looks[near] @ _unit(blurred), self._features[near] @ _unit(features)
        by_looks, by_features = _kernel(looks, LOOKS_REACH), _kernel(felt, FEATURES_REACH)
        rate = _rate(self._weights[near], by_looks * by_features)
        looks_rate = rate * by_features * _slope(looks, LOOKS_REACH)
        features_rate = rate * by_looks * _slope(felt, FEATURES_REACH)
        to_blurred = _cosines_gradient(looks_rate, self._looks[near], looks, blurred)
        to_features = _cosines_gradient(features_rate, self._features[near], felt, features)
        return BLUR_MATRIX.T @ to_blurred.reshape(BLURRED, BLURRED) @ BLUR_MATRIX, to_features

    def _keep(self, kept: np.ndarray) -> None:
        """Drop the lessons that are not `kept` (n,)."""
        self._likeness = self._alike[np.ix_(kept, kept)]
        self._lessons = [lesson for lesson, keep in zip(self._lessons, kept, strict=True) if keep]
        for name in ("_looks", "_features", "_untaught", "_digits"):
            setattr(self, name, getattr(self, name)[kept])
        self._ruled_out = np.zeros(len(self._lessons), bool)
        self._rule_out(0)

    def _add(self, new: list[Lesson]) -> None:
        """Append lessons, with their similarities to all others."""
        first = len(self._lessons)
        images = np.stack([lesson.image for lesson in new])
        features, last = self._net.features(images.reshape(len(new), -1)), self._net.layers[-1]
        logits = features @ last.parameters["weights"] + last.parameters["biases"]
        self._looks = np.concatenate([self._looks, [_unit(_blurred(image)) for image in images]])
        self._features = np.concatenate([self._features, [_unit(row) for row in features]])
        rows = _kernel(self._looks[first:] @ self._looks.T, LOOKS_REACH)
        rows *= _kernel(self._features[first:] @ self._features.T, FEATURES_REACH)
        self._lessons += new
        self._untaught = np.concatenate([self._untaught, logits])
        self._digits = np.append(self._digits, [lesson.digit for lesson in new])
        self._ruled_out = np.append(self._ruled_out, np.zeros(len(new), bool))
        count, room = len(self._lessons), len(self._likeness)
        if count > room:  # double the capacity, so that this is rare
            self._likeness = np.pad(self._likeness, (0, max(count, 2 * room) - room))
        self._alike[first:], self._alike[:, first:] = rows, rows.T
        self._rule_out(first)

    def _weigh(self) -> None:
        """Find the least weights with which every lesson is itself read with MARGIN: each in turn
        gains the weight that it lacks or loses its excess, until all are settled.

        A lesson that a newer one contradicts has weight 0.
        """
        for _ in range(ROUNDS):
            lacking = MARGIN - _margins(self._taught, self._digits)
            loose = (abs(lacking) > SETTLED) & ((lacking > 0) | (self._weights > 0))
            loose = np.flatnonzero(loose & ~self._ruled_out).tolist()
            if not loose:
                break
            for i in sorted(loose, key=lambda i: self._lessons[i].when):
                row = slice(i, i + 1)
                lack = MARGIN - _margins(self._taught[row], self._digits[row])[0]
                self._change(i, max(self._weights[i] + lack, 0))

    def _change(self, i: int, weight: float) -> None:
        before, after = (_said(w, self._alike[i]) for w in (self._weights[i], weight))
        self._taught[:, self._digits[i]] += after - before
        self._weights[i] = weight

    def _rule_out(self, first: int) -> None:
        """Mark contradicted lessons, in pairs with a lesson from `first` on."""
        for older, _ in self._contradictions(first):
            self._ruled_out[older] = True

    def _contradictions(self, first: int) -> Iterator[tuple[int, int]]:
        """Pairs of lessons, the older first, that call the same shape two different digits; at
        least one of each pair is from `first` on."""
        pairs = np.argwhere(self._alike[first:] > SAME)
        pairs[:, 0] += first
        pairs = pairs[self._digits[pairs[:, 0]] != self._digits[pairs[:, 1]]]
        found = set()
        for pair in pairs.tolist():
            older, newer = sorted(pair, key=lambda i: self._lessons[i].when)
            found.add((older, newer))
        yield from sorted(found)


def _said(weights: np.ndarray, likeness: np.ndarray) -> np.ndarray:
    """What lessons of these weights add to the logit of an image with this likeness to them."""
    said, rest = np.minimum(weights, MOST) * likeness, np.maximum(weights - MOST, 0)
    return said + rest * likeness**NARROW if rest.any() else said  # the power is slow


def _rate(weights: np.ndarray, likeness: np.ndarray) -> np.ndarray:
    """The derivative of `_said` with respect to the likeness."""
    rest = np.maximum(weights - MOST, 0)
    return np.minimum(weights, MOST) + rest * NARROW * likeness ** (NARROW - 1)


def _kernel(cosines: np.ndarray, reach: float) -> np.ndarray:
    """Epanechnikov's kernel: 1 where the cosine is 1, 0 where it is below 1 - `reach`."""
    return np.maximum(1 - ((1 - cosines) / reach) ** 2, 0)


def _slope(cosines: np.ndarray, reach: float) -> np.ndarray:
    """The derivative of `_kernel` with respect to the cosine."""
    distance = (1 - cosines) / reach
    return np.where(distance < 1, 2 * distance / reach, 0)


def _cosines_gradient(
    rates: np.ndarray, units: np.ndarray, cosines: np.ndarray, vector: np.ndarray
) -> np.ndarray:
    """The gradient of Σ rates · cosines with respect to `vector`, whose cosines with `units` (n, d)
    they are."""
    return (rates @ units - (rates @ cosines) * _unit(vector)) / _length(vector)


def _margins(logits: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """The log odds of each row's digit: its logit minus the log-sum-exp of all the others, (m,)."""
    others = logits.copy()
    rows = np.arange(len(logits))
    others[rows, digits] = -np.inf
    best = others.max(axis=1)
    return logits[rows, digits] - best - np.log(np.exp(others - best[:, None]).sum(axis=1))


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / _length(vector)


def _length(vector: np.ndarray) -> float:
    return max(np.linalg.norm(vector), np.finfo(np.float32).tiny)


def _blurred(image: np.ndarray) -> np.ndarray:
    """The image blurred, so that the lines of similar drawings overlap, and halved: (196,)."""
    return (BLUR_MATRIX @ image @ BLUR_MATRIX.T).ravel()


def _blur_matrix() -> np.ndarray:
    """A Gaussian around the middle of each pair of pixels: (14, 28)."""
    middles = np.arange(BLURRED)[:, None] * (SIDE / BLURRED) + 0.5
    return np.exp(-((np.arange(SIDE) - middles) ** 2) / (2 * BLUR**2)).astype(np.float32)


BLUR_MATRIX = _blur_matrix()
