"""Scores, in NumPy: average precision, mean IoU, mask IoU, rank-1.

Knows nothing of networks. Average precision follows COCO's definition (101 recall
points, ten IoU thresholds) with one addition: a detection that lies for more than
half in an ignore region is dropped unless it matches a counted object.
"""

import numpy as np

IOU_THRESHOLDS = np.arange(0.5, 0.96, 0.05)


def box_iou(a, b):
    """`[A, 4]`, `[B, 4]` boxes `x1, y1, x2, y2` to `[A, B]` IoU and share of a inside b."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(-1)
    size_a = np.clip(a[:, 2:] - a[:, :2], 0, None).prod(-1)
    size_b = np.clip(b[:, 2:] - b[:, :2], 0, None).prod(-1)
    union = np.maximum(size_a[:, None] + size_b[None] - both, 1e-9)
    return both / union, both / np.maximum(size_a[:, None], 1e-9)


class AveragePrecision:
    """Collects detections and truths of images, per class."""

    def __init__(self, classes: int):
        self.rows = [[] for _ in range(classes)]
        self.counted = [0] * classes

    def add(self, boxes, scores, kinds, true_boxes, true_kinds, ignore):
        """One image. `ignore` marks truths that do not count."""
        for kind in range(len(self.rows)):
            mine, truth = kinds == kind, true_kinds == kind
            b, s = boxes[mine], scores[mine]
            real, free = true_boxes[truth & ~ignore], true_boxes[truth & ignore]
            self.counted[kind] += len(real)
            order = np.argsort(-s, kind="stable")
            b, s = b[order], s[order]
            overlap = box_iou(b, real)[0] if len(real) else np.zeros((len(b), 0))
            spared = box_iou(b, free)[1].max(1) > 0.5 if len(free) and len(b) else np.zeros(len(b), bool)
            hit = np.zeros((len(b), len(IOU_THRESHOLDS)), bool)
            for t, threshold in enumerate(IOU_THRESHOLDS):
                taken = np.zeros(len(real), bool)
                for i in range(len(b)):
                    if not len(real):
                        break
                    candidate = np.where(taken, -1, overlap[i])
                    best = candidate.argmax()
                    if candidate[best] >= threshold:
                        taken[best] = hit[i, t] = True
            self.rows[kind].append((s, hit, spared))

    def curve(self, kind: int, t: int):
        """Precision and recall over falling score for a class at threshold index `t`."""
        rows = self.rows[kind]
        scores = np.concatenate([r[0] for r in rows])
        hit = np.concatenate([r[1][:, t] for r in rows])
        spared = np.concatenate([r[2] for r in rows]) & ~hit
        scores, hit = scores[~spared], hit[~spared]
        order = np.argsort(-scores, kind="stable")
        hit = hit[order]
        true = np.cumsum(hit)
        recall = true / max(self.counted[kind], 1)
        precision = true / np.maximum(np.arange(1, len(hit) + 1), 1)
        return precision, recall, scores[order]

    def result(self, names) -> dict:
        """`{"mAP50", "mAP", "classes": {name: {"AP50", "AP", "count"}}}`; classes without
        a counted object are left out of the means."""
        table = {}
        for kind, name in enumerate(names):
            if self.counted[kind] == 0:
                continue
            values = []
            for t in range(len(IOU_THRESHOLDS)):
                precision, recall, _ = self.curve(kind, t)
                envelope = np.maximum.accumulate(precision[::-1])[::-1]
                index = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
                values.append(np.mean([envelope[i] if i < len(envelope) else 0.0 for i in index]))
            table[name] = {
                "AP50": round(float(values[0]), 4),
                "AP": round(float(np.mean(values)), 4),
                "count": self.counted[kind],
            }
        means = {key: round(float(np.mean([row[key] for row in table.values()])), 4) for key in ("AP50", "AP")}
        return {"mAP50": means["AP50"], "mAP": means["AP"], "classes": table}

    def operating_point(self, kind: int, threshold: float) -> dict:
        """Precision and recall (at IoU 0.5) of detections scored `threshold` or more."""
        precision, recall, scores = self.curve(kind, 0)
        count = int((scores >= threshold).sum())
        if count == 0:
            return {"precision": 1.0, "recall": 0.0}
        return {"precision": round(float(precision[count - 1]), 4), "recall": round(float(recall[count - 1]), 4)}


class Confusion:
    """Counts of (truth, answer) over pixels or items."""

    def __init__(self, classes: int):
        self.table = np.zeros((classes, classes), np.int64)

    def add(self, truth, answer):
        """Arrays of the same shape; truths beyond the classes do not count."""
        size = len(self.table)
        truth, answer = truth.reshape(-1), answer.reshape(-1)
        good = truth < size
        index = truth[good].astype(np.int64) * size + answer[good].astype(np.int64)
        self.table += np.bincount(index, minlength=size * size).reshape(size, size)

    def mean_iou(self, names) -> dict:
        """`{"mIoU", "classes": {name: IoU}}`."""
        both = np.diag(self.table)
        union = self.table.sum(0) + self.table.sum(1) - both
        values = both / np.maximum(union, 1)
        present = self.table.sum(1) > 0
        return {
            "mIoU": round(float(values[present].mean()), 4),
            "classes": {n: round(float(v), 4) for n, v, p in zip(names, values, present) if p},
        }

    def accuracy(self, names) -> dict:
        """`{"top1", "classes": {name: recall}}`."""
        rows = self.table.sum(1)
        return {
            "top1": round(float(np.diag(self.table).sum() / max(rows.sum(), 1)), 4),
            "classes": {n: round(float(d / r), 4) for n, d, r in zip(names, np.diag(self.table), rows) if r},
            "count": int(rows.sum()),
        }


def rank_one(embeddings, identities, groups, seeds, frames, gap=1):
    """Share of queries whose nearest neighbour, among all objects of the same kind in the same
    video at other times, is the same identity.

    `groups` is the kind of object. Each query's gallery holds its identity at least once, at
    a distance of `gap` or more frames. Returns `(rank1, queries)`.
    """
    right = queries = 0
    for seed in np.unique(seeds):
        for group in np.unique(groups[seeds == seed]):
            index = np.flatnonzero((seeds == seed) & (groups == group))
            e, ids, time = embeddings[index], identities[index], frames[index]
            similarity = e @ e.T
            similarity[np.abs(time[:, None] - time[None]) < gap] = -2
            positive = (ids[:, None] == ids[None]) & (similarity > -2)
            negative = (ids[:, None] != ids[None]) & (similarity > -2)
            asked = positive.any(1) & negative.any(1)
            nearest = similarity.argmax(1)
            right += int((ids[nearest] == ids)[asked].sum())
            queries += int(asked.sum())
    return right / max(queries, 1), queries
