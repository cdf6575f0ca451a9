"""`instance_segmentation`: boxes with masks, in Mask R-CNN's output format.

A `Grid` with a vector per cell, and features of stride 2 that show edges. Every box's 28x28
points are read from those (He et al. 2017, "Mask R-CNN", RoIAlign with one sample a point); two
convolutions, told by the cell's vector which of the things in the box is meant (as in Tian et
al. 2020, "CondInst"), make the mask. nvinfer's own Mask R-CNN decoder
(`NvDsInferParseCustomMrcnnTLTV2`) reads the outputs.

Outputs: `generate_detections [N, K, 6]` as y1, x1, y2, x2 (pixels of the input),
class, score; `mask_fcn_logits/BiasAdd [N, K, C, 28, 28]`, probabilities 0..1, the
same mask in each class's channel.
"""

import torch
import torch.nn.functional as F
from torch import nn

from . import boxes as bx
from .backbone import conv
from .detector import STRIDE, Grid
from .suppression import Best

MASK = 28
CHANNELS, VECTOR = 16, 24
FINE = 2


def points(boxes):
    """The 28x28 points of boxes `[..., 4]`: x `[..., 28]` and y `[..., 28]` in input pixels."""
    steps = (torch.arange(MASK, device=boxes.device, dtype=torch.float32) + 0.5) / MASK
    x = boxes[..., 0:1] + (boxes[..., 2:3] - boxes[..., 0:1]) * steps
    y = boxes[..., 1:2] + (boxes[..., 3:4] - boxes[..., 1:2]) * steps
    return x, y


def read_all(detail, boxes):
    """Features at the points of every image's boxes: `detail [N, C, h, w]` of stride `FINE`,
    `boxes [N, K, 4]` to `[N * K, C, 28, 28]`. One grid sampling, linear, edges repeated."""
    n, count = boxes.shape[:2]
    height, width = detail.shape[2:]
    x, y = points(boxes)
    x = x * (2.0 / (FINE * width)) - 1
    y = y * (2.0 / (FINE * height)) - 1
    grid = torch.stack((x[:, :, None].expand(-1, -1, MASK, -1), y[..., None].expand(-1, -1, -1, MASK)), -1)
    grid = grid.reshape(n, -1, MASK, 2)
    read = F.grid_sample(detail, grid, mode="bilinear", padding_mode="border", align_corners=False)
    read = read.reshape(n, detail.shape[1], -1, MASK * MASK).transpose(1, 2)
    return read.reshape(-1, detail.shape[1], MASK, MASK)


def read_some(detail, image, boxes):
    """The same for boxes `[P, 4]` of the images `image [P]`, to `[P, C, 28, 28]`."""
    n, channels, height, width = detail.shape
    x, y = points(boxes)
    x = (x / FINE - 0.5).clamp(0, width - 1)
    y = (y / FINE - 0.5).clamp(0, height - 1)
    left, top = x.floor().clamp(max=width - 2), y.floor().clamp(max=height - 2)
    right, low = (x - left)[:, None, :, None], (y - top)[:, :, None, None]
    table = detail.permute(0, 2, 3, 1).reshape(-1, channels)
    at = (image[:, None, None] * height + top.long()[:, :, None]) * width + left.long()[:, None, :]
    upper = F.embedding(at, table) * (1 - right) + F.embedding(at + 1, table) * right
    lower = F.embedding(at + width, table) * (1 - right) + F.embedding(at + width + 1, table) * right
    return (upper * (1 - low) + lower * low).permute(0, 3, 1, 2)


class MaskHead(nn.Module):
    """Features `[P, CHANNELS, 28, 28]` and vectors `[P, VECTOR]` to mask logits `[P, 28, 28]`."""

    def __init__(self):
        super().__init__()
        self.first = conv(CHANNELS, VECTOR, 3, act=False)
        self.second = conv(VECTOR, VECTOR, 3)
        self.last = nn.Conv2d(VECTOR, 1, 1)

    def forward(self, features, vectors):
        x = F.relu(self.first(features) + vectors[:, :, None, None])
        return self.last(self.second(x))[:, 0]


class MaskGrid(nn.Module):
    """The trained part: coverage logits, distances, vectors, fine features; `head` makes masks of them."""

    def __init__(self, classes: int, width=48, widths=(16, 32, 64, 96), depths=(0, 2, 2, 1)):
        super().__init__()
        self.grid = Grid(classes, 1, widths, depths, width)
        self.vector = nn.Conv2d(width, VECTOR, 1)
        self.edges = conv(3, CHANNELS, 3, 2, act=False)
        self.low = conv(widths[0], 24, 3, act=False)
        self.up = conv(width, 24, 1, act=False)
        self.wide = conv(24, CHANNELS, 3, act=False)
        self.detail = conv(CHANNELS, CHANNELS, 3)
        self.head = MaskHead()

    def forward(self, images):
        features, levels = self.grid.features(images)
        coverage, distances = self.grid.heads(features)
        larger = F.interpolate(self.up(features), scale_factor=2.0, mode="nearest")
        larger = self.wide(F.relu(self.low(levels[0]) + larger))
        larger = F.interpolate(larger, scale_factor=2.0, mode="nearest")
        detail = self.detail(F.relu(self.edges(images) + larger))
        return coverage, distances, self.vector(features), detail


class Instances(nn.Module):
    """What ships."""

    def __init__(self, grid: MaskGrid, classes: int, size, keep=50):
        super().__init__()
        self.grid, self.classes, self.best = grid, classes, Best(150, keep)
        self.register_buffer("limit", torch.tensor([size[0] - 1, size[1] - 1] * 2, dtype=torch.float32))

    def forward(self, images):
        coverage, distances, vectors, detail = self.grid(images)
        boxes = bx.decode_grid(distances, STRIDE)[:, 0]
        boxes = torch.minimum(boxes.clamp(min=0), self.limit)
        scores, kinds, boxes, cells = self.best(torch.sigmoid(coverage).flatten(2), boxes)
        vectors = vectors.flatten(2).transpose(1, 2)
        vectors = vectors.gather(1, cells[..., None].expand(-1, -1, VECTOR)).reshape(-1, VECTOR)
        masks = torch.sigmoid(self.grid.head(read_all(detail, boxes), vectors))
        masks = masks.reshape(-1, boxes.shape[1], 1, MASK, MASK).repeat(1, 1, self.classes, 1, 1)
        detections = torch.stack(
            (boxes[..., 1], boxes[..., 0], boxes[..., 3], boxes[..., 2], kinds.to(scores.dtype), scores), -1
        )
        return detections, masks


def mask_loss(logits_of, vectors, detail, batch, where, most=448):
    """Binary cross-entropy and Dice of 28x28 masks of assigned cells, read inside their true
    boxes a little jittered. `where [P, 3]` is (image, object, cell) of the assignment;
    `logits_of(features, vectors)` the mask head."""
    if len(where) == 0:
        return vectors.sum() * 0
    pick = torch.randint(len(where), (most,), device=where.device)
    image, item, cell = where[pick].unbind(1)
    boxes = batch["boxes"][image, item]
    size = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    height, width = batch["ids"].shape[1:]
    jitter = 0.05 * size + 0.5
    boxes = boxes + jitter * torch.randn_like(boxes).clamp(-2, 2)
    boxes = torch.minimum(boxes.clamp(min=0), boxes.new_tensor([width, height, width, height]))
    logits = logits_of(read_some(detail, image, boxes), vectors.flatten(2)[image, :, cell]).float()
    x, y = points(boxes)
    x, y = x.long().clamp(0, width - 1), y.long().clamp(0, height - 1)
    ids = batch["ids"][image[:, None, None], y[:, :, None], x[:, None, :]]
    truth = (ids == batch["mask_ids"][image, item][:, None, None]).float()
    cross = F.binary_cross_entropy_with_logits(logits, truth)
    probability = logits.sigmoid()
    dice = 1 - (2 * (probability * truth).sum((1, 2)) + 1) / (
        probability.sum((1, 2)) + truth.sum((1, 2)) + 1
    )
    return cross + dice.mean()
