"""Vehicle meshes: lofted bodies, wheels that turn and steer, two-wheelers. Bone 0 is the body, bones 1.. are wheels."""

import functools
from dataclasses import dataclass

import numpy as np

from . import liveries, shapes
from .shapes import Kind

PAINT, SECOND = 0, 1
"""Palette slots: the paint and a second colour; slot 6 holds the (head, tail, left, right) light states."""


@dataclass
class Model:
    """Measures in metres; the vehicle faces +y, its middle at the origin, the road at z = 0."""

    name: str
    type: str
    length: float
    width: float
    height: float
    belt: float
    profile: list
    cabin: tuple
    axles: tuple
    wheel: float = 0.33
    clearance: float = 0.20
    lamp: float = 0.68
    pillars: tuple = ()
    doors: tuple = ()
    panel_rear: float | None = None
    rear_glass: bool = True
    bright: bool = True
    tumble: float = 0.78
    plan: tuple = ((0, 0.80), (0.04, 0.90), (0.16, 1.0), (0.8, 1.0), (0.96, 0.92), (1, 0.84))

    def top(self, y):
        """Height of the body's upper outline at y."""
        at, z = zip(*self.profile)
        return np.interp(0.5 - np.asarray(y) / self.length, at, np.array(z) * self.height)


def models():
    """Every lofted body by name."""
    return {m.name: m for m in (
        Model("sedan", "car", 4.65, 1.82, 1.45, 0.92, [(0, .40), (.015, .50), (.05, .56), (.15, .615), (.265, .66), (.40, .945), (.46, .985), (.54, 1), (.64, .975), (.72, .92), (.86, .705), (.97, .67), (.99, .60), (1, .45)],
              (1.10, 0.42, -1.0, -1.62), (1.38, -1.33), pillars=(-0.18,), doors=(0.95, -0.18, -1.10)),
        Model("hatch", "car", 4.05, 1.77, 1.50, 0.95, [(0, .40), (.015, .50), (.06, .58), (.24, .67), (.38, .95), (.46, .99), (.55, 1), (.80, .965), (.88, .92), (.97, .66), (.99, .55), (1, .42)],
              (1.02, 0.45, -1.45, -1.85), (1.25, -1.25), wheel=0.31, pillars=(-0.25, -1.15), doors=(0.85, -0.25, -1.05), bright=False),
        Model("suv", "suv", 4.75, 1.94, 1.78, 1.12, [(0, .38), (.012, .52), (.05, .60), (.22, .655), (.35, .95), (.42, .99), (.52, 1), (.86, .975), (.93, .93), (.985, .62), (1, .42)],
              (1.22, 0.62, -1.95, -2.25), (1.45, -1.38), wheel=0.38, clearance=0.27, lamp=0.84, pillars=(-0.12, -1.22), doors=(1.02, -0.12, -1.20), tumble=0.82),
        Model("pickup", "truck", 5.35, 1.95, 1.82, 1.12, [(0, .38), (.012, .50), (.05, .58), (.26, .64), (.36, .96), (.40, .99), (.46, 1), (.575, .98), (.61, .94), (.635, .63), (.985, .615), (1, .40)],
              (1.25, 0.72, -0.42, -0.72), (1.66, -1.62), wheel=0.39, clearance=0.30, lamp=0.84, pillars=(0.02,), doors=(1.05, 0.02, -0.72), tumble=0.82),
        Model("van", "van", 5.4, 2.02, 2.35, 1.22, [(0, .30), (.012, .40), (.05, .46), (.14, .52), (.27, .90), (.33, .975), (.42, 1), (.97, .985), (.99, .95), (1, .30)],
              (1.9, 1.28, -2.55, -2.65), (1.70, -1.68), wheel=0.35, clearance=0.24, lamp=0.80, doors=(1.55, 0.55), panel_rear=0.75, rear_glass=False, bright=False, tumble=0.88,
              plan=((0, 0.80), (0.03, 0.90), (0.14, 1.0), (0.97, 1.0), (1, 0.96))),
        Model("bus", "bus", 11.2, 2.52, 3.05, 1.3, [(0, .30), (.004, .60), (.012, .86), (.03, .97), (.06, 1), (.97, 1), (.99, .97), (1, .45)],
              (5.4, 5.2, -5.4, -5.5), (2.9, -2.9), wheel=0.48, clearance=0.30, tumble=0.95, plan=((0, 0.90), (0.01, 0.96), (0.03, 1.0), (0.98, 1.0), (1, 0.94))),
        Model("cab", "truck", 2.0, 2.32, 2.55, 1.4, [(0, .30), (.02, .50), (.06, .62), (.20, .93), (.30, .99), (.45, 1), (.97, 1), (1, .97)],
              (0.8, 0.5, -0.9, -1), (0.15, 0.15), wheel=0.48, clearance=0.42, tumble=0.94, plan=((0, 0.92), (0.05, 0.98), (0.12, 1.0), (1, 1.0))),
        Model("cargo", "truck", 5.2, 2.42, 2.45, 1.2, [(0, .98), (.006, 1), (.994, 1), (1, .98)], (0, 0, 0, 0), (0, 0), clearance=0.02, tumble=0.995, plan=((0, 0.99), (0.005, 1), (0.995, 1), (1, 0.99))),
    )}


BODY_LAYERS = list(models()) + ["bus_band"]


@functools.cache
def liveries_of_bodies():
    """The pictures of all bodies as two arrays (layer, 1024, 1024, 4) uint8, in the order of `BODY_LAYERS`."""
    painters = {"van": liveries.van, "bus": lambda m: liveries.bus(m, False), "cab": liveries.cab, "cargo": liveries.cargo}
    drawn = [painters.get(name, liveries.car)(model).pictures() for name, model in models().items()]
    drawn.append(liveries.bus(models()["bus"], True).pictures())
    return np.stack([d[0] for d in drawn]), np.stack([d[1] for d in drawn])


def smooth(points, rounds=2):
    """Chaikin's corner cutting on a (n, k) line, ends kept."""
    for _ in range(rounds):
        a, b = points[:-1], points[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], 1).reshape(-1, points.shape[1])
        points = np.concatenate([points[:1], cut, points[-1:]])
    return points


def body(model, layer, stations=64):
    """The lofted shell with texture coordinates into its livery."""
    at = np.unique(np.concatenate([np.linspace(0, 1, stations), [p[0] for p in model.profile], np.array([0.004, 0.996])]))
    curve = smooth(np.array(model.profile), 2)
    tops = np.interp(at, curve[:, 0], curve[:, 1]) * model.height
    wide = smooth(np.array(model.plan), 3)
    widths = np.interp(at, wide[:, 0], wide[:, 1]) * model.width / 2
    sections = []
    for a, top, w in zip(at, tops, widths):
        end = min(a, 1 - a) * model.length
        low = model.clearance + 0.14 * np.exp(-end / 0.12) * (model.clearance > 0.1)
        belt = min(model.belt, top - 0.02)
        lean = np.clip((top - model.belt) / max(model.height - model.belt, 0.1), 0, 1)
        shoulder = w * (1 - (1 - model.tumble) * lean)
        edge = max(top - 0.07 * (0.35 + lean), belt)
        half = np.array([(0, low), (w * 0.80, low), (w * 0.96, low + 0.04), (w * 0.985, low + (belt - low) * 0.35), (w, low + (belt - low) * 0.70), (w * 0.985, belt - 0.01),
                         (w * 0.955 * (1 - 0.03 * lean), belt + 0.03 * lean), (shoulder * 1.0, edge), (shoulder * 0.90, top - 0.012), (0, top)])
        half = smooth(half, 2)
        section = np.concatenate([half, half[-2:0:-1] * (-1, 1)])
        y = model.length * (0.5 - a)
        sections.append(np.stack([section[:, 0], np.full(len(section), y), section[:, 1]], 1))
    sections = np.array(sections)
    caps = [np.stack([s[:, 0] * 0, s[:, 1], s[:, 2] * 0 + s[:, 2].mean()], 1)[None] for s in (sections[0], sections[-1])]
    shell = shapes.grid(np.concatenate([caps[0], sections, caps[1]]), wrap=True)
    canvas = liveries.Canvas(model.length, model.width, model.height)
    corners = shell.triangles.reshape(-1)
    mesh = shapes.raw(shell.position[corners], np.arange(len(corners)).reshape(-1, 3), shell.normal[corners])
    p = mesh.position.reshape(-1, 3, 3)
    face = np.abs(np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]))
    region = np.where(face[:, 0] * 1.1 >= np.maximum(face[:, 1], face[:, 2]), 0, np.where(face[:, 2] >= face[:, 1] * 0.55, 1, np.where(p[:, :, 1].mean(1) > 0, 2, 3)))
    region = np.repeat(region, 3)
    position = mesh.position
    for index, (name, axes) in enumerate((("side", (1, 2)), ("top", (0, 1)), ("front", (0, 2)), ("rear", (0, 2)))):
        chosen = region == index
        mesh.vertices[chosen, 6:8] = canvas.uv(name, position[chosen][:, axes])
    return shapes.weld(mesh).paint(slot=PAINT, rough=0.25, kind=Kind.BODY, layer=layer)


def wheel(radius, width, rim=(0.62, 0.63, 0.65), spokes=5):
    """A wheel about the origin turning on the x axis, its outer face towards +x."""
    w = width / 2
    tyre = shapes.lathe([(-w, 0), (-w, radius * 0.93), (-w * 0.8, radius), (w * 0.8, radius), (w, radius * 0.93), (w * 0.98, radius * 0.66)], 28).paint((0.025, 0.025, 0.027), rough=0.9)
    dark = shapes.lathe([(w * 0.55, 0), (w * 0.55, radius * 0.66), (w * 0.98, radius * 0.66)], 28).paint((0.03, 0.03, 0.032), rough=0.6)
    edge = shapes.lathe([(w * 0.99, radius * 0.60), (w * 0.99, radius * 0.675)], 28).paint(rim, rough=0.3, kind=Kind.METAL)
    hub = shapes.lathe([(w * 1.0, 0), (w * 1.0, radius * 0.16), (w * 0.6, radius * 0.2)], 14).paint(rim, rough=0.35, kind=Kind.METAL)
    bars = [shapes.block((width * 0.12, radius * 0.17, radius * 0.52)).move(w * 0.88, 0, radius * 0.36).turn("x", 360 / spokes * k).paint(rim, rough=0.3, kind=Kind.METAL) for k in range(spokes)]
    return shapes.join(tyre, dark, edge, hub, *bars)


def wheels(places, radius, width, **rest):
    """Wheels at (x, y) places, bones from 1 on, and the bones' pivots."""
    parts = []
    for index, (x, y) in enumerate(places):
        part = wheel(radius, width, **rest)
        if x < 0:
            part.scale(-1, 1, 1)
        parts.append(part.move(x, y, radius).bone(index + 1))
    return parts, [(x, y, radius) for x, y in places]


@dataclass
class Vehicle:
    """A mesh, the pivots of its wheels, and what traffic needs to know."""

    mesh: shapes.Mesh
    pivots: list
    steered: int
    radius: float
    length: float
    width: float
    height: float
    type: str
    wheelbase: float


def four_wheeled(name, livery=None):
    model = models()[name]
    shell = body(model, BODY_LAYERS.index(livery or name))
    side = model.width / 2 - 0.11
    parts, pivots = wheels([(x, y) for y in model.axles for x in (side, -side)], model.wheel, 0.22 if model.wheel < 0.45 else 0.30, spokes=5 if name != "suv" else 6)
    extras = []
    if name not in ("bus",):
        for sign in (1, -1):
            mirror = shapes.ball((0.10, 0.07, 0.075), 6, 10).move(sign * (model.width / 2 + 0.06), model.cabin[0] - 0.42, model.belt + 0.08).paint(slot=PAINT, rough=0.3)
            extras.append(mirror)
    else:
        for sign in (1, -1):
            extras.append(shapes.block((0.12, 0.10, 0.36), 0.04).move(sign * (model.width / 2 + 0.13), model.length / 2 - 0.1, 2.3).paint((0.03, 0.03, 0.03)))
    under = shapes.block((model.width * 0.86, model.length * 0.93, 0.20)).move(0, 0, model.clearance + 0.09).paint((0.02, 0.02, 0.02))
    mesh = shapes.join(shell, under, *extras)
    return Vehicle(shapes.join(mesh, *parts), pivots, 2, model.wheel, model.length, model.width, model.height, model.type, model.axles[0] - model.axles[1])


def lorry():
    """A box lorry: cab, cargo box, chassis, six wheels."""
    table = models()
    front = body(table["cab"], BODY_LAYERS.index("cab")).move(0, 2.75, 0)
    box = body(table["cargo"], BODY_LAYERS.index("cargo"), 8).move(0, -1.05, 0.88)
    box.vertices[:, 12] = SECOND
    chassis = shapes.block((0.9, 6.6, 0.28)).move(0, -0.2, 0.72).paint((0.05, 0.05, 0.055))
    tank = shapes.block((2.1, 1.0, 0.42), 0.1).move(0, 0.7, 0.62).paint((0.10, 0.10, 0.11), kind=Kind.METAL, rough=0.5)
    guard = shapes.block((2.2, 0.12, 0.16)).move(0, -3.55, 0.5).paint((0.06, 0.06, 0.06))
    side = 1.02
    parts, pivots = wheels([(side, 2.75), (-side, 2.75), (side, -2.1), (-side, -2.1)], 0.48, 0.34, rim=(0.5, 0.5, 0.52), spokes=8)
    return Vehicle(shapes.join(front, box, chassis, tank, guard, *parts), pivots, 2, 0.48, 7.5, 2.42, 3.33, "truck", 4.85)


def ring(radius, thick, color):
    """A thin bicycle wheel on the x axis with spokes."""
    around = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    tyre = np.stack([np.stack([thick * np.cos(t) * np.ones(28), (radius - thick + thick * np.sin(t)) * np.cos(around), (radius - thick + thick * np.sin(t)) * np.sin(around)], 1)
                     for t in np.linspace(0, 2 * np.pi, 8)])
    spokes = [shapes.rod((0, 0, 0), (0, (radius - thick) * np.cos(a), (radius - thick) * np.sin(a)), 0.006, 3).paint((0.5, 0.5, 0.5), kind=Kind.METAL, rough=0.4) for a in np.linspace(0, 2 * np.pi, 12, endpoint=False)]
    return shapes.join(shapes.grid(tyre, wrap=True).paint(color, rough=0.85), *spokes)


def bicycle():
    """A bicycle; palette slot 0 is the frame."""
    r, rear, front = 0.34, -0.52, 0.54
    steel = lambda a, b, t=0.018: shapes.rod((0, *a), (0, *b), t, 8).paint(slot=PAINT, rough=0.35)
    crank, seat, head, fork = (-0.08, 0.30), (-0.22, 0.80), (0.34, 0.82), (0.40, 0.64)
    frame = [steel(crank, seat), steel(crank, fork, 0.022), steel(seat, head), steel((rear, r), crank, 0.012), steel((rear, r), seat, 0.012), steel(head, fork, 0.022), steel(fork, (front, r), 0.014), steel(head, (0.30, 1.0))]
    dark = dict(color=(0.03, 0.03, 0.03), rough=0.7)
    bar = shapes.rod((-0.28, 0.27, 1.02), (0.28, 0.27, 1.02), 0.014).paint(**dark)
    saddle = shapes.ball((0.08, 0.14, 0.04), 6, 10).move(0, -0.25, 0.90).paint(**dark)
    post = shapes.rod((0, -0.22, 0.8), (0, -0.24, 0.88), 0.014).paint((0.5, 0.5, 0.5), kind=Kind.METAL)
    lamp = shapes.ball(0.035, 5, 8).move(0, -0.36, 0.74).paint((0.7, 0.03, 0.03))
    tires = [ring(r, 0.02, (0.02, 0.02, 0.02)).move(0, y, r).bone(k + 1) for k, y in enumerate((front, rear))]
    return Vehicle(shapes.join(*frame, bar, saddle, post, lamp, *tires), [(0, front, r), (0, rear, r)], 1, r, 1.75, 0.6, 1.75, "bicycle", 1.06)


def motorcycle():
    """A scooter-like motorcycle; palette slot 0 is the paint."""
    r, rear, front = 0.29, -0.62, 0.68
    dark = dict(color=(0.03, 0.03, 0.035), rough=0.6)
    chrome = dict(color=(0.6, 0.6, 0.62), rough=0.3, kind=Kind.METAL)
    tank = shapes.ball((0.17, 0.30, 0.15), 8, 14).move(0, 0.12, 0.80).paint(slot=PAINT, rough=0.25)
    cowl = shapes.ball((0.19, 0.17, 0.22), 8, 14).move(0, 0.52, 0.86).paint(slot=PAINT, rough=0.25)
    tail = shapes.ball((0.13, 0.34, 0.09), 8, 12).move(0, -0.60, 0.80).paint(slot=PAINT, rough=0.25)
    seat = shapes.ball((0.15, 0.38, 0.07), 8, 12).move(0, -0.32, 0.83).paint(**dark)
    engine = shapes.block((0.30, 0.52, 0.34), 0.08).move(0, 0.05, 0.45).paint((0.12, 0.12, 0.13), kind=Kind.METAL, rough=0.5)
    forks = [shapes.rod((x, 0.48, 0.90), (x, front, r), 0.025).paint(**chrome) for x in (-0.09, 0.09)]
    arm = shapes.rod((0.1, -0.05, 0.4), (0.1, rear, r), 0.03).paint(**dark)
    pipe = shapes.rod((-0.15, 0.1, 0.32), (-0.17, -0.72, 0.42), 0.05).paint(**chrome)
    bar = shapes.rod((-0.36, 0.36, 1.05), (0.36, 0.36, 1.05), 0.016).paint(**dark)
    head = shapes.ball((0.11, 0.06, 0.10), 6, 10).move(0, 0.68, 0.88).paint((0.85, 0.86, 0.88), rough=0.15)
    brake = shapes.ball((0.09, 0.04, 0.04), 6, 10).move(0, -0.92, 0.80).paint((0.65, 0.03, 0.03), rough=0.2)
    screen = shapes.ball((0.14, 0.03, 0.16), 6, 10).move(0, 0.56, 1.08).paint((0.05, 0.06, 0.07), rough=0.1)
    parts, pivots = wheels([(0.0, front), (0.0, rear)], r, 0.13, rim=(0.25, 0.25, 0.26), spokes=6)
    return Vehicle(shapes.join(tank, cowl, tail, seat, engine, *forks, arm, pipe, bar, head, brake, screen, *parts), pivots, 1, r, 2.1, 0.75, 1.7, "motorcycle", 1.30)


@functools.cache
def fleet():
    """Every vehicle by mesh name."""
    made = {name: four_wheeled(name) for name in ("sedan", "hatch", "suv", "pickup", "van", "bus")}
    made["bus_band"] = four_wheeled("bus", "bus_band")
    made["lorry"] = lorry()
    made["bicycle"], made["motorcycle"] = bicycle(), motorcycle()
    return made
