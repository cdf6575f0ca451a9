"""A pinhole camera in the world and where points of the world fall in its picture."""

from dataclasses import dataclass

import numpy as np

NEAR, FAR = 0.35, 900.0


@dataclass
class Camera:
    """Stands at `eye`, looks at `target`; `fov` is the horizontal angle of view in degrees, `roll` in radians."""

    eye: np.ndarray
    target: np.ndarray
    fov: float = 60.0
    roll: float = 0.0

    def view_projection(self, size):
        """The 4x4 matrix from world to clip space for a picture of (width, height)."""
        ahead = np.asarray(self.target, float) - self.eye
        ahead /= np.linalg.norm(ahead)
        right = np.cross(ahead, (0, 0, 1))
        right /= np.linalg.norm(right)
        up = np.cross(right, ahead)
        c, s = np.cos(self.roll), np.sin(self.roll)
        right, up = c * right + s * up, c * up - s * right
        view = np.eye(4)
        view[:3, :3] = np.stack([right, up, -ahead])
        view[:3, 3] = -view[:3, :3] @ np.asarray(self.eye, float)
        focal = 1 / np.tan(np.radians(self.fov) / 2)
        projection = np.zeros((4, 4))
        projection[0, 0], projection[1, 1] = focal, focal * size[0] / size[1]
        projection[2, 2], projection[2, 3] = (FAR + NEAR) / (NEAR - FAR), 2 * FAR * NEAR / (NEAR - FAR)
        projection[3, 2] = -1
        return projection @ view


def pixels(view_projection, points, size):
    """Picture coordinates (n, 2), y down, and depth (n,) of world points (n, 3)."""
    clip = points @ view_projection[:, :3].T + view_projection[:, 3]
    depth = clip[:, 3]
    ndc = clip[:, :2] / np.maximum(depth, 1e-3)[:, None]
    return (ndc * (0.5, -0.5) + 0.5) * size, depth


def turned(now, ahead, places, size):
    """How far `places` (n, 2) in pixels move from one view projection to the next where what they show is endlessly far: the sky moves when the camera turns."""
    screen = places / size * (2, -2) + (-1, 1)
    far = np.column_stack([screen, np.ones((len(screen), 2))]) @ np.linalg.inv(now).T
    rows = now[[0, 1, 3]]
    eye = -np.linalg.solve(rows[:, :3], rows[:, 3])
    clip = (far[:, :3] / far[:, 3:] - eye) @ ahead[:, :3].T
    return (clip[:, :2] / clip[:, 3:] * (0.5, -0.5) + 0.5) * size - places
