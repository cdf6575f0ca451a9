"""Best boxes and their suppression with plain tensor operators.

What ONNX's NonMaxSuppression would do, but of fixed shape and with operators that
every runtime has: the best K cells by TopK, then "cluster NMS" (Zheng et al. 2021),
whose fixed point is greedy suppression; a handful of rounds reaches it in practice.
"""

import torch
from torch import nn

ROUNDS = 4


class Best(nn.Module):
    """Scores `[N, C, A]` and boxes `[N, A, 4]` to the `keep` best after suppression.

    Returns `scores [N, K]` (0 where suppressed, sorted), `classes [N, K]` int64,
    `boxes [N, K, 4]`, `cells [N, K]` int64.
    """

    def __init__(self, candidates=200, keep=100, overlap=0.5):
        super().__init__()
        self.candidates, self.keep, self.overlap = candidates, keep, overlap

    def forward(self, scores, boxes):
        best, kinds = scores.max(1)
        score, cell = best.topk(self.candidates, dim=1)
        kind = kinds.gather(1, cell)
        box = boxes.gather(1, cell[..., None].expand(-1, -1, 4))
        # Boxes of different classes are moved apart, so that they never overlap.
        apart = box + kind[..., None].to(box.dtype) * 8192.0
        low = torch.maximum(apart[:, :, None, :2], apart[:, None, :, :2])
        high = torch.minimum(apart[:, :, None, 2:], apart[:, None, :, 2:])
        both = (high - low).clamp(min=0)
        both = both[..., 0] * both[..., 1]
        size = (box[..., 2:] - box[..., :2]).clamp(min=0)
        size = size[..., 0] * size[..., 1]
        overlap = both / (size[:, :, None] + size[:, None] - both + 1e-6)
        order = torch.arange(self.candidates, device=box.device)
        before = (order[:, None] < order[None]).to(box.dtype)
        overlap = overlap * before
        alive = torch.ones_like(score)
        for _ in range(ROUNDS):
            worst = (overlap * alive[..., None]).amax(1)
            alive = (worst <= self.overlap).to(box.dtype)
        score, index = (score * alive).topk(self.keep, dim=1)
        return (
            score,
            kind.gather(1, index),
            box.gather(1, index[..., None].expand(-1, -1, 4)),
            cell.gather(1, index),
        )
