"""The street scene: an intersection seen from a fixed camera on a pole, with traffic, people, signs, houses and trees."""

import itertools

import numpy as np

from . import pedestrians, scenery, shapes, signs, wardrobe
from .camera import Camera
from .lanes import LANE, REACH, WALK, Plan, Signals
from .light import WEATHERS, changing, weather
from .scene import Draw, Thing, View, palette, placed
from .traffic import Traffic

SIDE = 0.13
LAWN = 3.0


class Street:
    """A world; `meshes` are its own meshes by key, `step` moves it, `view` shows it."""

    def __init__(self, seed, options=None):
        """options: fixed choices for a shipped stream: weather, sun (azimuth), main, cross,
        camera, density, people, greens, dimming."""
        options = options or {}
        self.rng = rng = np.random.default_rng([seed, 11])
        self.ids = itertools.count(1)
        self.time = 0.0
        self.plan = Plan(rng, options.get("main"), options.get("cross"))
        self.signals = Signals(rng, options.get("greens", 1.0))
        name = options.get("weather") or str(rng.choice(WEATHERS, p=[0.30, 0.14, 0.18, 0.14, 0.12, 0.12]))
        self.camera = self._camera(options.get("camera"))
        self.light = weather(name, rng, rng.uniform(0, 360) if "sun" not in options else options["sun"])
        self.dimming = options.get("dimming", 0.0)
        self.meshes, self.scenery, self.plates = {}, [], []
        self._ground()
        self._houses()
        self._plants()
        self._furniture()
        self.meshes["ground"] = shapes.join(*self.parts)
        self.scenery.append(Draw("ground"))
        density = options.get("density") or rng.choice([0.03, 0.07, 0.11, 0.16])
        self.traffic = Traffic(self.plan, self.signals, rng, self.ids, wardrobe.dress, density)
        self.crowd = int(options.get("people") or rng.choice([0, 6, 14, 24, 34]))
        self.walkers = []
        for _ in range(self.crowd):
            self._walker(anywhere=True)
        for path in self.plan.paths:
            for s in np.arange(rng.uniform(5, 40), path.length - 20, rng.uniform(25, 60)):
                if path.move == "s" and rng.random() < density * 5 and abs(s - REACH) > 16:
                    self.traffic.spawn(path, s)
        for _ in range(100):
            self.step(0.2)
        self.start = self.time

    def _camera(self, fixed):
        rng, (hx, hy) = self.rng, self.plan.half
        if fixed:
            return Camera(*map(np.array, fixed[:2]), fixed[2])
        side = rng.choice([-1, 1])
        eye = np.array([side * rng.uniform(0.2, hx + 3.6), -(hy + rng.uniform(8, 30)), rng.uniform(4.8, 10.5)])
        target = np.array([eye[0] * 0.3 + rng.uniform(-7, 7), rng.uniform(-4, 16), rng.uniform(0, 1.5)])
        return Camera(eye, target, rng.uniform(46, 76), rng.normal(0, 0.008))

    def _ground(self):
        rng, (hx, hy) = self.rng, self.plan.half
        far = 420.0
        asphalt = np.array([0.105, 0.105, 0.108]) * rng.uniform(0.7, 1.6)
        stone = np.array([[0.42, 0.41, 0.39], [0.36, 0.34, 0.32], [0.45, 0.40, 0.35]][rng.integers(3)]) * rng.uniform(0.8, 1.15)
        lawn = np.array([0.115, 0.165, 0.055]) * rng.uniform(0.7, 1.2)
        parts = [scenery.sheet(-far, -far, far, far, -0.06, "grass", 5.0, lawn)]
        corner = 4.0
        for x0, y0, x1, y1 in ((-hx, -far, hx, -hy - corner), (-hx, hy + corner, hx, far), (-far, -hy, -hx - corner, hy), (hx + corner, -hy, far, hy), (-hx - corner, -hy - corner, hx + corner, hy + corner)):
            parts.append(scenery.sheet(x0, y0, x1, y1, 0.0, "asphalt", 4.0, asphalt, shapes.Kind.ROAD))
        for sx, sy in itertools.product((-1, 1), (-1, 1)):
            t = np.linspace(0, np.pi / 2, 9)
            inner = np.stack([hx + corner - corner * np.sin(t), hy + corner - corner * np.cos(t)], 1)
            bands = [
                (8, np.concatenate([inner, [(hx + corner, hy + corner)]])),
                (1, [(hx, REACH * 1.6), (hx, hy + corner), (hx + WALK, hy + corner), (hx + WALK, REACH * 1.6)]),
                (1, [(hx + corner, hy), (REACH * 1.6, hy), (REACH * 1.6, hy + WALK), (hx + corner, hy + WALK)]),
            ]
            for kerbs, band in bands:
                parts.append(scenery.slab(np.array(band) * (sx, sy), 0, SIDE, "paving", 3.2, stone, kerbs))
        parts += self._markings(asphalt)
        self.parts = parts

    def _markings(self, asphalt):
        plan, parts = self.plan, []
        yellow, white = (0.70, 0.50, 0.10), (0.78, 0.78, 0.76)
        middle = yellow if self.rng.random() < 0.4 else white
        for approach in range(4):
            lanes, half, _, reach = plan.own(approach)
            start = reach + 5.2
            made = [scenery.line([(-0.12, -REACH * 1.6), (-0.12, -start)], 0.12, color=middle), scenery.line([(0.12, -REACH * 1.6), (0.12, -start)], 0.12, color=middle),
                    scenery.line([(0.25, -start), (half - 0.3, -start)], 0.42, color=white)]
            for side in (-1, 1):
                made.append(scenery.line([(side * (half - 0.25), -REACH * 1.6), (side * (half - 0.25), -start - 2)], 0.10, color=white))
            for lane in range(1, lanes):
                for side in (-1, 1):
                    made += scenery.dashes((side * LANE * lane, -start - 12), (side * LANE * lane, -REACH), color=white)
                made.append(scenery.line([(LANE * lane, -start - 12), (LANE * lane, -start)], 0.12, color=white))
            for lane in range(lanes):
                moves = "".join(sorted({p.move for p in plan.paths if p.approach == approach and p.lane == lane}))
                for back in (5, 20):
                    made.append(scenery.arrow(LANE / 2 + LANE * lane, -start - back, 0.0, moves))
            for x in np.arange(-half + 0.5, half - 0.2, 1.05):
                made.append(scenery.line([(x, -reach - 4.4), (x, -reach - 1.3)], 0.55, color=white))
            for _ in range(int(self.rng.integers(1, 5))):
                x, y = self.rng.uniform(-half + 1, half - 1), -start - self.rng.uniform(0, 50)
                w, h = self.rng.uniform(0.6, 1.6), self.rng.uniform(1, 6)
                made.append(scenery.sheet(x - w, y - h, x + w, y + h, 0.006, "asphalt", 2.5, asphalt * self.rng.uniform(0.6, 0.85), shapes.Kind.ROAD))
            x, y = self.rng.uniform(-half + 1, half - 1), -start - self.rng.uniform(2, 25)
            turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
            made.append(scenery.patch(np.stack([x + 0.36 * np.cos(turn), y + 0.36 * np.sin(turn)], 1), 0.010, "rubber", 0.6, (0.10, 0.10, 0.10), shapes.Kind.ROAD))
            parts.append(shapes.join(*made).turn("z", -90 * approach))
        return parts

    def _houses(self):
        rng, (hx, hy) = self.rng, self.plan.half
        deep = WALK + LAWN + rng.uniform(0, 6)
        town = rng.random() < 0.8
        made = []
        for sy in (-1, 1):
            for sx in (-1, 1):
                start, end = hx + deep, 150
                if town or rng.random() < 0.5:
                    made += scenery.rows_of_buildings(rng, start if sx > 0 else -end, end if sx > 0 else -start, sy * (hy + deep), -1 if sy > 0 else 1)
                side = scenery.rows_of_buildings(rng, hy + deep + 14, 170, hx + deep, -1)
                if town or rng.random() < 0.5:
                    for block in side:
                        block.vertices[:, [0, 1]] = block.vertices[:, [1, 0]] * (sx, sy)
                        block.vertices[:, [3, 4]] = block.vertices[:, [4, 3]] * (sx, sy)
                        made.append(block)
        for a in np.linspace(0, 2 * np.pi, 26, endpoint=False):
            block = scenery.building(rng, rng.uniform(18, 40), 15, int(rng.integers(3, 12)), False)
            r = rng.uniform(210, 330)
            if abs(np.cos(a) * r) > 30 and abs(np.sin(a) * r) > 30:
                made.append(block.turn("z", rng.uniform(0, 360)).move(np.cos(a) * r, np.sin(a) * r))
        self.parts += made

    def _clear(self, x, y, room=10.0):
        """Whether something tall at (x, y) leaves the camera's near view open."""
        ahead = self.camera.target[:2] - self.camera.eye[:2]
        distance = np.linalg.norm(ahead)
        ahead = ahead / distance
        off = np.array([x, y]) - self.camera.eye[:2]
        along, across = off @ ahead, abs(off[0] * ahead[1] - off[1] * ahead[0])
        return along < -3 or across > 3.0 + 0.55 * max(along, 0) or along > room + distance

    def _plants(self):
        rng, (hx, hy) = self.rng, self.plan.half
        kinds = 3
        for k in range(kinds):
            self.meshes[f"tree{k}"] = scenery.tree(rng)
        self.meshes["bush"] = scenery.bush(rng)
        gap = rng.uniform(8, 22)
        green = np.array(scenery.GREENS[rng.integers(len(scenery.GREENS))])
        spots = [(sx * (hx + WALK - 0.4), sy * y) for sx in (-1, 1) for sy in (-1, 1) for y in np.arange(hy + 12, 115, gap)]
        spots += [(sx * x, sy * (hy + WALK - 0.4)) for sx in (-1, 1) for sy in (-1, 1) for x in np.arange(hx + 14, 100, gap * 1.3)]
        for x, y in spots:
            if rng.random() < 0.75 and self._clear(x, y):
                shade = palette(s0=green * rng.uniform(0.8, 1.25, 3))
                self.scenery.append(Draw(f"tree{rng.integers(kinds)}", placed(x + rng.normal(0, 0.3), y, SIDE, rng.uniform(0, 6.28), rng.uniform(0.75, 1.25)), shade))
        for sx, sy in itertools.product((-1, 1), (-1, 1)):
            for k in range(int(rng.integers(0, 9))):
                place = placed(sx * (hx + WALK + LAWN - 0.7), sy * (hy + 9 + 1.7 * k), 0.05, rng.uniform(0, 6), rng.uniform(0.7, 1.0))
                self.scenery.append(Draw("bush", place, palette(s0=green * rng.uniform(0.7, 1.1))))

        for a in rng.uniform(0, 2 * np.pi, 110):
            x, y = np.cos(a) * rng.uniform(170, 300), np.sin(a) * rng.uniform(170, 300)
            if abs(x) > hx + 25 and abs(y) > hy + 25:
                self.scenery.append(Draw("bush", placed(x, y, -0.5, a, rng.uniform(6, 11)), palette(s0=green * rng.uniform(0.55, 0.95))))

    def _furniture(self):
        rng, (hx, hy) = self.rng, self.plan.half
        self.meshes["lamp"], self.meshes["signal"] = scenery.lamp_post(), scenery.traffic_light()
        glow = np.array([1.0, 0.8, 0.5]) * (1.8 * self.light.night + 0.12)
        for sx, sy in itertools.product((-1, 1), (-1, 1)):
            for y in np.arange(hy + 7, 110, 26):
                if self._clear(sx * hx, sy * y, 0.0):
                    self.scenery.append(Draw("lamp", placed(sx * (hx + 0.6), sy * y, SIDE, np.pi if sx > 0 else 0.0), palette(s0=glow)))
        self.lights = []
        for approach in range(4):
            _, half, _, reach = self.plan.own(approach)
            turn = np.radians(-90 * approach)
            for x, y in ((half + 0.6, -reach - 5.0), (-half - 0.7, reach + 2.0)):
                px, py = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
                self.lights.append((0 if approach in (0, 2) else {1: 2, 3: 3}[approach], placed(px, py, SIDE, turn)))
            for k, y in enumerate(rng.uniform(8, 75, int(rng.integers(2, 5)))):
                name = str(rng.choice(signs.NAMES[:-1]))
                far = rng.random() < 0.45
                x, y = (half + 0.75, -reach - y) if not far else (half + 0.75, reach + 6 + y * 0.6)
                self._sign(name, x, y, turn, rng.uniform(2.2, 2.9), rng.uniform(0.85, 1.15))
            if rng.random() < 0.5:
                self._sign("direction", half + 1.2, -reach - rng.uniform(22, 40), turn, 3.1, 0.9)

    def _sign(self, name, x, y, turn, height, scale):
        """A sign that faces the traffic coming up its side, the near one's back towards what leaves."""
        c, s = np.cos(turn), np.sin(turn)
        px, py = x * c - y * s, x * s + y * c
        self.meshes.setdefault(f"sign/{name}", signs.plate(name))
        self.parts.append(signs.post(px, py, height + 0.4))
        if name == "direction":
            self.parts.append(signs.post(px + 1.8 * c, py + 1.8 * s, height + 0.4))
            px, py = px + 0.9 * c, py + 0.9 * s
        heading = turn + self.rng.normal(0, 0.06)
        back = np.array([np.sin(heading), -np.cos(heading)]) * 0.05
        bones = placed(px + back[0], py + back[1], height, heading, scale)
        self.plates.append(Thing(next(self.ids), "road_sign", name, None, [Draw(f"sign/{name}", bones)]))

    def _route(self, anywhere):
        """A start and waypoints along pavements, with a crossing at the corner more often than not."""
        rng, (hx, hy) = self.rng, self.plan.half
        sx, sy = rng.choice([-1, 1], 2)
        lane = rng.uniform(0.9, WALK - 0.5)
        wx, wy = hx + lane, hy + lane
        corner = np.array([sx * wx, sy * wy])
        start = np.array([sx * wx, sy * rng.uniform(hy + 12, 95)]) if rng.random() < 0.65 else np.array([sx * rng.uniform(hx + 12, 70), sy * wy])
        route = [(*corner, None)]
        if rng.random() < 0.65:
            over_main = rng.random() < 0.5
            jitter = rng.uniform(-1.1, 1.1)
            if over_main:
                y = sy * (hy + 2.85 + jitter)
                route = [(sx * (hx + 0.7), y, None), (-sx * (hx + 0.9), y, lambda: self.signals.walk(True)), (-sx * wx, sy * (hy + 12), None), (-sx * wx, sy * 100, None)]
            else:
                x = sx * (hx + 2.85 + jitter)
                route = [(x, sy * (hy + 0.7), None), (x, -sy * (hy + 0.9), lambda: self.signals.walk(False)), (sx * wx, -sy * (hy + 12), None), (sx * wx, -sy * 100, None)]
        elif abs(start[0]) > abs(wx) + 1:
            route.append((sx * wx, sy * 100, None))
        else:
            route.append((sx * 85, sy * wy, None))
        if anywhere and rng.random() < 0.5:
            start = np.array(route[0][:2]) + (start - np.array(route[0][:2])) * rng.uniform(0.02, 0.6)
        return start, route

    def _walker(self, anywhere=False):
        rng = self.rng
        start, route = self._route(anywhere)
        look = wardrobe.dress(rng, bags=0.35)
        walker = pedestrians.Walker(next(self.ids), next(self.ids), look, start, route, rng.uniform(1.0, 1.65), rng)
        walker.height = self.height(*start)
        self.walkers.append(walker)

    def height(self, x, y):
        """The height of the ground: pavements stand above the road."""
        hx, hy = self.plan.half
        off = min(abs(x) - hx, abs(y) - hy)
        return SIDE * float(np.clip(off / 0.25 + 0.5, 0, 1))

    def step(self, dt):
        self.time += dt
        self.signals.time += dt
        (hx, hy) = self.plan.half
        places = np.array([w.place for w in self.walkers]) if self.walkers else np.zeros((0, 2))
        on_road = places[(np.abs(places[:, 0]) < hx) | (np.abs(places[:, 1]) < hy)] if len(places) else places
        self.traffic.step(dt, on_road)
        for walker in self.walkers:
            walker.step(dt, places, self.height)
        self.walkers = [w for w in self.walkers if not w.done()]
        while len(self.walkers) < self.crowd:
            self._walker()

    def view(self):
        light = changing(self.light, self.time - self.start, self.dimming)
        signals = []
        for phase, place in self.lights:
            state = self.signals.state(phase)[0]
            on = {"red": (1, 0, 0), "amber": (0, 1, 0), "green": (0, 0, 1)}[state]
            signals.append(Draw("signal", place, palette(s0=np.array([1.0, 0.06, 0.03]) * (0.02 + on[0]), s1=np.array([1.0, 0.5, 0.03]) * (0.02 + on[1]), s2=np.array([0.03, 0.9, 0.35]) * (0.02 + on[2]))))
        faces, backs = signs.sides(self.plates, self.camera.eye)
        things = faces + [c.thing(self.time, light.night) for c in self.traffic.cars] + pedestrians.things(self.walkers, self.time)
        ahead = self.camera.target - self.camera.eye
        centre = self.camera.eye + ahead / np.linalg.norm(ahead) * 38
        return View(things, self.scenery + signals + backs, self.camera, light, (centre[0], centre[1], 0.0, 52.0, 1.1), self.time)
