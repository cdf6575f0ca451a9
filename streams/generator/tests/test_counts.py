"""Crossings and stays on tracks made by hand."""

from generator import counts, truth


def walk(points, label="person", first=0):
    return [{"frame_num": first + n, "objects": [{"object_id": 7, "label": label, "full": [x - 5, y - 20, 10, 20]}]} for n, (x, y) in enumerate(points)]


LINE = {"door": {"direction": [0, 0, 10, 0], "line": [50, 0, 50, 100]}}


def test_a_crossing_has_a_sense():
    there = counts.count(walk([(40, 50), (48, 50), (56, 50)]), LINE, {})["lines"]["door"]
    assert there["along"] == {"person": 1} and there["against"] == {}
    back = counts.count(walk([(56, 50), (48, 50)]), LINE, {})["lines"]["door"]
    assert back["along"] == {} and back["against"] == {"person": 1}


def test_passing_beside_the_line_does_not_count():
    assert counts.count(walk([(40, 150), (60, 150)]), LINE, {})["lines"]["door"]["events"] == []


def test_a_line_touched_and_left_is_no_crossing():
    found = counts.count(walk([(40, 50), (50, 50), (40, 50)]), LINE, {})["lines"]["door"]
    assert len(found["events"]) in (0, 2)
    assert found["along"] == found["against"]


def test_zones_tell_entering_from_being_there_at_first():
    zone = {"yard": [[0, 0], [100, 0], [100, 100], [0, 100]]}
    entered = counts.count(walk([(-10, 50), (10, 50), (20, 50)]), {}, zone)["zones"]["yard"]
    assert entered["entered"] == {"person": 1} and entered["occupancy"] == [0, 1, 1]
    there = counts.count(walk([(10, 50), (20, 50)]), {}, zone)["zones"]["yard"]
    assert there["entered"] == {"person": 0} and there["appeared_inside"] == {"person": 1}


def test_run_lengths_go_down_the_columns():
    import numpy as np
    mask = np.array([[0, 1], [1, 1]], bool)
    assert truth.run_lengths(mask) == {"size": [2, 2], "counts": [1, 3]}
    assert truth.run_lengths(np.ones((2, 2), bool))["counts"] == [0, 4]
