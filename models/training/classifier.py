"""`vehicle_type` and `vehicle_color` (softmax), and `reid` (an embedding of unit length).

Input `[N, 3, H, W]` RGB 0..1. Classifier output `[N, C]` probabilities, as
nvinfer's softmax parser reads; embedding output `[N, D]`.
"""

import torch
import torch.nn.functional as F
from torch import nn

from .backbone import Residual, conv


class Trunk(nn.Module):
    """Image to a vector of `widths[-1]`: stride 16, then the mean over the picture."""

    def __init__(self, widths=(16, 32, 64, 128), depths=(0, 1, 1, 1)):
        super().__init__()
        layers, channels = [], 3
        for width, depth in zip(widths, depths):
            layers.append(conv(channels, width, 3, 2))
            layers += [Residual(width) for _ in range(depth)]
            channels = width
        self.layers = nn.Sequential(*layers)

    def forward(self, images):
        return self.layers(images)


class Classifier(nn.Module):
    """Logits `[N, C]` in training."""

    def __init__(self, classes: int):
        super().__init__()
        self.trunk = Trunk()
        self.drop = nn.Dropout(0.1)
        self.classes = nn.Conv2d(128, classes, 1)

    def forward(self, images):
        x = F.adaptive_avg_pool2d(self.trunk(images), 1)
        return self.classes(self.drop(x)).flatten(1)


class Softmax(nn.Module):
    """What ships of a classifier."""

    def __init__(self, classifier: Classifier):
        super().__init__()
        self.classifier = classifier

    def forward(self, images):
        return self.classifier(images).softmax(1)


class Embedder(nn.Module):
    """Unit vectors `[N, D]`; the mean over horizontal stripes keeps what is above what."""

    def __init__(self, dimensions=128, stripes=4):
        super().__init__()
        self.trunk = Trunk((32, 48, 96, 160), (0, 1, 2, 1))
        self.stripes = stripes
        self.squeeze = conv(160, 64, 1)
        self.whole = conv(160, 192, 1)
        self.project = nn.Linear(64 * stripes + 192, dimensions)

    def forward(self, images):
        x = self.trunk(images)
        n = x.shape[0]
        rows = self.squeeze(x)
        rows = rows.reshape(n, 64, self.stripes, -1).mean(3).flatten(1)
        whole = self.whole(x).mean((2, 3))
        x = self.project(torch.cat((rows, whole), 1)).float()
        return x / x.square().sum(1, keepdim=True).clamp(min=1e-12).sqrt()
