"""Scores and times the shipped ONNX files: `python3 -m training.check --data DIR [NAME ...]`.

The same scores as in training, but of the files themselves in ONNX Runtime on the
CPU, on the `validation` folders of rendered data. Prints one JSON object per model.
"""

import argparse
import json
from pathlib import Path

from . import dataset, export, score
from .tasks import all_tasks

MODELS = Path(__file__).resolve().parent.parent


def validation(task, data: Path, width: int):
    """The task's validation data on the CPU, or None when there is none."""
    folders = [data / scene / "validation" for scene in task.scenes if (data / scene / "validation").is_dir()]
    if not dataset.shard_paths(folders):
        return None
    if task.data == "crops":
        return dataset.crops(folders, None, *(("square", (0,)) if "attribute" in task.notes else ("tall", (0, 1, 2))))
    return dataset.frames(folders, task.name, (width, width * 9 // 16), task.maps)


def check(task, path: Path, data) -> dict:
    """Names, sizes, time on one core, and with `data` the scores of one file."""
    session = export.open_session(path)
    width, height = task.size
    least, median = score.speed(session, (1, task.channels, height, width))
    result = {
        "file": path.name,
        "bytes": path.stat().st_size,
        "inputs": {i.name: i.shape for i in session.get_inputs()},
        "outputs": {o.name: o.shape for o in session.get_outputs()},
        "milliseconds": {"least": least, "median": median},
    }
    if data is not None:
        result["scores"] = task.judge(export.runner(export.open_session(path, 2)), data)
    return result


def main() -> None:
    """Check the named models, or all."""
    parser = argparse.ArgumentParser(prog="training.check", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--width", type=int, default=1280)
    args = parser.parse_args()
    for name, task in all_tasks().items():
        if args.names and name not in args.names:
            continue
        data = validation(task, args.data, args.width) if args.data else None
        for path in sorted((args.models / name).glob("*.onnx")):
            print(json.dumps({"model": name, **check(task, path, data)}), flush=True)


if __name__ == "__main__":
    main()
