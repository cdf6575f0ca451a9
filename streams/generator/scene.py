"""What a world hands to the renderer: meshes placed with bones and colours, and the things among them that have a name."""

from dataclasses import dataclass, field

import numpy as np

IDENTITY = np.eye(4)[None, :3]
WHITE = np.ones((8, 4))
ROAD, VEHICLE, PERSON, OTHER, DEFECT = range(5)
SEMANTIC = {"vehicle": VEHICLE, "two_wheeler": VEHICLE, "person": PERSON, "defect": DEFECT}


@dataclass
class Draw:
    """One instance of the mesh `key`: bones (n, 3, 4) and a palette (8, 4)."""

    key: str
    bones: np.ndarray = field(default_factory=lambda: IDENTITY)
    palette: np.ndarray = field(default_factory=lambda: WHITE)


@dataclass
class Thing:
    """An object with identity; `parent` is the id of the one it belongs to (a bag's or a face's person)."""

    id: int
    cls: str
    type: str | None
    color: str | None
    draws: list
    parent: int | None = None


@dataclass
class View:
    """One moment of a world, ready to be rendered. `focus` is (x, y, z, radius that shadows cover, reach of contact shadows)."""

    things: list
    scenery: list
    camera: object
    light: object
    focus: tuple
    time: float = 0.0


def placed(x=0.0, y=0.0, z=0.0, heading=0.0, scale=1.0):
    """The one-bone matrix (1, 3, 4) of a thing turned by `heading` radians (0 faces +y) and moved."""
    c, s = np.cos(heading) * scale, np.sin(heading) * scale
    return np.array([[[c, -s, 0, x], [s, c, 0, y], [0, 0, scale, z]]], float)


def palette(**slots):
    """A palette of named colours: palette(s0=(r, g, b), s6=(a, b, c, d))."""
    table = np.ones((8, 4))
    for name, color in slots.items():
        table[int(name[1:]), :len(color)] = color
    return table
