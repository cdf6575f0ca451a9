"""The DetectNet_v2-style detectors: `primary_detector` and `people_detector`.

Input `[N, 3, H, W]` RGB 0..1. Outputs on a grid of stride 8: coverage `[N, C, h, w]`
0..1 and distances `[N, 4C, h, w]` from the cell's centre to the box's left, top,
right and bottom, divided by 35; exactly what nvinfer's default decoder reads.
"""

import torch
from torch import nn

from .backbone import Backbone, Pyramid, Separable

STRIDE = 8


class Grid(nn.Module):
    """Backbone, pyramid to stride 8 and two small towers.

    `boxes` is the number of box sets: one per class (DetectNet) or 1 (shared).
    Returns coverage logits and positive distances.
    """

    def __init__(self, classes: int, boxes: int, widths=(16, 32, 64, 96), depths=(0, 2, 2, 1), width=48):
        super().__init__()
        self.backbone = Backbone(widths, depths)
        self.pyramid = Pyramid(self.backbone.widths, width, 3)
        self.coverage_tower = Separable(width, width)
        self.box_tower = Separable(width, width)
        self.coverage = nn.Conv2d(width, classes, 1)
        self.distance = nn.Conv2d(width, 4 * boxes, 1)
        nn.init.constant_(self.coverage.bias, -4.6)
        nn.init.normal_(self.coverage.weight, std=0.01)
        nn.init.normal_(self.distance.weight, std=0.01)
        nn.init.constant_(self.distance.bias, -0.4)

    def features(self, images):
        """The stride-8 features the towers read, and the backbone's."""
        levels = self.backbone(images)
        return self.pyramid(levels), levels

    def heads(self, features):
        """Coverage logits and distances from stride-8 features."""
        distances = torch.exp(self.distance(self.box_tower(features)).float().clamp(-5, 4))
        return self.coverage(self.coverage_tower(features)), distances

    def forward(self, images):
        return self.heads(self.features(images)[0])


class Detector(nn.Module):
    """What ships: `images` to `(distances, coverage)`, in the order of TrafficCamNet."""

    def __init__(self, grid: Grid):
        super().__init__()
        self.grid = grid

    def forward(self, images):
        coverage, distances = self.grid(images)
        return distances, torch.sigmoid(coverage)
