"""The human figure: one skinned mesh per build and dress, its bones, and the colours people come in.

Bones: 0 pelvis, 1 chest, 2 head, 3/4 left upper and lower arm, 5/6 right, 7/8/9 left thigh, shin, foot, 10/11/12 right.
The figure stands at the origin, 1.75 m tall, faces +y, its arms hang. Left is -x.
"""

import functools

import numpy as np

from . import shapes
from .shapes import Kind

PARENT = [-1, 0, 1, 1, 3, 1, 5, 0, 7, 8, 0, 10, 11]
PIVOT = np.array([(0, 0, 0.96), (0, 0, 1.06), (0, 0.005, 1.50), (-0.172, 0, 1.415), (-0.198, -0.005, 1.13), (0.172, 0, 1.415), (0.198, -0.005, 1.13),
                  (-0.092, 0, 0.92), (-0.098, 0.005, 0.50), (-0.10, -0.02, 0.085), (0.092, 0, 0.92), (0.098, 0.005, 0.50), (0.10, -0.02, 0.085)])
SKIN, HAIR, TOP, BOTTOM, SHOES, EXTRA, SLEEVE = range(7)
"""Palette slots; SLEEVE is the forearm: the top's colour or skin. Slot 7 is the shin: the bottom's colour or skin."""
SHIN = 7

SKINS = [(0.80, 0.60, 0.49), (0.72, 0.52, 0.40), (0.62, 0.42, 0.30), (0.48, 0.31, 0.21), (0.34, 0.21, 0.14), (0.24, 0.145, 0.10), (0.84, 0.66, 0.56)]
HAIRS = [(0.03, 0.025, 0.02), (0.07, 0.045, 0.03), (0.16, 0.095, 0.05), (0.20, 0.125, 0.06), (0.34, 0.23, 0.10), (0.14, 0.135, 0.13), (0.32, 0.31, 0.30), (0.15, 0.05, 0.025)]
CLOTHES = [(0.05, 0.05, 0.06), (0.75, 0.75, 0.74), (0.10, 0.14, 0.28), (0.45, 0.08, 0.08), (0.12, 0.28, 0.16), (0.36, 0.30, 0.22), (0.60, 0.52, 0.38), (0.20, 0.35, 0.52),
           (0.70, 0.55, 0.12), (0.28, 0.28, 0.30), (0.48, 0.22, 0.38), (0.75, 0.40, 0.18), (0.30, 0.50, 0.50), (0.16, 0.10, 0.08), (0.55, 0.65, 0.72), (0.80, 0.62, 0.62)]
TROUSERS = [(0.05, 0.05, 0.06), (0.08, 0.11, 0.22), (0.14, 0.20, 0.34), (0.30, 0.26, 0.20), (0.48, 0.42, 0.32), (0.20, 0.20, 0.21), (0.62, 0.60, 0.56), (0.12, 0.14, 0.10)]
SHOE = [(0.04, 0.04, 0.04), (0.7, 0.7, 0.69), (0.16, 0.09, 0.05), (0.10, 0.12, 0.20), (0.5, 0.1, 0.1)]


def spine(points, sides=16, power=2.3):
    """A limb from rows of (z, centre x, centre y, radius x, radius y), refined so that it bends and shines smoothly."""
    rows = np.asarray(points, float)
    at = np.linspace(0, 1, len(rows))
    fine = np.linspace(0, 1, 4 * len(rows) - 3)
    rows = np.stack([spline(at, rows[:, k], fine) for k in range(5)], 1)
    return shapes.tube(rows[:, [1, 2, 0]], np.maximum(rows[:, 3:5], 0.004), sides, power=power)


def spline(at, value, fine):
    """Cubic Hermite interpolation with limited slopes."""
    slope = np.gradient(value, at)
    k = np.clip(np.searchsorted(at, fine, side="right") - 1, 0, len(at) - 2)
    h = at[k + 1] - at[k]
    t = (fine - at[k]) / h
    return ((2 * t**3 - 3 * t**2 + 1) * value[k] + (t**3 - 2 * t**2 + t) * h * slope[k] + (-2 * t**3 + 3 * t**2) * value[k + 1] + (t**3 - t**2) * h * slope[k + 1])


def blend(mesh, upper, lower, joint, reach):
    """Skin a limb between two bones about height `joint`, softly over +-reach."""
    weight = np.clip((mesh.position[:, 2] - joint) / (2 * reach) + 0.5, 0, 1)
    return mesh.bone(upper, lower, weight)


def torso(female, heavy):
    w = 1.0 + 0.14 * heavy
    chest, waist, hip = (0.150, 0.118, 0.166) if female else (0.170, 0.146, 0.152)
    rows = [(0.84, 0, 0, 0.10, 0.085), (0.90, 0, -0.005, hip * 0.96, 0.115 * w), (0.97, 0, -0.005, hip * w, 0.118 * w), (1.06, 0, 0.004, waist * w * 1.04, 0.100 * w + 0.03 * heavy), (1.15, 0, 0.004, waist * w, 0.098 * w + 0.03 * heavy),
            (1.27, 0, 0.008 if female else 0, chest * w, 0.116 * w), (1.36, 0, 0, (chest + 0.012) * w, 0.108), (1.415, 0, -0.008, chest * 1.02, 0.092), (1.45, 0, -0.012, chest * 0.82, 0.074), (1.48, 0, -0.012, 0.088, 0.062), (1.51, 0, -0.010, 0.058, 0.052)]
    mesh = blend(spine(rows, 24, 2.4), 1, 0, 1.05, 0.08).paint(slot=TOP, rough=0.92, kind=Kind.TEXTURE, layer=14)
    mesh.vertices[:, 6:8] = mesh.uv * (1.2, 0.9)
    below = mesh.position[:, 2] < 0.935
    mesh.vertices[below, 12] = BOTTOM
    belt = (mesh.position[:, 2] >= 0.935) & (mesh.position[:, 2] < 0.965)
    mesh.vertices[belt, 8:11] = 0.35
    return mesh


def arm(side, heavy):
    x = 0.176 * side
    w = 1 + 0.12 * heavy
    rows = [(1.452, x * 0.72, -0.008, 0.030, 0.040), (1.44, x * 0.82, -0.004, 0.050 * w, 0.055 * w), (1.41, x * 0.96, 0, 0.058 * w, 0.062 * w), (1.35, x * 1.05, 0, 0.054 * w, 0.060 * w), (1.25, x * 1.10, 0, 0.047 * w, 0.053 * w), (1.13, x * 1.13, -0.004, 0.041 * w, 0.045),
            (1.05, x * 1.15, 0.0, 0.041 * w, 0.044), (0.90, x * 1.17, 0.008, 0.031, 0.034), (0.875, x * 1.17, 0.01, 0.026, 0.030)]
    upper, lower = (3, 4) if side < 0 else (5, 6)
    sleeve = blend(spine(rows, 14), upper, lower, 1.13, 0.035).paint(slot=TOP, rough=0.92, kind=Kind.TEXTURE, layer=14)
    sleeve.vertices[:, 6:8] = sleeve.uv * (0.4, 0.6)
    sleeve.vertices[sleeve.position[:, 2] < 1.20, 12] = SLEEVE
    hand = [(0.885, x * 1.17, 0.01, 0.022, 0.026), (0.85, x * 1.175, 0.014, 0.020, 0.038), (0.80, x * 1.16, 0.02, 0.019, 0.041), (0.745, x * 1.13, 0.028, 0.014, 0.034), (0.72, x * 1.11, 0.03, 0.010, 0.024)]
    thumb = shapes.ball((0.012, 0.014, 0.036), 5, 8).turn("x", -25).move(x * 1.12, 0.052, 0.83)
    return [sleeve, shapes.join(spine(hand, 10), thumb).paint(slot=SKIN, kind=Kind.SKIN, rough=0.55).bone(lower)]


def leg(side, heavy, loose):
    x = 0.092 * side
    w = 1 + 0.10 * heavy
    cuff = 0.052 + 0.016 * loose
    rows = [(0.95, x * 0.85, -0.005, 0.080, 0.095), (0.88, x, -0.004, 0.094 * w, 0.105 * w), (0.76, x * 1.03, 0.0, 0.084 * w, 0.092 * w), (0.62, x * 1.05, 0.005, 0.068 * w, 0.074 * w), (0.51, x * 1.06, 0.008, 0.057, 0.062), (0.40, x * 1.07, -0.004, 0.055 + 0.006 * loose, 0.060), (0.25, x * 1.08, -0.012, cuff, cuff + 0.004), (0.11, x * 1.08, -0.015, cuff * 0.95, cuff), (0.085, x * 1.08, -0.015, 0.034, 0.038)]
    thigh, shin, foot = (7, 8, 9) if side < 0 else (10, 11, 12)
    limb = blend(spine(rows, 16), thigh, shin, 0.50, 0.05).paint(slot=BOTTOM, rough=0.92, kind=Kind.TEXTURE, layer=14)
    hip = limb.position[:, 2] > 0.80
    weight = np.clip((0.97 - limb.position[hip, 2]) / 0.14, 0, 1)
    limb.vertices[hip, 15:18] = np.stack([np.full(hip.sum(), thigh), np.zeros(hip.sum()), weight], 1)
    limb.vertices[:, 6:8] = limb.uv * (0.5, 0.9)
    limb.vertices[limb.position[:, 2] < 0.46, 12] = SHIN
    across = np.linspace(-0.105, 0.185, 14)
    sole = np.interp(across, [-0.105, -0.08, 0.0, 0.09, 0.15, 0.185], [0.022, 0.036, 0.036, 0.046, 0.040, 0.016])
    tall = np.interp(across, [-0.105, -0.06, 0.02, 0.08, 0.15, 0.185], [0.055, 0.105, 0.10, 0.065, 0.050, 0.025])
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    shoe = np.stack([np.stack([x * 1.08 + s * np.cos(turn), np.full(14, y), np.maximum(t * 0.5 + t * 0.56 * np.sin(turn), 0.004)], 1) for y, s, t in zip(across, sole, tall)])
    return [limb, shapes.grid(shoe, wrap=True).paint(slot=SHOES, rough=0.5).bone(foot)]


def head(style):
    """Head and neck with a face, ears and one of the hair styles; the face's front is marked for the face boxes."""
    polar, around = np.linspace(0.0, np.pi, 30)[:, None], np.linspace(0, 2 * np.pi, 40, endpoint=False)[None]
    x, y, z = np.sin(polar) * np.sin(around), np.sin(polar) * np.cos(around), np.cos(polar) * np.ones_like(around)
    px, py, pz = 0.074 * x, 0.095 * y, 0.118 * z
    lower = np.clip(-z, 0, 1)
    px = px * (1 - 0.30 * lower**1.5)
    py = np.where(y > 0, py * (1 - 0.10 * lower), py * (1 - 0.42 * lower)) + 0.012 * lower
    bump = lambda cx, cz, rx, rz, h: h * np.exp(-((px - cx) / rx) ** 2 - ((pz - cz) / rz) ** 2) * (y > 0.2)
    py = py + bump(0, -0.022, 0.011, 0.020, 0.021) + bump(0, 0.004, 0.008, 0.022, 0.010) - bump(0.03, 0.012, 0.016, 0.012, 0.010) - bump(-0.03, 0.012, 0.016, 0.012, 0.010)
    py = py + bump(0, 0.034, 0.05, 0.010, 0.005) + bump(0, -0.058, 0.020, 0.012, 0.006) + bump(0, -0.098, 0.020, 0.014, 0.008) - bump(0, -0.074, 0.02, 0.008, 0.004)
    skull = shapes.grid(np.stack([px, py, pz], -1), wrap=True).paint(slot=SKIN, kind=Kind.SKIN, rough=0.5)
    front = (skull.position[:, 1] > 0.018) & (skull.position[:, 2] < 0.062) & (skull.position[:, 2] > -0.115)
    skull.vertices[front, 14] = Kind.FACE
    parts = [skull]
    feature = lambda mesh, color, rough=0.5, **rest: parts.append(mesh.paint(color, rough=rough, kind=Kind.FACE, **rest))
    for side in (-1, 1):
        feature(shapes.ball((0.0155, 0.010, 0.0082), 8, 12).move(0.030 * side, 0.079, 0.012), (0.86, 0.85, 0.83), 0.25)
        feature(shapes.ball((0.0066, 0.006, 0.0068), 8, 10).move(0.030 * side, 0.0858, 0.012), (0.05, 0.03, 0.02), 0.1)
        feature(shapes.ball((0.018, 0.006, 0.0035), 6, 10).turn("y", 6 * side).move(0.031 * side, 0.085, 0.0345), (0.85, 0.8, 0.8), 0.8, slot=HAIR)
        feature(shapes.ball((0.0165, 0.008, 0.0035), 6, 10).move(0.030 * side, 0.0815, 0.0205), (0.78, 0.72, 0.70), slot=SKIN)
        parts.append(shapes.ball((0.010, 0.019, 0.030), 8, 10).turn("z", 12 * side).move(0.076 * side, 0.0, 0.0).paint((0.95, 0.9, 0.9), slot=SKIN, kind=Kind.SKIN))
        feature(shapes.ball((0.006, 0.005, 0.004), 5, 8).move(0.009 * side, 0.110, -0.034), (0.55, 0.45, 0.42), slot=SKIN)
    feature(shapes.ball((0.021, 0.008, 0.0042), 6, 12).move(0, 0.097, -0.055), (0.82, 0.58, 0.56), slot=SKIN)
    feature(shapes.ball((0.019, 0.009, 0.0052), 6, 12).move(0, 0.0965, -0.064), (0.88, 0.62, 0.60), slot=SKIN)
    feature(shapes.ball((0.018, 0.004, 0.0016), 4, 10).move(0, 0.103, -0.0597), (0.30, 0.18, 0.17), slot=SKIN)
    neck = spine([(-0.22, 0, -0.018, 0.075, 0.060), (-0.17, 0, -0.014, 0.056, 0.056), (-0.10, 0, -0.008, 0.050, 0.055), (-0.05, 0, -0.004, 0.05, 0.06)], 16).paint(slot=SKIN, kind=Kind.SKIN, rough=0.5)
    parts.append(neck)
    parts += hair(style)
    whole = shapes.join(*parts).move(0, 0.012, 1.628)
    whole.bone(2)
    low = np.clip((whole.position[:, 2] - 1.45) / 0.08, 0, 1)
    whole.vertices[:, 15:18] = np.stack([np.full(len(low), 2), np.ones(len(low)), low], 1)
    return whole


def shell(scale, keep, ripple=0.0):
    """A cap of hair over the part of the skull that `keep(x, y, z of the unit ball)` chooses; elsewhere it sinks beneath the skin."""
    polar, around = np.linspace(0.0, np.pi * 0.98, 34)[:, None], np.linspace(0, 2 * np.pi, 48, endpoint=False)[None]
    x, y, z = np.sin(polar) * np.sin(around), np.sin(polar) * np.cos(around), np.cos(polar) * np.ones_like(around)
    out = np.clip(keep(x, y, z), 0, 1)
    wave = 1 + ripple * np.sin(around * 17 + 4 * z) * out
    size = (0.72 + (scale - 0.72) * out) * wave
    lower = np.clip(-z, 0, 1)
    points = np.stack([0.078 * x * size * (1 - 0.12 * lower), (0.097 * y - 0.004) * size, 0.118 * z * size + 0.003], -1)
    return shapes.grid(points, wrap=True).paint(slot=HAIR, rough=0.55)


def hair(style):
    line = lambda y, z: (z - 0.42) * 9 + (0.25 - y) * 9
    front = lambda x, y, z: np.minimum(line(y, z), (z + 0.42 + 0.3 * (y > 0.05)) * 9)
    if style == "short":
        return [shell(1.10, front, 0.010)]
    if style == "long":
        fall = spine([(0.05, 0, -0.03, 0.080, 0.060), (-0.04, 0, -0.045, 0.094, 0.058), (-0.14, 0, -0.055, 0.102, 0.050), (-0.25, 0, -0.062, 0.095, 0.040), (-0.31, 0, -0.062, 0.06, 0.025)], 20).paint(slot=HAIR, rough=0.5)
        return [shell(1.14, lambda x, y, z: np.minimum(line(y, z), (z + 0.8) * 9), 0.012), fall]
    if style == "bun":
        return [shell(1.09, front, 0.008), shapes.ball((0.042, 0.040, 0.040), 8, 12).move(0, -0.10, 0.075).paint(slot=HAIR, rough=0.55)]
    if style == "bob":
        return [shell(1.20, lambda x, y, z: np.minimum(line(y, z), (z + 0.75) * 9), 0.010)]
    if style == "cap":
        brim = shapes.ball((0.072, 0.075, 0.010), 6, 16).turn("x", -8).move(0, 0.105, 0.060).paint((0.8, 0.8, 0.8), slot=EXTRA)
        return [shell(1.08, lambda x, y, z: np.minimum(front(x, y, z), (0.2 - z) * 9)), shell(1.12, lambda x, y, z: (z - 0.38) * 9).paint(slot=EXTRA, rough=0.85), brim]
    if style == "helmet":
        return [shell(1.26, lambda x, y, z: (z - 0.22) * 12).paint(slot=EXTRA, rough=0.3)]
    if style == "hood":
        return [shell(1.22, lambda x, y, z: np.minimum((z + 1.2) * 9, (0.30 - y + 0.8 * (z > 0.6)) * 9)).paint(slot=TOP, rough=0.92)]
    return [shell(1.012, lambda x, y, z: np.minimum((0.1 - y) * 9, (0.45 - z) * 9))]


def skirt(heavy):
    w = 1.03 + 0.14 * heavy
    rows = [(1.04, 0, 0, 0.120 * w, 0.095 * w), (0.95, 0, 0, 0.176 * w, 0.130 * w), (0.80, 0, 0, 0.198 * w, 0.158 * w), (0.60, 0, 0, 0.215 * w, 0.185 * w), (0.52, 0, 0, 0.225 * w, 0.195 * w)]
    mesh = spine(rows, 28).paint(slot=BOTTOM, rough=0.9, kind=Kind.TEXTURE, layer=14).bone(0)
    mesh.vertices[:, 6:8] = mesh.uv * (1.4, 0.8)
    share = 0.55 * np.clip((0.95 - mesh.position[:, 2]) / 0.4, 0, 1)
    thigh = np.where(mesh.position[:, 0] < 0, 7, 10)
    mesh.vertices[:, 15:18] = np.stack([np.zeros(len(thigh)), thigh, 1 - share], 1)
    return mesh


def coat(heavy):
    w = 1.04 + 0.16 * heavy
    rows = [(1.16, 0, 0.004, 0.130 * w, 0.090 * w), (1.08, 0, 0.004, 0.168 * w, 0.128 * w), (0.95, 0, 0.0, 0.184 * w, 0.145 * w), (0.80, 0, 0, 0.192 * w, 0.150 * w), (0.68, 0, 0, 0.200 * w, 0.158 * w)]
    mesh = spine(rows, 28).paint(slot=TOP, rough=0.9, kind=Kind.TEXTURE, layer=14).bone(0)
    mesh.vertices[:, 6:8] = mesh.uv * (1.4, 0.6)
    share = 0.5 * np.clip((0.95 - mesh.position[:, 2]) / 0.35, 0, 1)
    thigh = np.where(mesh.position[:, 0] < 0, 7, 10)
    mesh.vertices[:, 15:18] = np.stack([np.zeros(len(thigh)), thigh, 1 - share], 1)
    return mesh


def backpack():
    pack = shapes.block((0.28, 0.15, 0.40), 0.06, 3).move(0, -0.175, 1.24).paint(slot=0, rough=0.85)
    pocket = shapes.block((0.22, 0.05, 0.17), 0.02).move(0, -0.265, 1.14).paint((0.8, 0.8, 0.8), slot=0, rough=0.85)
    return shapes.join(pack, pocket).bone(1)


def handbag():
    body = shapes.block((0.10, 0.30, 0.22), 0.035, 3).move(-0.245, 0.02, 0.55).paint(slot=0, rough=0.5)
    straps = [shapes.rod((-0.245, 0.02 + y, 0.65), (-0.225, 0.025, 0.77), 0.007, 6).paint((0.6, 0.6, 0.6), slot=0) for y in (-0.08, 0.08)]
    return shapes.join(body, *straps).bone(4)


def shopping():
    body = shapes.block((0.14, 0.30, 0.34), 0.01).move(0.25, 0.02, 0.50).paint(slot=0, rough=0.8)
    straps = [shapes.rod((0.25, 0.02 + y, 0.66), (0.225, 0.025, 0.77), 0.005, 6).paint((0.7, 0.7, 0.7), slot=0) for y in (-0.06, 0.06)]
    return shapes.join(body, *straps).bone(6)


def satchel():
    body = shapes.block((0.09, 0.32, 0.24), 0.03, 3).move(0.25, 0.0, 0.86).paint(slot=0, rough=0.6).bone(0)
    strap = shapes.grid(np.array([[(-0.10 + 0.30 * t + d, 0.135 * np.cos(np.pi * (t * 0.85 - 0.1)) * s, 1.47 - 0.55 * t) for d in (-0.02, 0.02)] for s in (1, -1) for t in np.linspace(0, 1, 9)])).paint((0.7, 0.7, 0.7), slot=0).bone(1)
    return shapes.join(body, strap)


def suitcase():
    case = shapes.block((0.38, 0.24, 0.58), 0.05, 3).move(0.26, -0.42, 0.36).paint(slot=0, rough=0.4)
    wheels = [shapes.ball(0.035, 5, 8).move(0.26 + x, -0.42, 0.035).paint((0.03, 0.03, 0.03)) for x in (-0.13, 0.13)]
    pole = shapes.rod((0.26, -0.36, 0.62), (0.235, -0.12, 0.92), 0.012, 6).paint((0.3, 0.3, 0.3), kind=Kind.METAL)
    return shapes.join(case, pole, *wheels).bone(13)


BAGS = {"backpack": backpack, "handbag": handbag, "shopping": shopping, "satchel": satchel, "suitcase": suitcase}
STYLES = ["short", "long", "bun", "bob", "cap", "hood", "bald"]
DRESSES = ["trousers", "skirt", "coat"]


@functools.cache
def figure(style, dress, female, heavy):
    """The mesh of a person: hair style, dress, sex and build (0 slim or 1 heavy)."""
    parts = [torso(female, heavy), head(style)]
    for side in (-1, 1):
        parts += arm(side, heavy) + leg(side, heavy, 0 if female else 1)
    if dress == "skirt":
        parts.append(skirt(heavy))
    if dress == "coat":
        parts.append(coat(heavy))
    return shapes.join(*parts)


@functools.cache
def bag(kind):
    return BAGS[kind]()
