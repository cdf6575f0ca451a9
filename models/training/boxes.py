"""Box arithmetic on tensors: overlap, the DetectNet_v2 grid code, suppression.

Boxes are `x1, y1, x2, y2` in pixels of the network's input unless a function
says otherwise. Knows nothing of networks, losses or files.
"""

import math

import torch

# DetectNet_v2 divides distances by this number; the default decoder of nvinfer
# multiplies by it (nvdsinfer_context_impl_output_parsing.cpp, bboxNorm).
BOX_NORM = 35.0


def grid_centres(rows: int, columns: int, stride: int, device=None):
    """Centres of grid cells as the default decoder reads them: `index * stride + 0.5`.

    Returns `(x, y)`, each `[rows * columns]`.
    """
    y = torch.arange(rows, device=device, dtype=torch.float32) * stride + 0.5
    x = torch.arange(columns, device=device, dtype=torch.float32) * stride + 0.5
    return x.repeat(rows), y.repeat_interleave(columns)


def decode_grid(distances: torch.Tensor, stride: int) -> torch.Tensor:
    """`[N, C*4, H, W]` normalised distances to `[N, C, H*W, 4]` boxes."""
    n, channels, rows, columns = distances.shape
    d = distances.reshape(n, channels // 4, 4, rows * columns).float() * BOX_NORM
    x, y = grid_centres(rows, columns, stride, distances.device)
    return torch.stack(
        (x - d[:, :, 0], y - d[:, :, 1], x + d[:, :, 2], y + d[:, :, 3]), dim=-1
    )


def area(boxes: torch.Tensor) -> torch.Tensor:
    """`[..., 4]` to `[...]`."""
    return (boxes[..., 2] - boxes[..., 0]).clamp(min=0) * (
        boxes[..., 3] - boxes[..., 1]
    ).clamp(min=0)


def intersection(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Element-wise (broadcast) intersection area of `[..., 4]` boxes."""
    low = torch.maximum(a[..., :2], b[..., :2])
    high = torch.minimum(a[..., 2:], b[..., 2:])
    size = (high - low).clamp(min=0)
    return size[..., 0] * size[..., 1]


def iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Element-wise (broadcast) intersection over union."""
    inter = intersection(a, b)
    return inter / (area(a) + area(b) - inter).clamp(min=1e-6)


def complete_iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Complete IoU (Zheng et al. 2020, "Distance-IoU Loss", eq. 10): overlap less
    the distance of centres and the difference of aspect ratios. `[..., 4]` to `[...]`."""
    overlap = iou(a, b)
    hull = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    diagonal = hull.square().sum(-1).clamp(min=1e-6)
    centre = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    distance = centre.square().sum(-1) / diagonal
    size_a = (a[..., 2:] - a[..., :2]).clamp(min=1e-3)
    size_b = (b[..., 2:] - b[..., :2]).clamp(min=1e-3)
    angle = torch.atan(size_a[..., 0] / size_a[..., 1]) - torch.atan(
        size_b[..., 0] / size_b[..., 1]
    )
    v = angle.square() * (4 / math.pi**2)
    with torch.no_grad():
        alpha = v / (1 - overlap + v).clamp(min=1e-6)
    return overlap - distance - alpha * v


def suppress(boxes: torch.Tensor, scores: torch.Tensor, threshold: float) -> torch.Tensor:
    """Greedy non-maximum suppression of one class. `[K, 4]`, `[K]` to kept indices,
    best first."""
    order = scores.argsort(descending=True, stable=True)
    ordered = boxes[order]
    overlap = iou(ordered[:, None], ordered[None]).triu(1) > threshold
    overlap = overlap.cpu().numpy()
    keep = []
    dead = [False] * len(order)
    for index in range(len(order)):
        if dead[index]:
            continue
        keep.append(index)
        for other in overlap[index].nonzero()[0]:
            dead[other] = True
    return order[torch.tensor(keep, dtype=torch.long, device=order.device)]


def detect(coverage, distances, stride, size, threshold=0.05, overlap=0.5, top=200):
    """What nvinfer's default decoder with cluster-mode 2 (NMS) returns.

    `coverage [N, C, H, W]`, `distances [N, 4C, H, W]`, `size` the input's (width,
    height). Returns for each image `(boxes [K, 4], scores [K], classes [K])` on the CPU.
    """
    boxes = decode_grid(distances, stride)
    scores = coverage.float().flatten(2)
    limit = torch.tensor([size[0] - 1, size[1] - 1] * 2, device=boxes.device)
    boxes = boxes.clamp(min=0).minimum(limit)
    results = []
    for image in range(boxes.shape[0]):
        found = []
        for kind in range(boxes.shape[1]):
            keep = (scores[image, kind] >= threshold).nonzero()[:, 0]
            if len(keep) > 2000:
                keep = keep[scores[image, kind, keep].topk(2000).indices]
            b, s = boxes[image, kind, keep].cpu(), scores[image, kind, keep].cpu()
            index = suppress(b, s, overlap)[:top]
            found.append((b[index], s[index], torch.full((len(index),), kind)))
        results.append(tuple(torch.cat(part) for part in zip(*found)))
    return results
