"""Assignment of grid cells to objects, and the losses on them.

Formulae: task-aligned assignment (Feng et al. 2021, "TOOD"), complete IoU, and
binary cross-entropy towards the aligned overlap (Li et al. 2020, "Generalized Focal Loss").
"""

import torch
import torch.nn.functional as F

from . import boxes as bx


def gather_class(values: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """`values [N, C, ...]`, `classes [N, M]` to `[N, M, ...]`."""
    n = torch.arange(values.shape[0], device=values.device)[:, None]
    return values[n, classes.clamp(min=0)]


@torch.no_grad()
def assign(scores, predicted, targets, classes, valid, centres, stride, top=10, alpha=0.5, beta=4.0):
    """Choose, for each object, the cells that shall report it.

    `scores [N, C, A]` probabilities, `predicted [N, C, A, 4]`, `targets [N, M, 4]`,
    `classes [N, M]`, `valid [N, M]`, `centres` two of `[A]`. A cell may serve one
    object per class. Returns `(goal [N, M, A], share [N, M, A], chosen [N, M, A])`: the
    target score of the cell for the object, its alignment relative to the object's best
    cell (both 0 where not chosen), and the choice.
    """
    x, y = centres
    size = targets[..., 2:] - targets[..., :2]
    grow = ((stride + 2.0 - size).clamp(min=0) / 2)
    low, high = targets[..., :2] - grow, targets[..., 2:] + grow
    inside = (
        (x > low[..., :1]) & (x < high[..., :1]) & (y > low[..., 1:]) & (y < high[..., 1:])
    ) & valid[..., None]
    overlap = bx.iou(gather_class(predicted, classes), targets[:, :, None])
    score = gather_class(scores, classes)
    # A little closeness to the centre settles ties before the boxes are any good.
    middle = (targets[..., :2] + targets[..., 2:]) / 2
    half = (high - low) / 2
    near = torch.exp(
        -((x - middle[..., :1]) / half[..., :1]).square() - ((y - middle[..., 1:]) / half[..., 1:]).square()
    )
    metric = (score + 1e-4).pow(alpha) * (overlap + 0.05 * near).pow(beta) * inside
    best = metric.topk(min(top, metric.shape[-1]), dim=-1)
    chosen = torch.zeros_like(inside).scatter_(-1, best.indices, best.values > 0) & inside
    # Two objects of one class that want the same cell: the better overlap has it.
    rank = torch.where(chosen, overlap + 0.05 * near, torch.full_like(overlap, -1.0))
    for kind in range(scores.shape[1]):
        mine = (classes == kind)[..., None]
        top_rank = torch.where(mine, rank, torch.full_like(rank, -1.0)).amax(1, keepdim=True)
        chosen &= ~mine | (rank >= top_rank)
    metric = metric * chosen
    peak = metric.amax(-1, keepdim=True)
    best_overlap = (overlap * chosen).amax(-1, keepdim=True)
    share = metric / peak.clamp(min=1e-12) * chosen
    return share * best_overlap.clamp(min=0.05), share, chosen


def detection_loss(logits, distances, batch, stride, top=10):
    """Loss of a DetectNet_v2-style grid.

    `logits [N, C, H, W]` coverage before the sigmoid, `distances [N, 4C or 4, H, W]`,
    `batch` with `boxes [N, M, 4]`, `classes [N, M]`, `ignore [N, M]`, `known [N, C]`.
    Returns `(loss, parts, assignment)`.
    """
    n, kinds, rows, columns = logits.shape
    logits = logits.float().flatten(2)
    predicted = bx.decode_grid(distances, stride)
    if predicted.shape[1] == 1:
        predicted = predicted.expand(-1, kinds, -1, -1)
    classes, targets = batch["classes"], batch["boxes"]
    real = classes >= 0
    valid = real & ~batch["ignore"]
    centres = bx.grid_centres(rows, columns, stride, logits.device)
    weight, share, chosen = assign(logits.sigmoid(), predicted, targets, classes, valid, centres, stride, top)

    goal = torch.zeros_like(logits)
    goal.scatter_reduce_(
        1, classes.clamp(min=0)[..., None].expand_as(weight), weight.float(), "amax", include_self=True
    )
    # Cells in ignore regions, and classes nobody labelled in this image, do not count.
    x, y = centres
    within = (
        (x > targets[..., :1]) & (x < targets[..., 2:3]) & (y > targets[..., 1:2]) & (y < targets[..., 3:])
    ) & (real & batch["ignore"])[..., None]
    skip = torch.zeros_like(logits).scatter_reduce_(
        1, classes.clamp(min=0)[..., None].expand_as(weight), within.float(), "amax", include_self=True
    )
    counted = ((skip == 0) | (goal > 0)).float() * batch["known"].float()[..., None]
    cross = F.binary_cross_entropy_with_logits(logits, goal, reduction="none")
    # Focus as in quality focal loss (exponent 1.5): easy background weighs little.
    focus = (goal - logits.detach().sigmoid()).abs().pow(1.5)
    total = goal.sum().clamp(min=1.0)
    coverage_loss = (cross * focus * counted).sum() / total

    where = chosen.nonzero()
    if len(where):
        image, item, cell = where.unbind(1)
        p = predicted[image, classes[image, item], cell]
        t = targets[image, item]
        w = share[image, item, cell]  # not the target score: small objects count in full
        quality = bx.complete_iou(p, t)
        box_loss = ((1 - quality) * w).sum() / w.sum().clamp(min=1e-3)
    else:
        box_loss = predicted.sum() * 0
    loss = 2.0 * coverage_loss + 2.0 * box_loss
    return loss, {"coverage": coverage_loss.detach(), "box": box_loss.detach()}, where


def segmentation_loss(logits, labels, weights=None):
    """Cross-entropy and soft Dice (Milletari et al. 2016) over classes.

    `logits [N, C, H, W]`, `labels [N, H, W]` with 255 = not counted.
    """
    logits = logits.float()
    cross = F.cross_entropy(logits, labels, weight=weights, ignore_index=255)
    probability = logits.softmax(1)
    counted = labels != 255
    truth = F.one_hot(labels.clamp(max=logits.shape[1] - 1), logits.shape[1]).permute(0, 3, 1, 2) * counted[:, None]
    probability = probability * counted[:, None]
    both = (probability * truth).sum((0, 2, 3))
    dice = (2 * both + 1) / (probability.sum((0, 2, 3)) + truth.sum((0, 2, 3)) + 1)
    return cross + (1 - dice).mean()


def contrastive_loss(embeddings, identities, kinds, temperature=0.07):
    """Supervised contrastive loss (Khosla et al. 2020, eq. 2).

    `embeddings [B, D]` of unit length, `identities [B]`; only items of the same
    kind (`kinds [B]`: vehicle or person) are compared.
    """
    similarity = embeddings.float() @ embeddings.float().T / temperature
    itself = torch.eye(len(embeddings), dtype=torch.bool, device=embeddings.device)
    compared = (kinds[:, None] == kinds[None]) & ~itself
    same = (identities[:, None] == identities[None]) & compared
    similarity = similarity.masked_fill(~compared, -1e4)
    log_probability = similarity - torch.logsumexp(similarity, 1, keepdim=True)
    count = same.sum(1)
    loss = -(log_probability * same).sum(1) / count.clamp(min=1)
    return loss[count > 0].mean()
