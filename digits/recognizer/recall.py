"""Recall lets one network read with what a person taught: an addition to its logits.

As in a cache model (Tip-Adapter, Zhang et al. 2022), every lesson raises the logit of its digit,
and the more alike a drawing is to it, the more. Three rules keep its effect local:

- Two drawings are alike if they look alike and are alike to the network: by cosines of blurred
  images and of features, each under a kernel of finite width (Epanechnikov 1969). Outside of it
  nothing changes at all.
- A lesson's weight is the least with which it is itself read with MARGIN, together with its
  neighbours, as in passive-aggressive learning (Crammer et al. 2006).
- Where the network was so sure of something else that a lesson needs more weight than MOST, the
  rest of it counts only for near copies of the lesson.
"""

from collections.abc import Iterator

import numpy as np

from digits.recognizer.memory import Lesson, Memory
from nn.nets import Net

SIDE, BLURRED = 28, 14  # pixels: of the image, and of what is compared
BLUR = 1.5  # pixels: the standard deviation; a line a pixel further left is the same line
LOOKS_REACH = 0.18  # the distance, 1 - cosine, from which blurred images are not alike
FEATURES_REACH = 1.0  # the same for features: what they have in common may be all there is
MARGIN = 4.0  # the logarithm of the odds with which a lesson reads itself: 98 %
MOST = 6.0  # of a lesson's weight that reaches as far as the kernel does
NARROW = 16  # the power of the likeness with which the rest of it does
SAME = 0.5 ** (1 / NARROW)  # the likeness from which two lessons can't both be right
ROUNDS, SETTLED = 10, 1e-3  # of finding the weights, and when that is over


class Recall:
    """What `net` makes of the lessons in a memory; it reads each of them once."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._version: tuple[Memory, int] | None = None  # of the memory, as it was last seen
        self._lessons: list[Lesson] = []
        width = net.layers[-1].parameters["weights"].shape[0]
        # Of each lesson:
        self._looks = np.zeros((0, BLURRED**2), np.float32)  # of length 1
        self._features = np.zeros((0, width), np.float32)  # the same
        self._untaught = np.zeros((0, 10), np.float32)  # logits
        self._taught = np.zeros((0, 10))
        self._digits = np.zeros(0, int)
        self._weights = np.zeros(0)
        self._ruled_out = np.zeros(0, bool)  # by a newer one that contradicts it
        self._likeness = np.zeros((0, 0), np.float32)  # to each, and room for more

    @property
    def _alike(self) -> np.ndarray:
        """How much each lesson is like each, (n, n) in 0..1."""
        return self._likeness[: len(self._lessons), : len(self._lessons)]

    def update(self, memory: Memory) -> None:
        """Learn what changed in `memory`."""
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
        self._weigh()

    def contradictions(self) -> list[tuple[Lesson, Lesson]]:
        """Pairs of lessons that call the same shape two digits; the second is newer, and is the one
        that counts."""
        pairs = self._contradictions(0)
        return [(self._lessons[older], self._lessons[newer]) for older, newer in pairs]

    def addition(self, image: np.ndarray, features: np.ndarray) -> np.ndarray:
        """What the lessons add to the logit of each digit, (10,), for an image (28, 28) with the
        `features` that the network's last layer sees; zeros if no lesson is like it."""
        likeness = _kernel(self._looks @ _unit(_blurred(image)), LOOKS_REACH)
        near = np.flatnonzero(likeness)
        likeness = likeness[near] * _kernel(self._features[near] @ _unit(features), FEATURES_REACH)
        said = _said(self._weights[near], likeness)
        return np.bincount(self._digits[near], said, 10).astype(np.float32)

    def gradients(
        self, image: np.ndarray, features: np.ndarray, digit: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """How the addition to `digit` changes with the image's pixels, the features being what they
        are, (28, 28), and with the features (f,)."""
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
        for name in ("_looks", "_features", "_untaught", "_digits", "_weights"):
            setattr(self, name, getattr(self, name)[kept])
        self._taught = self._untaught + self._said_to(self._alike)
        self._ruled_out = np.zeros(len(self._lessons), bool)
        self._rule_out(0)

    def _add(self, new: list[Lesson]) -> None:
        """Add lessons with their likenesses to all others; their weights come later."""
        first = len(self._lessons)
        images = np.stack([lesson.image for lesson in new])
        features, last = self._net.features(images.reshape(len(new), -1)), self._net.layers[-1]
        logits = features @ last.parameters["weights"] + last.parameters["biases"]
        self._looks = np.concatenate([self._looks, [_unit(_blurred(image)) for image in images]])
        self._features = np.concatenate([self._features, [_unit(row) for row in features]])
        rows = _kernel(self._looks[first:] @ self._looks.T, LOOKS_REACH)
        rows *= _kernel(self._features[first:] @ self._features.T, FEATURES_REACH)
        taught = logits + self._said_to(rows[:, :first])

        self._lessons += new
        self._untaught = np.concatenate([self._untaught, logits])
        self._taught = np.concatenate([self._taught, taught])
        self._digits = np.append(self._digits, [lesson.digit for lesson in new])
        self._weights = np.append(self._weights, np.zeros(len(new)))
        self._ruled_out = np.append(self._ruled_out, np.zeros(len(new), bool))
        count, room = len(self._lessons), len(self._likeness)
        if count > room:  # twice as much, so that few lessons wait for that
            self._likeness = np.pad(self._likeness, (0, max(count, 2 * room) - room))
        self._alike[first:], self._alike[:, first:] = rows, rows.T
        self._rule_out(first)

    def _said_to(self, likeness: np.ndarray) -> np.ndarray:
        """What the lessons add to the logits, (m, 10), of images with these likenesses to them, (m,
        n)."""
        some = np.flatnonzero(self._weights)  # what the network knew has none
        said = _said(self._weights[some], likeness[:, some])
        return said @ np.eye(10)[self._digits[some]]

    def _weigh(self) -> None:
        """Find the least weights with which every lesson is itself read by MARGIN: one after the
        other is raised by what it lacks or lowered by its surplus, until nothing changes. A lesson
        that a newer one contradicts has weight 0."""
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
        """Set contradicted lessons' weights to 0, where a lesson from `first` on is involved."""
        for older, _ in self._contradictions(first):
            self._change(older, 0.0)
            self._ruled_out[older] = True

    def _contradictions(self, first: int) -> Iterator[tuple[int, int]]:
        """Pairs of lessons, the older first, that call the same shape two different digits, one of
        each pair being from `first` on."""
        pairs = np.argwhere(self._alike[first:] > SAME)
        pairs[:, 0] += first
        pairs = pairs[self._digits[pairs[:, 0]] != self._digits[pairs[:, 1]]]
        found = set()
        for pair in pairs.tolist():
            older, newer = sorted(pair, key=lambda i: self._lessons[i].when)
            found.add((older, newer))
        yield from sorted(found)


def _said(weights: np.ndarray, likeness: np.ndarray) -> np.ndarray:
    """What lessons of these weights say to what is so much like them."""
    said, rest = np.minimum(weights, MOST) * likeness, np.maximum(weights - MOST, 0)
    return said + rest * likeness**NARROW if rest.any() else said  # the power takes its time


def _rate(weights: np.ndarray, likeness: np.ndarray) -> np.ndarray:
    """How that changes with the likeness."""
    rest = np.maximum(weights - MOST, 0)
    return np.minimum(weights, MOST) + rest * NARROW * likeness ** (NARROW - 1)


def _kernel(cosines: np.ndarray, reach: float) -> np.ndarray:
    """Epanechnikov's: 1 where the cosine is 1, 0 from `reach` below that on."""
    return np.maximum(1 - ((1 - cosines) / reach) ** 2, 0)


def _slope(cosines: np.ndarray, reach: float) -> np.ndarray:
    """How that changes with the cosine."""
    distance = (1 - cosines) / reach
    return np.where(distance < 1, 2 * distance / reach, 0)


def _cosines_gradient(
    rates: np.ndarray, units: np.ndarray, cosines: np.ndarray, vector: np.ndarray
) -> np.ndarray:
    """How Σ rates · cosines changes with `vector`, these being its cosines with `units` (n, d)."""
    return (rates @ units - (rates @ cosines) * _unit(vector)) / _length(vector)


def _margins(logits: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """The logit of each row's digit, less the logarithm of what all the others have together: the
    logarithm of its odds."""
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
    """The image with its lines so wide that those of two drawings overlap, (196,)."""
    return (BLUR_MATRIX @ image @ BLUR_MATRIX.T).ravel()


def _blur_matrix() -> np.ndarray:
    """A Gaussian around the middle of each pair of pixels: (14, 28)."""
    middles = np.arange(BLURRED)[:, None] * (SIDE / BLURRED) + 0.5
    return np.exp(-((np.arange(SIDE) - middles) ** 2) / (2 * BLUR**2)).astype(np.float32)


BLUR_MATRIX = _blur_matrix()
