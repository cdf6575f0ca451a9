"""The one convolutional backbone and feature pyramid all networks here share.

Plain convolutions, ReLU, max pooling and nearest-neighbour enlargement only, so
that ONNX Runtime, OpenVINO and TensorRT run it without a plugin, also in INT8.
"""

import torch
import torch.nn.functional as F
from torch import nn


def conv(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1, act: bool = True):
    """Convolution, batch normalisation and, unless `act` is false, ReLU."""
    padding = (kernel - 1) // 2 if kernel != stride else 0
    layers = [
        nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if act else nn.Sequential(*layers)


class Residual(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al. 2016). `[N, C, H, W]` kept."""

    def __init__(self, channels: int):
        super().__init__()
        self.first = conv(channels, channels)
        self.second = conv(channels, channels, act=False)

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Separable(nn.Module):
    """A depthwise 3x3 and a pointwise convolution, each with ReLU."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.depth = conv(inputs, inputs, groups=inputs)
        self.point = conv(inputs, outputs, 1)

    def forward(self, x):
        return self.point(self.depth(x))


class Context(nn.Module):
    """Three chained 5x5 max pools and a 1x1 mix: a wide view at low cost
    (the "SPPF" arrangement of He et al. 2015)."""

    def __init__(self, channels: int):
        super().__init__()
        self.squeeze = conv(channels, channels // 2, 1)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.mix = conv(channels * 2, channels, 1)

    def forward(self, x):
        parts = [self.squeeze(x)]
        for _ in range(3):
            parts.append(self.pool(parts[-1]))
        return self.mix(torch.cat(parts, 1))


class Backbone(nn.Module):
    """Image `[N, I, H, W]` to features at strides 4, 8, 16 and 32.

    `widths` are the channels at those strides, `depths` the residual blocks at
    each; multiples of 16 suit the blocked layouts of CPU runtimes. `fine` adds a stride-2 step before stride 4 and returns it first.
    H and W must be multiples of 32.
    """

    def __init__(self, widths=(16, 32, 64, 128), depths=(0, 1, 2, 1), inputs=3, fine=0):
        super().__init__()
        self.fine = fine
        if fine:
            self.stem = nn.ModuleList([conv(inputs, fine, 3, 2), conv(fine, widths[0], 3, 2)])
        else:
            self.stem = nn.ModuleList([conv(inputs, widths[0], 6, 4)])
            self.stem[0][0].padding = (1, 1)
        stages = []
        for level in range(4):
            blocks = [] if level == 0 else [conv(widths[level - 1], widths[level], 3, 2)]
            blocks += [Residual(widths[level]) for _ in range(depths[level])]
            stages.append(nn.Sequential(*blocks))
        stages[3].append(Context(widths[3]))
        self.stages = nn.ModuleList(stages)
        self.widths = ((fine,) if fine else ()) + tuple(widths)

    def forward(self, x):
        features = []
        for step in self.stem:
            x = step(x)
            if self.fine and not features:
                features.append(x)
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features


class Pyramid(nn.Module):
    """Top-down fusion (Lin et al. 2017) of the last `levels` features.

    Returns the finest of them with `width` channels.
    """

    def __init__(self, widths, width: int, levels: int):
        super().__init__()
        self.levels = levels
        self.lateral = nn.ModuleList([conv(w, width, 1, act=False) for w in widths[-levels:]])
        self.smooth = nn.ModuleList([Separable(width, width) for _ in range(levels - 1)])

    def forward(self, features):
        chosen = features[-self.levels :]
        x = F.relu(self.lateral[-1](chosen[-1]))
        for index in range(self.levels - 2, -1, -1):
            larger = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = self.smooth[index](F.relu(self.lateral[index](chosen[index]) + larger))
        return x
