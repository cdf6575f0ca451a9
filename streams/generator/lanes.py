"""The plan of an intersection: where lanes run, where they stop, which signal they obey. Flat geometry, no meshes.

The main road runs along y, the cross road along x; traffic keeps right. Approaches 0..3 come from the south, west, north, east,
each the south one turned by -90 degrees.
"""

from dataclasses import dataclass

import numpy as np

LANE = 3.4
REACH = 130.0
WALK = 3.2
"""Lane width, half length of a road, and pavement width, in metres."""


@dataclass
class Path:
    """A driving line sampled every half metre; `stop` is where to wait, `phase` when to go."""

    approach: int
    lane: int
    move: str
    points: np.ndarray
    stop: float
    phase: int

    def __post_init__(self):
        steps = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        along = np.concatenate([[0], np.cumsum(steps)])
        self.length = along[-1]
        at = np.arange(0, self.length, 0.5)
        self.points = np.stack([np.interp(at, along, self.points[:, k]) for k in range(2)], 1)
        way = np.gradient(self.points, axis=0)
        self.way = way / np.linalg.norm(way, axis=1, keepdims=True)

    def at(self, s):
        """Positions (n, 2) and directions (n, 2) at arc lengths s, straight on beyond either end."""
        s = np.asarray(s, float)
        k = np.clip(s * 2, 0, len(self.points) - 1.001)
        low = k.astype(int)
        f = (k - low)[..., None]
        place = self.points[low] * (1 - f) + self.points[low + 1] * f
        way = self.way[low] * (1 - f) + self.way[low + 1] * f
        return place + way * (s * 2 - k)[..., None] / 2, way


class Plan:
    """Lanes per direction on the main and the cross road, and the paths through the intersection."""

    def __init__(self, rng, main=None, cross=None):
        self.main = int(main or rng.integers(1, 3))
        self.cross = int(cross or rng.integers(1, 3))
        self.half = (self.main * LANE + 0.4, self.cross * LANE + 0.4)
        self.paths = [self._path(a, lane, move) for a in range(4) for move in "slr" for lane in self._lanes(a, move)]

    def own(self, approach):
        """Lanes and half width of the approach's road, then of the road it meets."""
        a, b = (self.main, self.cross) if approach % 2 == 0 else (self.cross, self.main)
        return a, a * LANE + 0.4, b, b * LANE + 0.4

    def _lanes(self, approach, move):
        count = self.own(approach)[0]
        return range(count) if move == "s" else [0] if move == "l" else [count - 1]

    def _path(self, approach, lane, move):
        _, half, others, reach = self.own(approach)
        x = LANE / 2 + LANE * lane
        stop = -(reach + 5.2)
        if move == "s":
            points = [(x, -REACH), (x, REACH)]
        else:
            y = -(LANE / 2 + LANE * (others - 1)) if move == "r" else LANE / 2
            end = (REACH, y) if move == "r" else (-REACH, y)
            out = half + 2.5 if move == "r" else -(half + 2.5)
            start = -(reach + 2.0)
            t = np.linspace(0, 1, 20)[:, None]
            bend = (1 - t) ** 2 * (x, start) + 2 * t * (1 - t) * np.array([x, y]) + t**2 * (out, y)
            points = [(x, -REACH), *bend, end]
        turn = np.radians(-90 * approach)
        c, s = np.cos(turn), np.sin(turn)
        points = np.array(points) @ np.array([[c, s], [-s, c]])
        phase = {0: 1 if move == "l" else 0, 2: 1 if move == "l" else 0, 1: 2, 3: 3}[approach]
        return Path(approach, lane, move, points, REACH + stop, phase)


class Signals:
    """A fixed cycle: main road straight and right, main road left, from the west, from the east."""

    def __init__(self, rng, pace=1.0):
        """pace: how long greens last, times the usual."""
        self.greens = tuple(pace * rng.uniform(*span) for span in ((11, 16), (5, 7), (6, 8), (6, 8)))
        self.time = rng.uniform(0, sum(self.greens))
        self.amber, self.clear = 2.2, 1.8

    def state(self, phase):
        """'green', 'amber' or 'red', and the seconds left of a green."""
        t = self.time % (sum(self.greens) + 4 * (self.amber + self.clear))
        for index, green in enumerate(self.greens):
            if t < green:
                return ("green", green - t) if index == phase else ("red", 0.0)
            t -= green
            if t < self.amber:
                return ("amber", 0.0) if index == phase else ("red", 0.0)
            t -= self.amber + self.clear
            if t < 0:
                return "red", 0.0
        return "red", 0.0

    def walk(self, across_main):
        """Whether people may step onto a crossing over the main (or the cross) road now."""
        state, left = self.state(2 if across_main else 0)
        return state == "green" and left > 3.0
