"""Reads the generator's dataset folders into `Frames` and `Crops`.

A shard is one `.npz` of one seed: `jpeg`, `ids` (16-bit PNG) and `semantic` (8-bit
PNG), each the bytes of all frames in a row with `<name>_offsets`, and `objects`, JSON:
per frame `{"seed", "number", "objects"}`. The generator's dataset.py writes it.
"""

from __future__ import annotations

import dataclasses
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch

from . import crops as crop_module, frames as frame_module, score, world
from .crops import Crops
from .frames import Frames

CROP_SIZE = {"square": (96, 96), "tall": (96, 192)}
KINDS = ("vehicle", "person", "two_wheeler")
WORKERS = max(2, (os.cpu_count() or 2))

cv2.setNumThreads(1)


class Shard:
    """One file, with random access to its frames."""

    def __init__(self, path: Path):
        self.arrays = np.load(path)
        self.frames = json.loads(bytes(self.arrays["objects"]))
        self.seed = self.frames[0]["seed"]
        self.pieces = {}

    def __len__(self) -> int:
        return len(self.frames)

    def decode(self, name: str, index: int, flags: int) -> np.ndarray:
        """One stored picture or map."""
        if name not in self.pieces:
            self.pieces[name] = (self.arrays[name], self.arrays[name + "_offsets"])
        data, offsets = self.pieces[name]
        return cv2.imdecode(data[offsets[index] : offsets[index + 1]], flags)

    def image(self, index: int) -> np.ndarray:
        """`[H, W, 3]` RGB."""
        return cv2.cvtColor(self.decode("jpeg", index, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)

    def map(self, name: str, index: int) -> np.ndarray:
        """`[H, W]` semantic (uint8) or identity map (int16)."""
        values = self.decode(name, index, cv2.IMREAD_UNCHANGED)
        return values if name == "semantic" else values.astype(np.int16)

    def objects(self, index: int) -> list:
        """The object dicts of a frame."""
        return self.frames[index]["objects"]


def shard_paths(folders) -> list[Path]:
    """All shards of the folders, in order."""
    return [path for folder in folders for path in sorted(Path(folder).rglob("*.npz"))]


class Store:
    """Pictures and maps of many shards, filled by threads straight into tensors on a device."""

    def __init__(self, paths, size, maps, device):
        with ThreadPoolExecutor(WORKERS) as pool:
            self.counts = list(pool.map(lambda path: len(Shard(path)), paths))
        self.starts = np.cumsum([0] + self.counts)
        total, shape = int(self.starts[-1]), (size[1], size[0])
        self.size, self.device, self.source = size, device, size
        self.images = torch.empty((total, 3, *shape), dtype=torch.uint8, device=device)
        kinds = {"semantic": torch.uint8, "ids": torch.int16}
        self.maps = {name: torch.empty((total, *shape), dtype=kinds[name], device=device) for name in maps}
        self.objects = [[] for _ in range(total)]
        self.seeds = np.zeros(total, np.int64)
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(self.fill, range(len(paths)), paths))

    def fill(self, number: int, path: Path) -> None:
        """Read one shard into its place."""
        shard, start = Shard(path), int(self.starts[number])
        for index in range(len(shard)):
            image = shard.image(index)
            self.source = (image.shape[1], image.shape[0])
            if self.source != self.size:
                image = cv2.resize(image, self.size, interpolation=cv2.INTER_AREA)
            plane = np.ascontiguousarray(image.transpose(2, 0, 1))
            self.images[start + index] = torch.from_numpy(plane).to(self.device)
            self.objects[start + index] = shard.objects(index)
            self.seeds[start + index] = shard.seed
            for name, store in self.maps.items():
                values = cv2.resize(shard.map(name, index), self.size, interpolation=cv2.INTER_NEAREST)
                store[start + index] = torch.from_numpy(values).to(self.device)


def frames(folders, task: str, size, maps=(), limit=None, device="cpu") -> Frames:
    """Labelled frames of `folders` for the classes of `task`, on `device`."""
    paths = shard_paths(folders)[:limit]
    if not paths:
        raise SystemExit(f"training: no .npz shards under {[str(f) for f in folders]}")
    store = Store(paths, size, maps, device)
    names = score.class_names(task)
    return frame_module.build(store.images, store.objects, store.seeds, names, store.source, **store.maps)


def read_crops(path: Path):
    """Crops of the vehicles, people and two-wheelers of one shard, as rows."""
    shard = Shard(path)
    rows = []
    for index in range(len(shard)):
        image = None
        for item in shard.objects(index):
            box = item.get("visible")
            if item["cls"] not in KINDS or box is None or item["occlusion"] > 0.6 or box[2] < 10 or box[3] < 20:
                continue
            image = shard.image(index) if image is None else image
            kind = KINDS.index(item["cls"])
            size = CROP_SIZE["square"] if kind == 0 else CROP_SIZE["tall"]
            counts = min(box[2:]) >= world.ATTRIBUTE_MIN_SIZE if kind == 0 else box[3] >= 48
            counts = counts and item["occlusion"] <= world.ATTRIBUTE_MAX_OCCLUSION and item["truncation"] <= 0.3
            rows.append(
                (
                    crop_module.cut(image, box, size),
                    shard.seed * 100000 + int(item["id"]),
                    kind,
                    world.VEHICLE_TYPES.index(item["type"]) if kind == 0 and item["type"] in world.VEHICLE_TYPES else -1,
                    world.VEHICLE_COLOURS.index(item["color"]) if kind == 0 and item["color"] in world.VEHICLE_COLOURS else -1,
                    shard.frames[index]["number"],
                    shard.seed,
                    counts,
                )
            )
    return rows


def crops(folders, limit=None, shape="square", kinds=(0,)) -> Crops:
    """Crops of `kinds` from `folders`, stored in `shape`, on the CPU."""
    paths = shard_paths(folders)
    if not paths:
        raise SystemExit(f"training: no .npz shards under {[str(f) for f in folders]}")
    with ThreadPoolExecutor(WORKERS) as pool:
        rows = [row for part in pool.map(read_crops, paths[:limit]) for row in part if row[2] in kinds]
    size = CROP_SIZE[shape]
    images = np.empty((len(rows), 3, size[1], size[0]), np.uint8)
    for index, row in enumerate(rows):
        crop = row[0]
        if (crop.shape[1], crop.shape[0]) != size:
            crop = cv2.resize(crop, size, interpolation=cv2.INTER_AREA if crop.shape[1] > size[0] else cv2.INTER_LINEAR)
        images[index] = crop.transpose(2, 0, 1)
    columns = [torch.tensor([row[c] for row in rows]) for c in range(1, 8)]
    return Crops(torch.from_numpy(images), *columns)


def real(path: Path, like: Frames) -> Frames:
    """Real frames with labels of another network (`label_real.py`) in the form of `like`."""
    shard = Shard(path)
    size = like.size
    pictures = [shard.image(index) for index in range(len(shard))]
    source = (pictures[0].shape[1], pictures[0].shape[0])
    images = np.stack([cv2.resize(p, size, interpolation=cv2.INTER_AREA).transpose(2, 0, 1) for p in pictures])
    names = world.DETECTOR_CLASSES
    known = np.tile(np.array([name != "road_sign" for name in names]), (len(shard), 1))
    objects = [shard.objects(i) for i in range(len(shard))]
    return frame_module.build(torch.from_numpy(images), objects, np.zeros(len(shard), np.int64), names, source, known=known)


def join(first: Frames, second: Frames) -> Frames:
    """`second` behind `first`; both without maps."""
    parts = {}
    for field in dataclasses.fields(Frames):
        a, b = getattr(first, field.name), getattr(second, field.name)
        parts[field.name] = None if a is None else torch.cat((a, b))
    return Frames(**parts)
