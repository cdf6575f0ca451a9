"""Scores of a network, given as a function from a batch of images to its outputs.

The function may be the trained module or the shipped ONNX file: both are judged by
the same code.
"""

import cv2
import numpy as np
import torch

from . import augment, boxes as bx, crops as crop_module, metrics, world
from .detector import STRIDE


def plain_batches(frames, target, size=16):
    """Whole frames at the network's size, in order."""
    device = frames.images.device
    for start in range(0, len(frames), size):
        index = torch.arange(start, min(start + size, len(frames)), device=device)
        yield index, augment.batch(frames, index, target, None, train=False)


def numpy(tensor):
    """A float32 array of a tensor or array."""
    return tensor.float().cpu().numpy() if torch.is_tensor(tensor) else np.asarray(tensor)


class ByHeight:
    """Average precision over objects of at least each of `world.SCORE_HEIGHTS`."""

    def __init__(self, names):
        self.names = names
        self.scores = {height: metrics.AveragePrecision(len(names)) for height in world.SCORE_HEIGHTS}

    def add(self, batch, item, boxes, scores, kinds):
        """One image's detections, in pixels of the network's input, and its truth."""
        classes = batch["classes"][item].cpu().numpy()
        real = classes >= 0
        truth = batch["boxes"][item].cpu().numpy()[real]
        ignore = batch["ignore"][item].cpu().numpy()[real]
        tall = (truth[:, 3] - truth[:, 1]) * (world.REFERENCE_HEIGHT / batch["images"].shape[2])
        for height, score in self.scores.items():
            score.add(boxes, scores, kinds, truth, classes[real], ignore | (tall < height))

    def result(self) -> dict:
        """The headline's scores, and the means at the other heights."""
        result = self.scores[world.HEADLINE_HEIGHT].result(self.names)
        for height, score in self.scores.items():
            whole = score.result(self.names)
            result[f"from {height} px"] = [whole["mAP50"], whole["mAP"]]
        return result


def detector(run, frames, target, names, threshold=0.05, overlap=0.5, marks=(0.2, 0.3, 0.4, 0.5)):
    """Average precision of a DetectNet_v2-style grid: `run(images) -> (distances, coverage)`."""
    score = ByHeight(names)
    for _, batch in plain_batches(frames, target):
        distances, coverage = (torch.as_tensor(numpy(o)) for o in run(batch["images"]))
        for item, found in enumerate(bx.detect(coverage, distances, STRIDE, target, threshold, overlap)):
            score.add(batch, item, *(part.numpy() for part in found))
    result = score.result()
    headline = score.scores[world.HEADLINE_HEIGHT]
    result["points"] = {
        name: {str(mark): headline.operating_point(kind, mark) for mark in marks} for kind, name in enumerate(names)
    }
    return result


def single_shot(run, frames, target, names):
    """Average precision of the four SSD outputs."""
    score = ByHeight(names)
    width, height = target
    for _, batch in plain_batches(frames, target):
        count, scores, kinds, found = (numpy(o) for o in run(batch["images"] * 255))
        found = found[..., [1, 0, 3, 2]] * np.array([width, height, width, height])
        for item in range(len(count)):
            n = int(count[item])
            score.add(batch, item, found[item, :n], scores[item, :n], kinds[item, :n].astype(int) - 1)
    return score.result()


def paste(mask, box, size):
    """A mask of any size stretched over `box` in a frame of `size` (width, height), as bool: at
    every pixel whose centre is in the box, the mask read linearly there, cut at 0.5."""
    x1, y1, x2, y2 = (float(v) for v in box)
    columns = np.arange(max(int(np.ceil(x1 - 0.5)), 0), min(int(np.floor(x2 - 0.5)) + 1, size[0]), dtype=np.float32)
    rows = np.arange(max(int(np.ceil(y1 - 0.5)), 0), min(int(np.floor(y2 - 0.5)) + 1, size[1]), dtype=np.float32)
    whole = np.zeros((size[1], size[0]), bool)
    if len(columns) and len(rows):
        u = (columns + 0.5 - x1) * (mask.shape[1] / (x2 - x1)) - 0.5
        v = (rows + 0.5 - y1) * (mask.shape[0] / (y2 - y1)) - 0.5
        u, v = np.meshgrid(u.astype(np.float32), v.astype(np.float32))
        read = cv2.remap(mask.astype(np.float32), u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        whole[int(rows[0]) : int(rows[-1]) + 1, int(columns[0]) : int(columns[-1]) + 1] = read > 0.5
    return whole


def instances(run, frames, target, names, threshold=0.4):
    """Average precision of the boxes; recall of counted objects at `threshold` and box IoU
    0.5; mean IoU of the found ones' masks in the pixels of the frame."""
    score = ByHeight(names)
    found_count = wanted = 0
    mask_ious = []
    scale = np.array([frames.size[0] / target[0], frames.size[1] / target[1]] * 2)
    for index, batch in plain_batches(frames, target):
        detections, masks = (numpy(o) for o in run(batch["images"]))
        for item in range(len(detections)):
            rows = detections[item]
            boxes, kinds, scores = rows[:, [1, 0, 3, 2]], rows[:, 4].astype(int), rows[:, 5]
            good = scores > 0.02
            score.add(batch, item, boxes[good], scores[good], kinds[good])
            ids = frames.ids[index[item]].cpu().numpy()
            classes = batch["classes"][item].cpu().numpy()
            ignore = batch["ignore"][item].cpu().numpy()
            truth = batch["boxes"][item].cpu().numpy()
            ignore |= (truth[:, 3] - truth[:, 1]) * world.REFERENCE_HEIGHT / target[1] < world.HEADLINE_HEIGHT
            sure = np.flatnonzero(scores >= threshold)
            used = set()
            for slot in np.flatnonzero((classes >= 0) & ~ignore):
                wanted += 1
                mine = [i for i in sure if kinds[i] == classes[slot] and i not in used]
                if not mine:
                    continue
                overlap = metrics.box_iou(boxes[mine], truth[slot : slot + 1])[0][:, 0]
                if overlap.max() < 0.5:
                    continue
                best = mine[overlap.argmax()]
                used.add(best)
                found_count += 1
                guess = paste(masks[item, best, kinds[best]], boxes[best] * scale, frames.size)
                real = ids == int(batch["mask_ids"][item, slot])
                mask_ious.append((guess & real).sum() / max((guess | real).sum(), 1))
    result = score.result()
    result["recall"] = round(found_count / max(wanted, 1), 4)
    result["mask_iou"] = round(float(np.mean(mask_ious)) if mask_ious else 0.0, 4)
    return result


def segmentation(run, frames, target, names, grey=False):
    """Mean IoU of class maps at the network's size, truth resampled to it."""
    score = metrics.Confusion(len(names))
    for _, batch in plain_batches(frames, target):
        images = to_grey(batch["images"]) if grey else batch["images"]
        answer = numpy(run(images)[0]).argmax(1)
        score.add(batch["semantic"].cpu().numpy(), answer)
    return score.mean_iou(names)


def to_grey(images):
    """`[N, 3, H, W]` to `[N, 1, H, W]` luma (ITU-R BT.601)."""
    weights = torch.tensor(augment.LUMA, device=images.device, dtype=images.dtype)
    return (images * weights[None, :, None, None]).sum(1, keepdim=True)


def classifier(run, crops, target, names, attribute):
    """Top-1 accuracy over the counted crops. `attribute` is `types` or `colours`."""
    score = metrics.Confusion(len(names))
    values = getattr(crops, attribute)
    index = (crops.counts & (values >= 0) & (crops.kinds == 0)).nonzero()[:, 0]
    for part in index.split(256):
        views = crop_module.window(crops.select(part), target)
        answer = numpy(run(views)[0]).reshape(len(part), -1).argmax(1)
        score.add(values[part].cpu().numpy(), answer)
    return score.accuracy(names)


def embedding(run, crops, target):
    """Rank-1 over the counted crops of each video, vehicles and people apart and together."""
    index = crops.counts.nonzero()[:, 0]
    chosen = crops.select(index)
    parts = []
    for part in torch.arange(len(chosen), device=index.device).split(256):
        parts.append(numpy(run(crop_module.window(chosen.select(part), target))[0]))
    embeddings = np.concatenate(parts)
    arrays = [getattr(chosen, name).cpu().numpy() for name in ("identities", "kinds", "seeds", "frames")]
    result = {}
    for kind, name in enumerate(("vehicle", "person", "two_wheeler")):
        mine = arrays[1] == kind
        rank, queries = metrics.rank_one(embeddings[mine], *(a[mine] for a in arrays))
        result[name] = {"rank1": round(rank, 4), "queries": queries}
    rank, queries = metrics.rank_one(embeddings, *arrays)
    return {"rank1": round(rank, 4), "queries": queries, "kinds": result}


def speed(session, shape, rounds=30):
    """Milliseconds of one run of an ONNX Runtime session on zeros of `shape`: (least, median)."""
    import time

    name = session.get_inputs()[0].name
    image = np.random.default_rng(0).random(shape, np.float32)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        session.run(None, {name: image})
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    return round(times[0], 2), round(times[len(times) // 2], 2)


def class_names(task: str):
    """Class names of a model, in the order of its outputs."""
    return {
        "primary_detector": world.DETECTOR_CLASSES,
        "ssd_detector": world.DETECTOR_CLASSES,
        "people_detector": world.PEOPLE_CLASSES,
        "instance_segmentation": world.MASK_CLASSES,
        "scene_segmentation": world.SCENE_CLASSES,
        "part_segmentation": world.PART_CLASSES,
        "vehicle_type": world.VEHICLE_TYPES,
        "vehicle_color": world.VEHICLE_COLOURS,
    }.get(task, ())
