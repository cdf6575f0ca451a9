"""The shipped networks: names, shapes, dynamic batch, and accuracy on the shipped streams.

Needs onnxruntime, numpy, opencv-python-headless and pytest, not PyTorch. The accuracy
floors lie below what the cards state, for runtimes round differently.
"""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

ort = pytest.importorskip("onnxruntime")
cv2 = pytest.importorskip("cv2")

MODELS = Path(__file__).resolve().parent.parent
STREAMS = MODELS.parent / "streams"
CONFIGS = MODELS.parent / "configs"
GRID = (68, 120)

# file: (input name, input size C H W, outputs in order with their sizes without the batch)
SHAPES = {
    "primary_detector/primary_detector": (
        "input_1:0", (3, 544, 960), {"output_bbox/BiasAdd:0": (16, *GRID), "output_cov/Sigmoid:0": (4, *GRID)},
    ),
    "people_detector/people_detector": (
        "input_1:0", (3, 544, 960), {"output_bbox/BiasAdd:0": (12, *GRID), "output_cov/Sigmoid:0": (3, *GRID)},
    ),
    "ssd_detector/ssd_detector": (
        "image_tensor:0", (3, 448, 768),
        {"num_detections": (), "detection_scores": (100,), "detection_classes": (100,), "detection_boxes": (100, 4)},
    ),
    "instance_segmentation/instance_segmentation": (
        "Input", (3, 736, 1280), {"generate_detections": (50, 6), "mask_fcn_logits/BiasAdd": (50, 3, 28, 28)},
    ),
    "scene_segmentation/scene_segmentation": ("input_1", (3, 448, 768), {"class_map/Sigmoid": (4, 448, 768)}),
    "part_segmentation/part_segmentation": ("input_1", (1, 384, 640), {"class_map/Sigmoid": (2, 384, 640)}),
    "vehicle_type/vehicle_type": ("input_1:0", (3, 64, 64), {"predictions/Softmax:0": (5,)}),
    "vehicle_color/vehicle_color": ("input_1:0", (3, 64, 64), {"predictions/Softmax:0": (7,)}),
    "reid/reid": ("images", (3, 128, 64), {"features": (128,)}),
}  # fmt: skip
for _name in ("primary_detector/primary_detector", "vehicle_type/vehicle_type", "vehicle_color/vehicle_color"):
    SHAPES[_name + "_int8"] = SHAPES[_name]


def session(name):
    """The file in ONNX Runtime on one core."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(MODELS / f"{name}.onnx"), options, ["CPUExecutionProvider"])


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("batch", [1, 3])
def test_names_shapes_and_batch(name, batch):
    input_name, size, outputs = SHAPES[name]
    loaded = session(name)
    assert [i.name for i in loaded.get_inputs()] == [input_name]
    assert [o.name for o in loaded.get_outputs()] == list(outputs)
    answers = loaded.run(None, {input_name: np.random.default_rng(0).random((batch, *size), np.float32)})
    for answer, shape in zip(answers, outputs.values()):
        assert answer.dtype == np.float32 and answer.shape == (batch, *shape)
        assert np.isfinite(answer).all()


@pytest.mark.parametrize("name", ["primary_detector/primary_detector", "vehicle_color/vehicle_color", "reid/reid"])
def test_batch_does_not_change_the_answer(name):
    input_name, size, _ = SHAPES[name]
    images, loaded = np.random.default_rng(1).random((2, *size), np.float32), session(name)
    together = loaded.run(None, {input_name: images})
    apart = [loaded.run(None, {input_name: images[i : i + 1]}) for i in range(2)]
    for slot, answer in enumerate(together):
        np.testing.assert_allclose(answer, np.concatenate([a[slot] for a in apart]), rtol=1e-3, atol=1e-4)


def test_files_are_small_and_configs_point_at_them():
    files = list(MODELS.glob("*/*.onnx"))
    assert sum(f.stat().st_size for f in files) <= 30 * 2**20
    for name in (n.split("/")[1] for n in SHAPES if not n.startswith("reid")):
        text = (CONFIGS / f"config_infer_{name}.txt").read_text()
        lines = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
        assert (CONFIGS / lines["onnx-file"]).is_file() and (CONFIGS / lines["labelfile-path"]).is_file()


def frames(stream, step):
    """(picture RGB, truth) of every `step`-th frame of a shipped stream."""
    video, truth = STREAMS / f"{stream}.mp4", STREAMS / f"{stream}.truth.jsonl.gz"
    if not video.is_file() or not truth.is_file():
        pytest.skip(f"{stream} is not here")
    capture = cv2.VideoCapture(str(video))
    with gzip.open(truth) as lines:
        for number, line in enumerate(lines):
            if not capture.grab():
                break
            if number % step == 0:
                yield cv2.cvtColor(capture.retrieve()[1], cv2.COLOR_BGR2RGB), json.loads(line)


def tensor(picture, size):
    """`[1, 3, h, w]` 0..1 of a picture stretched to `size` (C, H, W)."""
    small = cv2.resize(picture, (size[2], size[1]), interpolation=cv2.INTER_LINEAR)
    return small.transpose(2, 0, 1)[None].astype(np.float32) / 255


def overlap(a, b):
    """IoU of two left, top, width, height boxes."""
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(w, 0) * max(h, 0)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def grid_boxes(distances, coverage, kind, threshold):
    """Boxes in 1280x720 pixels as nvinfer's default decoder and NMS give them, best first."""
    found = []
    for row, column in zip(*np.nonzero(coverage[kind] >= threshold)):
        d = distances[4 * kind : 4 * kind + 4, row, column] * 35
        x, y = column * 8 + 0.5, row * 8 + 0.5
        scale = np.array([1280 / 960, 720 / 544, 1280 / 960, 720 / 544])
        box = np.array([x - d[0], y - d[1], d[0] + d[2], d[1] + d[3]]) * scale
        found.append((float(coverage[kind, row, column]), box))
    found.sort(key=lambda item: -item[0])
    kept = []
    for score, box in found:
        if all(overlap(box, other) <= 0.5 for _, other in kept):
            kept.append((score, box))
    return [box for _, box in kept]


def counted(item):
    """The cards' rule for objects that have to be found."""
    return item["occlusion"] <= 0.7 and item["truncation"] <= 0.8 and item["visible"][3] >= 25


@pytest.mark.parametrize(
    "name, stream, kind, label, threshold, least",
    [
        ("primary_detector/primary_detector", "sample_720p", 0, "vehicle", 0.35, 0.92),
        ("primary_detector/primary_detector_int8", "sample_720p", 0, "vehicle", 0.35, 0.91),
        ("primary_detector/primary_detector", "sample_720p", 2, "person", 0.35, 0.78),
        ("people_detector/people_detector", "sample_people_720p", 0, "person", 0.4, 0.93),
        ("people_detector/people_detector", "sample_people_720p", 2, "face", 0.45, 0.90),
    ],
)
def test_detectors_find_and_do_not_invent(name, stream, kind, label, threshold, least):
    loaded, (input_name, size, _) = session(name), SHAPES[name]
    found = wanted = right = given = 0
    for picture, truth in frames(stream, 60):
        distances, coverage = loaded.run(None, {input_name: tensor(picture, size)})
        boxes = grid_boxes(distances[0], coverage[0], kind, threshold)
        objects = [o for o in truth["objects"] if o["label"] == label]
        must = [o for o in objects if counted(o)]
        wanted += len(must)
        found += sum(any(overlap(b, o["visible"]) >= 0.5 for b in boxes) for o in must)
        large = [b for b in boxes if b[3] >= 25]
        given += len(large)
        right += sum(any(overlap(b, o["visible"]) >= 0.4 for o in objects) for b in large)
    assert wanted > 20
    assert found / wanted >= least
    assert right / given >= 0.85


@pytest.mark.parametrize(
    "name, key, least",
    [(f"{n}/{n}{v}", k, 0.95) for n, k in (("vehicle_type", "type"), ("vehicle_color", "color")) for v in ("", "_int8")],
)
def test_attributes_of_vehicles(name, key, least):
    loaded, (input_name, size, _) = session(name), SHAPES[name]
    labels = (MODELS / name).parent.joinpath("labels.txt").read_text().strip().split(";")
    right = asked = 0
    for picture, truth in frames("sample_720p", 60):
        for item in truth["objects"]:
            left, top, width, height = (int(v) for v in item["visible"])
            if item["label"] != "vehicle" or min(width, height) < 32 or item["occlusion"] > 0.3 or item["truncation"] > 0.3:
                continue
            crop = tensor(picture[top : top + height, left : left + width], size)
            right += labels[int(loaded.run(None, {input_name: crop})[0][0].argmax())] == item[key]
            asked += 1
    assert asked > 50 and right / asked >= least


def test_embedding_tells_vehicles_apart():
    """Nearest neighbour two seconds later, among the vehicles in view, is the same vehicle."""
    loaded, (input_name, size, _) = session("reid/reid"), SHAPES["reid/reid"]
    before, right, asked = {}, 0, 0
    for picture, truth in frames("sample_720p", 60):
        now = {}
        for item in truth["objects"]:
            left, top, width, height = (int(v) for v in item["visible"])
            if item["label"] == "vehicle" and min(width, height) >= 32 and item["occlusion"] <= 0.5:
                vector = loaded.run(None, {input_name: tensor(picture[top : top + height, left : left + width], size)})[0][0]
                assert abs(float(np.linalg.norm(vector)) - 1) < 1e-3
                now[item["object_id"]] = vector
        for identity, vector in now.items():
            if identity in before and len(before) > 1:
                right += max(before, key=lambda k: float(before[k] @ vector)) == identity
                asked += 1
        before = now
    assert asked > 20 and right / asked >= 0.9
