"""Labelled frames in memory, and the reader of the generator's dataset folders.

A `Frames` holds pictures as `uint8` tensors (on the GPU when there is one) with
their boxes, masks and identities, all in the pixels of `size`. Knows nothing of
networks. The folder format is the one `streams/generator` documents.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from . import world

MAX_OBJECTS = 64


@dataclasses.dataclass
class Frames:
    """`images [N, 3, H, W]` uint8 RGB, `boxes [N, M, 4]` visible boxes, `classes [N, M]`
    (-1 where there is none), `ignore [N, M]`, `occlusion [N, M]`, `mask_ids [N, M]`,
    `known [N, C]` which classes are labelled, `seeds [N]`, and where the scene has
    them `semantic [N, H, W]` uint8 and `ids [N, H, W]` int16."""

    images: torch.Tensor
    boxes: torch.Tensor
    classes: torch.Tensor
    ignore: torch.Tensor
    occlusion: torch.Tensor
    mask_ids: torch.Tensor
    known: torch.Tensor
    seeds: torch.Tensor
    semantic: torch.Tensor | None = None
    ids: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures."""
        return self.images.shape[3], self.images.shape[2]

    def select(self, index: torch.Tensor) -> "Frames":
        """The frames at `index`."""
        parts = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            parts[field.name] = None if value is None else value[index]
        return Frames(**parts)

    def to(self, device) -> "Frames":
        """The same frames on another device."""
        parts = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            parts[field.name] = None if value is None else value.to(device)
        return Frames(**parts)


def label_table(objects, class_names, scale, frame_height):
    """Boxes and flags of one frame's object dicts; `scale` is (x, y) to the stored size."""
    table = []
    for item in objects:
        if item["cls"] not in class_names or item.get("visible") is None:
            continue
        left, top, width, height = item["visible"]
        if width <= 1 or height <= 1:
            continue
        good = world.counts(height, width, item["occlusion"], item["truncation"], frame_height)
        table.append(
            (
                left * scale[0],
                top * scale[1],
                (left + width) * scale[0],
                (top + height) * scale[1],
                class_names.index(item["cls"]),
                not good,
                item["occlusion"],
                item["mask_id"],
            )
        )
    # When there are too many, the nearest (largest) stay.
    table.sort(key=lambda row: -(row[2] - row[0]) * (row[3] - row[1]))
    return table[:MAX_OBJECTS]


def build(images, objects, seeds, class_names, source_size, semantic=None, ids=None, known=None) -> Frames:
    """Frames from pictures `[N, 3, H, W]` and the object dicts of each frame; all on the
    pictures' device. Boxes in the dicts are pixels of `source_size` (width, height)."""
    count, _, height, width = images.shape
    scale = (width / source_size[0], height / source_size[1])
    boxes = np.zeros((count, MAX_OBJECTS, 4), np.float32)
    classes = np.full((count, MAX_OBJECTS), -1, np.int64)
    ignore = np.zeros((count, MAX_OBJECTS), bool)
    occlusion = np.zeros((count, MAX_OBJECTS), np.float32)
    mask_ids = np.zeros((count, MAX_OBJECTS), np.int64)
    for index, items in enumerate(objects):
        table = label_table(items, class_names, scale, source_size[1])
        for slot, row in enumerate(table):
            boxes[index, slot] = row[:4]
            classes[index, slot], ignore[index, slot] = row[4], row[5]
            occlusion[index, slot], mask_ids[index, slot] = row[6], row[7]
    if known is None:
        known = np.ones((count, len(class_names)), bool)

    def tensor(array):
        return torch.from_numpy(array).to(images.device)

    return Frames(
        images=images,
        boxes=tensor(boxes),
        classes=tensor(classes),
        ignore=tensor(ignore),
        occlusion=tensor(occlusion),
        mask_ids=tensor(mask_ids),
        known=tensor(known),
        seeds=tensor(np.asarray(seeds)),
        semantic=semantic,
        ids=ids,
    )
