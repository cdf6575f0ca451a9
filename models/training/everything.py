"""Renders the data and trains every model: `python3 -m training.everything --work DIR --out DIR`.

Rendering comes first, with all cores; then the trainings run side by side, spread
over the GPUs. Run from `models/`; the generator is taken from `../streams`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
STREAMS = HERE.parent.parent / "streams"

# scene: (training seeds, frames of each, stride), then the same for validation
DATA = {
    "street": ((1000, 1900, 12, 25), (500, 540, 10, 30)),
    "ride": ((1000, 1400, 12, 15), (500, 512, 10, 20)),
    "people": ((1000, 1200, 12, 25), (500, 516, 10, 30)),
    "parts": ((1000, 1120, 12, 15), (500, 512, 10, 15)),
}

# Which GPU (modulo their number) trains what.
PLACES = {
    "primary_detector": 0, "instance_segmentation": 1, "scene_segmentation": 3, "people_detector": 2,
    "ssd_detector": 2, "reid": 3, "vehicle_type": 3, "vehicle_color": 3, "part_segmentation": 1,
}  # fmt: skip
FULL_SIZE = ("primary_detector", "instance_segmentation")
SMALL = ("reid", "vehicle_type", "vehicle_color", "part_segmentation")


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(prog="training.everything", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for rendered data (several GB)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--minutes", type=float, default=30.0, help="of training, each model")
    parser.add_argument("--small-minutes", type=float, default=8.0, help="of training, classifiers and the like")
    parser.add_argument("--steps", type=int, default=30000)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of training seeds")
    parser.add_argument("--scenes", nargs="*", default=list(DATA))
    parser.add_argument("--models", nargs="*", default=list(PLACES))
    parser.add_argument("--deadline", type=float, default=1e9, help="seconds for all; training is cut to fit")
    parser.add_argument("--start", type=Path, help="folder of an earlier run's results, or `.` for the shipped files, to start from")
    parser.add_argument("--gpus", type=int, default=max(1, torch.cuda.device_count()))
    return parser.parse_args()


def render(args) -> None:
    """Write all parts that are not there yet."""
    for scene in args.scenes:
        for part, (first, last, frames, stride) in zip(("train", "validation"), DATA[scene]):
            folder = args.work / scene / part
            if folder.is_dir():
                continue
            last = first + max(4, int((last - first) * args.scale)) if part == "train" else last
            command = [
                sys.executable, "-m", "generator", "dataset", "--scene", scene, "--seeds", f"{first}:{last}",
                "--frames-per-seed", str(frames), "--stride", str(stride), "--out", str(folder),
                "--gpus", str(args.gpus), "--jobs", str(os.cpu_count()),
            ]  # fmt: skip
            start = time.monotonic()
            if subprocess.run(command, cwd=STREAMS, stdout=subprocess.DEVNULL).returncode:
                print(f"{scene} {part}: failed", flush=True)
            count = len(list(folder.glob("*.npz"))) if folder.is_dir() else 0
            print(f"{scene} {part}: {count} seeds in {time.monotonic() - start:.0f}s", flush=True)


def train(args) -> None:
    """All models at once, each on the GPU whose turn it is; results as they come."""
    jobs = []
    # What is left, less what reading, exporting and scoring take.
    args.minutes = min(args.minutes, (args.deadline - (time.monotonic() - args.begun) - 70) / 60)
    args.small_minutes = min(args.minutes, args.small_minutes)
    print(f"{args.minutes:.1f} minutes of training", flush=True)
    for name in args.models:
        command = [
            sys.executable, "-m", "training", name, "--data", str(args.work), "--out", str(args.work / "out"),
            "--steps", str(args.steps), "--minutes", str(args.small_minutes if name in SMALL else args.minutes),
        ]  # fmt: skip
        if name == "primary_detector" and args.real:
            command += ["--real", str(args.real)]
        if name not in FULL_SIZE:
            command += ["--width", "960"]
        starts = [args.start / name / end for end in ("weights.pt", f"{name}.onnx")] if args.start else []
        for start in [s for s in starts if s.is_file()][:1]:
            command += ["--start", str(start)]
        environment = dict(os.environ, CUDA_VISIBLE_DEVICES=str(PLACES[name] % args.gpus), OMP_NUM_THREADS="4")
        log = open(args.work / f"{name}.log", "w")
        jobs.append((name, subprocess.Popen(command, cwd=HERE.parent, env=environment, stdout=log, stderr=log), log))
    for name, job, log in jobs:
        job.wait()
        log.close()
        text = (args.work / f"{name}.log").read_text().splitlines()
        print("\n".join(line[:1100] for line in text[-3:]), flush=True)


def main() -> None:
    """Render, train, pack the results."""
    args = parse()
    args.begun = time.monotonic()
    args.work.mkdir(parents=True, exist_ok=True)
    args.out.mkdir(parents=True, exist_ok=True)
    render(args)
    train(args)
    names = [n for n in args.models if (args.work / "out" / n).is_dir()]
    for name in names:
        shutil.copy(args.work / f"{name}.log", args.work / "out" / name / "train.log")
    # Several archives: what comes back from another machine may be limited per file.
    for index in range(4):
        shutil.rmtree(args.work / "pack", ignore_errors=True)
        for name in names[index::4]:
            shutil.copytree(args.work / "out" / name, args.work / "pack" / name)
        if (args.work / "pack").is_dir():
            shutil.make_archive(str(args.out / f"models{index}"), "gztar", args.work / "pack")


if __name__ == "__main__":
    main()
