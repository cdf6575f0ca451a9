"""From rendered buffers to ground truth: boxes, hidden shares, faces, masks as run lengths, trace lines."""

import numpy as np
from scipy import ndimage

from .renderer import TILE
from .scene import OTHER

FACE_BIT = 1 << 16
CLASSES = ["vehicle", "two_wheeler", "person", "road_sign", "bag", "face", "defect"]
LEAST = 6
"""Objects with fewer visible pixels are left out."""


def objects(rendered, things):
    """The objects of a frame as the dictionaries `api.Sample` describes, and the id and semantic buffers."""
    code = rendered.code
    ids = (code & 0xFFFF).astype(np.int32)
    semantic = np.where(code == 0, OTHER, code >> 24).astype(np.uint8)
    count = np.bincount(ids.reshape(-1))
    slices = ndimage.find_objects(ids)
    faces = np.where(code & FACE_BIT, ids, 0)
    face_slices = ndimage.find_objects(faces)
    face_count = np.bincount(faces.reshape(-1))
    height, width = ids.shape
    found = []
    for thing in things:
        seen = int(count[thing.id]) if thing.id < len(count) else 0
        full = rendered.full.get(thing.id)
        if seen < LEAST or full is None:
            continue
        whole, inside = rendered.amodal[thing.id]
        visible = box_of(slices[thing.id - 1])
        clipped = min(full[0] + full[2], width) - max(full[0], 0), min(full[1] + full[3], height) - max(full[1], 0)
        if clipped[0] <= 0 or clipped[1] <= 0:
            continue
        entry = {
            "id": thing.id, "cls": thing.cls, "type": thing.type, "color": thing.color, "parent": thing.parent,
            "full": [round(v, 2) for v in full], "visible": visible,
            "occlusion": round(hidden(seen, inside, full), 3), "truncation": round(float(1 - inside / whole) if whole else 0.0, 3), "mask_id": thing.id,
        }
        found.append(entry)
        if thing.cls == "person" and thing.id - 1 < len(face_slices) and face_slices[thing.id - 1] is not None and face_count[thing.id] >= LEAST:
            box = box_of(face_slices[thing.id - 1])
            found.append({"id": thing.id, "cls": "face", "type": None, "color": None, "parent": thing.id, "full": box, "visible": box,
                          "occlusion": entry["occlusion"], "truncation": entry["truncation"], "mask_id": thing.id, "pixels": int(face_count[thing.id])})
    return found, ids, semantic


def hidden(seen, inside, full):
    """The share of an object's pixels inside the frame that others cover; small objects' tiles are coarse, so noise rounds to 0."""
    if inside <= 0:
        return 0.0
    share = 1 - seen / inside
    noise = 1.5 / TILE + 1.0 / max(min(full[2], full[3]), 2)
    return 0.0 if share < noise * 0.5 else float(min(share, 1.0))


def box_of(found):
    """[left, top, width, height] of a pair of slices."""
    rows, columns = found
    return [columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start]


def run_lengths(mask):
    """COCO's uncompressed run lengths: counts down the columns, first those of zeros."""
    flat = np.asfortranarray(mask).reshape(-1, order="F")
    edges = np.flatnonzero(np.diff(flat.astype(np.int8))) + 1
    counts = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    return {"size": list(mask.shape), "counts": counts if not flat[0] else [0, *counts]}


def trace(frame, rate, size, found, ids, with_masks):
    """One line of the trace format (a dictionary) for frame number `frame`."""
    listed = []
    for entry in found:
        line = {
            "object_id": entry["id"], "class_id": CLASSES.index(entry["cls"]), "label": entry["cls"], "confidence": 1.0, "tracker_confidence": 1.0,
            "bbox": entry["visible"], "parent": entry["parent"], "classifiers": [], "full": [round(v, 1) for v in entry["full"]],
            "visible": entry["visible"], "occlusion": round(entry["occlusion"], 2), "truncation": round(entry["truncation"], 2),
        }
        for key in ("type", "color"):
            if entry[key] is not None:
                line[key] = entry[key]
        if with_masks and entry["cls"] != "face":
            line["mask"] = run_lengths(ids == entry["mask_id"])
        listed.append(line)
    return {"source_id": 0, "frame_num": frame, "pts_ns": round(frame * 1e9 / rate), "ntp_ns": 0, "width": size[0], "height": size[1], "objects": listed, "user": []}
