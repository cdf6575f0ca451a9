"""Road signs: their pictures, and posts with plates. A plate has an identity of its own; its post is scenery."""

import functools

import numpy as np
from PIL import Image, ImageDraw

from . import shapes
from .shapes import Kind

SIZE = 256
NAMES = ["stop", "yield", "speed", "no_entry", "crossing", "ahead", "priority", "parking", "danger", "direction"]


def polygon(sides, radius, turn=0.0):
    angle = np.radians(turn) + np.arange(sides) * 2 * np.pi / sides
    return [(0.5 + radius * np.cos(a), 0.5 - radius * np.sin(a)) for a in angle]


def draw(name):
    """One sign as RGBA; the corners outside the plate are clear."""
    scale = SIZE * 4
    image = Image.new("RGBA", (scale, scale), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    area = lambda points, color: pen.polygon([(x * scale, y * scale) for x, y in points], fill=color + (255,))
    disc = lambda r, color: pen.ellipse([(0.5 - r) * scale, (0.5 - r) * scale, (0.5 + r) * scale, (0.5 + r) * scale], fill=color + (255,))
    red, white, blue, black, yellow = (190, 22, 28), (240, 240, 238), (18, 78, 160), (20, 20, 20), (245, 190, 20)
    bars = lambda boxes, color: [area([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], color) for x0, y0, x1, y1 in boxes]
    if name == "stop":
        area(polygon(8, 0.50, 22.5), white), area(polygon(8, 0.465, 22.5), red)
        for k, letter in enumerate(("S", "T", "O", "P")):
            x, w, t = 0.165 + 0.175 * k, 0.125, 0.035
            strokes = {"S": [(0, 0, 1, 0), (0, .5, 1, .5), (0, 1, 1, 1), (0, 0, 0, .5), (1, .5, 1, 1)], "T": [(0, 0, 1, 0), (.5, 0, .5, 1)], "O": [(0, 0, 1, 0), (0, 1, 1, 1), (0, 0, 0, 1), (1, 0, 1, 1)], "P": [(0, 0, 1, 0), (0, .5, 1, .5), (0, 0, 0, 1), (1, 0, 1, .5)]}[letter]
            bars([(x + w * a - t / 2, 0.38 + 0.24 * b - t / 2, x + w * c + t / 2, 0.38 + 0.24 * d + t / 2) for a, b, c, d in strokes], white)
    elif name == "yield":
        area(polygon(3, 0.58, -90), red), area(polygon(3, 0.36, -90), white)
    elif name == "danger":
        area(polygon(3, 0.58, 90), red), area(polygon(3, 0.38, 90), white), bars([(0.47, 0.36, 0.53, 0.58), (0.47, 0.61, 0.53, 0.67)], black)
    elif name == "speed":
        disc(0.49, red), disc(0.38, white)
        for x, strokes in ((0.27, [(0, 0, 1, 0), (0, .5, 1, .5), (0, 1, 1, 1), (0, 0, 0, .5), (1, .5, 1, 1)]), (0.53, [(0, 0, 1, 0), (0, 1, 1, 1), (0, 0, 0, 1), (1, 0, 1, 1)])):
            bars([(x + 0.18 * a - 0.025, 0.36 + 0.28 * b - 0.025, x + 0.18 * c + 0.025, 0.36 + 0.28 * d + 0.025) for a, b, c, d in strokes], black)
    elif name == "no_entry":
        disc(0.49, white), disc(0.465, red), bars([(0.18, 0.43, 0.82, 0.57)], white)
    elif name == "ahead":
        disc(0.49, white), disc(0.465, blue), bars([(0.46, 0.36, 0.54, 0.80)], white), area([(0.5, 0.14), (0.70, 0.42), (0.30, 0.42)], white)
    elif name == "priority":
        area(polygon(4, 0.50, 0), white), area(polygon(4, 0.42, 0), yellow)
    elif name in ("crossing", "parking"):
        area([(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98)], white), area([(0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95)], blue)
        if name == "parking":
            bars([(0.32, 0.2, 0.44, 0.82), (0.32, 0.2, 0.66, 0.31), (0.32, 0.46, 0.66, 0.57), (0.57, 0.2, 0.69, 0.57)], white)
        else:
            area([(0.5, 0.14), (0.90, 0.84), (0.10, 0.84)], white), area([(0.46, 0.4), (0.54, 0.4), (0.64, 0.76), (0.57, 0.76), (0.5, 0.58), (0.43, 0.76), (0.36, 0.76)], black)
            pen.ellipse([0.46 * scale, 0.30 * scale, 0.54 * scale, 0.38 * scale], fill=black + (255,))
    else:
        area([(0, 0.2), (1, 0.2), (1, 0.8), (0, 0.8)], white), area([(0.02, 0.22), (0.98, 0.22), (0.98, 0.78), (0.02, 0.78)], blue)
        bars([(0.10, 0.32, 0.60, 0.40), (0.10, 0.48, 0.48, 0.56), (0.10, 0.63, 0.55, 0.70)], white), bars([(0.80, 0.40, 0.84, 0.70)], white), area([(0.82, 0.28), (0.92, 0.44), (0.72, 0.44)], white)
    return np.asarray(image.resize((SIZE, SIZE), Image.BOX))


@functools.cache
def pictures():
    """All signs, (layer, 256, 256, 4) uint8."""
    return np.stack([draw(name) for name in NAMES])


@functools.cache
def plate(name):
    """A plate 0.9 m across (directions: 3 m), upright in the x-z plane about the origin, seen from -y."""
    half = 1.5 if name == "direction" else 0.45
    corners = [(-half, 0, half), (half, 0, half), (half, 0, -half), (-half, 0, -half)]
    return shapes.quad(corners).paint(kind=Kind.SIGN, layer=NAMES.index(name), rough=0.4)


def post(x, y, height):
    """A thin grey post at (x, y)."""
    return shapes.rod((x, y, 0), (x, y, height), 0.035, 8).paint((0.35, 0.36, 0.37), rough=0.5, kind=Kind.METAL)


def sides(plates, eye):
    """The plates that show their face to a viewer at `eye`, and the draws of those that do not."""
    faces, backs = [], []
    for plate_ in plates:
        bones = plate_.draws[0].bones[0]
        away = np.asarray(eye) - bones[:, 3]
        shown = -(bones[:, 1] @ away) / np.linalg.norm(away) / np.linalg.norm(bones[:, 1]) > 0.12
        if shown:
            faces.append(plate_)
        else:
            backs += plate_.draws
    return faces, backs
