"""The people scene: a square before shops at eye height; people walk across, come, go, turn away, wait and carry bags."""

import itertools

import numpy as np

from . import pedestrians, scenery, shapes, wardrobe
from .camera import Camera
from .light import changing, weather
from .scene import Draw, View, palette, placed

DEPTH = 16.0
HEAD_START = 14.0
"""How far away people walk, in metres; seconds of the changing light already gone by."""


class Crowd:
    """A world; see `street.Street` for what worlds offer."""

    def __init__(self, seed, options=None):
        options = options or {}
        self.rng = rng = np.random.default_rng([seed, 22])
        self.ids = itertools.count(1)
        self.time = 0.0
        name = options.get("weather") or str(rng.choice(["sun", "haze", "overcast", "morning", "rain", "dusk"], p=[0.3, 0.2, 0.22, 0.14, 0.07, 0.07]))
        self.light = weather(name, rng, options.get("sun", rng.uniform(90, 270)))
        self.light.rain *= 0.4
        eye = np.array([rng.uniform(-1.5, 1.5), 0.0, rng.uniform(1.4, 2.7)])
        self.camera = Camera(eye, np.array([rng.uniform(-1.5, 1.5), 8.0, rng.uniform(0.85, 1.35)]), rng.uniform(48, 70), rng.normal(0, 0.006))
        if "camera" in options:
            self.camera = Camera(*map(np.array, options["camera"][:2]), options["camera"][2])
        self.meshes, self.scenery = {}, []
        self._square()
        self.count = int(options.get("people") or rng.integers(2, 17))
        self.walkers = []
        for _ in range(self.count):
            self._enter(inside=True)
        self.dimming = options.get("dimming", 0.0)
        for _ in range(60):
            self.step(1 / 15)
        self.start = self.time

    def _square(self):
        rng = self.rng
        stone = np.array([[0.42, 0.40, 0.37], [0.36, 0.34, 0.32], [0.46, 0.41, 0.35], [0.33, 0.34, 0.36]][rng.integers(4)]) * rng.uniform(0.8, 1.15)
        back = DEPTH + rng.uniform(3, 14)
        parts = [scenery.sheet(-90, -30, 90, back, 0.0, str(rng.choice(["paving", "paving", "asphalt"])), rng.uniform(2.0, 4.0), stone), scenery.sheet(-200, back, 200, 300, -0.02, "paving", 4, stone)]
        parts += scenery.rows_of_buildings(rng, -70 + rng.uniform(-5, 5), 75, back, -1, 1.0)
        for x, y in ((-1, rng.uniform(26, 60)), (1, rng.uniform(26, 60))):
            block = scenery.building(rng, 26, 14, int(rng.integers(2, 6)), True).turn("z", 90 if x > 0 else -90)
            parts.append(block.move(x * rng.uniform(16, 26), rng.uniform(-6, 10) + (0 if x > 0 else 26), 0))
        band = np.array(stone) * 0.6
        for y in np.arange(3, back, 4.0):
            parts.append(scenery.sheet(-90, y, 90, y + 0.35, 0.004, "paving", 1.3, band))
        self.meshes["ground"] = shapes.join(*parts)
        self.scenery.append(Draw("ground"))
        self.meshes.update(tree=scenery.tree(rng), bush=scenery.bush(rng), bench=scenery.bench(), bollard=scenery.bollard(), lamp=scenery.lamp_post(1.2, 4.6))
        green = np.array(scenery.GREENS[rng.integers(len(scenery.GREENS))])
        for x in np.arange(-32, 33, rng.uniform(6, 10)):
            y = back - rng.uniform(2.5, 4.5)
            kind = rng.choice(["tree", "bench", "bush", "lamp", "none"])
            if kind == "none":
                continue
            turn = np.pi * (rng.random() < 0.2) if kind == "bench" else rng.uniform(0, 6.28)
            glow = np.array([1.0, 0.8, 0.5]) * (1.8 * self.light.night + 0.12) if kind == "lamp" else green * rng.uniform(0.8, 1.2)
            self.scenery.append(Draw(str(kind), placed(x, y, 0, turn, rng.uniform(0.75, 1.0) if kind in ("tree", "bush") else 1.0), palette(s0=glow)))
        if rng.random() < 0.5:
            y = rng.uniform(9, 14)
            for x in np.arange(-24, 25, 2.4):
                self.scenery.append(Draw("bollard", placed(x, y)))

    def _edge(self, y):
        """Half the width the camera sees at distance y, and a step beyond."""
        return abs(np.tan(np.radians(self.camera.fov / 2)) * y) + 1.6

    def _enter(self, inside=False):
        """A new person: passing across, walking at the camera or away, or standing about."""
        rng = self.rng
        near = rng.uniform(3.2, 5.8) if rng.random() < 0.45 else rng.uniform(4.5, DEPTH - 2)
        side = rng.choice([-1, 1])
        manner = rng.choice(["across", "coming", "going", "turning", "standing"], p=[0.34, 0.26, 0.16, 0.14, 0.10])
        edge = self._edge(near)
        if manner == "across":
            start, route = (side * edge, near), [(-side * edge, near + rng.normal(0, 1.0), None)]
        elif manner == "coming":
            y = rng.uniform(9, DEPTH)
            start, route = (rng.uniform(-0.7, 0.7) * self._edge(y), y), [(rng.uniform(-1.3, 1.3), 2.6, None), (side * self._edge(2.0), 1.6, None)]
        elif manner == "going":
            x = rng.uniform(-1, 1) * 1.4
            start, route = (side * self._edge(2.6), 2.4), [(x, rng.uniform(3.2, 4.5), None), (x + rng.normal(0, 3), DEPTH + 1.5, None), (side * self._edge(DEPTH), DEPTH + 1.5, None)]
        elif manner == "turning":
            x = rng.uniform(-0.5, 0.5) * edge
            start, route = (side * edge, near), [(x, near, None), (x + rng.normal(0, 0.3), near + side * rng.uniform(-0.6, 0.6), None, rng.uniform(1, 4)), (side * edge, near + rng.uniform(0.5, 2), None)]
        else:
            x = rng.uniform(-0.7, 0.7) * edge
            start, route = (side * edge, near), [(x, near, None), (-side * edge, near, None, rng.uniform(5, 14))]
        if inside:
            goal = np.array(route[0][:2])
            start = np.array(start) + (goal - start) * rng.uniform(0, 0.95)
        look = wardrobe.dress(rng, bags=0.55)
        walker = pedestrians.Walker(next(self.ids), next(self.ids), look, start, route, rng.uniform(0.8, 1.5), rng)
        walker.glance = np.array([rng.normal(0.03, 0.06), rng.normal(0, 0.22)])
        walker.want_heading = rng.uniform(0, 6.28)
        walker.height = 0.0
        self.walkers.append(walker)

    def step(self, dt):
        self.time += dt
        places = np.array([w.place for w in self.walkers])
        for walker in self.walkers:
            walker.step(dt, places, lambda x, y: 0.0)
        self.walkers = [w for w in self.walkers if not w.done()]
        while len(self.walkers) < self.count:
            self._enter()

    def view(self):
        light = changing(self.light, self.time - self.start + HEAD_START, self.dimming)
        return View(pedestrians.things(self.walkers, self.time), self.scenery, self.camera, light, (0.0, 10.0, 0.0, 17.0, 0.55), self.time)
