"""The shipped streams: which world each shows, for how long, and its lines and zones. One command each writes all its files."""

import gzip
import hashlib
import json
from dataclasses import dataclass, field

import numpy as np

from . import api, counts, encode, truth
from .camera import pixels
from .scene import ROAD

SIZE, RATE = (1280, 720), 30
FLOW_STEP = 8


@dataclass
class Stream:
    """What a stream shows. `ground` names lines (two ends) and zones (corners) in metres on the ground; a line's direction
    vector points to the left of the way from its first end to its second. `also` lists (suffix, codec, frames, quality)."""

    scene: str
    seed: int
    frames: int
    options: dict
    quality: float
    lines: dict = field(default_factory=dict)
    zones: dict = field(default_factory=dict)
    flow: tuple = ()
    mask_step: int = 5
    also: tuple = ()
    raw: bool = False


STREAMS = {
    "sample_720p": Stream(
        "street", 1, 1800, {"weather": "sun", "sun": 235, "main": 2, "cross": 1, "density": 0.075, "greens": 0.72, "people": 30, "dimming": 1.0, "camera": ((7.5, -33.0, 8.6), (1.0, 1.0, 0.0), 58.0)}, 28.0,
        lines={"south_entry": [(0.0, -14.0), (7.4, -14.0)], "south_exit": [(0.0, -14.0), (-7.4, -14.0)], "north_entry": [(0.0, 13.0), (-7.4, 13.0)], "crossing": [(0.0, -9.0), (0.0, -4.4)]},
        zones={"junction": [(-7.2, -3.8), (7.2, -3.8), (7.2, 3.8), (-7.2, 3.8)], "south_queue": [(0.2, -17.0), (7.0, -17.0), (7.0, -9.2), (0.2, -9.2)]},
        flow=(90, 500, 1000, 1500), mask_step=10, also=(("_h265.mp4", "h265", 300, 28), ("_vp9.webm", "vp9", 300, 36)), raw=True),
    "sample_ride": Stream("ride", 4, 450, {"weather": "morning", "sun": 250, "main": 2}, 29.0, flow=(30, 150, 270, 390)),
    "sample_people_720p": Stream(
        "people", 2, 600, {"weather": "haze", "sun": 150, "people": 10, "dimming": 0.6, "camera": ((0.0, 0.0, 1.75), (0.0, 8.0, 1.15), 56.0)}, 27.0,
        lines={"passage": [(0.0, 4.6), (0.0, 16.0)]}, zones={"square": [(-2.2, 4.8), (2.2, 4.8), (4.0, 10.0), (-4.0, 10.0)]}, flow=(60, 200, 340, 480)),
    "sample_parts": Stream("parts", 3, 450, {"rate": 0.6, "speed": 1.6, "camera": ((0.0, -1.4, 5.6), (0.0, 0.0, 0.0), 52.0)}, 26.0, flow=(30, 150, 270, 390)),
}


def projected(stream, camera):
    """The stream's lines and zones in pixels."""
    matrix = camera.view_projection(SIZE)
    place = lambda points: pixels(matrix, np.column_stack([points, np.zeros(len(points))]), SIZE)[0].round().astype(int).tolist()
    lines = {}
    for name, ends in stream.lines.items():
        (ax, ay), (bx, by) = ends
        middle, ahead = np.array([(ax + bx) / 2, (ay + by) / 2]), np.array([-(by - ay), bx - ax])
        ahead = ahead / np.linalg.norm(ahead)
        direction = place(np.stack([middle - ahead * 1.5, middle + ahead * 1.5]))
        lines[name] = {"direction": sum(direction, []), "line": sum(place(ends), [])}
    return lines, {name: place(corners) for name, corners in stream.zones.items()}


def write(args):
    """Render one shipped stream with its ground truth."""
    stream = STREAMS[args.command]
    make(args.command, stream, min(stream.frames, args.frames or stream.frames), args.out)


def clip(args):
    """Render a video of any world with its ground truth, coded as the shipped streams are: for measuring on worlds that no network saw."""
    shipped = next(s for s in STREAMS.values() if s.scene == args.scene)
    make(f"{args.scene}_{args.seed}", Stream(args.scene, args.seed, args.frames, {}, shipped.quality), args.frames, args.out)


def make(name, stream, frames, out):
    """Write all files of a stream as `name` into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    videos = [(encode.Writer(out / f"{name}.mp4", "h264", SIZE, RATE, stream.quality), frames)]
    videos += [(encode.Writer(out / f"{name}{suffix}", codec, SIZE, RATE, quality), limit) for suffix, codec, limit, quality in stream.also]
    lines, flows = [], {}
    for sample in api.render(stream.scene, stream.seed, frames, 1, SIZE, stream.flow, stream.options):
        for video, limit in videos:
            if sample.number < limit:
                video.add(sample.image)
        lines.append(truth.trace(sample.number, RATE, SIZE, sample.objects, sample.ids, sample.number % stream.mask_step == 0))
        if sample.flow is not None:
            flows[sample.number] = sample.flow[FLOW_STEP // 2::FLOW_STEP, FLOW_STEP // 2::FLOW_STEP].astype(np.float16)
        if sample.number == 0:
            where = projected(stream, sample.camera)
        if sample.number % 100 == 0:
            print(f"{name}: frame {sample.number}", flush=True)
    for video, _ in videos:
        video.close()
    if stream.raw:
        encode.byte_stream(out / f"{name}.mp4", out / f"{name}.h264")
    packed = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()
    (out / f"{name}.truth.jsonl.gz").write_bytes(gzip.compress(packed, 9, mtime=0))
    if flows:
        np.savez_compressed(out / f"{name}.flow.npz", frames=np.array(list(flows)), step=FLOW_STEP, flow=np.array(list(flows.values())))
    if stream.lines:
        found = {"width": SIZE[0], "height": SIZE[1], "frames": frames, "rate": RATE, "point": "middle of the lower edge of full", **counts.count(lines, *where)}
        (out / f"{name}.counts.json").write_text(json.dumps(found, indent=1) + "\n")


def road(args):
    """Write where the road is in a stream or clip with a fixed camera, as run lengths: `NAME.road.json`."""
    stream = STREAMS.get(args.name) or Stream("street", int(args.name.removeprefix("street_")), 0, {}, 0)
    found = truth.run_lengths(api.backdrop(stream.scene, stream.seed, SIZE, stream.options) == ROAD)
    (args.out / f"{args.name}.road.json").write_text(json.dumps(found, separators=(",", ":")) + "\n")


def manifest(args):
    """Write the SHA-256 of every shipped file into sha256sums.txt."""
    files = sorted(p for p in args.out.iterdir() if p.name.startswith("sample_"))
    (args.out / "sha256sums.txt").write_text("".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files))
