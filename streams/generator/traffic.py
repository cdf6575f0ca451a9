"""Vehicles that follow, stop, turn, change lanes and overtake. One step moves everyone; meshes come from `vehicles`."""

import numpy as np

from . import vehicles
from .gait import riding, skeleton
from .lanes import LANE, REACH
from .scene import Draw, Thing, palette

PAINTS = {
    "white": [(0.80, 0.80, 0.79), (0.72, 0.72, 0.70)], "black": [(0.012, 0.012, 0.014), (0.02, 0.02, 0.024)], "grey": [(0.22, 0.23, 0.24), (0.36, 0.37, 0.38), (0.13, 0.135, 0.14)],
    "red": [(0.46, 0.018, 0.02), (0.34, 0.01, 0.02)], "blue": [(0.02, 0.06, 0.30), (0.03, 0.14, 0.44), (0.015, 0.035, 0.14)], "green": [(0.02, 0.16, 0.05), (0.05, 0.26, 0.12)], "yellow": [(0.72, 0.46, 0.02), (0.66, 0.52, 0.06)],
}
COLORS = list(PAINTS)
MIX = {"sedan": 0.26, "hatch": 0.17, "suv": 0.17, "van": 0.10, "pickup": 0.06, "lorry": 0.07, "bus": 0.07, "bicycle": 0.10, "motorcycle": 0.09}
PACE = {"bus": 9.0, "lorry": 9.5, "bicycle": 5.0, "motorcycle": 12.0}


class Car:
    """One vehicle on a path: arc length of its middle, speed, sideways offset (positive right)."""

    def __init__(self, id_, mesh, color, path, s, rng, rider=None):
        self.id, self.color, self.path, self.s, self.rider = id_, color, path, s, rider
        self.mesh = "bus_band" if mesh == "bus" and rng.random() < 0.5 else mesh
        self.body = vehicles.fleet()[self.mesh]
        paint = np.array(PAINTS[color][rng.integers(len(PAINTS[color]))]) * rng.uniform(0.85, 1.15)
        second = [(0.75, 0.75, 0.74), (0.72, 0.70, 0.66), paint][rng.integers(3)] if mesh == "lorry" else (1, 1, 1)
        if mesh == "lorry":
            second = paint
            paint = np.array([(0.6, 0.6, 0.6), (0.35, 0.03, 0.03), (0.03, 0.08, 0.25), paint][rng.integers(4)])
        self.paint, self.second = tuple(paint), tuple(second)
        self.want = PACE.get(mesh, 12.0) * rng.uniform(0.85, 1.15)
        self.speed = self.want * 0.8
        self.two = self.body.type in ("bicycle", "motorcycle")
        self.rest = 0.95 if mesh == "bicycle" else rng.normal(0, 0.12)
        self.offset = self.goal = self.rest
        self.spin = rng.uniform(0, 6)
        self.braking, self.push, self.stuck = 0.0, 0.0, 0.0
        self.steer = 0.0
        self.pose()

    def pose(self):
        """World place, heading and the points others keep clear of."""
        axle = self.body.wheelbase / 2
        (rear, front), (way, ahead) = self.path.at([self.s - axle, self.s + axle])
        rear = rear + self.offset * np.array([way[1], -way[0]])
        front = front + (self.offset + 0.9 * (self.goal - self.offset) * 0.25) * np.array([ahead[1], -ahead[0]])
        self.way = (front - rear) / np.linalg.norm(front - rear)
        self.place = (front + rear) / 2
        self.heading = np.arctan2(-self.way[0], self.way[1])
        cross = self.way[0] * ahead[1] - self.way[1] * ahead[0]
        self.steer = np.clip(np.arcsin(np.clip(cross, -1, 1)) * 1.8, -0.6, 0.6)
        half = self.body.length / 2
        self.points = self.place + np.array([half, half / 3, -half / 3, -half])[:, None] * self.way

    def bones(self):
        """Matrices (1 + wheels, 3, 4)."""
        c, s = np.cos(self.heading), np.sin(self.heading)
        lean = -np.clip(self.steer * self.speed * 0.09, -0.35, 0.35) if self.two else 0.0
        pitch = 0.006 * np.clip(self.push, -4, 2)
        turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
        cl, sl, cp, sp = np.cos(lean), np.sin(lean), np.cos(pitch), np.sin(pitch)
        tilt = np.array([[cl, 0, -sl], [0, 1, 0], [sl, 0, cl]]) @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        base = np.concatenate([turn @ tilt, np.array([[*self.place, 0.0]]).T], 1)
        out = [base]
        cr, sr = np.cos(-self.spin), np.sin(-self.spin)
        roll = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
        upright = np.concatenate([turn @ (tilt if self.two else np.eye(3)), base[:, 3:]], 1)
        for index, pivot in enumerate(self.body.pivots):
            a = self.steer if index < self.body.steered else 0.0
            r = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]) @ roll
            rotation = upright[:, :3] @ r
            out.append(np.concatenate([rotation, (upright[:, :3] @ pivot + upright[:, 3] - rotation @ pivot)[:, None]], 1))
        return np.array(out)

    def thing(self, time, night):
        blink = 1.0 if (time * 1.4 + self.id * 0.37) % 1 < 0.5 else 0.0
        near = self.path.move != "s" and -30 < self.s - self.path.stop < 22
        tail = 0.30 * (night > 0.2) + 1.0 * (self.braking > 0)
        lights = (1.0 if night > 0.2 else 0.12, tail, blink * (near and self.path.move == "l"), blink * (near and self.path.move == "r"))
        draws = [Draw(self.mesh, self.bones(), palette(s0=self.paint, s1=self.second, s6=lights))]
        if self.rider is not None:
            kind = self.body.type
            angles, lift = riding(kind, self.spin * 0.4)
            height = self.rider.height
            seat = np.array([0, -0.24 if kind == "bicycle" else -0.30, (0.93 if kind == "bicycle" else 0.90) - 0.90 * height])
            frame = draws[0].bones[0]
            local = skeleton(angles, seat[None], np.zeros(1), np.array([height]), np.array([lift]))[0]
            world = np.concatenate([frame[:, :3] @ local[:, :, :3], (frame[:, :3] @ local[:, :, 3:]) + frame[:, 3:]], 2)
            draws.append(Draw(self.rider.key, world, self.rider.palette))
        return Thing(self.id, "two_wheeler" if self.two else "vehicle", self.body.type, self.color, draws)


def follow(speed, limit, gap, lead):
    """The intelligent driver model's acceleration (Treiber, Hennecke, Helbing 2000) behind a leader `gap` metres ahead at speed `lead`."""
    accelerate, brake = 1.8, 2.6
    space = 2.0 + max(0.0, speed * 1.1 + speed * (speed - lead) / (2 * np.sqrt(accelerate * brake)))
    return accelerate * (1 - (speed / max(limit, 0.1)) ** 4 - (space / max(gap, 0.3)) ** 2)


class Traffic:
    """All vehicles of a plan."""

    def __init__(self, plan, signals, rng, ids, dress, density):
        self.plan, self.signals, self.rng, self.ids, self.dress = plan, signals, rng, ids, dress
        self.density = density
        self.cars = []
        self.mix = {k: v * rng.uniform(0.5, 1.6) for k, v in MIX.items()}

    def spawn(self, path, s):
        names = list(self.mix)
        weight = np.array([self.mix[n] for n in names])
        if path.move != "s":
            weight = weight * [n not in ("lorry", "bus") or path.move == "l" for n in names]
        if path.lane < self.plan.own(path.approach)[0] - 1 or path.move == "l":
            weight = weight * [n != "bicycle" for n in names]
        mesh = self.rng.choice(names, p=weight / weight.sum())
        share = np.array([0.2, 0.15, 0.2, 0.14, 0.14, 0.085, 0.085])
        color = str(self.rng.choice(COLORS, p=share / share.sum()))
        rider = self.dress(self.rng, "helmet") if mesh in ("bicycle", "motorcycle") else None
        self.cars.append(Car(next(self.ids), mesh, color, path, s, self.rng, rider))

    def step(self, dt, people):
        """Advance by dt seconds; `people` (n, 2) are places to keep clear of."""
        self._arrive(dt)
        if not self.cars:
            return
        points = np.concatenate([c.points for c in self.cars])
        owner = np.repeat(np.arange(len(self.cars)), 4)
        widths = np.array([c.body.width for c in self.cars])
        for index, car in enumerate(self.cars):
            other = owner != index
            self._drive(car, points[other], owner[other], widths, people, dt)
        for car in self.cars:
            car.s += car.speed * dt
            car.spin += car.speed * dt / car.body.radius
            rate = 0.9 * np.clip(car.goal - car.offset, -1.6, 1.6) * min(1.0, car.speed / 4)
            car.offset += rate * dt
            car.pose()
        self.cars = [c for c in self.cars if c.s < c.path.length + 8]

    def _arrive(self, dt):
        for path in self.plan.paths:
            key = (path.approach, path.lane)
            rate = self.density * {"s": 1.0, "l": 0.35, "r": 0.35}[path.move] * (1.0 if path.approach % 2 == 0 else 0.6)
            if self.rng.random() < rate * dt and all((c.path.approach, c.path.lane) != key or c.s > 20 for c in self.cars):
                self.spawn(path, 0.0)

    def _drive(self, car, points, owner, widths, people, dt):
        """Choose a car's speed and offset from what is ahead of it."""
        front = car.body.length / 2
        ahead = np.arange(0.0, 8 + car.speed * 3.2, 1.0)
        line, way = car.path.at(car.s + front + ahead)
        right = np.stack([way[:, 1], -way[:, 0]], 1)
        line = line + right * car.offset
        gap, lead, person = 1e3, car.want, False
        car.goal = car.rest
        if len(points):
            gap, lead = self._leader(car, (ahead, line, way, right), points, owner, widths)
        if len(people):
            distance = np.linalg.norm(people[:, None] - line[None, :18], axis=2)
            k = distance.argmin(1)
            hit = distance[np.arange(len(people)), k] < car.body.width / 2 + 0.9
            if hit.any() and ahead[k[hit]].min() < gap:
                gap, lead, person = ahead[k[hit]].min(), 0.0, True
        bend = np.abs(way[-1] - way[0]).sum() if car.path.move != "s" else 0
        limit = min(car.want, 5.2) if bend > 0.12 else car.want
        state, _ = self.signals.state(car.path.phase)
        room = car.path.stop - car.s - front
        if -0.5 < room < gap and (state == "red" or (state == "amber" and room > car.speed**2 / 7)):
            gap, lead = max(room + 1.5, 0.05), 0.0
        push = follow(car.speed, limit, gap, lead)
        car.stuck = car.stuck + dt if car.speed < 0.2 and state == "green" else 0.0
        if car.stuck > 7 and gap > 0.8 and not person:
            push = 0.6
        car.push += (np.clip(push, -7.0, 1.9) - car.push) * min(1, 6 * dt)
        before = car.speed
        car.speed = max(0.0, car.speed + car.push * dt)
        if car.push < -0.7 or (car.speed < 0.1 and before < 0.1):
            car.braking = 0.4
        car.braking = max(0.0, car.braking - dt)

    def _leader(self, car, course, points, owner, widths):
        """The gap to the nearest vehicle on the course ahead and its speed along it; swings out round two-wheelers."""
        ahead, line, way, right = course
        gap, lead = 1e3, car.want
        near = np.abs(points - car.place).max(1) < 60
        p, o = points[near], owner[near]
        delta = p[:, None] - line[None]
        distance = np.hypot(delta[..., 0], delta[..., 1])
        k = distance.argmin(1)
        close = distance[np.arange(len(p)), k]
        for j in np.nonzero(close < (widths[o] + car.body.width) / 2 + 0.35 + 6.0 * (k == 0))[0]:
            other = self.cars[o[j]]
            behind = -float(delta[j, 0] @ car.way)
            if k[j] == 0 and behind > 0.0:
                if other.two and not car.two and behind < car.body.length + 2 and delta[j, 0] @ right[0] > 0.2:
                    car.goal = -0.75
                continue
            if k[j] == 0 and (close[j] < 0.2 or close[j] > (other.body.width + car.body.width) / 2 + 0.35):
                continue
            side = float(delta[j, k[j]] @ right[k[j]])
            if other.two and not car.two and side > 0.2 and ahead[k[j]] < 26:
                car.goal = -0.75
                if abs(side) > (other.body.width + car.body.width) / 2 + 0.05:
                    continue
            if ahead[k[j]] < gap:
                gap, lead = ahead[k[j]], float(other.speed * (other.way @ way[k[j]]))
                self._pass(car, other, gap)
        return gap, lead

    def _pass(self, car, other, gap):
        """Move to the next lane to overtake a slower vehicle, where there is one and it is free."""
        lanes = self.plan.own(car.path.approach)[0]
        if lanes < 2 or car.two or car.path.move != "s" or gap > 28 or other.speed > car.want - 2.0 or abs(car.offset - car.rest) > 0.5:
            return
        if not (8 < car.s < car.path.stop - 22 or car.path.stop + 40 < car.s < REACH * 2 - 30):
            return
        lane = 1 - car.path.lane if lanes == 2 else car.path.lane
        beside = next(p for p in self.plan.paths if (p.approach, p.move, p.lane) == (car.path.approach, "s", lane))
        for c in self.cars:
            if c is not car and c.path.approach == car.path.approach and c.path.lane == lane and -16 < c.s - car.s < 16 + car.body.length:
                return
        car.offset += LANE * (car.path.lane - lane)
        car.path = beside
