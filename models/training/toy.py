"""A toy dataset in the generator's format: coloured shapes on noise.

Only to try the training code where no renderer runs: `python3 -m training.toy DIR`.
"""

import json
import sys
from pathlib import Path

import cv2
import numpy as np

from . import world

COLOURS = {
    "white": (240, 240, 240), "black": (25, 25, 25), "grey": (128, 128, 128), "red": (200, 30, 30),
    "blue": (30, 40, 200), "green": (20, 150, 40), "yellow": (230, 210, 30),
}  # fmt: skip
SCENE_CLASSES = {
    "street": ("vehicle", "two_wheeler", "person", "road_sign"),
    "people": ("person", "bag", "face"),
    "parts": ("defect",),
}


def frame(rng, scene, size, things):
    """One picture of `things` (dicts with a place that moves a little), its maps and objects."""
    width, height = size
    image = rng.integers(90, 130, (height, width, 3)).astype(np.uint8)
    ids = np.zeros((height, width), np.uint8)
    semantic = np.full((height, width), 0 if scene == "parts" else 3, np.uint8)
    if scene == "street":
        semantic[height // 2 :] = 0
        image[height // 2 :] -= 40
    for number, thing in enumerate(things, 1):
        thing["x"] += rng.normal(0, 20)
        w, h = thing["w"], thing["h"]
        x = int(np.clip(thing["x"], 0, width - w - 1))
        y = int(np.clip(thing["y"], 0, height - h - 1))
        mask = np.zeros_like(ids)
        if thing["cls"] in ("vehicle", "bag"):
            mask[y : y + h, x : x + w] = 1
        else:
            cv2.ellipse(mask, (x + w // 2, y + h // 2), (w // 2, h // 2), 0, 0, 360, 1, -1)
        image[mask > 0] = np.clip(np.array(thing["rgb"]) + rng.normal(0, 6, 3), 0, 255)
        ids[mask > 0] = number
        semantic[mask > 0] = 1 if scene == "parts" else {"vehicle": 1, "person": 2}.get(thing["cls"], 3)
    objects = []
    for number, thing in enumerate(things, 1):
        rows, columns = np.nonzero(ids == number)
        if len(rows) == 0:
            continue
        box = [float(columns.min()), float(rows.min()), float(np.ptp(columns) + 1), float(np.ptp(rows) + 1)]
        hidden = 1 - len(rows) / (thing["w"] * thing["h"] * (1.0 if thing["cls"] in ("vehicle", "bag") else 0.785))
        objects.append(
            {
                "id": number, "cls": thing["cls"], "type": thing["type"], "color": thing["color"], "full": box,
                "visible": box, "occlusion": float(np.clip(hidden, 0, 1)), "truncation": 0.0, "mask_id": number,
            }  # fmt: skip
        )
    return image, semantic, ids, objects


def write_shard(path: Path, scene: str, seed: int, frames=6, size=(640, 360)) -> None:
    """One shard of one seed."""
    rng = np.random.default_rng(seed)
    things = []
    for _ in range(rng.integers(4, 12)):
        cls = SCENE_CLASSES[scene][rng.integers(len(SCENE_CLASSES[scene]))]
        kind = int(rng.integers(len(world.VEHICLE_TYPES)))
        colour = list(COLOURS)[rng.integers(len(COLOURS))]
        h = int(rng.integers(20, 90))
        w = int(h * (0.8 + 0.5 * kind) if cls == "vehicle" else h * 0.5)
        vehicle = cls == "vehicle"
        things.append(
            {
                "cls": cls, "type": world.VEHICLE_TYPES[kind] if vehicle else None, "color": colour if vehicle else None,
                "rgb": COLOURS[colour] if vehicle else rng.integers(0, 255, 3), "w": w, "h": h,
                "x": rng.uniform(0, size[0]), "y": rng.uniform(0, size[1]),
            }  # fmt: skip
        )
    pieces, frames_of = {"jpeg": [], "semantic": [], "ids": []}, []
    for number in range(frames):
        image, semantic, ids, objects = frame(rng, scene, size, things)
        pieces["jpeg"].append(cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes())
        pieces["semantic"].append(cv2.imencode(".png", semantic)[1].tobytes())
        pieces["ids"].append(cv2.imencode(".png", ids.astype(np.uint16))[1].tobytes())
        frames_of.append({"seed": seed, "number": number * 25, "objects": objects})
    save(path, pieces, frames_of)


def save(path: Path, pieces: dict, frames: list) -> None:
    """Write a shard: `pieces` are lists of encoded pictures, `frames` the records."""
    arrays = {"objects": np.frombuffer(json.dumps(frames).encode(), np.uint8)}
    for name, parts in pieces.items():
        arrays[name] = np.frombuffer(b"".join(parts), np.uint8)
        arrays[name + "_offsets"] = np.cumsum([0] + [len(part) for part in parts])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)


if __name__ == "__main__":
    root = Path(sys.argv[1])
    for toy_scene in SCENE_CLASSES:
        for toy_seed in range(12):
            write_shard(root / toy_scene / "train" / f"{toy_seed}.npz", toy_scene, 1000 + toy_seed)
        for toy_seed in range(3):
            write_shard(root / toy_scene / "validation" / f"{toy_seed}.npz", toy_scene, 500 + toy_seed)
