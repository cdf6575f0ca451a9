"""What other programs call: `render` yields samples of a scene with their ground truth."""

from dataclasses import dataclass

import numpy as np

from . import truth, vehicles, wardrobe
from .belt import Belt
from .crowd import Crowd
from .renderer import Renderer
from .ride import Ride
from .scene import DEFECT
from .street import Street

SCENES = {"street": Street, "ride": Ride, "people": Crowd, "parts": Belt}
RATE = 30.0
COARSE = 4
"""Frames of a video that one step of the world may skip when only every stride-th is rendered."""


@dataclass
class Sample:
    """image uint8 (h, w, 3) RGB; objects as `truth.objects` lists them; ids int32 and semantic uint8 (h, w): 0 road, 1 vehicle,
    2 person, 3 other, in the parts scene 0 good, 1 defect;
    flow float32 (h, w, 2) in pixels to the next rendered frame, or None; number the frame's number in its video; camera the view's `camera.Camera`."""

    image: np.ndarray
    objects: list
    ids: np.ndarray
    semantic: np.ndarray
    flow: np.ndarray | None
    number: int
    camera: object


class Studio:
    """A renderer that is kept while one world after another is shown."""

    def __init__(self, size):
        self.renderer = Renderer(size)
        for name, vehicle in vehicles.fleet().items():
            self.renderer.add(name, vehicle.mesh)

    def enter(self, world):
        """Take a world's own meshes in."""
        self.renderer.forget()
        for key, mesh in world.meshes.items():
            self.renderer.add(key, mesh, keep=False)

    def show(self, view, following=None, seed=0):
        for thing in view.things:
            for draw in thing.draws:
                if draw.key.startswith(("person/", "bag/")):
                    self.renderer.add(draw.key, wardrobe.figure_of(draw.key))
        return self.renderer.render(view, following, seed)


STUDIOS = {}


def studio(size):
    """The studio of this process for a picture size."""
    if size not in STUDIOS:
        STUDIOS[size] = Studio(size)
    return STUDIOS[size]


def render(scene, seed, frames, stride=1, size=(1280, 720), flow=False, options=None):
    """Yield `frames` samples of a scene, every `stride`-th of a 30 Hz video; a new seed is a new world."""
    stage = studio(tuple(size))
    world = SCENES[scene](seed, options)
    stage.enter(world)
    view = world.view()
    for index in range(frames):
        steps = -(-stride // COARSE)
        for _ in range(steps):
            world.step(stride / steps / RATE)
        following = world.view()
        rendered = stage.show(view, following if flow is True or (flow and index in flow) else None, seed * 100003 + index)
        found, ids, semantic = truth.objects(rendered, view.things)
        if scene == "parts":
            semantic = (semantic == DEFECT).astype(np.uint8)
        yield Sample(rendered.image, found, ids, semantic, rendered.flow, index * stride, view.camera)
        view = following


def backdrop(scene, seed, size=(1280, 720), options=None):
    """The semantic map (h, w) of a world with nothing in it that moves, as its camera sees it first."""
    stage = studio(tuple(size))
    world = SCENES[scene](seed, options)
    stage.enter(world)
    view = world.view()
    view.things = []
    return truth.objects(stage.show(view, None, seed), [])[2]
