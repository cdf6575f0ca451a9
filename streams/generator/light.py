"""The light of a scene: sun, sky, clouds, fog, rain, and how the sensor takes it."""

from dataclasses import dataclass, replace

import numpy as np

WEATHERS = ("sun", "haze", "overcast", "rain", "dusk", "morning")


@dataclass
class Light:
    """What the shaders need; colours are linear."""

    sun_direction: np.ndarray
    sun_color: np.ndarray
    zenith: np.ndarray
    horizon: np.ndarray
    ground: np.ndarray
    cloud_color: np.ndarray
    cloud_cover: float = 0.4
    cloud_shift: tuple = (0.0, 0.0)
    fog: float = 0.0006
    night: float = 0.0
    wet: float = 0.0
    rain: float = 0.0
    grime: float = 0.5
    exposure: float = 0.75
    bloom: float = 0.05
    grain: float = 0.012
    vignette: float = 0.18
    saturation: float = 1.08
    softness: float = 0.15
    balance: tuple = (1.0, 1.0, 1.0)


def toward(azimuth, elevation):
    """The unit direction at an azimuth (degrees from +y towards +x) and elevation."""
    a, e = np.radians(azimuth), np.radians(elevation)
    return np.array([np.sin(a) * np.cos(e), np.cos(a) * np.cos(e), np.sin(e)])


def weather(name, rng, azimuth):
    """A light for one of `WEATHERS`, with its own chance variation."""
    v = np.array
    if name == "sun":
        light = Light(toward(azimuth, rng.uniform(32, 58)), v([3.3, 3.05, 2.7]), v([0.20, 0.36, 0.72]), v([0.62, 0.74, 0.90]), v([0.30, 0.29, 0.27]), v([1.25, 1.25, 1.25]), rng.uniform(0.2, 0.5), exposure=0.62)
    elif name == "haze":
        light = Light(toward(azimuth, rng.uniform(28, 50)), v([2.3, 2.15, 1.9]), v([0.42, 0.54, 0.74]), v([0.85, 0.88, 0.90]), v([0.34, 0.33, 0.31]), v([1.15, 1.15, 1.15]), 0.65, fog=rng.uniform(0.0015, 0.004), exposure=0.62)
    elif name == "overcast":
        light = Light(toward(azimuth, rng.uniform(40, 65)), v([0.55, 0.55, 0.55]), v([0.86, 0.90, 0.96]), v([0.95, 0.97, 1.0]), v([0.36, 0.36, 0.36]), v([0.95, 0.96, 0.98]), 1.0, fog=rng.uniform(0.0008, 0.003), exposure=0.80)
    elif name == "rain":
        light = Light(toward(azimuth, rng.uniform(40, 65)), v([0.25, 0.25, 0.26]), v([0.62, 0.66, 0.72]), v([0.74, 0.77, 0.80]), v([0.25, 0.25, 0.26]), v([0.66, 0.68, 0.71]), 1.0,
                      fog=rng.uniform(0.0012, 0.0045), wet=rng.uniform(0.6, 1.0), rain=rng.uniform(0.5, 1.0), exposure=0.98, night=0.22, saturation=0.98)
    elif name == "dusk":
        light = Light(toward(azimuth, rng.uniform(7, 14)), v([1.6, 0.86, 0.45]), v([0.17, 0.22, 0.38]), v([0.62, 0.47, 0.38]), v([0.15, 0.14, 0.14]), v([0.85, 0.58, 0.48]), 0.5, fog=0.0012, night=0.9, exposure=1.15, grain=0.02)
    else:
        light = Light(toward(azimuth, rng.uniform(16, 26)), v([2.9, 2.35, 1.7]), v([0.26, 0.40, 0.70]), v([0.85, 0.78, 0.70]), v([0.28, 0.26, 0.24]), v([1.2, 1.1, 1.0]), 0.35, fog=0.0010, exposure=0.66)
    light.cloud_shift = tuple(rng.uniform(0, 1, 2))
    light.grime = rng.uniform(0.2, 0.9)
    light.exposure *= rng.uniform(0.82, 1.2)
    light.saturation *= rng.uniform(0.85, 1.1)
    light.grain *= rng.uniform(0.6, 1.8)
    light.softness = rng.uniform(0.0, 0.35)
    light.balance = tuple(1 + rng.uniform(-0.05, 0.05, 3))
    return light


def ramp(x, start, end):
    """0 before start, 1 after end, smooth between."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)


def changing(light, time, strength):
    """The light `time` seconds on: a cloud covers the sun from 18 to 34 s, drizzle sets in from 44 s; the exposure follows late."""
    if strength == 0:
        return light
    shade = lambda t: strength * (ramp(t, 18, 23) - ramp(t, 31, 36) + ramp(t, 42, 48))
    cover, wet = shade(time), strength * ramp(time, 45, 54)
    gray = lambda color, level: color * (1 - 0.5 * cover) + 0.5 * cover * level * np.mean(color)
    return replace(
        light, sun_color=light.sun_color * (1 - 0.84 * cover), zenith=gray(light.zenith, np.array([1.15, 1.2, 1.25])), horizon=gray(light.horizon, np.array([1.0, 1.02, 1.05])),
        cloud_cover=light.cloud_cover + (0.95 - light.cloud_cover) * ramp(time, 40, 50) * strength, cloud_shift=(light.cloud_shift[0] + 0.0012 * time, light.cloud_shift[1] + 0.0005 * time),
        exposure=light.exposure * (1 + 0.42 * shade(time - 1.2)), wet=max(light.wet, 0.6 * wet), rain=max(light.rain, 0.45 * wet), fog=light.fog + 0.0012 * wet, night=max(light.night, 0.22 * wet))
