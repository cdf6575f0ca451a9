"""Labels frames of real clips with YOLOX-Nano, for mixing into `primary_detector`'s data
and for comparing with it: `python3 -m training.label_real MODEL.onnx OUT.npz CLIP[:FROM-TO] ...`.

The labels are another network's opinion, not truth: sure ones (score >= 0.45) become
objects, unsure ones (0.15 to 0.45) ignore regions. Signs are left unlabelled.
"""

from __future__ import annotations

import sys
from pathlib import Path

import av
import cv2
import numpy as np
import torch

from . import boxes as bx, export, toy

SIDE = 416
SURE, UNSURE = 0.45, 0.15
# COCO class index to ours: person, bicycle, car, motorcycle, bus, truck.
COCO = {0: "person", 1: "two_wheeler", 2: "vehicle", 3: "two_wheeler", 5: "vehicle", 7: "vehicle"}


def decode(output: np.ndarray, scale: float):
    """YOLOX rows `[A, 85]` (Ge et al. 2021) to `(boxes, scores, names)` in frame pixels."""
    centres, strides = [], []
    for stride in (8, 16, 32):
        side = SIDE // stride
        y, x = np.divmod(np.arange(side * side), side)
        centres.append(np.stack((x, y), 1))
        strides.append(np.full(side * side, stride))
    centre, stride = np.concatenate(centres), np.concatenate(strides)[:, None]
    middle = (output[:, :2] + centre) * stride
    size = np.exp(output[:, 2:4]) * stride
    corners = np.concatenate((middle - size / 2, middle + size / 2), 1) / scale
    scores = output[:, 4:5] * output[:, 5:]
    found = []
    for name in dict.fromkeys(COCO.values()):
        columns = [c for c, n in COCO.items() if n == name]
        best = scores[:, columns].max(1)
        keep = np.flatnonzero(best >= UNSURE)
        if len(keep):
            b, s = torch.from_numpy(corners[keep]), torch.from_numpy(best[keep])
            found += [(b[i].tolist(), float(s[i]), name) for i in bx.suppress(b, s, 0.45).tolist()]
    return join_riders(found)


def join_riders(found):
    """A person on a two-wheeler becomes part of it, as in our own classes."""
    bikes = [row for row in found if row[2] == "two_wheeler"]
    kept = []
    for box, score, name in found:
        if name == "two_wheeler":
            continue
        rider = None
        for bike in bikes:
            across = min(box[2], bike[0][2]) - max(box[0], bike[0][0])
            down = min(box[3], bike[0][3]) - max(box[1], bike[0][1])
            inside = across > 0.6 * (box[2] - box[0]) and down > 0.25 * (box[3] - box[1])
            if name == "person" and inside:
                rider = bike
        if rider is None:
            kept.append((box, score, name))
        else:
            b = rider[0]
            b[:] = [min(b[0], box[0]), min(b[1], box[1]), max(b[2], box[2]), max(b[3], box[3])]
    return kept + bikes


class Teacher:
    """YOLOX-Nano on the CPU."""

    def __init__(self, path):
        self.session = export.open_session(Path(path), 2)

    def __call__(self, image: np.ndarray):
        """`image [H, W, 3]` RGB to `(box, score, name)` rows."""
        scale = SIDE / max(image.shape[:2])
        small = cv2.resize(image[:, :, ::-1], None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        padded = np.full((SIDE, SIDE, 3), 114, np.float32)
        padded[: small.shape[0], : small.shape[1]] = small
        return decode(self.session.run(None, {"images": padded.transpose(2, 0, 1)[None]})[0][0], scale)


def clip_frames(text: str, step: int):
    """Every `step`-th frame, RGB, of `CLIP` or `CLIP:FROM-TO` (frame numbers)."""
    path, _, part = text.partition(":")
    first, _, last = part.partition("-")
    with av.open(path) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if last and number >= int(last):
                break
            if number >= int(first or 0) and number % step == 0:
                yield frame.to_ndarray(format="rgb24")


def main() -> None:
    """Write one shard of frames 960x540 with labels."""
    model, out, *clips = sys.argv[1:]
    teacher, size = Teacher(model), (960, 540)
    jpegs, frames = [], []
    for clip in clips:
        for image in clip_frames(clip, 4):
            scale = np.array([size[0] / image.shape[1], size[1] / image.shape[0]] * 2)
            objects = []
            for box, score, name in teacher(image):
                limit = [image.shape[1], image.shape[0]] * 2
                x1, y1, x2, y2 = np.clip(box, 0, limit) * scale
                objects.append(
                    {
                        "id": 0, "cls": name, "type": None, "color": None, "visible": [x1, y1, x2 - x1, y2 - y1],
                        "occlusion": 0.0 if score >= SURE else 1.0, "truncation": 0.0, "mask_id": 0,
                    }  # fmt: skip
                )
            small = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
            jpegs.append(cv2.imencode(".jpg", small[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes())
            frames.append({"seed": 0, "number": len(jpegs), "objects": objects})
    toy.save(Path(out), {"jpeg": jpegs}, frames)
    print(f"{len(jpegs)} frames, {sum(len(f['objects']) for f in frames)} labels")


if __name__ == "__main__":
    main()
