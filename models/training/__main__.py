"""`python3 -m training NAME --data DIR --out DIR`: train one model, export it, score it.

Run from `models/`. `DIR` holds a folder per scene and purpose as `make_data.sh` writes
them: `street`, `ride`, `people`, `parts`, each with `train` and `validation`.
"""

import argparse
import json
import time
from pathlib import Path

import torch

from . import augment, crops as crop_module, dataset, export, loop, quantise, recover, sampler, score
from .tasks import all_tasks

QUANTISED = ("primary_detector", "vehicle_type", "vehicle_color")


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(prog="training", description=__doc__)
    parser.add_argument("name", choices=sorted(all_tasks()))
    parser.add_argument("--data", type=Path, required=True, help="folder of rendered data")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--real", type=Path, help="file of labelled real frames to mix in (primary_detector)")
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--minutes", type=float, default=1e6, help="end the schedule after this time at the latest")
    parser.add_argument("--batch", type=int, help="items in a batch")
    parser.add_argument("--width", type=int, default=1280, help="width that frames are kept at in memory")
    parser.add_argument("--limit", type=int, help="shards at most")
    parser.add_argument("--start", type=Path, help="weights (.pt) or a shipped file (.onnx) to start from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def read(task, args, part: str):
    """The task's data of `train` or `validation`, on the device."""
    folders = [args.data / scene / part for scene in task.scenes if (args.data / scene / part).is_dir()]
    if task.data == "crops":
        shape = ("square", (0,)) if "attribute" in task.notes else ("tall", (0, 1, 2))
        return dataset.crops(folders, args.limit, *shape).to(args.device)
    size = (args.width, args.width * 9 // 16)
    return dataset.frames(folders, task.name, size, task.maps, args.limit, args.device)


def make_sampler(task, data, batch, generator, extra):
    """Which items make a batch of this task."""
    if task.name == "reid":
        return sampler.Identities(data.identities, data.seeds, batch, generator)
    if task.data == "crops":
        labels = getattr(data, task.notes["attribute"])
        return sampler.Balanced(torch.where(data.kinds == 0, labels, torch.full_like(labels, -1)), batch, generator)
    classes = torch.where(data.ignore, torch.full_like(data.classes, -1), data.classes)
    return sampler.Uniform(len(data), batch, generator, extra, 0.1, classes)


def calibration(task, data, count=48):
    """Input arrays of training data for the quantiser."""
    generator = torch.Generator(data.images.device).manual_seed(7)
    index = torch.randint(len(data), (count,), device=data.images.device, generator=generator)
    return inputs(task, data, index, None).cpu().numpy()[:, None]


def inputs(task, data, index, generator):
    """The task's input of some items, as it is or with a `generator` degraded."""
    if task.data == "crops":
        return crop_module.window(data.select(index), task.size, generator)
    images = augment.batch(data, index, task.size, generator, train=generator is not None)["images"]
    return score.to_grey(images) if task.channels == 1 else images


def start_from(model, path, images) -> None:
    """Take over the weights of an ONNX file, or those of a `.pt` whose names and sizes fit."""
    if path.suffix == ".onnx":
        return recover.take(model, path, images)
    weights = torch.load(path, map_location=images.device, weights_only=True)
    mine = model.state_dict()
    fit = {k: v for k, v in weights.items() if k in mine and mine[k].shape == v.shape}
    print(f"{len(fit)} of {len(mine)} tensors taken over", flush=True)
    model.load_state_dict(fit, strict=False)


@torch.no_grad()
def judge_module(task, model, validation, device):
    """Scores of the trained module itself (the ONNX file is scored by `training.check`)."""
    shipped = task.ship(model).to(device).eval()

    def run(images):
        outputs = shipped(images)
        return outputs if isinstance(outputs, tuple) else (outputs,)

    return task.judge(run, validation)


def main() -> None:
    """Train, export, quantise, score; results go to `args.out / NAME`."""
    args = parse()
    loop.seed_everything(args.seed)
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    task = all_tasks()[args.name]
    out = args.out / args.name
    out.mkdir(parents=True, exist_ok=True)

    start = time.monotonic()
    data, extra = read(task, args, "train"), 0
    if args.real:
        real = dataset.real(args.real, data).to(args.device)
        data, extra = dataset.join(data, real), len(real)
    print(f"{args.name}: {len(data)} items read in {time.monotonic() - start:.0f}s", flush=True)
    generator = torch.Generator(args.device).manual_seed(args.seed)
    choose = make_sampler(task, data, args.batch or task.batch, generator, extra)
    model = task.build().to(args.device)
    if args.start:
        start_from(model, args.start, inputs(task, data, choose()[:32], generator))
    minutes = args.minutes - (time.monotonic() - start) / 60
    model = loop.train(
        args.name, model, lambda m, step: task.loss(m, data, choose(), generator), args.steps, minutes, task.rate
    )
    halves = {k: v.half() if v.is_floating_point() else v for k, v in model.state_dict().items()}
    torch.save(halves, out / "weights.pt")

    validation = read(task, args, "validation")
    scores = {"module": judge_module(task, model, validation, args.device)}
    path = out / f"{args.name}.onnx"
    scores["difference"] = export.write(task, model, path)
    if args.name in QUANTISED:
        int8 = out / f"{args.name}_int8.onnx"
        quantise.write(path, int8, list(calibration(task, data)))
        scores["int8"] = task.judge(export.runner(export.open_session(int8, 4)), validation)
    scores["items"], scores["validation_items"] = len(data), len(validation)
    (out / "scores.json").write_text(json.dumps(scores, indent=1))
    print(args.name, json.dumps(scores), flush=True)


if __name__ == "__main__":
    main()
