"""Reference images for corruptions without chance, written beside this script.

    pip install numpy scipy scikit-image pillow opencv-python-headless imagecorruptions
    python make_golden.py

The constants are those of make_cifar_c.py of https://github.com/hendrycks/robustness. imagecorruptions asks for two modules
that its dependencies no longer have; neither matters for the helpers used here.
"""

import json
import platform
import sys
import types
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import scipy.ndimage
from PIL import Image
from skimage.color import hsv2rgb, rgb2hsv

interpolation = types.ModuleType("scipy.ndimage.interpolation")
interpolation.map_coordinates = scipy.ndimage.map_coordinates
sys.modules["scipy.ndimage.interpolation"] = interpolation
packages = types.ModuleType("pkg_resources")
packages.resource_filename = lambda *_: ""
sys.modules["pkg_resources"] = packages
from imagecorruptions.corruptions import _motion_blur, disk  # noqa: E402

SEED = 20261
LEVELS = 65535


def picture(side, channels):
    """Smooth shapes, an edge and some texture, in bytes."""
    rng = np.random.default_rng(SEED + channels)
    y, x = np.mgrid[0:side, 0:side] / side
    planes = []
    for c in range(channels):
        wave = 0.5 + 0.35 * np.sin(2 * np.pi * (x * (c + 1) + 0.7 * y) + c)
        wave[(x - 0.5) ** 2 + (y - 0.4) ** 2 < 0.06] *= 0.3 * (c + 1)
        wave[int(side * 0.7) :, : side // 3] = 0.95 - 0.2 * c
        planes.append(wave + 0.04 * rng.normal(size=wave.shape))
    return np.round(255 * np.clip(np.stack(planes, axis=-1), 0, 1)).astype(np.uint8)


def defocus(x, severity):
    radius, sigma = [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)][severity - 1]
    kernel = disk(radius=radius, alias_blur=sigma)
    return np.stack([cv2.filter2D(x[..., c], -1, kernel) for c in range(x.shape[2])], axis=-1)


def motion(x, severity, angle):
    radius, sigma = [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)][severity - 1]
    return np.stack([_motion_blur(x[..., c], radius, sigma, angle) for c in range(x.shape[2])], axis=-1)


def zoom(x, severity):
    factors = np.arange(1, [1.06, 1.11, 1.16, 1.21, 1.26][severity - 1], 0.01)
    side, total = x.shape[0], x.copy()
    for factor in factors:
        cropped = int(np.ceil(side / factor))
        top = (side - cropped) // 2
        middle = x[top : top + cropped, top : top + cropped]
        large = scipy.ndimage.zoom(middle, (factor, factor, 1), order=1)
        trim = (large.shape[0] - side) // 2
        total = total + large[trim : trim + side, trim : trim + side]
    return total / (len(factors) + 1)


def contrast(x, severity):
    mean = x.mean(axis=(0, 1), keepdims=True)
    return (x - mean) * [0.75, 0.5, 0.4, 0.3, 0.15][severity - 1] + mean


def brightness(x, severity):
    hsv = rgb2hsv(x)
    hsv[..., 2] = np.clip(hsv[..., 2] + [0.05, 0.1, 0.15, 0.2, 0.3][severity - 1], 0, 1)
    return hsv2rgb(hsv)


def pillow(x):
    return Image.fromarray(np.round(255 * x).astype(np.uint8).squeeze())


def pixelate(x, severity):
    share, side = [0.95, 0.9, 0.85, 0.75, 0.65][severity - 1], x.shape[0]
    small = pillow(x).resize((int(side * share), int(side * share)), Image.BOX)
    return np.asarray(small.resize((side, side), Image.BOX), dtype=float).reshape(x.shape) / 255


def jpeg(x, severity):
    file = BytesIO()
    pillow(x).save(file, "JPEG", quality=[80, 65, 58, 50, 40][severity - 1])
    return np.asarray(Image.open(file), dtype=float).reshape(x.shape) / 255


def rotation(x, degrees):
    # "grid-constant" lets values fade into the black outside; "constant" cuts them off at the border pixels' centres.
    return scipy.ndimage.rotate(x, degrees, reshape=False, order=1, mode="grid-constant")


def levels(x):
    """Channels first, as whole numbers of 1/65535."""
    return np.round(LEVELS * np.clip(np.moveaxis(x, -1, 0), 0, 1)).astype(int).ravel().tolist()


def main():
    cases = []
    pictures = {1: picture(32, 1) / 255, 3: picture(32, 3) / 255}

    def add(name, channels, severity, result, tolerance, **params):
        cases.append(
            {
                "name": name,
                "channels": channels,
                "severity": severity,
                "params": params,
                "expected": levels(result),
                "largest": tolerance[0],
                "mean": tolerance[1],
            }
        )

    exact = (2e-5, 2e-5)
    for severity in (1, 3, 4, 5):
        add("defocus_blur", 1, severity, defocus(pictures[1], severity), exact)
        add("zoom_blur", 1, severity, zoom(pictures[1], severity), exact)
        # Two roundings to bytes.
        add("pixelate", 1, severity, pixelate(pictures[1], severity), (1.1 / 255, 0.5 / 255))
        # Integer transforms: a coefficient halfway between two steps may fall either way, which moves its whole block.
        add("jpeg", 1, severity, jpeg(pictures[1], severity), (8.1 / 255, 0.4 / 255))
    for severity, angle in ((1, 0.0), (3, 45.0), (4, -17.0), (5, 38.5), (5, -90.0)):
        add("motion_blur", 1, severity, motion(pictures[1], severity, angle), exact, angle=angle)
    for severity in (2, 5):
        add("brightness", 3, severity, brightness(pictures[3], severity), exact)
        add("contrast", 3, severity, contrast(pictures[3], severity), exact)
        add("jpeg", 3, severity, jpeg(pictures[3], severity), (8.1 / 255, 1.0 / 255))
    for degrees in (30.0, 90.0, -200.0):
        add("rotation", 1, 0, rotation(pictures[1], degrees), exact, degrees=degrees)

    used = ["numpy", "scipy", "scikit-image", "pillow", "opencv-python-headless", "imagecorruptions"]
    libraries = {"python": platform.python_version()} | {name: version(name) for name in used}
    inputs = {str(c): np.moveaxis(picture(32, c), -1, 0).ravel().tolist() for c in (1, 3)}
    text = {"format": 1, "levels": LEVELS, "side": 32, "libraries": libraries, "inputs": inputs, "cases": cases}
    Path(__file__).with_name("corruptions.json").write_text(json.dumps(text) + "\n")


if __name__ == "__main__":
    main()
