"""Takes the weights of a shipped ONNX file back into a network, to go on training from it.

The export folds every normalisation into the convolution before it. Here the folded
convolution goes into the network as it is, and one pass over real pictures gives each
normalisation the statistics and the scale that leave the result as it was.
"""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn


def stored(path: Path):
    """Kernels and biases of a file's convolutions and dense layers, in the order of the graph."""
    graph = onnx.load(path).graph
    values = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    rows = []
    for node in graph.node:
        if node.op_type in ("Conv", "Gemm") and node.input[1] in values:
            bias = values[node.input[2]] if len(node.input) > 2 else None
            rows.append(tuple(None if v is None else torch.from_numpy(v.copy()) for v in (values[node.input[1]], bias)))
    return rows


@torch.no_grad()
def executed(model, images):
    """The network's convolutions and dense layers in the order a pass runs them, each with the
    normalisation behind it or None."""
    order, hooks = [], []

    def note(module, *_):
        if isinstance(module, nn.BatchNorm2d):
            order[-1][1] = module
        else:
            order.append([module, None])

    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear, nn.BatchNorm2d)):
            hooks.append(module.register_forward_hook(note))
    model(images)
    for hook in hooks:
        hook.remove()
    return order


@torch.no_grad()
def settle(norm, bias, inputs) -> None:
    """Make `norm` add `bias` to `inputs [N, C, H, W]`, whether it uses their statistics or its own."""
    mean, variance = inputs.mean((0, 2, 3)), inputs.var((0, 2, 3), unbiased=False)
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm.weight.copy_((variance + norm.eps).sqrt())
    norm.bias.copy_(bias.to(mean.device) + mean)


@torch.no_grad()
def take(model, path: Path, images) -> None:
    """Give `model` the weights of the file `path`, layer for layer in the order they run; layers
    of another size stay as they are. `images` is a batch of its input."""
    model.eval()
    taken = {}
    hooks = []
    pairs = zip(executed(model, images), stored(path))
    pairs = [(mine, theirs) for mine, theirs in pairs if mine[0].weight.shape == theirs[0].shape]
    for (layer, norm), (kernel, bias) in pairs:
        layer.weight.copy_(kernel)
        if norm is None and layer.bias is not None:
            layer.bias.copy_(bias)
        elif norm is not None:
            taken[norm] = bias
            hooks.append(norm.register_forward_pre_hook(lambda module, args: settle(module, taken[module], args[0].float())))
    model(images)
    for hook in hooks:
        hook.remove()
    print(f"{len(pairs)} layers taken over from {path.name}", flush=True)
