"""Random views of labelled frames, made in batches on the GPU.

Geometry (scale, crop, flip) moves boxes and masks along; photometry changes only
the picture: exposure, gamma, colour, blur, sensor noise and JPEG-like blocking.
"""

import math

import torch
import torch.nn.functional as F

from .frames import Frames


def uniform(count, low, high, device, generator):
    """`[count]` uniform numbers."""
    return torch.rand(count, device=device, generator=generator) * (high - low) + low


def view_matrix(count, source, target, zoom, flip, device, generator, stretch=0.0):
    """A random window of the source for each image.

    `zoom` is the range of magnification relative to the whole frame filling the
    target. Returns `(scale [N, 2], offset [N, 2])`: source pixel = target pixel
    (of pixel centres) * scale + offset; a negative x scale mirrors.
    """
    magnify = torch.exp(uniform(count, math.log(zoom[0]), math.log(zoom[1]), device, generator))
    ratio = torch.exp(uniform(count, -stretch, stretch, device, generator))
    scale = torch.stack(
        (source[0] / target[0] / magnify * ratio, source[1] / target[1] / magnify / ratio), 1
    )
    extent = scale * torch.tensor(target, device=device, dtype=torch.float32)
    room = torch.tensor(source, device=device, dtype=torch.float32) - extent
    offset = torch.rand(count, 2, device=device, generator=generator) * room
    if flip:
        mirror = torch.rand(count, device=device, generator=generator) < 0.5
        offset[:, 0] = torch.where(mirror, offset[:, 0] + extent[:, 0], offset[:, 0])
        scale[:, 0] = torch.where(mirror, -scale[:, 0], scale[:, 0])
    return scale, offset


def sample(images, scale, offset, target, mode="bilinear"):
    """Resample `images [N, C, H, W]` (float) to `target` (width, height)."""
    height, width = images.shape[2:]
    x = torch.arange(target[0], device=images.device, dtype=torch.float32) + 0.5
    y = torch.arange(target[1], device=images.device, dtype=torch.float32) + 0.5
    gx = (x[None] * scale[:, :1] + offset[:, :1]) * (2.0 / width) - 1
    gy = (y[None] * scale[:, 1:] + offset[:, 1:]) * (2.0 / height) - 1
    grid = torch.stack(
        (gx[:, None].expand(-1, target[1], -1), gy[:, :, None].expand(-1, -1, target[0])), -1
    )
    padding = "border" if mode == "bilinear" else "zeros"
    return F.grid_sample(images, grid.to(images.dtype), mode=mode, padding_mode=padding, align_corners=False)


def sample_map(labels, scale, offset, target, outside):
    """Nearest-neighbour resampling of `labels [N, H, W]` uint8 to int64, `outside` beyond the frame."""
    values = sample(labels[:, None].float() + 1, scale, offset, target, "nearest")[:, 0]
    return torch.where(values == 0, torch.full_like(values, outside + 1), values).long() - 1


def move_boxes(boxes, scale, offset, target):
    """Boxes of the source in pixels of the view, clipped; and how much of each is left (0..1)."""
    x = (boxes[..., 0::2] - offset[:, None, :1]) / scale[:, None, :1]
    y = (boxes[..., 1::2] - offset[:, None, 1:]) / scale[:, None, 1:]
    x = torch.sort(x, -1).values
    y = torch.sort(y, -1).values
    full = (x[..., 1] - x[..., 0]) * (y[..., 1] - y[..., 0])
    x = x.clamp(0, target[0])
    y = y.clamp(0, target[1])
    left = (x[..., 1] - x[..., 0]) * (y[..., 1] - y[..., 0]) / full.clamp(min=1e-3)
    return torch.stack((x[..., 0], y[..., 0], x[..., 1], y[..., 1]), -1), left


LUMA = (0.299, 0.587, 0.114)


def photometric(images, generator, strength=1.0):
    """Exposure, contrast, gamma, saturation and colour cast of `[N, 3, H, W]` in 0..1."""
    n, device = len(images), images.device

    def draw(low, high):
        return uniform(n, low * strength, high * strength, device, generator)[:, None, None, None]

    images = images * torch.exp(draw(-0.35, 0.35))
    grey = (images * torch.tensor(LUMA, device=device)[None, :, None, None]).sum(1, keepdim=True)
    images = grey + (images - grey) * torch.exp(draw(-0.5, 0.35))
    mean = images.mean((2, 3), keepdim=True)
    images = mean + (images - mean) * torch.exp(draw(-0.3, 0.25))
    cast = uniform(n * 3, -0.08 * strength, 0.08 * strength, device, generator).reshape(n, 3, 1, 1)
    images = (images * (1 + cast)).clamp(1e-4, 1)
    return images.pow(torch.exp(draw(-0.3, 0.3))).clamp(0, 1)


def blur(images, generator, chance=0.2):
    """A 5x5 Gaussian of random width (up to 1 px) on some of the images."""
    n, device = len(images), images.device
    sigma = uniform(n, 0.3, 1.0, device, generator)
    on = (torch.rand(n, device=device, generator=generator) < chance).float()
    offset = torch.arange(-2, 3, device=device, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (offset[None] / sigma[:, None]).square())
    identity = (offset == 0).float()[None]
    kernel = kernel / kernel.sum(1, keepdim=True) * on[:, None] + identity * (1 - on[:, None])
    kernel = kernel.to(images.dtype)[:, :, None, None, None]
    height, width = images.shape[2:]
    wide = F.pad(images, (2, 2, 0, 0), mode="replicate")
    images = sum(kernel[:, i] * wide[:, :, :, i : i + width] for i in range(5))
    tall = F.pad(images, (0, 0, 2, 2), mode="replicate")
    return sum(kernel[:, i] * tall[:, :, i : i + height] for i in range(5))


# Luminance quantisation table of ITU-T T.81, Annex K.1.
QUANTISATION = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip


def compress(images, generator, chance=0.4):
    """JPEG-like loss: 8x8 DCT (ITU-T T.81 A.3.3) of each colour plane, quantised and restored."""
    n, channels, height, width = images.shape
    chosen = (torch.rand(n, device=images.device, generator=generator) < chance).nonzero()[:, 0]
    if len(chosen) == 0:
        return images
    device = images.device
    k = torch.arange(8, device=device, dtype=torch.float32)
    basis = torch.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) / 2
    basis[0] /= math.sqrt(2)
    quality = uniform(len(chosen), 0.1, 1.0, device, generator)[:, None, None, None, None, None]
    table = torch.tensor(QUANTISATION, device=device, dtype=torch.float32).reshape(8, 8) * quality
    table = table.clamp(min=1.0)
    picked = images[chosen].float() * 255 - 128
    luma = (picked * torch.tensor(LUMA, device=device)[None, :, None, None]).sum(1, keepdim=True)
    planes = torch.cat((luma, picked - luma), 1) if channels == 3 else picked
    blocks = planes.reshape(len(chosen), -1, height // 8, 8, width // 8, 8).transpose(3, 4)
    weight = torch.ones(planes.shape[1], device=device)
    weight[1:] = 2.0 if channels == 3 else 1.0
    step = table * weight[None, :, None, None, None, None]
    frequency = basis @ blocks @ basis.T
    restored = basis.T @ ((frequency / step).round() * step) @ basis
    restored = restored.transpose(3, 4).reshape(planes.shape)
    if channels == 3:
        restored = restored[:, 1:] + restored[:, :1]
    images = images.clone()
    images[chosen] = ((restored + 128) / 255).clamp(0, 1).to(images.dtype)
    return images


def noise(images, generator, most=0.02):
    """Gaussian sensor noise of a random strength for each image."""
    level = uniform(len(images), 0.0, most, images.device, generator)[:, None, None, None]
    grain = torch.randn(images.shape, device=images.device, generator=generator)
    return (images + grain * level * level / most).clamp(0, 1)


def degrade(images, generator, strength=0.6):
    """All that happens to a picture between the world and the network."""
    images = photometric(images, generator, strength)
    images = blur(images, generator)
    images = noise(images, generator)
    return compress(images, generator)


def batch(frames: Frames, index, target, generator, zoom=(0.8, 1.6), flip=True, train=True, keep=0.35):
    """A batch for training or, with `train` false, the plain whole frames.

    Returns a dict with `images [N, 3, h, w]` float 0..1, `boxes`, `classes`, `ignore`,
    `known`, `mask_ids`, and `semantic` / `ids` int64 maps of the target size if there are any.
    """
    picked = frames.select(index)
    device = picked.images.device
    count = len(index)
    if train:
        scale, offset = view_matrix(count, frames.size, target, zoom, flip, device, generator, 0.08)
        mixed = torch.rand(count, device=device, generator=generator) < 0.5
        plain = torch.tensor([frames.size[0] / target[0], frames.size[1] / target[1]], device=device)
        scale = torch.where(mixed[:, None], plain * torch.sign(scale), scale)
        start = torch.where(scale[:, :1] < 0, float(frames.size[0]), 0.0)
        offset = torch.where(mixed[:, None], torch.cat((start, torch.zeros_like(start)), 1), offset)
    else:
        scale = torch.tensor([[frames.size[0] / target[0], frames.size[1] / target[1]]], device=device)
        scale = scale.expand(count, -1).contiguous()
        offset = torch.zeros(count, 2, device=device)
    images = sample(picked.images.float() / 255, scale, offset, target)
    if train:
        images = degrade(images, generator)
    boxes, left = move_boxes(picked.boxes, scale, offset, target)
    size = boxes[..., 2:] - boxes[..., :2]
    gone = (size.amin(-1) < 3) | (left < 0.05)
    result = {
        "images": images,
        "boxes": boxes,
        "classes": torch.where(gone, torch.full_like(picked.classes, -1), picked.classes),
        "ignore": picked.ignore | (left < keep) | (size[..., 1] < 6),
        "known": picked.known,
        "mask_ids": picked.mask_ids,
    }
    if picked.semantic is not None:
        result["semantic"] = sample_map(picked.semantic, scale, offset, target, 255)
    if picked.ids is not None:
        result["ids"] = sample_map(picked.ids, scale, offset, target, 0)
    return result
