#!/usr/bin/env python3
"""Boxes of a detector on a clip, one JSON line a frame, in plain NumPy and ONNX Runtime.

GStreamer decodes; colours and sizes are converted here, in floats. With --bytes pictures are rounded to bytes at full size,
as most programs do, which moves some boxes of a crowd."""

import argparse
import configparser
import json
import os
import pathlib
import subprocess
import sys

import cv2
import numpy as np
import onnxruntime


class Config:
    """The keys of an nvinfer file that these models use."""

    def __init__(self, path):
        file = configparser.ConfigParser(comment_prefixes=("#", ";"), delimiters=("=",), strict=False)
        file.optionxform = str
        file.read_string(pathlib.Path(path).read_text(encoding="utf-8-sig"))
        p, a = file["property"], file["class-attrs-all"]
        folder = pathlib.Path(path).parent
        self.onnx = folder / p["onnx-file"]
        self.labels = (folder / p["labelfile-path"]).read_text().split("\n")
        self.scale = float(p.get("net-scale-factor", 1))
        self.offsets = np.array([float(x) for x in p.get("offsets", "0;0;0").split(";")], np.float32)
        self.bgr = p.get("model-color-format", "0") == "1"
        self.keep_ratio = p.getboolean("maintain-aspect-ratio", False)
        self.centre = p.getboolean("symmetric-padding", False)
        self.fill = int(p.get("padding-value", 0))
        self.area = p.get("scaling-filter") == "3"
        self.parser = p["parse-bbox-func-name"].lower().removeprefix("nvdsinferparse").removeprefix("custom")
        assert p["cluster-mode"] == "2", "only non-maximum suppression is done here"
        self.threshold = float(a["pre-cluster-threshold"])
        self.iou = float(a["nms-iou-threshold"])
        self.top = int(a.get("topk", 10**6))


def pictures(clip):
    """The frames of a clip as BGR in 0..255."""
    # y4menc writes the padding of decoders; swapping the chroma planes twice takes it off.
    line = f"""filesrc location={clip} ! decodebin ! videoconvert ! video/x-raw,format=YV12
               ! videoconvert ! video/x-raw,format=I420 ! y4menc ! fdsink"""
    clean = {name: value for name, value in os.environ.items() if name != "GST_PLUGIN_PATH"}
    decoder = subprocess.Popen(["gst-launch-1.0", "-q", *line.split()], stdout=subprocess.PIPE, env=clean)
    header = dict((part[:1], part[1:]) for part in decoder.stdout.readline().decode().split())
    if not header:
        sys.exit(f"cannot decode {clip}")
    width, height = int(header["W"]), int(header["H"])
    across, down = (width + 1) // 2, (height + 1) // 2
    sizes = [(height, width), (down, across), (down, across)]
    while decoder.stdout.readline().startswith(b"FRAME"):
        planes = [decoder.stdout.read(rows * columns) for rows, columns in sizes]
        y, u, v = (np.frombuffer(p, np.uint8).reshape(size).astype(np.float32) for p, size in zip(planes, sizes))
        yield bgr(y, *(cv2.resize(plane, (width, height)) for plane in (u, v)))


def bgr(y, u, v):
    """BT.601 up to 576 lines, BT.709 above, video range: what an unlabelled stream is taken for."""
    red, blue = (0.299, 0.114) if len(y) <= 576 else (0.2126, 0.0722)
    y, u, v = (y - 16) * 255 / 219, (u - 128) * 255 / 112, (v - 128) * 255 / 112
    r, b = y + (1 - red) * v, y + (1 - blue) * u
    g = (y - red * r - blue * b) / (1 - red - blue)
    return np.clip(np.stack([b, g, r], -1), 0, 255)


def prepare(frame, size, config):
    """The input tensor, and offset and scale from frame to network pixels."""
    width, height = size
    if config.keep_ratio:
        ratio = min(width / frame.shape[1], height / frame.shape[0])
        inner = int(frame.shape[1] * ratio), int(frame.shape[0] * ratio)
    else:
        inner = size
    small = cv2.resize(frame, inner, interpolation=cv2.INTER_AREA if config.area else cv2.INTER_LINEAR)
    left, top = ((width - inner[0]) // 2, (height - inner[1]) // 2) if config.centre else (0, 0)
    image = np.full((height, width, 3), config.fill, np.float32)
    image[top : top + inner[1], left : left + inner[0]] = small
    if not config.bgr:
        image = image[:, :, ::-1]
    tensor = (image - config.offsets) * np.float32(config.scale)
    scale = inner[0] / frame.shape[1], inner[1] / frame.shape[0]
    return np.ascontiguousarray(tensor.transpose(2, 0, 1)[None]), (left, top), scale


def yolox(outputs, size):
    rows = outputs["output"][0]
    cells, strides = [], []
    for stride in (8, 16, 32):
        y, x = np.mgrid[0 : size[1] // stride, 0 : size[0] // stride]
        cells.append(np.stack([x.ravel(), y.ravel()], 1))
        strides.append(np.full((x.size, 1), stride))
    cells, strides = np.concatenate(cells), np.concatenate(strides)
    centre, extent = (rows[:, :2] + cells) * strides, np.exp(rows[:, 2:4]) * strides
    return np.concatenate([centre - extent / 2, centre + extent / 2], 1), rows[:, 4:5] * rows[:, 5:]


def fastestdet(outputs, size):
    (grid,) = (output[0] for output in outputs.values())
    rows, columns = grid.shape[1:]
    y, x = np.mgrid[0:rows, 0:columns]
    centre = np.stack([(x + np.tanh(grid[1])) / columns, (y + np.tanh(grid[2])) / rows], -1)
    extent = 1 / (1 + np.exp(-grid[3:5].transpose(1, 2, 0)))
    boxes = np.concatenate([centre - extent / 2, centre + extent / 2], -1).reshape(-1, 4) * [*size, *size]
    scores = grid[0] ** 0.6 * grid[5:] ** 0.4
    return boxes, scores.reshape(len(scores), -1).T


def rfb(outputs, size):
    return outputs["boxes"][0] * [*size, *size], outputs["scores"][0][:, 1:]


def suppress(boxes, scores, limit):
    """Indices that greedy non-maximum suppression keeps, best first."""
    order, kept = np.argsort(-scores, kind="stable"), []
    area = np.prod(boxes[:, 2:] - boxes[:, :2], 1)
    while order.size:
        best, order = order[0], order[1:]
        kept.append(best)
        inner = np.minimum(boxes[best, 2:], boxes[order, 2:]) - np.maximum(boxes[best, :2], boxes[order, :2])
        both = np.prod(np.maximum(inner, 0), 1)
        order = order[both / (area[best] + area[order] - both) <= limit]
    return kept


def cluster(boxes, scores, size, config):
    """(class, score, x1, y1, x2, y2) of what is left, in network pixels."""
    boxes = np.clip(boxes, 0, [*size, *size])
    classes, best = scores.argmax(1), scores.max(1)
    keep = (best >= config.threshold) & (boxes[:, 2:] > boxes[:, :2]).all(1)
    boxes, classes, best = boxes[keep], classes[keep], best[keep]
    for label in np.unique(classes):
        mine = np.flatnonzero(classes == label)
        for i in suppress(boxes[mine], best[mine], config.iou)[: config.top]:
            yield int(label), float(best[mine[i]]), boxes[mine[i]]


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("config", help="nvinfer key file")
    args.add_argument("clip")
    args.add_argument("--onnx", help="model, instead of the one the configuration names")
    args.add_argument("--bytes", action="store_true", help="round pictures to bytes before they are scaled")
    args.add_argument("--max-frames", type=int, default=sys.maxsize)
    args = args.parse_args()
    config = Config(args.config)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    model = str(args.onnx or config.onnx)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    picture = session.get_inputs()[0]
    size = picture.shape[3], picture.shape[2]
    names = [output.name for output in session.get_outputs()]
    decode = {"yolox": yolox, "fastestdet": fastestdet, "rfb": rfb}[config.parser]
    for number, frame in enumerate(pictures(args.clip)):
        if number == args.max_frames:
            break
        if args.bytes:
            frame = frame.round().astype(np.uint8)
        tensor, offset, scale = prepare(frame, size, config)
        outputs = dict(zip(names, session.run(names, {picture.name: tensor})))
        objects = []
        for label, score, box in cluster(*decode(outputs, size), size, config):
            x1, y1, x2, y2 = (box - [*offset, *offset]) / [*scale, *scale]
            x1, x2 = np.clip([x1, x2], 0, frame.shape[1])
            y1, y2 = np.clip([y1, y2], 0, frame.shape[0])
            bbox = [round(float(value), 3) for value in (x1, y1, x2 - x1, y2 - y1)]
            objects.append({"class_id": label, "label": config.labels[label], "confidence": score, "bbox": bbox})
        print(json.dumps({"source_id": 0, "frame_num": number, "objects": objects}))


if __name__ == "__main__":
    main()
