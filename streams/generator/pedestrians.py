"""People on foot: where they walk, wait and turn; each carries a gait phase. Poses come from `gait`, looks from `wardrobe`."""

import numpy as np

from . import gait
from .scene import Draw, Thing

BAG_ARMS = {"handbag": (1, 0), "shopping": (0, 1), "suitcase": (0, 3)}


class Walker:
    """Follows waypoints [(x, y, gate)]; a gate is None or a function that says whether one may go on to that point."""

    def __init__(self, id_, bag_id, look, place, route, pace, rng):
        self.id, self.bag_id, self.look = id_, bag_id, look
        self.place, self.route, self.pace = np.array(place, float), list(route), pace
        self.phase, self.stride, self.speed = rng.uniform(0, 6.28), 0.0, 0.0
        first = np.array(self.route[0][:2]) - self.place if self.route else rng.standard_normal(2)
        self.heading = np.arctan2(-first[0], first[1])
        self.nervous = rng.uniform(0, 50)
        self.arms = list(BAG_ARMS.get(look.bag, (0, 0)))
        if look.bag is None and rng.random() < 0.15:
            self.arms[int(rng.integers(2))] = 2
        self.glance = np.zeros(2)
        self.pause = 0.0
        self.want_heading = None

    def step(self, dt, others, ground):
        """Advance; `others` are places (n, 2) of people, this one included; ground(x, y) gives the height to stand on."""
        target = None
        if self.pause > 0:
            self.pause -= dt
        elif self.route:
            x, y, gate = self.route[0]
            if gate is None or gate():
                target = np.array([x, y])
                if gate is not None:
                    self.route[0] = (x, y, None)
        aim = 0.0
        if target is not None:
            way = target - self.place
            distance = np.hypot(*way)
            if distance < 0.35:
                self.route.pop(0)
                if self.route and len(self.route[0]) == 4:
                    x, y, gate, self.pause = self.route[0]
                    self.route[0] = (x, y, gate)
            way = way / max(distance, 1e-6)
            away = self.place - others
            gaps = np.hypot(away[:, 0], away[:, 1])
            near = (gaps > 1e-6) & (gaps < 1.3)
            if near.any():
                side = np.array([way[1], -way[0]])
                shove = (away[near] / gaps[near, None] ** 2 * 0.22).sum(0)
                way = way + shove + side * 0.25 * (shove @ way < -0.1)
                way /= max(np.hypot(*way), 1e-6)
            turn = (np.arctan2(-way[0], way[1]) - self.heading + np.pi) % (2 * np.pi) - np.pi
            self.heading += np.clip(turn, -2.6 * dt, 2.6 * dt)
            aim = self.pace * max(0.15, np.cos(turn))
        elif self.want_heading is not None:
            turn = (self.want_heading - self.heading + np.pi) % (2 * np.pi) - np.pi
            self.heading += np.clip(turn, -1.6 * dt, 1.6 * dt)
        self.speed += (aim - self.speed) * min(1, 4 * dt)
        self.place = self.place + self.speed * dt * np.array([-np.sin(self.heading), np.cos(self.heading)])
        self.stride += (min(1.25, self.speed / (1.35 * self.look.height)) - self.stride) * min(1, 6 * dt)
        self.phase += dt * 2 * np.pi * self.speed / (1.42 * self.look.height * (0.45 + 0.55 * min(1, self.speed / 1.3))) if self.speed > 0.02 else 0.0
        self.height = ground(*self.place)

    def done(self):
        return not self.route and self.pause <= 0


def things(walkers, time):
    """All walkers as scene things: persons, and their bags as things of their own."""
    if not walkers:
        return []
    phase, stride = np.array([w.phase for w in walkers]), np.array([w.stride for w in walkers])
    look = np.array([w.glance for w in walkers])
    arms = np.array([w.arms for w in walkers])
    angles, lift = gait.walking(phase, stride, look, arms)
    still = np.clip(1 - 4 * stride, 0, 1)[:, None, None]
    angles = angles + still * (gait.idle(angles.copy(), time, np.array([w.nervous for w in walkers])) - angles)
    place = np.array([[*w.place, w.height] for w in walkers])
    heading = np.array([w.heading for w in walkers])
    height = np.array([w.look.height for w in walkers])
    bones = gait.skeleton(angles, place, heading, height, lift)
    made = []
    for walker, matrices in zip(walkers, bones):
        look = walker.look
        made.append(Thing(walker.id, "person", look.type, look.color, [Draw(look.key, matrices, look.palette)]))
        if look.bag is None:
            continue
        if look.bag == "suitcase":
            c, s = np.cos(walker.heading) * look.height, np.sin(walker.heading) * look.height
            rolled = np.array([[c, -s, 0, walker.place[0]], [s, c, 0, walker.place[1]], [0, 0, look.height, walker.height]])
            matrices = np.concatenate([matrices, rolled[None]])
        made.append(Thing(walker.bag_id, "bag", look.bag, None, [Draw(f"bag/{look.bag}", matrices, look.bag_palette)], parent=walker.id))
    return made
