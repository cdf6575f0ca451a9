"""`scene_segmentation` and `part_segmentation`: class maps of the whole picture.

Input `[N, I, H, W]` 0..1 (I = 3 RGB or 1 grey); output `[N, C, H, W]` scores 0..1,
so that a threshold of 0 keeps the best class of every pixel.
"""

import torch
import torch
import torch.nn.functional as F
from torch import nn

from .backbone import Backbone, Pyramid, conv


class Segmenter(nn.Module):
    """Backbone with a stride-2 start, pyramid to stride 4, decoder at stride 2."""

    def __init__(self, classes: int, inputs=3, fine=16, widths=(32, 48, 96, 128), depths=(0, 1, 2, 1), width=48):
        super().__init__()
        self.backbone = Backbone(widths, depths, inputs, fine)
        self.pyramid = Pyramid(self.backbone.widths, width, 4)
        self.up = conv(width, 16, 1, act=False)
        self.side = conv(fine, 16, 3, act=False)
        self.mix = conv(16, 16, 3)
        self.classes = nn.Conv2d(16, classes, 1)

    def forward(self, images):
        """Logits at stride 2."""
        features = self.backbone(images)
        larger = F.interpolate(self.up(self.pyramid(features)), scale_factor=2.0, mode="nearest")
        return self.classes(self.mix(F.relu(larger + self.side(features[0]))))


class ClassMap(nn.Module):
    """What ships: scores at stride 2, enlarged to the input's size. The sigmoid keeps the order
    of the classes and costs a CPU a tenth of a softmax over channels."""

    def __init__(self, segmenter: Segmenter):
        super().__init__()
        self.segmenter = segmenter

    def forward(self, images):
        scores = torch.sigmoid(self.segmenter(images))
        return F.interpolate(scores, scale_factor=2.0, mode="bilinear", align_corners=False)
