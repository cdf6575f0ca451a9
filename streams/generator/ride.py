"""The ride scene: the street world seen through the windscreen of a car that drives through it."""

import numpy as np

from .camera import Camera
from .street import Street
from .traffic import Car


class Ride(Street):
    """A street world whose camera travels."""

    def __init__(self, seed, options=None):
        self.car = None
        options = {"density": 0.12, "people": 30, **(options or {})}
        super().__init__(seed, options)
        path = next(p for p in self.plan.paths if (p.approach, p.move, p.lane) == (0, "s", self.plan.main - 1))
        start = self.rng.uniform(8, 40)
        mine = lambda c: c.path.approach == 0 and c.path.lane == path.lane and start - 22 < c.s < path.stop + 12
        self.traffic.cars = [c for c in self.traffic.cars if not mine(c)]
        self.car = Car(next(self.ids), "sedan", "grey", path, start, self.rng)
        self.car.want = 10.5
        self.traffic.cars.append(self.car)
        self.signals.time = 0.0
        self.shake = self.rng.uniform(0, 6, 4)
        self.fov = self.rng.uniform(58, 80)
        self.level = self.rng.uniform(1.25, 1.9)
        self._follow()

    def _clear(self, x, y, room=10.0):
        return True

    def _follow(self):
        """Sit behind the windscreen, with the small movements of the springs."""
        car, t = self.car, self.time
        a, b, c, d = self.shake
        ahead = np.array([*car.way, 0.0])
        lift = 0.012 * np.sin(8.3 * t + a) * np.sin(1.7 * t + b) * min(1, car.speed / 6)
        nod = 0.006 * np.sin(5.1 * t + c) * np.sin(0.9 * t + d) * min(1, car.speed / 6) + 0.004 * np.clip(car.push, -4, 2)
        eye = np.array([*car.place, self.level + lift]) + ahead * 0.55
        self.camera = Camera(eye, eye + ahead + (0, 0, nod - 0.045), self.fov, 0.004 * np.sin(2.3 * t + d))

    def step(self, dt):
        super().step(dt)
        if self.car is not None:
            self._follow()

    def view(self):
        view = super().view()
        view.things = [t for t in view.things if t.id != self.car.id]
        eye, way = self.camera.eye, self.car.way
        view.focus = (eye[0] + way[0] * 30, eye[1] + way[1] * 30, 0.0, 42.0, 0.9)
        return view
