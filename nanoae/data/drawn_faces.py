"""Procedural faces: a head with eyes, brows, nose and mouth on it, turned left, right or up, and looking at us.

A feature at (x, y) on a head of radius 1 has depth z = sqrt(1 - x^2 - y^2); turning by an angle moves it to
x cos + z sin, looking up moves it to y cos - z sin. Needs nothing.
"""
from functools import cache

import numpy as np

from .people import by_people

POSES = {"left": (-0.6, 0.0), "right": (0.6, 0.0), "up": (0.0, 0.45)}    # (yaw, pitch) in radians
MOUTHS = {"neutral": 0.0, "happy": 0.12, "sad": -0.1, "angry": -0.04}    # how far the corners of the mouth go up


class Person:
    """What is the same in all pictures of someone."""

    def __init__(self, rng):
        self.width, self.height = rng.uniform(0.42, 0.56), rng.uniform(0.62, 0.78)
        self.skin, self.hair, self.background = rng.uniform(0.45, 0.8), rng.uniform(0.05, 0.4), rng.uniform(0.1, 0.35)
        self.eyes, self.eye_height, self.eye_size = rng.uniform(0.32, 0.46), rng.uniform(-0.25, -0.1), rng.uniform(
            0.09, 0.14)
        self.brow, self.nose = rng.uniform(0.12, 0.22), rng.uniform(0.1, 0.18)
        self.mouth, self.mouth_height = rng.uniform(0.22, 0.36), rng.uniform(0.4, 0.52)
        self.fringe = rng.uniform(-0.75, -0.45)


def draw_face(person, yaw, pitch, expression, shape):
    """One picture, uint8 (h, w)."""
    h, w = shape
    y, x = np.mgrid[:h, :w]
    x, y = (2 * x / (w - 1) - 1) / person.width * w / h, (2 * y / (h - 1) - 1.02) / person.height

    def soft(distance, softness=0.06):
        return 1 / (1 + np.exp(np.clip(distance / softness, -50, 50)))

    def seen(px, py):
        """Where a feature of the head appears."""
        z = np.sqrt(max(0.0, 1 - px ** 2 - py ** 2))
        px, z = px * np.cos(yaw) + z * np.sin(yaw), z * np.cos(yaw) - px * np.sin(yaw)
        return px, py * np.cos(pitch) - z * np.sin(pitch)

    def put(picture, px, py, rx, ry, shade, tilt=0.0):
        at_x, at_y = seen(px, py)
        squeeze = max(0.35, np.cos(yaw + np.arcsin(np.clip(px, -0.9, 0.9))))    # seen from the side it is narrow
        along = (x - at_x) / (rx * squeeze)
        across = (y - at_y - tilt * (x - at_x)) / ry
        cover = soft(np.hypot(along, across) - 1, 0.2)
        return picture * (1 - cover) + shade * cover

    head = soft(np.hypot(x, y) - 1)
    light = 1 + 0.15 * x
    face = person.background * (1 - head) + person.skin * light * head
    top_x, top_y = seen(0, person.fringe)
    hair = head * soft(y - top_y + 0.15 * (x - top_x) ** 2)
    face = face * (1 - hair) + person.hair * hair
    for side in (-1, 1):
        face = put(face, side * person.eyes, person.eye_height, 1.5 * person.eye_size, person.eye_size, 0.95)
        face = put(face, side * person.eyes, person.eye_height, 0.7 * person.eye_size, 0.8 * person.eye_size, 0.05)
        slant = 0.5 * side if expression == "angry" else 0.0
        face = put(face, side * person.eyes, person.eye_height - person.brow, 0.2, 0.05, person.hair, slant)
    face = put(face, 0, 0.1, 0.07, person.nose, 0.75 * person.skin)
    lift = MOUTHS[expression]
    for k in np.linspace(-1, 1, 9):
        face = put(face, k * person.mouth, person.mouth_height - lift * k ** 2, 0.08, 0.05, 0.3 * person.skin)
    return np.rint(255 * np.clip(face, 0, 1)).astype(np.uint8)


@cache
def load_drawn_faces(shape=(1, 60, 64), people=20, seed=0):
    """The Dataset of pairs: each person in three poses and four expressions, the frontal picture as target."""
    rng = np.random.default_rng(seed)
    turned, frontal, person = [], [], []
    for k in range(people):
        someone = Person(rng)
        for expression in MOUTHS:
            target = draw_face(someone, 0.0, 0.0, expression, shape[1:])
            for yaw, pitch in POSES.values():
                turned.append(draw_face(someone, yaw, pitch, expression, shape[1:]))
                frontal.append(target)
                person.append(k)
    return by_people("drawn-faces", "embedded", np.stack(turned)[:, None], np.stack(frontal)[:, None],
                     np.array(person, np.uint8), "faces: drawn by nanoae")
