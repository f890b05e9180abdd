"""Smoothing takes the tremor out of a path: a moving average along its length."""

import numpy as np

Lines = tuple[np.ndarray, np.ndarray]  # where they start and end, (n, 2) each


def smoothed(
    starts: np.ndarray, ends: np.ndarray, width: float, step: float
) -> tuple[np.ndarray, np.ndarray, int]:
    """Paths on which every point is the mean over `width` of the path around it, or over less near
    an end, so that the ends stay.

    Lines belong to one path as long as each starts where the one before ends. Returns the lines
    between points that are `step` apart along the smoothed paths (the last line of a path may be
    shorter), and how many of the first lines will not change if the last path grows. All in the
    same unit.
    """
    starts, ends = starts.astype(float), ends.astype(float)
    lengths = np.hypot(*(ends - starts).T)
    slopes = (ends - starts) / np.maximum(lengths, 1e-30)[:, None]
    way = np.concatenate([[0.0], np.cumsum(lengths)])  # along all paths, to each line
    begins = np.concatenate([[True], (starts[1:] != ends[:-1]).any(axis=1)])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(starts)) - 1
    counts = np.maximum(np.ceil((way[last + 1] - way[first]) / step), 1).astype(int) + 1
    first, last = np.repeat(first, counts), np.repeat(last, counts)  # of the path of each point
    numbers = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    low, high = way[first], way[last + 1]
    places = np.minimum(low + step * numbers, high)
    # A mean is a difference of two integrals along the path.
    integrals = np.cumsum(lengths[:, None] * (starts + ends) / 2, axis=0)
    integrals = np.concatenate([np.zeros((1, 2)), integrals])

    def integral(places: np.ndarray) -> np.ndarray:
        line = np.clip(np.searchsorted(way, places, "right") - 1, first, last)
        rest = (places - way[line])[:, None]
        return integrals[line] + rest * (starts[line] + rest / 2 * slopes[line])

    half = np.minimum(np.minimum(places - low, high - places), width / 2)
    is_end = half < step / 1000
    span = np.where(is_end, 1, 2 * half)[:, None]
    points = (integral(places + half) - integral(places - half)) / span
    points[is_end] = np.where((places > low)[:, None], ends[last], starts[first])[is_end]
    is_line = first[1:] == first[:-1]
    stays = (first[1:] != first[-1]) | (places[1:] + width / 2 < high[-1])
    return points[:-1][is_line], points[1:][is_line], int((is_line & stays).sum())
