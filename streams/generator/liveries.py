"""What is painted on a vehicle's body: windows, seams, lights, grille, plate. Two 1024x1024 RGBA pictures per model.

The first is colour and tint (how much the paint shows), the second roughness, mirror (glass), head light, tail light.
A body is seen from the side (rows 0-44 %), from above (46-72 %), and from the front and the rear (74-100 %).
"""

import numpy as np
from PIL import Image, ImageDraw

SIZE = 1024
OVERSAMPLE = 2
BLACK, GLASS, TRIM, CHROME, LENS, RED, PLATE, SEAM = (14, 14, 15), (16, 19, 22), (30, 30, 32), (170, 172, 176), (225, 228, 232), (150, 14, 14), (226, 226, 220), (120, 120, 120)


class Canvas:
    """Draws in metres on the regions of a body's pictures."""

    def __init__(self, length, width, height):
        self.length, self.width, self.height = length, width, height
        size = (SIZE * OVERSAMPLE,) * 2
        self.layers = {"color": Image.new("RGB", size, (255, 255, 255)), "tint": Image.new("L", size, 255), "rough": Image.new("L", size, 62),
                       "mirror": Image.new("L", size, 0), "head": Image.new("L", size, 0), "tail": Image.new("L", size, 0)}
        self.pens = {name: ImageDraw.Draw(image) for name, image in self.layers.items()}

    def uv(self, region, points):
        """Texture coordinates of points: (y, z) on the side, (x, y) from above, (x, z) at the front and rear."""
        a, b = np.asarray(points, float).reshape(-1, 2).T
        if region == "side":
            return np.stack([0.5 - a / self.length * 0.98, 0.01 + (1 - b / self.height) * 0.42], 1)
        if region == "top":
            return np.stack([0.5 - b / self.length * 0.98, 0.59 + a / self.width * 0.25], 1)
        centre = 0.25 if region == "front" else 0.75
        return np.stack([centre + a / self.width * 0.46, 0.745 + (1 - b / self.height) * 0.25], 1)

    def pixels(self, region, points):
        return [tuple(p) for p in self.uv(region, points) * SIZE * OVERSAMPLE]

    def fill(self, region, points, color, rough=62, mirror=0, head=0, tail=0, tint=0, mirrored=False):
        """A polygon; with `mirrored` also its copy at -x."""
        for sign in (1, -1) if mirrored else (1,):
            outline = self.pixels(region, [(p[0] * sign, p[1]) for p in points])
            for name, value in (("color", color), ("tint", tint), ("rough", rough), ("mirror", mirror), ("head", head), ("tail", tail)):
                self.pens[name].polygon(outline, fill=value)

    def glass(self, region, points, **rest):
        """A pane with a dark rubber edge."""
        self.fill(region, points, GLASS, rough=8, mirror=255, **rest)
        outline = self.pixels(region, points)
        for name, value in (("color", BLACK), ("mirror", 0), ("rough", 120)):
            self.pens[name].line(outline + outline[:2], fill=value, width=7, joint="curve")

    def line(self, region, points, color=SEAM, width=5, tint=None):
        outline = self.pixels(region, points)
        self.pens["color"].line(outline, fill=color, width=width, joint="curve")
        if tint is not None:
            self.pens["tint"].line(outline, fill=tint, width=width, joint="curve")

    def disc(self, region, centre, radius, color, **rest):
        turn = np.linspace(0, 2 * np.pi, 40)
        self.fill(region, [(centre[0] + radius * np.cos(a), centre[1] + radius * np.sin(a)) for a in turn], color, **rest)

    def pictures(self):
        small = {name: np.asarray(image.resize((SIZE, SIZE), Image.BOX)) for name, image in self.layers.items()}
        return (np.dstack([small["color"], small["tint"]]), np.dstack([small[name] for name in ("rough", "mirror", "head", "tail")]))


def rectangle(x0, x1, z0, z1, cut=0.0):
    """An outline with cut corners."""
    return [(x0 + cut, z0), (x1 - cut, z0), (x1, z0 + cut), (x1, z1 - cut), (x1 - cut, z1), (x0 + cut, z1), (x0, z1 - cut), (x0, z0 + cut)]


def car(m):
    """Windows, seams and lights of a car-like `vehicles.Model`."""
    c = Canvas(m.length, m.width, m.height)
    half, w = m.length / 2, m.width / 2
    sill, belt = m.clearance, m.belt
    c.fill("side", [(half, 0), (-half, 0), (-half, sill + 0.10), (half, sill + 0.10)], TRIM, rough=190)
    for y in m.axles:
        c.disc("side", (y, m.wheel), m.wheel * 1.17, BLACK, rough=230)
    top = lambda y: m.top(y) - 0.10 * m.height / 1.45
    cowl, front, rear, tail = m.cabin
    ys = np.linspace(cowl - 0.16, tail + 0.10, 40)
    upper = [(y, max(top(y), belt + 0.03)) for y in ys if top(y) > belt + 0.02]
    outline = [(upper[0][0], belt + 0.02)] + upper + [(upper[-1][0], belt + 0.05)]
    if m.panel_rear is not None:
        upper = [p for p in upper if p[0] > m.panel_rear]
        outline = [(upper[0][0], belt + 0.02)] + upper + [(m.panel_rear, belt + 0.02)]
    c.glass("side", outline)
    for y in m.pillars:
        c.fill("side", [(y - 0.05, belt - 0.01), (y + 0.05, belt - 0.01), (y + 0.04, top(y) + 0.03), (y - 0.04, top(y) + 0.03)], BLACK, rough=60)
    for y in m.doors:
        c.line("side", [(y, belt), (y, sill + 0.16)], width=5)
        c.line("side", [(y, belt), (y, sill + 0.16)], (70, 70, 70), width=2)
    c.line("side", [(m.doors[0], sill + 0.16), (m.doors[-1], sill + 0.16)], width=4)
    c.line("side", [(half * 0.96, belt - 0.16), (-half * 0.96, belt - 0.13)], (200, 200, 200), width=5)
    for y in m.doors[1:]:
        c.fill("side", rectangle(y + 0.08, y + 0.28, belt - 0.135, belt - 0.10, 0.01), CHROME if m.bright else TRIM, rough=60)
    lamp = m.lamp
    c.fill("side", [(half, lamp + 0.07), (half - 0.34, lamp + 0.09), (half - 0.22, lamp - 0.07), (half, lamp - 0.07)], LENS, rough=20, mirror=110, head=255)
    c.fill("side", [(-half, lamp + 0.16), (-half + 0.26, lamp + 0.14), (-half + 0.18, lamp - 0.03), (-half, lamp - 0.05)], RED, rough=25, mirror=50, tail=255)
    pane = [(-0.80 * w, cowl - 0.02), (0.80 * w, cowl - 0.02), (0.70 * w, front + 0.04), (-0.70 * w, front + 0.04)]
    c.glass("top", pane)
    hatch = [(-0.70 * w, rear - 0.05), (0.70 * w, rear - 0.05), (0.76 * w, tail + 0.06), (-0.76 * w, tail + 0.06)]
    c.glass("front", [(-0.86 * w, m.top(cowl) + 0.03), (0.86 * w, m.top(cowl) + 0.03), (0.70 * w, m.height - 0.08), (-0.70 * w, m.height - 0.08)])
    if m.panel_rear is None or m.rear_glass:
        c.glass("top", hatch)
        c.glass("rear", [(-0.82 * w, belt + 0.05), (0.82 * w, belt + 0.05), (0.68 * w, m.height - 0.10), (-0.68 * w, m.height - 0.10)])
    c.line("top", [(-0.80 * w, cowl + 0.02), (-0.72 * w, half * 0.93), (0.72 * w, half * 0.93), (0.80 * w, cowl + 0.02)], (150, 150, 150), width=4)
    c.fill("front", rectangle(-w, w, 0, sill + 0.08), TRIM, rough=200)
    c.fill("front", rectangle(-0.50 * w, 0.50 * w, lamp - 0.10, lamp + 0.05, 0.04), BLACK, rough=90)
    for z in np.linspace(lamp - 0.07, lamp + 0.02, 3):
        c.line("front", [(-0.47 * w, z), (0.47 * w, z)], CHROME if m.bright else (60, 60, 62), width=5)
    c.fill("front", rectangle(-0.70 * w, 0.70 * w, sill + 0.07, sill + 0.20, 0.05), BLACK, rough=160)
    c.fill("front", [(0.55 * w, lamp - 0.06), (0.95 * w, lamp - 0.05), (1.0 * w, lamp + 0.09), (0.60 * w, lamp + 0.06)], LENS, rough=20, mirror=110, head=255, mirrored=True)
    c.fill("front", rectangle(-0.26, 0.26, sill + 0.22, sill + 0.33), PLATE, rough=120)
    c.fill("rear", rectangle(-w, w, 0, sill + 0.10), TRIM, rough=200)
    c.fill("rear", [(0.60 * w, lamp - 0.04), (1.0 * w, lamp - 0.04), (1.0 * w, lamp + 0.16), (0.66 * w, lamp + 0.12)], RED, rough=25, mirror=50, tail=255, mirrored=True)
    c.fill("rear", rectangle(-0.26, 0.26, lamp - 0.04, lamp + 0.08), PLATE, rough=120)
    c.line("rear", [(-0.9 * w, lamp - 0.12), (0.9 * w, lamp - 0.12)], width=5)
    return c


def van(m):
    """A panel van: glass in front only, a sliding door, rear doors."""
    c = car(m)
    w, belt = m.width / 2, m.belt
    for y in (-0.1, -1.35):
        c.line("side", [(y, m.height - 0.25), (y, m.clearance + 0.2)], (150, 150, 150), width=5)
    c.line("side", [(-0.1, belt - 0.1), (-m.length / 2 + 0.1, belt - 0.1)], (175, 175, 175), width=6)
    c.line("rear", [(0, m.clearance + 0.2), (0, m.height - 0.15)], (90, 90, 90), width=6)
    c.glass("rear", rectangle(0.08, 0.78 * w, belt + 0.05, m.height - 0.35, 0.04))
    c.glass("rear", rectangle(-0.78 * w, -0.08, belt + 0.05, m.height - 0.35, 0.04))
    return c


def bus(m, band):
    """A city bus: a continuous window band, doors on the right side's pattern, a destination board, a stripe."""
    c = Canvas(m.length, m.width, m.height)
    half, w = m.length / 2, m.width / 2
    c.fill("side", [(half, 0), (-half, 0), (-half, 0.42), (half, 0.42)], TRIM, rough=190)
    if band:
        c.fill("side", [(half, 0.42), (-half, 0.42), (-half, 0.95), (half, 0.80)], (232, 232, 228))
    for y in m.axles:
        c.disc("side", (y, m.wheel), m.wheel * 1.14, BLACK, rough=230)
    c.fill("side", [(half, 1.28), (half, m.height - 0.40), (-half + 0.35, m.height - 0.40), (-half + 0.35, 1.28)], BLACK, rough=60)
    panes = np.linspace(half - 0.15, -half + 0.45, 9)
    for y0, y1 in zip(panes[:-1], panes[1:]):
        c.glass("side", rectangle(y1 + 0.03, y0 - 0.03, 1.33, m.height - 0.45, 0.04))
    for y in (half - 0.75, -0.4):
        c.glass("side", rectangle(y - 0.55, y - 0.02, 0.46, m.height - 0.5, 0.04))
        c.glass("side", rectangle(y + 0.02, y + 0.55, 0.46, m.height - 0.5, 0.04))
    c.line("side", [(half, m.height - 0.2), (-half, m.height - 0.2)], (170, 170, 170), width=5)
    c.glass("front", rectangle(-0.94 * w, 0.94 * w, 1.10, m.height - 0.62, 0.1))
    c.fill("front", rectangle(-0.86 * w, 0.86 * w, m.height - 0.52, m.height - 0.20, 0.04), BLACK, rough=60)
    for k in range(11):
        c.fill("front", rectangle(-0.6 * w + k * 0.14, -0.6 * w + k * 0.14 + 0.09, m.height - 0.45, m.height - 0.27), (250, 150, 30), head=120)
    c.fill("front", rectangle(0.56 * w, 0.92 * w, 0.62, 0.84, 0.05), LENS, rough=20, mirror=110, head=255, mirrored=True)
    c.fill("front", rectangle(-w, w, 0, 0.42), TRIM, rough=190)
    c.fill("front", rectangle(-0.26, 0.26, 0.48, 0.60), PLATE, rough=120)
    c.glass("rear", rectangle(-0.80 * w, 0.80 * w, 1.9, m.height - 0.55, 0.08))
    c.fill("rear", rectangle(-0.7 * w, 0.7 * w, 0.6, 1.5, 0.03), (60, 60, 62), rough=150)
    for z in np.linspace(0.7, 1.4, 8):
        c.line("rear", [(-0.66 * w, z), (0.66 * w, z)], BLACK, width=6)
    c.fill("rear", rectangle(0.80 * w, 0.97 * w, 0.75, 1.45, 0.03), RED, rough=25, mirror=50, tail=255, mirrored=True)
    c.fill("rear", rectangle(-w, w, 0, 0.42), TRIM, rough=190)
    c.fill("top", rectangle(-0.6 * w, 0.6 * w, -half * 0.5, -half * 0.1, 0.1), (190, 190, 190))
    c.fill("top", rectangle(-0.5 * w, 0.5 * w, half * 0.2, half * 0.5, 0.1), (190, 190, 190))
    return c


def cab(m):
    """The cab of a lorry."""
    c = Canvas(m.length, m.width, m.height)
    half, w = m.length / 2, m.width / 2
    c.fill("side", [(half, 0), (-half, 0), (-half, 0.62), (half, 0.62)], TRIM, rough=190)
    c.disc("side", (m.axles[0], m.wheel), m.wheel * 1.16, BLACK, rough=230)
    c.glass("side", [(half - 0.22, 1.45), (half - 0.42, m.height - 0.38), (-half + 0.35, m.height - 0.38), (-half + 0.35, 1.40)])
    c.line("side", [(half - 0.16, 1.45), (half - 0.25, 0.75), (-half + 0.25, 0.75), (-half + 0.25, m.height - 0.3)], width=5)
    c.fill("side", rectangle(-half + 0.32, -half + 0.52, 1.25, 1.30), TRIM)
    c.glass("front", rectangle(-0.90 * w, 0.90 * w, 1.42, m.height - 0.40, 0.10))
    c.fill("front", rectangle(-0.62 * w, 0.62 * w, 0.80, 1.28, 0.05), BLACK, rough=120)
    for z in np.linspace(0.88, 1.2, 4):
        c.line("front", [(-0.58 * w, z), (0.58 * w, z)], CHROME, width=6)
    c.fill("front", rectangle(-w, w, 0, 0.62), TRIM, rough=190)
    c.fill("front", rectangle(0.58 * w, 0.94 * w, 0.48, 0.68, 0.04), LENS, rough=20, mirror=110, head=255, mirrored=True)
    c.fill("front", rectangle(-0.26, 0.26, 0.42, 0.54), PLATE, rough=120)
    c.fill("rear", rectangle(-w, w, 0, m.height), TRIM, rough=190)
    return c


def cargo(m):
    """The box of a lorry: corrugated sides, rear doors, tail lights and a logo panel."""
    c = Canvas(m.length, m.width, m.height)
    half, w = m.length / 2, m.width / 2
    for y in np.arange(-half + 0.25, half, 0.5):
        c.line("side", [(y, 0.05), (y, m.height)], (215, 215, 215), width=5)
    c.fill("side", rectangle(-half * 0.55, half * 0.55, m.height * 0.40, m.height * 0.62, 0.2), (190, 196, 204))
    c.fill("side", [(half, 0), (-half, 0), (-half, 0.10), (half, 0.10)], TRIM)
    c.line("rear", [(0, 0.1), (0, m.height)], (90, 90, 90), width=8)
    for x in (-0.35, 0.35):
        c.line("rear", [(x, 0.15), (x, m.height - 0.1)], (130, 130, 130), width=9)
    c.fill("rear", rectangle(-w, w, 0, 0.16), TRIM)
    c.fill("rear", rectangle(0.70 * w, 0.96 * w, 0.03, 0.14), RED, rough=25, mirror=50, tail=255, mirrored=True)
    return c
