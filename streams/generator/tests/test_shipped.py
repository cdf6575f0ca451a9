"""The shipped truth agrees with itself, its counts and its videos; needs no OpenGL."""

import gzip
import hashlib
import json
from pathlib import Path

import av
import numpy as np
import pytest

from generator import counts
from generator.camera import Camera, pixels, turned

STREAMS = Path(__file__).parents[2]
TRUTHS = sorted(STREAMS.glob("*.truth.jsonl.gz"))
pytestmark = pytest.mark.skipif(not TRUTHS, reason="no streams here")


def name_of(path):
    return path.name.removesuffix(".truth.jsonl.gz")


@pytest.fixture(scope="module", params=TRUTHS, ids=name_of)
def stream(request):
    with gzip.open(request.param, "rt") as file:
        return name_of(request.param), [json.loads(line) for line in file]


def decoded(mask):
    flat = np.repeat(np.arange(len(mask["counts"])) % 2, mask["counts"])
    return flat.reshape(mask["size"], order="F").astype(bool)


def test_frames_are_numbered_and_timed(stream):
    _, lines = stream
    for number, line in enumerate(lines):
        assert line["frame_num"] == number
        assert line["pts_ns"] == round(number * 1e9 / 30)


def test_videos_have_as_many_frames(stream):
    name, lines = stream
    with av.open(str(STREAMS / f"{name}.mp4")) as container:
        video = container.streams.video[0]
        assert (video.width, video.height) == (lines[0]["width"], lines[0]["height"])
        assert sum(1 for packet in container.demux(video) if packet.size) == len(lines)


def test_masks_fill_their_boxes(stream):
    _, lines = stream
    checked = 0
    for line in lines[::50]:
        for entry in line["objects"]:
            if "mask" not in entry:
                continue
            mask = decoded(entry["mask"])
            rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            assert [columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1] == entry["visible"]
            checked += 1
    assert checked > 10


def test_visible_boxes_lie_in_full_boxes(stream):
    _, lines = stream
    for line in lines[::10]:
        for entry in line["objects"]:
            left, top, width, height = entry["visible"]
            l, t, w, h = entry["full"]
            room = 1.5 + 0.02 * max(w, h)
            assert 0 <= left and 0 <= top and left + width <= line["width"] and top + height <= line["height"]
            if entry["truncation"] < 0.5:
                assert l - room <= left and t - room <= top and left + width <= l + w + room and top + height <= t + h + room
            assert 0 <= entry["occlusion"] <= 1 and 0 <= entry["truncation"] <= 1


def test_identities_keep_class_and_looks(stream):
    _, lines = stream
    seen = {}
    for line in lines:
        keys = [(e["object_id"], e["label"]) for e in line["objects"]]
        assert len(keys) == len(set(keys))
        for entry in line["objects"]:
            if entry["label"] != "face":
                look = entry["label"], entry.get("type"), entry.get("color")
                assert seen.setdefault(entry["object_id"], look) == look


def test_counts_follow_from_the_tracks(stream):
    name, lines = stream
    path = STREAMS / f"{name}.counts.json"
    if not path.exists():
        pytest.skip("no lines or zones")
    shipped = json.loads(path.read_text())
    places = {key: {"direction": value["direction"], "line": value["line"]} for key, value in shipped["lines"].items()}
    again = counts.count(lines, places, {key: value["polygon"] for key, value in shipped["zones"].items()})
    assert again["lines"] == shipped["lines"] and again["zones"] == shipped["zones"]


def test_flow_moves_objects_where_they_are_next(stream):
    name, lines = stream
    pack = np.load(STREAMS / f"{name}.flow.npz")
    step, checked = int(pack["step"]), 0
    for frame, flow in zip(pack["frames"], pack["flow"]):
        after = {(e["object_id"], e["label"]): e["full"] for e in lines[frame + 1]["objects"]}
        for entry in lines[frame]["objects"]:
            key = entry["object_id"], entry["label"]
            if "mask" not in entry or key not in after or entry["label"] == "bag":
                continue
            mask = decoded(entry["mask"])[step // 2::step, step // 2::step]
            if mask.sum() < 30 or entry["truncation"] > 0:
                continue
            now, then = np.array(entry["full"]), np.array(after[key])
            moved = (then[:2] + then[2:] / 2) - (now[:2] + now[2:] / 2)
            assert np.abs(np.median(flow[mask].astype(float), axis=0) - moved).max() < 2.5 + 0.3 * np.abs(moved).max()
            checked += 1
    assert checked > 0


def test_the_sky_moves_as_what_is_endlessly_far():
    size, far = (1280, 720), np.array([[3e7, 9e7, 8e6], [-2e7, 9e7, 3e6]])
    now, ahead = (Camera(np.array(eye), np.array(eye) + way).view_projection(size) for eye, way in (((1.0, 2.0, 1.5), (0.0, 1.0, 0.0)), ((1.0, 2.4, 1.5), (0.002, 1.0, 0.001))))
    before, after = (pixels(matrix, far, size)[0] for matrix in (now, ahead))
    assert np.abs(turned(now, ahead, before, size) - (after - before)).max() < 1e-3
    flow = np.load(STREAMS / "sample_ride.flow.npz")["flow"]
    assert (np.abs(flow[:, 2, 70]) > 0.05).any(axis=1).all()


def test_manifest_names_every_file():
    lines = (STREAMS / "sha256sums.txt").read_text().split("\n")
    named = {line.split("  ")[1]: line.split("  ")[0] for line in lines if line}
    assert set(named) == {p.name for p in STREAMS.iterdir() if p.name.startswith("sample_")}
    for file, digest in named.items():
        assert hashlib.sha256((STREAMS / file).read_bytes()).hexdigest() == digest
    assert sum((STREAMS / file).stat().st_size for file in named) < 25e6


def test_road_is_where_vehicles_stand():
    road = decoded(json.loads((STREAMS / "sample_720p.road.json").read_text()))
    assert road.shape == (720, 1280)
    with gzip.open(STREAMS / "sample_720p.truth.jsonl.gz", "rt") as file:
        objects = [entry for line in list(map(json.loads, file))[::100] for entry in line["objects"]]
    feet = [(entry["full"][0] + entry["full"][2] / 2, entry["full"][1] + entry["full"][3] - 2) for entry in objects if entry["label"] == "vehicle"]
    on = [road[int(y), int(x)] for x, y in feet if 0 <= x < 1280 and 0 <= y < 720]
    assert len(on) > 50 and np.mean(on) > 0.97
