"""`ssd_detector`: the four outputs of a TensorFlow SSD.

Input `[N, 3, H, W]` RGB 0..255 (the division is inside, as in TensorFlow's graph).
Outputs, all float: `num_detections [N]`, `detection_scores [N, K]`, `detection_classes
[N, K]` from 1 (0 is the background), `detection_boxes [N, K, 4]` as ymin, xmin, ymax,
xmax, fractions of the input.
"""

import torch
from torch import nn

from . import boxes as bx
from .detector import STRIDE, Grid
from .suppression import Best


class SingleShot(nn.Module):
    """A `Grid` with one box set, decoded and suppressed inside the graph."""

    def __init__(self, grid: Grid, size, keep=100, least=0.05):
        super().__init__()
        self.grid, self.best, self.least = grid, Best(keep=keep), least
        width, height = size
        self.register_buffer("limit", torch.tensor([height, width, height, width], dtype=torch.float32))

    def forward(self, images):
        coverage, distances = self.grid(images / 255.0)
        boxes = bx.decode_grid(distances, STRIDE)[:, 0]
        scores, classes, boxes, _ = self.best(torch.sigmoid(coverage).flatten(2), boxes)
        count = (scores > self.least).to(scores.dtype).sum(1)
        boxes = torch.stack((boxes[..., 1], boxes[..., 0], boxes[..., 3], boxes[..., 2]), -1)
        boxes = (boxes / self.limit).clamp(0, 1)
        return count, scores, classes.to(scores.dtype) + 1, boxes
