#!/usr/bin/env python3
"""How many boxes two runs have in common. Reads JSON lines with source_id, frame_num and objects."""

import argparse
import json
import sys


def load(path):
    frames = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            frame = json.loads(line)
            frames[frame.get("source_id", 0), frame["frame_num"]] = frame["objects"]
    return frames


def iou(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def matched(ours, theirs, least):
    """Pairs of indices of one class, the best overlap first, each box in one pair at most."""
    pairs = [
        (iou(a["bbox"], b["bbox"]), i, j)
        for i, a in enumerate(ours)
        for j, b in enumerate(theirs)
        if a["class_id"] == b["class_id"]
    ]
    left, right = set(), set()
    for overlap, i, j in sorted(pairs, reverse=True):
        if overlap >= least and i not in left and j not in right:
            left.add(i)
            right.add(j)
    return left, right


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("reference")
    args.add_argument("program")
    args.add_argument("--threshold", type=float, required=True, help="pre-cluster-threshold of the configuration")
    args.add_argument("--margin", type=float, default=0.05, help="boxes nearer to the threshold are not asked for")
    args.add_argument("--iou", type=float, default=0.9)
    args.add_argument("--goal", type=float, default=0.99)
    args.add_argument("--show", type=int, default=0, help="print the first so many boxes without a partner")
    args = args.parse_args()
    reference, program = load(args.reference), load(args.program)
    if reference.keys() != program.keys():
        print(f"{len(reference)} frames against {len(program)}", file=sys.stderr)
    sure = args.threshold + args.margin
    asked = {"reference": 0, "program": 0}
    found = {"reference": 0, "program": 0}
    shown = 0
    for key in sorted(reference.keys() | program.keys()):
        sides = {"reference": reference.get(key, []), "program": program.get(key, [])}
        partners = dict(zip(sides, matched(*sides.values(), args.iou)))
        for side, boxes in sides.items():
            for index, box in enumerate(boxes):
                if box["confidence"] < sure:
                    continue
                asked[side] += 1
                found[side] += index in partners[side]
                if index not in partners[side] and shown < args.show:
                    shown += 1
                    print(f"only {side}: frame {key[1]} {box['label']} {box['confidence']:.3f} {box['bbox']}", file=sys.stderr)
    total = sum(asked.values())
    share = sum(found.values()) / total if total else 1.0
    result = {"frames": len(reference), "asked": asked, "found": found, "share": round(share, 5)}
    print(json.dumps(result))
    sys.exit(share < args.goal)


if __name__ == "__main__":
    main()
