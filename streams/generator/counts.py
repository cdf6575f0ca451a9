"""Lines and zones in the picture, and what crosses and enters them, told from the trace alone.

Coordinates are DeepStream nvdsanalytics': a line has a direction vector and two end points, a zone a polygon, in pixels. An
object stands where the middle of the lower edge of its `full` box is.
"""

from collections import Counter, defaultdict

COUNTED = ("vehicle", "two_wheeler", "person")
GAP = 30
"""Frames an object may be hidden between two sightings that still make one movement."""


def foot(entry):
    """Where an object of a trace line stands."""
    left, top, width, height = entry["full"]
    return left + width / 2, top + height


def side(a, b, p):
    """Positive on one side of the line a-b, negative on the other."""
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def crosses(a, b, p, q):
    """Whether the step from p to q crosses the segment a-b; a point on the line counts to its positive side."""
    return (side(a, b, p) >= 0) != (side(a, b, q) >= 0) and (side(p, q, a) >= 0) != (side(p, q, b) >= 0)


def within(polygon, p):
    """Whether p lies in the polygon (even-odd rule)."""
    inside = False
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1]):
        if (y0 > p[1]) != (y1 > p[1]) and p[0] < x0 + (p[1] - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
    return inside


def line_config(name, line):
    numbers = [*line["direction"], *line["line"]]
    return f"line-crossing-{name}=" + ";".join(map(str, numbers))


def zone_config(name, polygon):
    return f"roi-{name}=" + ";".join(str(v) for point in polygon for v in point)


def count(trace, lines, zones):
    """Events and totals of a trace (an iterable of its lines as dictionaries).

    lines {name: {"direction": [x1, y1, x2, y2], "line": [x1, y1, x2, y2]}}, zones {name: [[x, y], ...]}.
    """
    events = {name: [] for name in lines}
    stays = {name: defaultdict(list) for name in zones}
    occupancy = {name: [] for name in zones}
    last, inside = {}, {name: {} for name in zones}
    for moment in trace:
        frame = moment["frame_num"]
        present = Counter()
        for entry in moment["objects"]:
            if entry["label"] not in COUNTED:
                continue
            key, now = entry["object_id"], foot(entry)
            before, seen = last.get(key, (None, -GAP - 1))
            fresh = frame - seen > GAP
            if not fresh:
                for name, line in lines.items():
                    a, b = line["line"][:2], line["line"][2:]
                    if crosses(a, b, before, now):
                        x0, y0, x1, y1 = line["direction"]
                        along = (now[0] - before[0]) * (x1 - x0) + (now[1] - before[1]) * (y1 - y0) > 0
                        events[name].append({"frame": frame, "object_id": key, "label": entry["label"], "sense": "along" if along else "against"})
            for name, polygon in zones.items():
                here = within(polygon, now)
                present[name] += here
                if here and (fresh or not inside[name].get(key, False)):
                    stays[name][entry["label"]].append({"frame": frame, "object_id": key, "from_start": fresh})
                inside[name][key] = here
            last[key] = now, frame
        for name in zones:
            occupancy[name].append(present[name])
    return {"lines": {name: totals(lines[name], events[name], name) for name in lines},
            "zones": {name: zone_totals(zones[name], stays[name], occupancy[name], name) for name in zones}}


def totals(line, events, name):
    found = {"direction": line["direction"], "line": line["line"], "config": line_config(name, line)}
    for sense in ("along", "against"):
        found[sense] = dict(Counter(e["label"] for e in events if e["sense"] == sense))
    found["events"] = events
    return found


def zone_totals(polygon, stays, occupancy, name):
    entered = {label: sum(not s["from_start"] for s in found) for label, found in stays.items()}
    appeared = {label: sum(s["from_start"] for s in found) for label, found in stays.items()}
    return {"polygon": polygon, "config": zone_config(name, polygon), "entered": entered, "appeared_inside": appeared,
            "most_at_once": max(occupancy, default=0), "frames_occupied": sum(o > 0 for o in occupancy), "occupancy": occupancy}
