"""Poses of the figure: walking, standing, riding, carrying. Angles become bone matrices; nothing here draws."""

import numpy as np

from .people import PARENT, PIVOT

BONES = len(PARENT)


def rotations(pitch, roll, yaw):
    """Matrices (..., 3, 3) that first pitch about x (positive lifts what hangs forwards), then roll about y, then yaw about z."""
    cx, sx, cy, sy, cz, sz = np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll), np.cos(yaw), np.sin(yaw)
    zero, one = np.zeros_like(cx), np.ones_like(cx)
    build = lambda *v: np.stack(v, -1).reshape(cx.shape + (3, 3))
    x = build(one, zero, zero, zero, cx, -sx, zero, sx, cx)
    y = build(cy, zero, sy, zero, one, zero, -sy, zero, cy)
    z = build(cz, -sz, zero, sz, cz, zero, zero, zero, one)
    return z @ y @ x


def skeleton(angles, place, heading, height, lift):
    """World matrices (n, 13, 3, 4) of n figures.

    angles (n, 13, 3) pitch, roll, yaw per bone; place (n, 3); heading (n,) radians, 0 faces +y; height (n,) scale;
    lift (n,) raises the pelvis in figure units.
    """
    count = len(place)
    local = rotations(angles[..., 0], angles[..., 1], angles[..., 2])
    turn = rotations(np.zeros(count), np.zeros(count), heading) * height[:, None, None]
    matrices = np.zeros((count, BONES, 3, 4))
    for bone in range(BONES):
        if PARENT[bone] < 0:
            rotation = turn @ local[:, bone]
            joint = place + (turn @ np.concatenate([np.zeros((count, 2)), (PIVOT[0, 2] + lift)[:, None]], 1)[..., None])[..., 0]
        else:
            parent = matrices[:, PARENT[bone]]
            rotation = parent[..., :3] @ local[:, bone]
            joint = parent[..., :3] @ PIVOT[bone] + parent[..., 3]
        matrices[:, bone, :, :3] = rotation
        matrices[:, bone, :, 3] = joint - rotation @ PIVOT[bone]
    return matrices


def walking(phase, stride, look, arms):
    """Angles and lifts of walking figures: phase (n,) radians, stride (n,) 0 standing to 1 brisk, look (n, 2) head pitch and yaw.

    arms (n, 2) left and right: 0 swings, 1 hangs with a weight, 2 holds a phone before the chest, 3 pulls something behind.
    """
    count = len(phase)
    angles = np.zeros((count, BONES, 3))
    swing = np.sin(phase)
    for thigh, sign in ((7, 1), (10, -1)):
        s, ahead = sign * swing, sign * np.cos(phase)
        angles[:, thigh, 0] = stride * (0.46 * s + 0.07)
        bend = 0.10 + 0.85 * np.clip(ahead, 0, 1) ** 1.3 * np.clip(0.65 + 0.5 * np.clip(-s, -1, 1), 0, 1) + 0.12 * np.clip(-ahead, 0, 1)
        angles[:, thigh + 1, 0] = -stride * bend
        angles[:, thigh + 2, 0] = stride * (0.16 * s - 0.28 * np.clip(-s, 0, 1) * (ahead > -0.3) + 0.12 * np.clip(ahead, 0, 1))
    angles[:, 0, 2] = 0.09 * stride * swing
    angles[:, 0, 1] = 0.035 * stride * np.cos(phase)
    angles[:, 1, 2] = -0.16 * stride * swing
    angles[:, 1, 0] = -0.03 * stride
    angles[:, 1, 1] = -0.03 * stride * np.cos(phase)
    angles[:, 2, 0], angles[:, 2, 2] = look[:, 0], look[:, 1] + 0.07 * stride * swing
    for column, (upper, sign) in enumerate(((3, -1), (5, 1))):
        mode = arms[:, column]
        s = sign * swing
        free = stride * 0.52 * s
        angles[:, upper, 0] = np.select([mode == 1, mode == 2, mode == 3], [0.10 * stride * s, 0.55 + 0.03 * s, -0.28 + 0.02 * s], free)
        angles[:, upper + 1, 0] = np.select([mode == 1, mode == 2, mode == 3], [np.full(count, 0.06), np.full(count, 1.75), np.full(count, 0.05)], 0.15 + stride * (0.22 + 0.18 * s))
        angles[:, upper, 1] = sign * -0.03
        angles[:, upper + 1, 2] = np.where(mode == 2, sign * 0.5, 0.0)
    lift = -stride * (0.030 - 0.022 * np.cos(2 * phase))
    return angles, lift


def idle(angles, time, seed):
    """Small sways of people who stand, added to their angles."""
    angles[:, 1, 1] += 0.02 * np.sin(0.9 * time + seed)
    angles[:, 2, 2] += 0.45 * np.sin(0.37 * time + 2.1 * seed) * np.sin(0.11 * time + seed)
    angles[:, 7, 1] += 0.04
    angles[:, 10, 1] -= 0.04
    return angles


def riding(kind, crank):
    """Angles of one rider; `crank` is the pedals' angle on a bicycle. Returns angles (1, 13, 3) and the pelvis lift."""
    angles = np.zeros((1, BONES, 3))
    if kind == "bicycle":
        angles[:, 0, 0], angles[:, 1, 0], angles[:, 2, 0] = -0.38, -0.18, 0.50
        for thigh, turn in ((7, crank), (10, crank + np.pi)):
            angles[:, thigh, 0] = 1.42 + 0.42 * np.sin(turn)
            angles[:, thigh + 1, 0] = -1.25 - 0.52 * np.sin(turn + 0.5)
            angles[:, thigh + 2, 0] = 0.15
        for upper, sign in ((3, -1), (5, 1)):
            angles[:, upper, 0], angles[:, upper, 1], angles[:, upper + 1, 0] = 1.25, -0.12 * sign, 0.25
        return angles, 0.02
    angles[:, 0, 0], angles[:, 1, 0], angles[:, 2, 0] = -0.12, -0.12, 0.24
    for thigh, sign in ((7, -1), (10, 1)):
        angles[:, thigh, 0], angles[:, thigh, 1], angles[:, thigh + 1, 0], angles[:, thigh + 2, 0] = 1.30, 0.26 * -sign, -1.35, 0.1
    for upper, sign in ((3, -1), (5, 1)):
        angles[:, upper, 0], angles[:, upper, 1], angles[:, upper + 1, 0] = 0.85, -0.30 * sign, 0.35
    return angles, -0.06
