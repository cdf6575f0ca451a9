"""One entry per model: its network, input, data, loss and what ships of it.

The trainer and the exporter read everything that differs between models from here.
"""

from __future__ import annotations

import dataclasses
from typing import Callable

import torch
import torch.nn.functional as F

from . import augment, crops as crop_module, loop, losses, score
from .classifier import Classifier, Embedder, Softmax
from .detector import STRIDE, Detector, Grid
from .instance import Instances, MaskGrid, mask_loss
from .segmentation import ClassMap, Segmenter
from .ssd import SingleShot


@dataclasses.dataclass
class Task:
    """`size` is the input's (width, height). `scenes` the generator's scenes it learns from.
    `data` is "frames" or "crops". `loss(model, data, index, generator)`. `ship(model)` wraps
    the trained network for export. `judge(run, data)` scores it."""

    name: str
    size: tuple[int, int]
    scenes: tuple[str, ...]
    data: str
    batch: int
    build: Callable
    loss: Callable
    ship: Callable
    judge: Callable
    input_name: str
    output_names: tuple[str, ...]
    channels: int = 3
    rate: float = 2e-3
    maps: tuple[str, ...] = ()
    notes: dict = dataclasses.field(default_factory=dict)


def detector_task(name, scenes, classes, boxes=None, size=(960, 544), zoom=(0.8, 1.7)) -> Task:
    """A DetectNet_v2-style detector."""

    def loss(model, frames, index, generator):
        batch = augment.batch(frames, index, size, generator, zoom)
        logits, distances = loop.forward(model, batch["images"])
        value, parts, _ = losses.detection_loss(logits, distances, batch, STRIDE)
        return value, parts

    return Task(
        name, size, scenes, "frames", 32,
        build=lambda: Grid(len(classes), len(classes)),
        loss=loss,
        ship=Detector,
        judge=lambda run, frames: score.detector(run, frames, size, classes),
        input_name="input_1:0",
        output_names=("output_bbox/BiasAdd:0", "output_cov/Sigmoid:0"),
    )  # fmt: skip


def ssd_task(size=(768, 448)) -> Task:
    """The detector with a TensorFlow SSD's outputs."""
    classes = score.class_names("ssd_detector")

    def loss(model, frames, index, generator):
        batch = augment.batch(frames, index, size, generator, (0.9, 1.8))
        logits, distances = loop.forward(model, batch["images"])
        value, parts, _ = losses.detection_loss(logits, distances, batch, STRIDE)
        return value, parts

    return Task(
        "ssd_detector", size, ("street", "ride"), "frames", 32,
        build=lambda: Grid(len(classes), 1),
        loss=loss,
        ship=lambda model: SingleShot(model, size),
        judge=lambda run, frames: score.single_shot(run, frames, size, classes),
        input_name="image_tensor:0",
        output_names=("num_detections", "detection_scores", "detection_classes", "detection_boxes"),
    )  # fmt: skip


def instance_task(size=(1280, 736)) -> Task:
    """Boxes with masks; frames at full size, for the people are few pixels wide."""
    classes = score.class_names("instance_segmentation")

    def loss(model, frames, index, generator):
        batch = augment.batch(frames, index, size, generator, (0.8, 1.7))
        logits, distances, vectors, detail = loop.forward(model, batch["images"])
        value, parts, where = losses.detection_loss(logits, distances, batch, STRIDE)
        with loop.mixed(logits.device):
            mask = mask_loss(model.head, vectors, detail.float(), batch, where)
        return value + 2.0 * mask, {**parts, "mask": mask.detach()}

    return Task(
        "instance_segmentation", size, ("street", "ride"), "frames", 24,
        build=lambda: MaskGrid(len(classes)),
        loss=loss,
        ship=lambda model: Instances(model, len(classes), size),
        judge=lambda run, frames: score.instances(run, frames, size, classes),
        input_name="Input",
        output_names=("generate_detections", "mask_fcn_logits/BiasAdd"),
        maps=("ids",),
    )  # fmt: skip


def segmentation_task(name, scenes, size, grey, zoom) -> Task:
    """A class map."""
    classes = score.class_names(name)

    def loss(model, frames, index, generator):
        batch = augment.batch(frames, index, size, generator, zoom)
        images = score.to_grey(batch["images"]) if grey else batch["images"]
        logits = loop.forward(model, images)
        logits = F.interpolate(logits.float(), scale_factor=2.0, mode="bilinear", align_corners=False)
        value = losses.segmentation_loss(logits, batch["semantic"])
        return value, {}

    return Task(
        name, size, scenes, "frames", 32,
        build=lambda: Segmenter(len(classes), 1, widths=(16, 32, 64, 96)) if grey else Segmenter(len(classes)),
        loss=loss,
        ship=ClassMap,
        judge=lambda run, frames: score.segmentation(run, frames, size, classes, grey),
        input_name="input_1",
        output_names=("class_map/Sigmoid",),
        channels=1 if grey else 3,
        maps=("semantic",),
    )  # fmt: skip


def classifier_task(name, attribute, strength) -> Task:
    """A secondary classifier of vehicles."""
    classes, size = score.class_names(name), (64, 64)

    def loss(model, crops, index, generator):
        picked = crops.select(index)
        views = crop_module.window(picked, size, generator, strength=strength)
        logits = loop.forward(model, views)
        return F.cross_entropy(logits.float(), getattr(picked, attribute), label_smoothing=0.05), {}

    return Task(
        name, size, ("street", "ride"), "crops", 512,
        build=lambda: Classifier(len(classes)),
        loss=loss,
        ship=Softmax,
        judge=lambda run, crops: score.classifier(run, crops, size, classes, attribute),
        input_name="input_1:0",
        output_names=("predictions/Softmax:0",),
        notes={"attribute": attribute},
    )  # fmt: skip


def reid_task() -> Task:
    """The tracker's embedding."""
    size = (64, 128)

    def loss(model, crops, index, generator):
        picked = crops.select(index)
        views = crop_module.window(picked, size, generator, jitter=0.15, flip=False, strength=0.4)
        vectors = loop.forward(model, views)
        return losses.contrastive_loss(vectors, picked.identities, picked.kinds), {}

    return Task(
        "reid", size, ("street", "ride"), "crops", 768,
        build=Embedder,
        loss=loss,
        ship=lambda model: model,
        judge=lambda run, crops: score.embedding(run, crops, size),
        input_name="images",
        output_names=("features",),
    )  # fmt: skip


def all_tasks() -> dict[str, Task]:
    """Every model by name."""
    tasks = [
        detector_task("primary_detector", ("street", "ride"), score.class_names("primary_detector")),
        detector_task("people_detector", ("people",), score.class_names("people_detector"), zoom=(0.7, 1.5)),
        ssd_task(),
        instance_task(),
        segmentation_task("scene_segmentation", ("street", "ride"), (768, 448), False, (0.9, 2.0)),
        segmentation_task("part_segmentation", ("parts",), (640, 384), True, (0.9, 1.6)),
        classifier_task("vehicle_type", "types", 0.6),
        classifier_task("vehicle_color", "colours", 0.3),
        reid_task(),
    ]
    return {task.name: task for task in tasks}
