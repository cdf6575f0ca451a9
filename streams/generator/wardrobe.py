"""Who a person is to look at: figure, height, colours; and the bag carried."""

from dataclasses import dataclass

import numpy as np

from . import people

TOP_NAMES = ["black", "white", "blue", "red", "green", "brown", "brown", "blue", "yellow", "grey", "pink", "orange", "green", "brown", "blue", "pink"]


@dataclass
class Look:
    """A mesh key of `people.figure`, a scale, a palette, and the name of the top's colour."""

    key: str
    height: float
    palette: np.ndarray
    color: str
    type: str
    bag: str | None = None
    bag_palette: np.ndarray | None = None


def figure_key(style, dress, female, heavy):
    return f"person/{style}/{dress}/{int(female)}/{heavy}"


def figure_of(key):
    """The mesh behind a key."""
    if key.startswith("bag/"):
        return people.bag(key.split("/")[1])
    _, style, dress, female, heavy = key.split("/")
    return people.figure(style, dress, bool(int(female)), int(heavy))


def dress(rng, style=None, bags=0.0):
    """A person at random."""
    female = rng.random() < 0.5
    style = style or str(rng.choice(people.STYLES, p=[0.22, 0.30, 0.13, 0.13, 0.10, 0.07, 0.05] if female else [0.52, 0.04, 0.03, 0.03, 0.16, 0.10, 0.12]))
    cut = str(rng.choice(people.DRESSES, p=[0.68, 0.18, 0.14] if female else [0.80, 0.0, 0.20]))
    pick = lambda table: np.array(table[rng.integers(len(table))]) * rng.uniform(0.75, 1.2)
    top = int(rng.integers(len(people.CLOTHES)))
    shade = np.clip(np.array(people.CLOTHES[top]) * rng.uniform(0.75, 1.2), 0, 0.85)
    skin = np.array(people.SKINS[rng.integers(len(people.SKINS))]) * rng.uniform(0.9, 1.08)
    bottom = pick(people.TROUSERS)
    table = np.ones((8, 4))
    for slot, color in ((people.SKIN, skin**1.6), (people.HAIR, pick(people.HAIRS)), (people.TOP, shade), (people.BOTTOM, bottom), (people.SHOES, pick(people.SHOE)), (people.EXTRA, pick(people.CLOTHES))):
        table[slot, :3] = np.clip(color, 0.01, 0.9)
    table[people.SLEEVE, :3] = table[people.SKIN, :3] if rng.random() < 0.35 and cut != "coat" else shade
    bare = cut == "skirt" or rng.random() < 0.12
    table[people.SHIN, :3] = table[people.SKIN, :3] if bare else bottom
    look = Look(figure_key(style, cut, female, int(rng.random() < 0.3)), rng.uniform(0.90, 0.985) if female else rng.uniform(0.96, 1.09), table, TOP_NAMES[top], cut)
    if rng.random() < bags:
        look.bag = str(rng.choice(list(people.BAGS), p=[0.28, 0.22, 0.16, 0.18, 0.16]))
        look.bag_palette = np.ones((8, 4))
        look.bag_palette[0, :3] = np.clip(pick(people.CLOTHES), 0.02, 0.8)
    return look
