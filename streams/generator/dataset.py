"""Training data: one compressed shard per seed, written by many processes at once.

A shard `SCENE_SEED.npz` holds `jpeg` (all pictures' bytes in a row) with `jpeg_offsets` (n + 1), likewise `ids` (PNG, 16 bits) with
`ids_offsets` and `semantic` (PNG, 8 bits) with `semantic_offsets`, and `objects`: UTF-8 JSON, a list per frame of the objects.
"""

import json
import multiprocessing
import os

import numpy as np


def pack(blobs):
    """Bytes in a row, and where each starts."""
    return np.frombuffer(b"".join(blobs), np.uint8), np.cumsum([0, *map(len, blobs)]).astype(np.int64)


def shard(task):
    """Render one seed into its file; returns the number of frames."""
    scene, seed, frames, stride, size, quality, out = task
    import cv2

    from . import api
    cv2.setNumThreads(1)
    pictures, ids, semantic, objects = [], [], [], []
    for sample in api.render(scene, seed, frames, stride, size):
        pictures.append(cv2.imencode(".jpg", sample.image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())
        ids.append(cv2.imencode(".png", sample.ids.astype(np.uint16), [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes())
        semantic.append(cv2.imencode(".png", sample.semantic, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes())
        objects.append({"seed": seed, "number": sample.number, "objects": sample.objects})
    arrays = {}
    for name, blobs in (("jpeg", pictures), ("ids", ids), ("semantic", semantic)):
        arrays[name], arrays[f"{name}_offsets"] = pack(blobs)
    arrays["objects"] = np.frombuffer(json.dumps(objects).encode(), np.uint8)
    np.savez(out / f"{scene}_{seed}.npz", **arrays)
    return frames


def prepare(counter, gpus):
    """Give each process its own EGL device in turn."""
    with counter.get_lock():
        index = counter.value
        counter.value += 1
    os.environ["GLCONTEXT_DEVICE_INDEX"] = str(index % gpus)
    os.environ["LP_NUM_THREADS"] = "1"


def write(args):
    """Write shards of a scene for a range of seeds."""
    first, last = map(int, args.seeds.split(":"))
    args.out.mkdir(parents=True, exist_ok=True)
    tasks = [(args.scene, seed, args.frames_per_seed, args.stride, args.size, args.quality, args.out) for seed in range(first, last)]
    jobs = args.jobs or os.cpu_count()
    context = multiprocessing.get_context("spawn")
    counter = context.Value("i", 0)
    done = 0
    with context.Pool(jobs, prepare, (counter, args.gpus)) as pool:
        for frames in pool.imap_unordered(shard, tasks):
            done += frames
            if done % 500 < frames:
                print(f"{done} frames", flush=True)
    print(f"{done} frames in {len(tasks)} shards", flush=True)
