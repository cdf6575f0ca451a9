"""What stands and lies about: ground, roads and their paint, buildings, trees, lamps, benches."""

import numpy as np

from . import shapes
from .shapes import Kind
from .textures import layer

FACADES = ["flats", "office", "sash"]
WALLS = [(0.78, 0.72, 0.60), (0.70, 0.66, 0.62), (0.62, 0.42, 0.33), (0.80, 0.77, 0.72), (0.55, 0.56, 0.58), (0.66, 0.58, 0.45), (0.72, 0.60, 0.55), (0.50, 0.33, 0.27), (0.60, 0.64, 0.62)]


def sheet(x0, y0, x1, y1, z, texture, scale, color, kind=Kind.TEXTURE):
    """A level rectangle with a repeating texture of `scale` metres."""
    mesh = shapes.quad([(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)])
    mesh.vertices[:, 6:8] = mesh.position[:, :2] / scale
    return mesh.paint(color, kind=kind, layer=layer(texture))


def patch(outline, z, texture, scale, color, kind=Kind.TEXTURE):
    """A level convex polygon with a repeating texture."""
    mesh = shapes.flat(outline, z)
    mesh.vertices[:, 6:8] = mesh.position[:, :2] / scale
    return mesh.paint(color, kind=kind, layer=layer(texture))


def slab(outline, z0, z1, texture, scale, color, kerbs, edge=(0.50, 0.49, 0.47)):
    """A raised convex slab such as a pavement; its first `kerbs` sides are kerb stones."""
    ring = np.asarray(outline, float)
    kerb = ring[:kerbs + 1]
    middle = ring.mean(0)
    ahead = np.gradient(kerb, axis=0)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], 1)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    side *= np.sign(((middle - kerb) * side).sum(1))[:, None]
    raise_ = lambda line, z: np.column_stack([line, np.full(len(line), z)])
    rim = shapes.grid(np.stack([raise_(kerb, z0), raise_(kerb, z1 + 0.004), raise_(kerb + 0.16 * side, z1 + 0.005)])).paint(edge)
    return shapes.join(patch(outline, z1, texture, scale, color), rim)


def line(points, width, z=0.012, color=(0.80, 0.80, 0.78)):
    """Road paint along a line."""
    mesh = shapes.strip(points, width, z)
    mesh.vertices[:, 6:8] = mesh.position[:, :2] / 3.1
    return mesh.paint(color, kind=Kind.MARKING, layer=layer("worn"))


def dashes(start, end, width=0.13, long=3.0, gap=4.5, **rest):
    """A broken line between two points."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    length = np.linalg.norm(end - start)
    way = (end - start) / length
    return [line([start + way * s, start + way * min(s + long, length)], width, **rest) for s in np.arange(0, length - 0.5, long + gap)]


def arrow(x, y, heading, moves):
    """A lane arrow whose tip points along `heading`; `moves` holds letters of s, l, r."""
    parts = [[(-0.07, -1.6), (0.07, -1.6), (0.07, 0.6), (-0.07, 0.6)]]
    if "s" in moves:
        parts += [[(-0.07, 0.6), (0.07, 0.6), (0.07, 1.2), (-0.07, 1.2)], [(-0.28, 1.1), (0.28, 1.1), (0, 2.0)]]
    for letter, side in (("l", -1), ("r", 1)):
        if letter in moves:
            parts += [[(0, 0.3), (0, 0.5), (side * 0.5, 0.8), (side * 0.5, 0.6)], [(side * 0.42, 0.35), (side * 0.42, 1.05), (side * 0.95, 0.72)]]
    made = [patch(p, 0.012, "worn", 3.1, (0.8, 0.8, 0.78), Kind.MARKING) for p in parts]
    return shapes.join(*made).turn("z", np.degrees(heading)).move(x, y)


def building(rng, width, depth, floors, shops):
    """A block of flats or offices with its front on y = 0 facing -y, x from 0 to width."""
    kind = rng.choice(FACADES)
    wall = np.array(WALLS[rng.integers(len(WALLS))]) * rng.uniform(0.7, 1.05)
    storey, ground = rng.uniform(2.9, 3.4), 4.0 if shops else 0.0
    high = ground + floors * storey
    tile = storey * 4
    bay = rng.uniform(0.85, 1.25) * tile
    parts = []
    outline = [(0, 0), (width, 0), (width, depth), (0, depth)]
    for (x0, y0), (x1, y1) in zip(outline, outline[1:] + outline[:1]):
        long = np.hypot(x1 - x0, y1 - y0)
        count = max(1, round(long / bay * 4)) / 4
        face = shapes.quad([(x0, y0, ground), (x1, y1, ground), (x1, y1, high), (x0, y0, high)], [(0, floors / 4), (count, floors / 4), (count, 0), (0, 0)])
        parts.append(face.paint(wall, kind=Kind.FACADE, layer=layer(kind)))
        if shops:
            front = max(1, round(long / 15))
            face = shapes.quad([(x0, y0, 0), (x1, y1, 0), (x1, y1, ground), (x0, y0, ground)], [(0, 1), (front, 1), (front, 0), (0, 0)])
            parts.append(face.paint(wall * 0.9, kind=Kind.FACADE, layer=layer("shop")))
    ledge = tuple(np.minimum(wall * 1.1, 0.9))
    parts.append(shapes.block((width + 0.5, depth + 0.5, 0.4)).move(width / 2, depth / 2, high + 0.1).paint(ledge))
    if shops:
        parts.append(shapes.block((width + 0.3, depth + 0.3, 0.25)).move(width / 2, depth / 2, ground).paint(ledge))
        if rng.random() < 0.7:
            color = [(0.45, 0.07, 0.06), (0.06, 0.22, 0.14), (0.08, 0.13, 0.32), (0.6, 0.5, 0.35)][rng.integers(4)]
            for x in np.arange(1.0, width - 4.0, 5.1):
                parts.append(shapes.quad([(x, 0, 3.2), (x + 4, 0, 3.2), (x + 4, -1.3, 2.65), (x, -1.3, 2.65)]).paint(color))
                parts.append(shapes.quad([(x, -1.3, 2.65), (x + 4, -1.3, 2.65), (x + 4, -1.3, 2.42), (x, -1.3, 2.42)]).paint(tuple(np.array(color) * 0.8)))
    if kind == "flats":
        for x in np.arange(bay / 4, width - 1.5, bay / 2):
            for floor in range(1, floors):
                z = ground + floor * storey
                parts.append(shapes.block((bay / 4, 1.1, 0.15)).move(x, -0.5, z).paint((0.6, 0.59, 0.57)))
                parts.append(shapes.block((bay / 4, 0.05, 0.9)).move(x, -1.02, z + 0.5).paint(tuple(wall * 0.8)))
    for _ in range(int(rng.integers(1, 4))):
        parts.append(shapes.block(rng.uniform((1.5, 1.5, 1.2), (4, 3, 2.6))).move(rng.uniform(3, max(width - 3, 3.5)), rng.uniform(2, depth - 2), high + 0.9).paint((0.4, 0.4, 0.41)))
    return shapes.join(*parts)


def tree(rng):
    """A broad-leaved tree: forked trunk and leaf clusters, about 7 m tall."""
    parts, tips = [], []
    trunk = rng.uniform(2.0, 2.8)
    lean = rng.normal(0, 0.12, 2)
    top = np.array([*lean, trunk])
    parts.append(shapes.rod((0, 0, -0.1), top, 0.17, 10, 0.11))
    for k in range(6):
        a = k * 1.05 + rng.uniform(-0.4, 0.4)
        end = top + (np.cos(a) * rng.uniform(0.8, 1.7), np.sin(a) * rng.uniform(0.8, 1.7), rng.uniform(1.0, 2.6))
        parts.append(shapes.rod(top, end, 0.09, 7, 0.03))
        tips.append(end)
    tips.append(top + (0, 0, 2.8))
    wood = shapes.join(*parts)
    wood.vertices[:, 6:8] = wood.position[:, [0, 2]] / (0.6, 1.5)
    wood.paint((0.17, 0.125, 0.09), kind=Kind.TEXTURE, layer=layer("bark"))
    count = 2600
    centre = np.array(tips)[rng.integers(len(tips), size=count)]
    ball = rng.standard_normal((count, 3))
    ball *= (rng.random((count, 1)) ** 0.4) / np.linalg.norm(ball, axis=1, keepdims=True)
    at = centre + ball * (1.35, 1.35, 1.05)
    middle = np.array([0, 0, trunk + 1.7])
    outward = (at - middle) / np.maximum(np.linalg.norm(at - middle, axis=1, keepdims=True), 0.3)
    normal = outward + 0.45 * rng.standard_normal((count, 3))
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    side = np.cross(normal, rng.standard_normal((count, 3)))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(normal, side)
    size = rng.uniform(0.09, 0.19, (count, 1))
    corners = np.stack([at - side * size * 1.3, at - up * size * 0.7, at + side * size * 1.3, at + up * size * 0.7], 1)
    first = np.arange(count)[:, None] * 4
    leaves = shapes.raw(corners.reshape(-1, 3), np.concatenate([first + (0, 1, 2), first + (0, 2, 3)]), np.repeat(0.75 * outward + 0.25 * normal, 4, 0)).paint(kind=Kind.LEAF, slot=0, rough=0.7)
    inner = np.clip(np.linalg.norm((at - middle) / (2.6, 2.6, 2.2), axis=1), 0.25, 1)
    leaves.vertices[:, 8:11] = np.repeat((0.45 + 0.55 * inner)[:, None] * rng.uniform(0.75, 1.2, (count, 1)) * (1, 1, 1), 4, 0)
    return shapes.join(wood, leaves)


def bush(rng):
    """A clipped shrub about a metre tall."""
    count = 500
    ball = rng.standard_normal((count, 3))
    ball /= np.linalg.norm(ball, axis=1, keepdims=True)
    at = ball * (0.75, 0.75, 0.5) * rng.uniform(0.8, 1.05, (count, 1)) + (0, 0, 0.5)
    side = np.cross(ball, rng.standard_normal((count, 3)))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(ball, side)
    corners = np.stack([at - side * 0.09, at - up * 0.06, at + side * 0.09, at + up * 0.06], 1)
    first = np.arange(count)[:, None] * 4
    leaves = shapes.raw(corners.reshape(-1, 3), np.concatenate([first + (0, 1, 2), first + (0, 2, 3)]), np.repeat(ball, 4, 0)).paint(kind=Kind.LEAF, slot=0, rough=0.7)
    leaves.vertices[:, 8:11] = np.repeat(rng.uniform(0.6, 1.1, (count, 1)) * (1, 1, 1), 4, 0)
    core = shapes.ball((0.68, 0.68, 0.46), 8, 12).move(0, 0, 0.5).paint((0.4, 0.4, 0.4), slot=0)
    return shapes.join(core, leaves)


def lamp_post(arm=2.2, height=7.5):
    """A street lamp whose arm points to +x; palette slot 0 is its light."""
    grey = dict(color=(0.28, 0.29, 0.30), rough=0.5, kind=Kind.METAL)
    return shapes.join(shapes.rod((0, 0, 0), (0, 0, height), 0.09, 10, 0.055).paint(**grey), shapes.rod((0, 0, height - 0.1), (arm, 0, height + 0.25), 0.045, 8).paint(**grey),
                       shapes.block((0.75, 0.26, 0.12), 0.05).move(arm + 0.2, 0, height + 0.24).paint((0.22, 0.22, 0.23)), shapes.block((0.55, 0.2, 0.03)).move(arm + 0.2, 0, height + 0.17).paint(slot=0, kind=Kind.LAMP))


def traffic_light():
    """A signal head on a post, facing -y; palette slots 0, 1, 2 are red, amber, green."""
    dark = dict(color=(0.03, 0.035, 0.03), rough=0.6)
    parts = [shapes.rod((0, 0, 0), (0, 0, 3.0), 0.06, 10).paint((0.25, 0.26, 0.26), kind=Kind.METAL, rough=0.5), shapes.block((0.34, 0.24, 1.0), 0.05).move(0, 0, 3.1).paint(**dark), shapes.block((0.55, 0.02, 1.25), 0.01).move(0, 0.1, 3.1).paint(**dark)]
    for slot, z in enumerate((3.42, 3.10, 2.78)):
        parts.append(shapes.ball((0.105, 0.05, 0.105), 6, 14).move(0, -0.12, z).paint(slot=slot, kind=Kind.LAMP))
        parts.append(shapes.block((0.27, 0.2, 0.02)).move(0, -0.2, z + 0.13).paint(**dark))
    return shapes.join(*parts)


def bench():
    wood = dict(color=(0.30, 0.19, 0.10), rough=0.7)
    slats = [shapes.block((1.6, 0.09, 0.04), 0.01).move(0, y, 0.45).paint(**wood) for y in (-0.18, -0.06, 0.06, 0.18)]
    back = [shapes.block((1.6, 0.03, 0.09), 0.01).move(0, 0.26, z).paint(**wood) for z in (0.62, 0.75, 0.88)]
    legs = [shapes.block((0.06, 0.5, 0.45), 0.02).move(x, 0.02, 0.22).paint((0.08, 0.08, 0.09)) for x in (-0.65, 0.65)]
    return shapes.join(*slats, *back, *legs)


def bollard():
    return shapes.join(shapes.rod((0, 0, 0), (0, 0, 0.9), 0.07, 12).paint((0.10, 0.10, 0.11), rough=0.5), shapes.rod((0, 0, 0.72), (0, 0, 0.82), 0.072, 12).paint((0.8, 0.8, 0.78)))


GREENS = [(0.10, 0.20, 0.045), (0.13, 0.22, 0.05), (0.08, 0.16, 0.05), (0.17, 0.22, 0.06), (0.26, 0.20, 0.05)]


def rows_of_buildings(rng, start, end, y, facing, shops=0.6):
    """A terrace along x from `start` to `end` at y; facing -1 has its fronts at -y; `shops` is the share with shops below."""
    parts, x = [], start
    while x < end - 6:
        width = min(rng.uniform(11, 24), end - x)
        block = building(rng, width, rng.uniform(10, 14), int(rng.integers(2, 7)), rng.random() < shops)
        if facing > 0:
            block.turn("z", 180).move(x + width, y, 0)
        else:
            block.move(x, y, 0)
        parts.append(block)
        x += width + (rng.uniform(2, 6) if rng.random() < 0.3 else 0.0)
    return parts
