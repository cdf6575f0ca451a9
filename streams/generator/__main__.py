"""The commands: `dataset` for training data, `preview` for one picture, `clip` for a video of any world, and one per shipped stream."""

import argparse
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from . import api, dataset, streams


def size_of(text):
    width, height = text.lower().split("x")
    return int(width), int(height)


def preview(args):
    """Write some frames as PNG, with boxes if asked for."""
    for sample in api.render(args.scene, args.seed, args.frames, args.stride, args.size):
        image = Image.fromarray(sample.image)
        if args.boxes:
            draw = ImageDraw.Draw(image)
            for entry in sample.objects:
                for key, color in (("full", (255, 220, 0)), ("visible", (0, 255, 120))):
                    left, top, width, height = entry[key]
                    draw.rectangle([left, top, left + width, top + height], outline=color)
        args.out.mkdir(parents=True, exist_ok=True)
        image.save(args.out / f"{args.scene}_{args.seed}_{sample.number:05d}.png")


def main():
    parser = argparse.ArgumentParser(prog="generator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run in (("preview", preview), ("dataset", dataset.write)):
        command = commands.add_parser(name, help=run.__doc__)
        command.add_argument("--scene", choices=list(api.SCENES), default="street")
        command.add_argument("--size", type=size_of, default=(1280, 720))
        command.add_argument("--stride", type=int, default=25)
        command.add_argument("--out", type=Path, required=True)
        command.set_defaults(run=run)
        if name == "preview":
            command.add_argument("--seed", type=int, default=1000)
            command.add_argument("--frames", type=int, default=1)
            command.add_argument("--boxes", action="store_true")
        else:
            command.add_argument("--seeds", default="1000:1010", help="first:last, last not included")
            command.add_argument("--frames-per-seed", type=int, default=12)
            command.add_argument("--jobs", type=int, default=0, help="processes; 0: one a core")
            command.add_argument("--gpus", type=int, default=1, help="spread over that many EGL devices")
            command.add_argument("--quality", type=int, default=95)
    for name in streams.STREAMS:
        command = commands.add_parser(name, help=f"render {name} and its ground truth")
        command.add_argument("--out", type=Path, default=Path("."))
        command.add_argument("--frames", type=int, default=0, help="stop early")
        command.set_defaults(run=streams.write)
    command = commands.add_parser("clip", help=streams.clip.__doc__)
    command.add_argument("--scene", choices=list(api.SCENES), default="street")
    command.add_argument("--seed", type=int, default=600)
    command.add_argument("--frames", type=int, default=120)
    command.add_argument("--out", type=Path, default=Path("."))
    command.set_defaults(run=streams.clip)
    command = commands.add_parser("road", help=streams.road.__doc__)
    command.add_argument("name", help="a shipped stream, or street_SEED")
    command.add_argument("--out", type=Path, default=Path("."))
    command.set_defaults(run=streams.road)
    command = commands.add_parser("manifest", help=streams.manifest.__doc__)
    command.add_argument("--out", type=Path, default=Path("."))
    command.set_defaults(run=streams.manifest)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    sys.exit(main())
