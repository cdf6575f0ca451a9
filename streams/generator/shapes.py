"""Triangle meshes and the few shapes everything is built from; knows nothing of what the shapes stand for.

A vertex is 18 floats: position 3, normal 3, texture coordinate 2, colour 3, material 4 (texture layer, palette slot,
roughness, kind of `Kind`), bones 3 (first bone, second bone, weight of the first). The axes are x right, y forward, z up; metres.
Both sides of a triangle are drawn and the shader turns normals to the viewer, so neither winding nor a normal's sign matters.
"""

from dataclasses import dataclass, field

import numpy as np

FLOATS = 18


class Kind:
    """What the shader does with a surface (the same numbers stand in `shaders/surface.glsl`)."""

    MATTE, TEXTURE, BODY, METAL, LEAF, SKIN, LAMP, GLASS, ROAD, MARKING, FACE, SIGN, PART, FACADE = range(14)


@dataclass
class Mesh:
    """Vertices (n, 18) and triangles (m, 3)."""

    vertices: np.ndarray = field(default_factory=lambda: np.zeros((0, FLOATS), np.float32))
    triangles: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.int32))

    @property
    def position(self):
        return self.vertices[:, 0:3]

    @property
    def normal(self):
        return self.vertices[:, 3:6]

    @property
    def uv(self):
        return self.vertices[:, 6:8]

    def paint(self, color=(1, 1, 1), slot=7, rough=0.8, kind=Kind.MATTE, layer=-1):
        """Set colour and material of every vertex; slot 7 of a palette is white unless an instance says otherwise."""
        self.vertices[:, 8:11] = color
        self.vertices[:, 11:15] = (layer, slot, rough, kind)
        return self

    def bone(self, first, second=None, weight=1.0):
        """Tie every vertex to `first`, or to two bones with the weight (scalar or per vertex) of the first."""
        self.vertices[:, 15] = first
        self.vertices[:, 16] = first if second is None else second
        self.vertices[:, 17] = weight
        return self

    def move(self, x=0.0, y=0.0, z=0.0):
        self.vertices[:, 0:3] += (x, y, z)
        return self

    def scale(self, x, y, z):
        self.vertices[:, 0:3] *= (x, y, z)
        normal = self.vertices[:, 3:6] / (x, y, z)
        self.vertices[:, 3:6] = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        return self

    def turn(self, axis, degrees):
        rotation = turning(axis, np.radians(degrees)).T.astype(np.float32)
        self.vertices[:, 0:3] = self.vertices[:, 0:3] @ rotation
        self.vertices[:, 3:6] = self.vertices[:, 3:6] @ rotation
        return self

    def copy(self):
        return Mesh(self.vertices.copy(), self.triangles.copy())


def turning(axis, angle):
    """The 3x3 rotation by `angle` radians about axis 'x', 'y' or 'z'."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array({"x": [[1, 0, 0], [0, c, -s], [0, s, c]],
                     "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
                     "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]]}[axis])


def join(*meshes):
    """One mesh of several."""
    vertices, triangles, start = [], [], 0
    for mesh in meshes:
        vertices.append(mesh.vertices)
        triangles.append(mesh.triangles + start)
        start += len(mesh.vertices)
    return Mesh(np.concatenate(vertices), np.concatenate(triangles))


def weld(mesh):
    """The same mesh with equal vertices shared."""
    vertices, index = np.unique(mesh.vertices.round(4), axis=0, return_inverse=True)
    return Mesh(vertices, index.reshape(-1)[mesh.triangles].astype(np.int32))


def raw(position, triangles, normal=None, uv=None):
    """A mesh of arrays; smooth normals are computed where none are given."""
    position = np.asarray(position, np.float32)
    triangles = np.asarray(triangles, np.int32)
    mesh = Mesh(np.zeros((len(position), FLOATS), np.float32), triangles)
    mesh.vertices[:, 0:3] = position
    mesh.vertices[:, 3:6] = smooth_normals(position, triangles) if normal is None else normal
    if uv is not None:
        mesh.vertices[:, 6:8] = uv
    mesh.vertices[:, 17] = 1
    return mesh.paint()


def smooth_normals(position, triangles):
    a, b, c = (position[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    normal = np.zeros_like(position)
    for k in range(3):
        np.add.at(normal, triangles[:, k], face)
    return normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)


def grid(points, wrap=False):
    """A surface over points (rows, columns, 3), smooth; with `wrap` the last column meets the first.

    Texture coordinates are (column, row) fractions.
    """
    points = np.asarray(points, np.float64)
    rows, columns = points.shape[:2]
    along = np.gradient(points, axis=0)
    if wrap:
        across = (np.roll(points, -1, 1) - np.roll(points, 1, 1))
        points, along, across = (np.concatenate([a, a[:, :1]], 1) for a in (points, along, across))
        columns += 1
    else:
        across = np.gradient(points, axis=1)
    normal = np.cross(along, across).reshape(-1, 3)
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    outward = points.reshape(-1, 3) - points.reshape(-1, 3).mean(0)
    normal = np.where(length > 1e-9, normal / np.maximum(length, 1e-9), outward / np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-9))
    r, c = np.mgrid[0:rows - 1, 0:columns - 1]
    first = (r * columns + c).reshape(-1)
    quads = np.stack([first, first + columns, first + columns + 1, first, first + columns + 1, first + 1], 1)
    v, u = np.mgrid[0:rows, 0:columns]
    uv = np.stack([u / max(columns - 1, 1), v / max(rows - 1, 1)], -1).reshape(-1, 2)
    return raw(points.reshape(-1, 3), quads.reshape(-1, 3), normal, uv)


def tube(centres, radii, sides=12, squash=None, power=2.0):
    """A closed limb through `centres` (n, 3) with (rx, ry) radii per centre, mostly upright (rings stand in the x-y plane).

    `power` above 2 squares the ring. Ends are closed with a point.
    """
    centres = np.asarray(centres, np.float64)
    radii = np.asarray(radii, np.float64)
    if radii.ndim == 1:
        radii = np.stack([radii, radii * (1 if squash is None else squash)], 1)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    ring = np.stack([np.sign(c) * np.abs(c) ** (2 / power), np.sign(s) * np.abs(s) ** (2 / power)], 1)
    points = centres[:, None, :] + np.concatenate([ring[None] * radii[:, None, :], np.zeros((len(centres), sides, 1))], 2)
    ends = [np.repeat(centres[k][None, None], sides, 1) for k in (0, -1)]
    mesh = grid(np.concatenate([ends[0], points, ends[1]], 0), wrap=True)
    count = sides + 1
    mesh.vertices[:count, 3:6] = (0, 0, -1 if centres[-1, 2] > centres[0, 2] else 1)
    mesh.vertices[-count:, 3:6] = (0, 0, 1 if centres[-1, 2] > centres[0, 2] else -1)
    return mesh


def rod(start, end, radius, sides=8, end_radius=None):
    """A straight round bar between two points."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    axis = end - start
    length = np.linalg.norm(axis)
    mesh = tube([[0, 0, 0], [0, 0, length]], [radius, radius if end_radius is None else end_radius], sides)
    axis = axis / max(length, 1e-9)
    other = np.array([1.0, 0, 0]) if abs(axis[0]) < 0.9 else np.array([0, 1.0, 0])
    side = np.cross(other, axis)
    side /= np.linalg.norm(side)
    basis = np.stack([side, np.cross(axis, side), axis]).astype(np.float32)
    mesh.vertices[:, 0:3] = mesh.vertices[:, 0:3] @ basis + start
    mesh.vertices[:, 3:6] = mesh.vertices[:, 3:6] @ basis
    return mesh


def ball(radius=(1, 1, 1), rows=10, columns=16):
    """An ellipsoid about the origin."""
    radius = np.broadcast_to(np.asarray(radius, float), (3,))
    polar = np.linspace(0, np.pi, rows + 1)[:, None]
    turn = np.linspace(0, 2 * np.pi, columns, endpoint=False)[None]
    unit = np.stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar) * np.ones_like(turn)], -1)
    mesh = grid(unit, wrap=True)
    mesh.vertices[:, 3:6] = mesh.vertices[:, 0:3]
    return mesh.scale(*radius)


def block(size, radius=0.0, steps=2):
    """A box of full `size` about the origin with edges rounded by `radius`."""
    half = np.asarray(size, float) / 2
    if radius <= 0:
        return sharp_block(half)
    radius = min(radius, half.min() * 0.99)
    fillet = np.tan(np.linspace(-np.pi / 4, 0, steps + 1))
    line = lambda h: np.concatenate([-(h - radius) + radius * fillet, (h - radius) - radius * fillet[::-1]])
    faces = []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        a, b = np.meshgrid(line(half[u]), line(half[v]), indexing="ij")
        for sign in (-1, 1):
            points = np.zeros(a.shape + (3,))
            points[..., axis], points[..., u], points[..., v] = sign * half[axis], a, b
            inner = np.clip(points, -(half - radius), half - radius)
            outward = points - inner
            outward /= np.maximum(np.linalg.norm(outward, axis=-1, keepdims=True), 1e-9)
            face = grid(inner + outward * radius)
            face.vertices[:, 3:6] = outward.reshape(-1, 3)
            faces.append(face)
    return join(*faces)


def sharp_block(half):
    """A box with flat faces."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], float)
    position, normal = np.zeros((6, 4, 3)), np.zeros((6, 4, 3))
    for face in range(6):
        axis, sign = face // 2, face % 2 * 2 - 1
        position[face, :, axis], normal[face, :, axis] = sign, sign
        position[face][:, [(axis + 1) % 3, (axis + 2) % 3]] = corners
    first = np.arange(6)[:, None] * 4
    triangles = np.concatenate([first + (0, 1, 2), first + (0, 2, 3)])
    return raw(position.reshape(-1, 3) * half, triangles, normal.reshape(-1, 3), np.tile(corners / 2 + 0.5, (6, 1)))


def lathe(profile, sides=24, axis="x"):
    """A solid turned about `axis` from (along, radius) points; every profile edge keeps its own flat normals."""
    profile = np.asarray(profile, float)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    parts = []
    for (a0, r0), (a1, r1) in zip(profile[:-1], profile[1:]):
        ring = lambda a, r: np.stack([np.full(sides, a), r * np.cos(angle), r * np.sin(angle)], 1)
        part = grid(np.stack([ring(a0, r0), ring(a1, r1)]), wrap=True)
        edge = np.array([a1 - a0, r1 - r0])
        edge /= max(np.linalg.norm(edge), 1e-9)
        turn = np.linspace(0, 2 * np.pi, sides + 1)
        normal = np.stack([np.full(sides + 1, -edge[1]), edge[0] * np.cos(turn), edge[0] * np.sin(turn)], 1)
        part.vertices[:, 3:6] = np.tile(normal, (2, 1))
        parts.append(part)
    mesh = join(*parts)
    if axis == "z":
        mesh.vertices[:, 0:3] = mesh.vertices[:, [1, 2, 0]]
        mesh.vertices[:, 3:6] = mesh.vertices[:, [4, 5, 3]]
    return mesh


def quad(corners, uv=((0, 0), (1, 0), (1, 1), (0, 1))):
    """A flat four-cornered face; the corners run round."""
    corners = np.asarray(corners, float)
    normal = np.cross(corners[1] - corners[0], corners[3] - corners[0])
    normal = normal / max(np.linalg.norm(normal), 1e-12)
    return raw(corners, [[0, 1, 2], [0, 2, 3]], np.tile(normal, (4, 1)), uv)


def flat(outline, z=0.0):
    """A flat convex polygon at height z, facing up, from an (n, 2) outline."""
    outline = np.asarray(outline, float)
    points = np.concatenate([outline, np.full((len(outline), 1), z)], 1)
    fan = [[0, k, k + 1] for k in range(1, len(outline) - 1)]
    return raw(points, fan, np.tile([0, 0, 1.0], (len(points), 1)), outline)


def strip(line, width, z=0.0):
    """A flat ribbon of `width` along an (n, 2) line, facing up; texture coordinates are metres along and across."""
    line = np.asarray(line, float)
    ahead = np.gradient(line, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], 1) * width / 2
    points = np.stack([line - side, line + side])
    points = np.concatenate([points, np.full(points.shape[:2] + (1,), z)], 2)
    mesh = grid(points.transpose(1, 0, 2))
    mesh.vertices[:, 3:6] = (0, 0, 1)
    mesh.vertices[:, 6:8] = mesh.vertices[:, 0:2]
    return mesh
