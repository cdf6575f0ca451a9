"""Machine parts as meshes: plates, flanges and gears with holes, and the defects they may have. Units are decimetres.

A part is drawn in a flat (u, v) plan of cells, some with a hole, that a warp bends into its shape.
"""

import numpy as np

from . import shapes
from .shapes import Kind
from .textures import layer


def cell(u0, u1, v0, v1, hole=0.0, steps=40):
    """Points (rings, around, 2) of a cell with a round hole in its middle, or (rows, columns, 2) of a plain one."""
    if hole <= 0:
        u, v = np.meshgrid(np.linspace(u0, u1, 6), np.linspace(v0, v1, steps), indexing="ij")
        return np.stack([u, v], -1)
    t = np.linspace(0, 2 * np.pi, 129)
    unit = np.stack([np.cos(t), np.sin(t)], 1)
    centre, half = np.array([(u0 + u1) / 2, (v0 + v1) / 2]), np.array([(u1 - u0) / 2, (v1 - v0) / 2])
    square = centre + unit / np.abs(unit).max(1, keepdims=True) * half
    circle = centre + unit * hole
    blend = np.linspace(0, 1, 4)[:, None, None]
    return circle * (1 - blend) + square * blend


class Part:
    """A mesh with the places of its holes and a function from plan to part for putting defects on it."""

    def __init__(self, name, us, vs, holes, warp, thick, closed=False):
        """us, vs: cell edges; holes {(i, j): radius in plan units}; warp maps (..., 2) plan points to x-y."""
        self.name, self.warp, self.thick = name, warp, thick
        self.us, self.vs = us, vs
        tops, walls = [], []
        self.holes = []
        for i in range(len(us) - 1):
            for j in range(len(vs) - 1):
                hole = holes.get((i, j), 0.0)
                plan = cell(us[i], us[i + 1], vs[j], vs[j + 1], hole)
                tops.append(self._level(warp(plan)))
                if hole > 0:
                    walls.append(self._wall(warp(plan[0])))
                    self.holes.append(warp(plan[0]))
        fine = lambda a, b: np.linspace(a, b, 640)
        edges = [np.stack([np.full(640, us[0]), fine(vs[0], vs[-1])], 1), np.stack([np.full(640, us[-1]), fine(vs[0], vs[-1])], 1)]
        if not closed:
            edges += [np.stack([fine(us[0], us[-1]), np.full(640, v)], 1) for v in (vs[0], vs[-1])]
        walls += [self._wall(warp(edge)) for edge in edges]
        self.mesh = shapes.join(*tops, *walls)

    def _level(self, flat):
        mesh = shapes.grid(np.concatenate([flat, np.full(flat.shape[:2] + (1,), self.thick)], -1))
        mesh.vertices[:, 3:6] = (0, 0, 1)
        mesh.vertices[:, 6:8] = mesh.position[:, :2] / 3.0
        return mesh.paint(slot=0, kind=Kind.PART, layer=layer("steel"), rough=0.4)

    def _wall(self, line):
        rows = [np.column_stack([line, np.full(len(line), z)]) for z in (0.0, self.thick)]
        mesh = shapes.grid(np.stack(rows))
        mesh.vertices[:, 6:8] = mesh.position[:, [0, 2]] / 3.0
        return mesh.paint((0.6, 0.6, 0.6), slot=0, kind=Kind.PART, layer=layer("steel"), rough=0.5)

    def spot(self, rng, margin=0.15):
        """A place on the top that is no hole."""
        for _ in range(50):
            u = rng.uniform(self.us[0], self.us[-1]) * (1 - margin) + margin * (self.us[0] + self.us[-1]) / 2
            v = rng.uniform(self.vs[0], self.vs[-1]) * (1 - margin) + margin * (self.vs[0] + self.vs[-1]) / 2
            place = self.warp(np.array([u, v]))
            if all(np.linalg.norm(place - h.mean(0)) > np.ptp(h[:, 0]) / 2 + 0.16 for h in self.holes):
                break
        return place


def rounded(width, height, radius):
    """A warp that rounds the corners of a plate."""
    def warp(p):
        p = np.asarray(p, float)
        half = np.array([width, height]) / 2
        inner = np.clip(p, -(half - radius), half - radius)
        out = p - inner
        both = (np.abs(out) > 1e-9).all(-1, keepdims=True)
        largest = np.abs(out).max(-1, keepdims=True)
        length = np.linalg.norm(out, axis=-1, keepdims=True)
        return inner + np.where(both, out * largest / np.maximum(length, 1e-9), out)
    return warp


def round_plan(teeth=0, depth=0.0, outer=1.0):
    """A warp from (radius, angle) to x-y; teeth modulate the rim."""
    def warp(p):
        p = np.asarray(p, float)
        r, a = p[..., 0], p[..., 1]
        if teeth:
            wave = np.clip(2.2 * np.cos(a * teeth), -1, 1) * 0.5
            r = r + depth * wave * np.clip((r - outer * 0.86) / (outer * 0.14), 0, 1)
        return np.stack([r * np.cos(a), r * np.sin(a)], -1)
    return warp


def make(rng):
    """A random part."""
    kind = rng.choice(["plate", "bracket", "flange", "gear"])
    if kind in ("plate", "bracket"):
        columns, rows = (int(rng.integers(3, 5)), int(rng.integers(2, 4))) if kind == "plate" else (int(rng.integers(4, 6)), 1)
        step = rng.uniform(0.62, 0.85)
        width, height = columns * step, rows * step
        holes = {(i, j): rng.uniform(0.13, 0.20) for i in range(columns) for j in range(rows) if i in (0, columns - 1) or rng.random() < 0.3}
        return Part(str(kind), np.linspace(-width / 2, width / 2, columns + 1), np.linspace(-height / 2, height / 2, rows + 1), holes, rounded(width, height, rng.uniform(0.08, 0.28)), rng.uniform(0.10, 0.22))
    sectors = int(rng.integers(5, 9))
    outer, bore = rng.uniform(0.95, 1.25), rng.uniform(0.22, 0.38)
    middle = bore + (outer - bore) * 0.2
    far = outer * 0.86
    angles = np.linspace(0, 2 * np.pi, sectors + 1)
    holes = {}
    for j in range(sectors):
        holes[(1, j)] = min((far - middle) * 0.30, np.pi / sectors * 0.45)
    if kind == "gear":
        return Part("gear", np.array([bore, middle, far, outer]), angles, holes if rng.random() < 0.7 else {}, round_plan(int(rng.integers(16, 30)), 0.16, outer), rng.uniform(0.16, 0.30), closed=True)
    return Part("flange", np.array([bore, middle, far, outer]), angles, holes, round_plan(), rng.uniform(0.12, 0.26), closed=True)


def scratch(rng, part):
    """A thin bright or dark curve."""
    start, angle, length = part.spot(rng, 0.35), rng.uniform(0, 6.28), rng.uniform(0.25, 0.75)
    t = np.linspace(-0.5, 0.5, 24)
    curve = rng.normal(0, 0.18)
    line = np.stack([t * length, curve * t**2 * length + 0.006 * rng.standard_normal(24)], 1)
    c, s = np.cos(angle), np.sin(angle)
    line = line @ np.array([[c, s], [-s, c]]) + start
    width = rng.uniform(0.022, 0.045) * np.sin(np.linspace(0.15, np.pi - 0.15, 24)) + 0.006
    way = np.gradient(line, axis=0)
    side = np.stack([-way[:, 1], way[:, 0]], 1) / np.linalg.norm(way, axis=1, keepdims=True) * width[:, None] / 2
    z = part.thick + 0.004
    mesh = shapes.grid(np.stack([np.column_stack([line - side, np.full(24, z)]), np.column_stack([line + side, np.full(24, z)])]))
    shade = 1.0 if rng.random() < 0.55 else 0.10
    return mesh.paint((0.92 * shade,) * 3, rough=0.5)


def blob(rng, radius, points=40, rough=0.35):
    """An irregular closed outline."""
    t = np.linspace(0, 2 * np.pi, points, endpoint=False)
    wave = 1 + sum(rng.normal(0, rough / k) * np.cos(k * t + rng.uniform(0, 6.28)) for k in range(1, 5))
    return np.stack([np.cos(t), np.sin(t)], 1) * (radius * np.clip(wave, 0.35, 1.9))[:, None]


def stain(rng, part):
    """A patch of oil or rust."""
    color = [(0.12, 0.045, 0.015), (0.02, 0.018, 0.014), (0.16, 0.075, 0.025), (0.025, 0.03, 0.045)][rng.integers(4)]
    outline = blob(rng, rng.uniform(0.10, 0.24)) + part.spot(rng, 0.3)
    mesh = shapes.flat(outline, part.thick + 0.003)
    return mesh.paint(color, rough=0.35)


def dent(rng, part):
    """A round hollow: a bowl of normals on a slightly raised disc."""
    radius = rng.uniform(0.09, 0.17)
    r, t = np.meshgrid(np.linspace(0, 1, 8), np.linspace(0, 2 * np.pi, 29), indexing="ij")
    place = part.spot(rng, 0.3)
    stretch = rng.uniform(0.7, 1.0)
    points = np.stack([place[0] + radius * r * np.cos(t), place[1] + radius * stretch * r * np.sin(t), np.full(r.shape, part.thick + 0.004)], -1)
    mesh = shapes.grid(points)
    steep = 0.85 * np.sin(np.pi * r)
    normal = np.stack([-steep * np.cos(t), -steep * np.sin(t), np.ones_like(t)], -1).reshape(-1, 3)
    mesh.vertices[:, 3:6] = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    mesh.paint((0.78, 0.78, 0.78), slot=0, kind=Kind.PART, layer=layer("steel"), rough=0.32)
    mesh.vertices[:, 8:11] *= (0.50 + 0.50 * np.abs(2 * r - 1)).reshape(-1, 1)
    return mesh


def blocked(rng, part):
    """A hole that was not punched through, its bottom dull and rough."""
    ring = part.holes[rng.integers(len(part.holes))]
    mesh = shapes.flat(ring[:-1], part.thick - 0.015)
    tone = rng.uniform(0.08, 0.2)
    return mesh.paint((tone, tone * 0.97, tone * 0.92), rough=0.9)


DEFECTS = {"scratch": scratch, "stain": stain, "dent": dent, "blocked_hole": blocked}
