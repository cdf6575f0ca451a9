"""Surface textures drawn from noise: ground, walls, facades, road markings. Each is RGBA: colour and how much the mesh tints it.

Beside each stands a second RGBA picture: roughness, mirror (window glass), light that shines at dusk, height for bumps.
"""

import functools

import numpy as np
from PIL import Image, ImageDraw

SIZE = 512
LAYERS = ["asphalt", "paving", "grass", "brick", "plaster", "flats", "office", "sash", "shop", "gravel", "bark", "worn", "rubber", "steel", "cloth"]


def layer(name):
    """The index of a surface texture."""
    return LAYERS.index(name)


def cloud(seed, power=1.0, size=SIZE, low=1, high=None):
    """Tileable noise with spectrum 1/f^power, mean 0 and deviation 1, between `low` and `high` cycles a tile."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft2(rng.standard_normal((size, size)))
    frequency = np.hypot(np.fft.fftfreq(size)[:, None] * size, np.fft.rfftfreq(size)[None] * size)
    keep = (frequency >= low) & (frequency <= (high or size))
    spectrum *= np.where(keep, 1 / np.maximum(frequency, 1) ** power, 0)
    noise = np.fft.irfft2(spectrum, (size, size))
    return (noise / noise.std()).astype(np.float32)


def gray(value):
    return np.repeat(value[..., None], 3, -1)


def picture(color, tint=1.0, rough=0.8, mirror=0.0, shine=0.0, height=0.5):
    """The two pictures of a layer from arrays in 0..1."""
    shape = color.shape[:2]
    planes = lambda *values: np.stack([np.broadcast_to(np.asarray(v, np.float32), shape) for v in values], -1)
    first = np.concatenate([color, planes(tint)], -1)
    second = planes(rough, mirror, shine, height)
    return [(np.clip(p, 0, 1) * 255).astype(np.uint8) for p in (first, second)]


def asphalt():
    fine, broad = cloud(1, 0.2), cloud(2, 1.4, high=24)
    cracks = np.exp(-(np.abs(cloud(3, 1.7)) / 0.018) ** 2) * (cloud(4, 1.5) > 0.5)
    value = 0.78 + 0.07 * fine + 0.06 * broad - 0.28 * cracks
    return picture(gray(value), rough=0.86 - 0.05 * broad, height=0.5 + 0.12 * fine - 0.3 * cracks)


def paving():
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    rows = 8
    row = np.floor(y * rows)
    column = np.floor(x * 4 + 0.5 * (row % 2))
    fx, fy = (x * 4 + 0.5 * (row % 2)) % 1, (y * rows) % 1
    joint = (np.minimum(fx, 1 - fx) * 2 < 0.03) | (np.minimum(fy, 1 - fy) < 0.035)
    tone = np.random.default_rng(5).normal(0, 0.05, (rows, 8))[row.astype(int), (column % 4).astype(int)]
    value = 0.82 + tone + 0.035 * cloud(6, 0.4) + 0.04 * cloud(7, 1.4) - 0.25 * joint
    return picture(gray(value), rough=0.85, height=0.6 - 0.4 * joint + 0.05 * cloud(6, 0.4))


def grass():
    fine, broad = cloud(8, 0.35), cloud(9, 1.3, high=30)
    value = 0.62 + 0.13 * fine + 0.08 * broad
    color = np.stack([value * (0.80 + 0.07 * broad), value, value * (0.55 + 0.03 * fine)], -1)
    return picture(color, rough=0.95, height=0.5 + 0.2 * fine)


def brick():
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    rows, columns = 24, 8
    row = np.floor(y * rows).astype(int)
    shifted = x * columns + 0.5 * (row % 2)
    fx, fy = shifted % 1, (y * rows) % 1
    joint = (np.minimum(fx, 1 - fx) < 0.03) | (np.minimum(fy, 1 - fy) < 0.08)
    tone = np.random.default_rng(10).normal(0, 0.09, (rows, columns))[row, shifted.astype(int) % columns]
    value = np.where(joint, 0.92, 0.78 + tone) + 0.04 * cloud(11, 0.5)
    return picture(gray(value), rough=0.9, height=np.where(joint, 0.2, 0.7))


def plaster():
    return picture(gray(0.88 + 0.03 * cloud(12, 0.6) + 0.04 * cloud(13, 1.6)), rough=0.9, height=0.5 + 0.08 * cloud(12, 0.6))


def facade(bays, floors, window, seed, wall, frame=(0.93, 0.92, 0.9), sill=True, cross=True):
    """A wall of `bays` x `floors` windows; `window` is (width, height) as fractions of a bay and a floor."""
    rng = np.random.default_rng(seed)
    scale = 2
    size = SIZE * scale
    color = Image.fromarray((np.clip(wall, 0, 1) * 255).astype(np.uint8)).resize((size, size))
    masks = {name: Image.new("L", (size, size), fill) for name, fill in (("tint", 255), ("mirror", 0), ("shine", 0))}
    draw = ImageDraw.Draw(color)
    pens = {name: ImageDraw.Draw(mask) for name, mask in masks.items()}
    bay, storey = size / bays, size / floors
    for i in range(bays):
        for j in range(floors):
            cx, cy = (i + 0.5) * bay, (j + 0.47) * storey
            w, h = window[0] * bay / 2, window[1] * storey / 2
            outer = [cx - w, cy - h, cx + w, cy + h]
            edge = max(3, 0.035 * bay)
            draw.rectangle([outer[0] - edge, outer[1] - edge, outer[2] + edge, outer[3] + edge], tuple(int(255 * c) for c in frame))
            pens["tint"].rectangle([outer[0] - edge, outer[1] - edge, outer[2] + edge, outer[3] + edge], 0)
            dark = rng.uniform(0.10, 0.2)
            draw.rectangle(outer, tuple(int(255 * dark * c) for c in (0.9, 1.0, 1.1)))
            pens["mirror"].rectangle(outer, 255)
            if rng.random() < 0.45:
                level = rng.uniform(0.2, 0.8)
                draw.rectangle([outer[0], outer[1], outer[2], outer[1] + 2 * h * level], tuple(int(255 * c) for c in rng.uniform(0.45, 0.75) * np.array([1, 0.96, 0.88])))
            if rng.random() < 0.5:
                pens["shine"].rectangle(outer, int(rng.uniform(90, 255)))
            if cross:
                draw.line([cx, outer[1], cx, outer[3]], tuple(int(255 * c) for c in frame), int(edge * 0.8))
                draw.line([outer[0], cy - h * 0.3, outer[2], cy - h * 0.3], tuple(int(255 * c) for c in frame), int(edge * 0.8))
                pens["shine"].line([cx, outer[1], cx, outer[3]], 0, int(edge * 0.8))
            draw.rectangle([outer[0], outer[1], outer[2], outer[1] + edge * 1.2], (18, 18, 20))
            if sill:
                draw.rectangle([outer[0] - 2 * edge, outer[3] + edge, outer[2] + 2 * edge, outer[3] + 2.2 * edge], (205, 203, 198))
                draw.rectangle([outer[0] - 2 * edge, outer[3] + 2.2 * edge, outer[2] + 2 * edge, outer[3] + 3.2 * edge], (95, 92, 88))
    small = lambda image: np.asarray(image.resize((SIZE, SIZE), Image.BOX), np.float32) / 255
    mirror = small(masks["mirror"])
    return picture(small(color), small(masks["tint"]), 0.85 - 0.8 * mirror, mirror, small(masks["shine"]))


def wall_of(name):
    return brick()[0][..., :3] / 255.0 if name == "brick" else plaster()[0][..., :3] / 255.0


def shop():
    """Ground floor fronts: large panes, doors, sign boards in several colours."""
    rng = np.random.default_rng(20)
    size = SIZE * 2
    color, tint = Image.new("RGB", (size, size), (215, 212, 205)), Image.new("L", (size, size), 255)
    mirror, shine = Image.new("L", (size, size), 0), Image.new("L", (size, size), 0)
    draws = [ImageDraw.Draw(image) for image in (color, tint, mirror, shine)]
    boards = [(150, 40, 36), (32, 70, 120), (30, 95, 70), (190, 140, 40), (60, 60, 66), (120, 60, 110)]
    for k in range(3):
        left, right = k * size / 3 + 22, (k + 1) * size / 3 - 22
        board = boards[rng.integers(len(boards))]
        draws[0].rectangle([left, 60, right, 230], board)
        draws[1].rectangle([left, 60, right, 230], 0)
        x = left + 50
        while x < right - 60:
            width = rng.integers(14, 34)
            draws[0].rectangle([x, 115, x + width, 175], (240, 236, 225))
            x += width + 14
        draws[0].rectangle([left, 260, right, size - 70], (60, 58, 56))
        draws[1].rectangle([left, 260, right, size - 70], 0)
        door = left + (right - left) * rng.choice([0.0, 0.36, 0.68])
        for x0, x1 in ((left, left + (right - left) * 0.34), (left + (right - left) * 0.36, left + (right - left) * 0.66), (left + (right - left) * 0.68, right)):
            bottom = size - 90 if abs(x0 - door) > 5 else size - 6
            box = [x0 + 8, 275, x1 - 8, bottom]
            draws[0].rectangle(box, (26, 30, 34))
            for _ in range(5):
                goods = rng.uniform(box[0], box[2] - 30), rng.uniform(box[1] + 250, max(box[3] - 60, box[1] + 260))
                draws[0].rectangle([goods[0], goods[1], goods[0] + 30, goods[1] + 60], tuple(rng.integers(50, 130, 3).tolist()))
            draws[2].rectangle(box, 210)
            draws[3].rectangle(box, 200)
        draws[0].rectangle([left, 232, right, 240], (30, 30, 32))
    planes = [np.asarray(image.resize((SIZE, SIZE), Image.BOX), np.float32) / 255 for image in (color, tint, mirror, shine)]
    return picture(planes[0], planes[1], 0.8 - 0.75 * planes[2], planes[2], planes[3])


def gravel():
    return picture(gray(0.75 + 0.12 * cloud(14, 0.3)), rough=0.95)


def bark():
    noise = cloud(15, 0.9)
    return picture(gray(0.72 + 0.16 * noise), rough=0.95, height=0.5 + 0.2 * noise)


def worn():
    """Road paint: white with scuffs down to the asphalt."""
    bare = np.clip((cloud(16, 0.7) + 0.8 * cloud(17, 1.5) - 1.5) * 1.2, 0, 1)
    value = 0.95 - 0.62 * bare + 0.02 * cloud(18, 0.2)
    return picture(gray(value), rough=0.75)


def rubber():
    y = np.mgrid[0:SIZE, 0:SIZE][0] / SIZE
    rib = 0.5 + 0.5 * np.sin(2 * np.pi * y * 64)
    return picture(gray(0.80 + 0.04 * cloud(19, 0.5) + 0.05 * cloud(29, 1.5) + 0.03 * rib), rough=0.75, height=0.5 + 0.1 * rib + 0.04 * cloud(19, 0.5))


def steel():
    grain = cloud(21, 0.2)
    brushed = np.real(np.fft.ifft(np.fft.fft(grain, axis=1) * np.exp(-np.abs(np.fft.fftfreq(SIZE)) * 180)[None], axis=1)).astype(np.float32)
    brushed /= brushed.std()
    return picture(gray(0.86 + 0.035 * brushed + 0.025 * cloud(22, 1.5)), rough=0.42 + 0.05 * brushed, mirror=0.0, height=0.5 + 0.05 * brushed)


def cloth():
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    weave = np.sin(2 * np.pi * x * 90) * np.sin(2 * np.pi * y * 90)
    folds = cloud(23, 2.2, low=2, high=20)
    return picture(gray(0.86 + 0.03 * weave + 0.09 * folds), rough=0.95, height=0.5 + 0.25 * folds)


@functools.cache
def surfaces():
    """All layers as two arrays (layer, SIZE, SIZE, 4) uint8: colour with tint, and roughness, mirror, shine, height."""
    special = {
        "flats": lambda: facade(4, 4, (0.46, 0.52), 30, wall_of("plaster")),
        "office": lambda: facade(6, 4, (0.88, 0.70), 31, wall_of("plaster"), (0.35, 0.36, 0.38), sill=False, cross=False),
        "sash": lambda: facade(4, 4, (0.40, 0.58), 32, wall_of("brick")),
    }
    drawn = [special[name]() if name in special else globals()[name]() for name in LAYERS]
    return np.stack([d[0] for d in drawn]), np.stack([d[1] for d in drawn])


@functools.cache
def sky_noise():
    """Tileable noise for clouds, rain and wet patches, (SIZE, SIZE, 2) uint8."""
    planes = [cloud(40, 1.35), cloud(41, 0.8)]
    return np.stack([np.clip(p * 40 + 128, 0, 255).astype(np.uint8) for p in planes], -1)
