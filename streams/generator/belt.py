"""The parts scene: an inspection belt under a lamp; parts pass below the camera, some with defects."""

import itertools

import numpy as np

from . import parts, scenery, shapes
from .camera import Camera
from .light import Light, toward
from .scene import Draw, Thing, View, palette, placed
from .shapes import Kind
from .textures import layer

METALS = [(0.52, 0.53, 0.55), (0.62, 0.62, 0.62), (0.40, 0.41, 0.44), (0.60, 0.46, 0.22), (0.55, 0.33, 0.22), (0.34, 0.38, 0.45)]
PERIOD = 2.5
SPAN = 9.0


class Belt:
    """A world; see `street.Street` for what worlds offer."""

    def __init__(self, seed, options=None):
        options = options or {}
        self.rng = rng = np.random.default_rng([seed, 33])
        self.ids = itertools.count(1)
        self.time = 0.0
        self.light = self._lamp()
        distance = rng.uniform(4.6, 7.0)
        tilt = rng.uniform(0.0, 0.55)
        eye = np.array([rng.normal(0, 0.3), -distance * np.sin(tilt), distance * np.cos(tilt)])
        self.camera = Camera(eye, np.array([eye[0], 0.001 if tilt > 0.02 else 0.05, 0.0]), rng.uniform(44, 58), rng.normal(0, 0.02))
        if "camera" in options:
            self.camera = Camera(*map(np.array, options["camera"][:2]), options["camera"][2])
        self.meshes, self.scenery = {}, []
        self.half = rng.uniform(1.9, 2.6)
        self._frame()
        self.rate = options.get("rate", rng.uniform(0.25, 0.75))
        self.speed = options.get("speed", rng.uniform(1.0, 2.2))
        self.metal = np.array(METALS[rng.integers(len(METALS))])
        self.kinds = []
        for k in range(5):
            part = parts.make(rng)
            self.meshes[f"part{k}"] = part.mesh
            defects = []
            for index in range(7):
                name = str(rng.choice([n for n in parts.DEFECTS if n != "blocked_hole" or part.holes]))
                self.meshes[f"defect{k}/{index}"] = parts.DEFECTS[name](rng, part)
                defects.append((f"defect{k}/{index}", name))
            self.kinds.append((f"part{k}", defects))
        self.items = []
        x = -SPAN
        while x < SPAN:
            x = self._put(x)

    def _lamp(self):
        rng, v = self.rng, np.array
        warm = v([1.0, rng.uniform(0.92, 1.0), rng.uniform(0.80, 1.0)])
        light = Light(toward(rng.uniform(0, 360), rng.uniform(35, 70)), warm * rng.uniform(1.4, 2.4), v([0.85, 0.88, 0.92]), v([0.45, 0.46, 0.48]), v([0.16, 0.16, 0.16]), v([1.6, 1.6, 1.6]), 0.5, fog=0.0)
        light.exposure = rng.uniform(0.62, 0.95)
        light.grain, light.grime, light.bloom, light.softness = rng.uniform(0.006, 0.02), 0.3, 0.03, rng.uniform(0, 0.3)
        light.cloud_shift = tuple(rng.uniform(0, 1, 2))
        light.balance = tuple(1 + rng.uniform(-0.04, 0.04, 3))
        return light

    def _frame(self):
        rng, half = self.rng, self.half
        tint = np.array([[0.035, 0.036, 0.038], [0.03, 0.07, 0.05], [0.10, 0.10, 0.10], [0.05, 0.06, 0.10], [0.28, 0.28, 0.27]][rng.integers(5)])
        belt = shapes.quad([(-4 * SPAN, -half, 0), (4 * SPAN, -half, 0), (4 * SPAN, half, 0), (-4 * SPAN, half, 0)])
        belt.vertices[:, 6:8] = belt.position[:, :2] / PERIOD
        self.meshes["belt"] = belt.paint(tint, kind=Kind.TEXTURE, layer=layer("rubber"))
        made = [scenery.sheet(-40, -40, 40, 40, -4.0, "gravel", 6.0, (0.16, 0.165, 0.17))]
        paint = [(0.10, 0.22, 0.42), (0.42, 0.42, 0.43), (0.55, 0.36, 0.05), (0.12, 0.28, 0.18)][rng.integers(4)]
        for side in (-1, 1):
            made.append(shapes.block((80, 0.30, 0.5), 0.06).move(0, side * (half + 0.17), -0.08).paint((0.50, 0.51, 0.52), kind=Kind.METAL, rough=0.4))
            made.append(shapes.block((80, 0.5, 1.2), 0.03).move(0, side * (half + 0.55), -0.75).paint(paint, rough=0.45))
            for x in np.arange(-12, 12.1, 1.2):
                made.append(shapes.ball((0.05, 0.05, 0.025), 6, 12).move(x, side * (half + 0.17), 0.17).paint((0.3, 0.3, 0.31), kind=Kind.METAL, rough=0.3))
        self.meshes["frame"] = shapes.join(*made)
        self.scenery.append(Draw("frame"))

    def _put(self, x):
        """Lay one part, or two side by side, behind x; returns where the next may lie."""
        rng = self.rng
        kind, defects = self.kinds[rng.integers(len(self.kinds))]
        chosen = []
        if rng.random() < self.rate:
            count = int(rng.integers(1, 4))
            chosen = [(next(self.ids), *defects[k]) for k in rng.choice(len(defects), count, replace=False)]
        shade = self.metal * rng.uniform(0.85, 1.15)
        where = rng.normal(0, 0.25)
        self.items.append({"x": x, "y": float(np.clip(where, -self.half + 1.4, self.half - 1.4)), "turn": rng.uniform(0, 6.28), "kind": kind, "defects": chosen, "shade": palette(s0=shade)})
        return x + rng.uniform(3.1, 4.4)

    def step(self, dt):
        self.time += dt
        for item in self.items:
            item["x"] += self.speed * dt
        self.items = [i for i in self.items if i["x"] < SPAN]
        first = min(i["x"] for i in self.items)
        if first > -SPAN + 4.4:
            self._put(-SPAN)

    def view(self):
        things, draws = [], [Draw("belt", placed((self.time * self.speed) % PERIOD))]
        for item in self.items:
            place = placed(item["x"], item["y"], 0.0, item["turn"])
            draws.append(Draw(item["kind"], place, item["shade"]))
            for id_, key, name in item["defects"]:
                things.append(Thing(id_, "defect", name, None, [Draw(key, place, item["shade"])]))
        return View(things, self.scenery + draws, self.camera, self.light, (0.0, 0.0, 0.0, 8.0, 0.25), self.time)
