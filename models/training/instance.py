"""`instance_segmentation`: boxes with masks, in Mask R-CNN's output format.

A `Grid` with a coefficient vector per cell and mask prototypes of the whole image
(Bolya et al. 2019, "YOLACT"); the graph combines them and cuts out 28x28 masks, so
that nvinfer's own Mask R-CNN decoder (`NvDsInferParseCustomMrcnnTLTV2`) reads it.

Outputs: `generate_detections [N, K, 6]` as y1, x1, y2, x2 (pixels of the input),
class, score; `mask_fcn_logits/BiasAdd [N, K, C, 28, 28]`, probabilities 0..1, the
same mask in each class's channel.
"""

import torch
import torch.nn.functional as F
from torch import nn

from . import boxes as bx
from .backbone import Pyramid, Separable, conv
from .detector import STRIDE, Grid
from .suppression import Best

MASK = 28
PROTOTYPES = 24
PROTOTYPE_STRIDE = 4


def tent(low, high, length: int, stride: int):
    """Weights `[..., 28, length]` that read a prototype axis at 28 points of a box side by
    linear interpolation. `low`, `high` `[...]` are in input pixels."""
    steps = (torch.arange(MASK, device=low.device, dtype=torch.float32) + 0.5) / MASK
    at = (low[..., None] + (high - low)[..., None] * steps) / stride - 0.5
    at = at.clamp(0, length - 1)
    axis = torch.arange(length, device=low.device, dtype=torch.float32)
    return F.relu(1 - (at[..., None] - axis).abs())


def cut_masks(coefficients, prototypes, boxes):
    """Mask logits of boxes. `coefficients [N, K, P]`, `prototypes [N, P, h, w]`,
    `boxes [N, K, 4]` to `[N, K, 28, 28]`."""
    rows, columns = prototypes.shape[2:]
    down = tent(boxes[..., 1], boxes[..., 3], rows, PROTOTYPE_STRIDE)
    across = tent(boxes[..., 0], boxes[..., 2], columns, PROTOTYPE_STRIDE)
    whole = torch.matmul(coefficients, prototypes.flatten(2))
    whole = whole.reshape(-1, coefficients.shape[1], rows, columns)
    return torch.matmul(torch.matmul(down, whole), across.transpose(2, 3))


class MaskGrid(nn.Module):
    """The trained part: coverage logits, distances, coefficients, prototypes."""

    def __init__(self, classes: int, width=48):
        super().__init__()
        self.grid = Grid(classes, 1, (32, 48, 96, 128), (0, 1, 2, 1), width)
        self.coefficient_tower = Separable(width, width)
        self.coefficient = nn.Conv2d(width, PROTOTYPES, 1)
        widths = self.grid.backbone.widths
        self.low = conv(widths[0], 32, 3)
        self.up = conv(width, 32, 1, act=False)
        self.mix = nn.Sequential(conv(32, 32, 3), nn.Conv2d(32, PROTOTYPES, 1))

    def forward(self, images):
        features, levels = self.grid.features(images)
        coverage, distances = self.grid.heads(features)
        coefficients = self.coefficient(self.coefficient_tower(features))
        larger = F.interpolate(self.up(features), scale_factor=2.0, mode="nearest")
        return coverage, distances, coefficients, self.mix(F.relu(self.low(levels[0]) + larger))


class Instances(nn.Module):
    """What ships."""

    def __init__(self, grid: MaskGrid, classes: int, size, keep=50):
        super().__init__()
        self.grid, self.classes, self.best = grid, classes, Best(150, keep)
        self.register_buffer("limit", torch.tensor([size[0] - 1, size[1] - 1] * 2, dtype=torch.float32))

    def forward(self, images):
        coverage, distances, coefficients, prototypes = self.grid(images)
        boxes = bx.decode_grid(distances, STRIDE)[:, 0]
        boxes = torch.minimum(boxes.clamp(min=0), self.limit)
        scores, kinds, boxes, cells = self.best(torch.sigmoid(coverage).flatten(2), boxes)
        vectors = coefficients.flatten(2).transpose(1, 2)
        vectors = vectors.gather(1, cells[..., None].expand(-1, -1, PROTOTYPES))
        masks = torch.sigmoid(cut_masks(vectors, prototypes, boxes))
        masks = masks[:, :, None].repeat(1, 1, self.classes, 1, 1)
        detections = torch.stack(
            (boxes[..., 1], boxes[..., 0], boxes[..., 3], boxes[..., 2], kinds.to(scores.dtype), scores), -1
        )
        return detections, masks


def mask_loss(coefficients, prototypes, batch, where, most=384):
    """Binary cross-entropy and Dice of 28x28 masks of assigned cells, read inside their true
    boxes a little jittered. `where [P, 3]` is (image, object, cell) of the assignment."""
    if len(where) == 0:
        return coefficients.sum() * 0
    if len(where) > most:
        where = where[torch.randperm(len(where), device=where.device)[:most]]
    image, item, cell = where.unbind(1)
    boxes = batch["boxes"][image, item]
    size = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    height, width = batch["ids"].shape[1:]
    boxes = boxes + size * 0.06 * torch.randn_like(boxes).clamp(-2, 2)
    boxes = torch.minimum(boxes.clamp(min=0), boxes.new_tensor([width, height, width, height]))
    vectors = coefficients.float().flatten(2)[image, :, cell]
    logits = []
    for part in torch.arange(len(where), device=where.device).split(128):
        whole = torch.einsum("kp,kphw->khw", vectors[part], prototypes.float()[image[part]])
        down = tent(boxes[part, 1], boxes[part, 3], whole.shape[1], PROTOTYPE_STRIDE)
        across = tent(boxes[part, 0], boxes[part, 2], whole.shape[2], PROTOTYPE_STRIDE)
        logits.append(down @ whole @ across.transpose(1, 2))
    logits = torch.cat(logits)
    steps = (torch.arange(MASK, device=boxes.device) + 0.5) / MASK
    x = (boxes[:, :1] + (boxes[:, 2:3] - boxes[:, :1]) * steps).long().clamp(0, width - 1)
    y = (boxes[:, 1:2] + (boxes[:, 3:] - boxes[:, 1:2]) * steps).long().clamp(0, height - 1)
    ids = batch["ids"][image[:, None, None], y[:, :, None], x[:, None, :]]
    truth = (ids == batch["mask_ids"][image, item][:, None, None]).float()
    cross = F.binary_cross_entropy_with_logits(logits, truth)
    probability = logits.sigmoid()
    dice = 1 - (2 * (probability * truth).sum((1, 2)) + 1) / (
        probability.sum((1, 2)) + truth.sum((1, 2)) + 1
    )
    return cross + dice.mean()
