"""Cut-outs of single objects, for the classifiers and the embedding.

`Crops` holds them as `uint8` with a margin around the box, so that a training view
can be jittered; `window` cuts the exact or a jittered box out of the margin.
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import torch

from . import augment

MARGIN = 0.25  # of the box, on each side


@dataclasses.dataclass
class Crops:
    """`images [N, 3, H, W]` uint8 with margin; int64 `[N]` each: `identities` (unique over
    all seeds), `kinds` (0 vehicle, 1 person, 2 two-wheeler), `types`, `colours` (-1 = none),
    `frames`, `seeds`; bool `counts` (asked for in a score)."""

    images: torch.Tensor
    identities: torch.Tensor
    kinds: torch.Tensor
    types: torch.Tensor
    colours: torch.Tensor
    frames: torch.Tensor
    seeds: torch.Tensor
    counts: torch.Tensor

    def __len__(self) -> int:
        return len(self.images)

    def select(self, index) -> "Crops":
        """The crops at `index`."""
        return Crops(*(getattr(self, f.name)[index] for f in dataclasses.fields(self)))

    def to(self, device) -> "Crops":
        """The same crops on another device."""
        return Crops(*(getattr(self, f.name).to(device) for f in dataclasses.fields(self)))


def cut(image: np.ndarray, box, size) -> np.ndarray:
    """`image [H, W, 3]`, `box` left, top, width, height; the box with `MARGIN`, stretched to
    `size` (width, height), with the picture's edge repeated outside it."""
    left, top, width, height = box
    sx, sy = size[0] / (width * (1 + 2 * MARGIN)), size[1] / (height * (1 + 2 * MARGIN))
    x, y = left - width * MARGIN, top - height * MARGIN
    matrix = np.array([[sx, 0, -x * sx + (sx - 1) / 2], [0, sy, -y * sy + (sy - 1) / 2]], np.float64)
    mode = cv2.INTER_AREA if sx < 1 else cv2.INTER_LINEAR
    x0, y0 = int(np.floor(x)), int(np.floor(y))
    x1, y1 = int(np.ceil(x + width * 1.5)) + 1, int(np.ceil(y + height * 1.5)) + 1
    if mode == cv2.INTER_AREA and x0 >= 0 and y0 >= 0 and x1 <= image.shape[1] and y1 <= image.shape[0]:
        return cv2.resize(image[y0:y1, x0:x1], size, interpolation=mode)
    return cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def window(crops: Crops, target, generator=None, jitter=0.12, flip=True, strength=0.6):
    """Views `[N, 3, h, w]` float 0..1 of the boxes: exact, or with a `generator` jittered,
    mirrored and degraded."""
    device = crops.images.device
    n = len(crops)
    full = torch.tensor([crops.images.shape[3], crops.images.shape[2]], device=device, dtype=torch.float32)
    inner = full / (1 + 2 * MARGIN)
    low = ((full - inner) / 2).expand(n, 2).clone()
    high = low + inner
    if generator is not None:
        shift = torch.randn(n, 4, device=device, generator=generator).clamp(-2, 2) * jitter / 2
        low = low + shift[:, :2] * inner
        high = high + shift[:, 2:] * inner
        if flip:
            mirror = torch.rand(n, device=device, generator=generator) < 0.5
            low_x, high_x = low[:, 0].clone(), high[:, 0].clone()
            low[:, 0] = torch.where(mirror, high_x, low_x)
            high[:, 0] = torch.where(mirror, low_x, high_x)
    scale = (high - low) / torch.tensor(target, device=device, dtype=torch.float32)
    views = augment.sample(crops.images.float() / 255, scale, low, target)
    return views if generator is None else augment.degrade(views, generator, strength)
