"""Pictures restored by scikit-image, and their PSNR and SSIM: golden values of the claim's tests.

    python -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-image==0.26.0
    venv/bin/python examples/tikhonov/golden/make_scikit_image.py     # writes scikit-image.json beside this file

The noise is a sum of twelve numbers of a linear congruential generator, so that the tests can draw the same.
"""
import importlib.metadata
import json
import pathlib

import numpy as np
from scipy.ndimage import convolve
from skimage import color, io, metrics, restoration

HERE = pathlib.Path(__file__).parent
VENDOR = HERE.parents[2] / "crates/data/vendor"
SIDE = 96
CORNERS = {"camera": (60, 180), "chelsea": (70, 120)}
BALANCES = [10.0 ** (k / 2) for k in range(-12, 5)]
NOISES = [0.01, 0.03, 0.1]


def kernel(name):
    if name == "motion blur":
        psf = np.ones((1, 9))
    else:
        y, x = np.mgrid[-6:7, -6:7]
        psf = np.exp(-(x * x + y * y) / (2 * 1.5**2))
    return psf / psf.sum()


def noise(count):
    state, values = 12345, []
    for _ in range(count):
        total = 0
        for _ in range(12):
            state = (1664525 * state + 1013904223) % 2**32
            total += state
        values.append(total / 2**32 - 6.0)
    return np.array(values)


def odd(psf):
    """The same in the middle of a square, which `wiener` and its regulariser take."""
    side = max(psf.shape)
    square = np.zeros((side, side))
    row = (side - psf.shape[0]) // 2
    square[row:row + psf.shape[0]] = psf
    return square


def quality(truth, found):
    psnr = metrics.peak_signal_noise_ratio(truth, found, data_range=1.0)
    ssim = metrics.structural_similarity(truth, found, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    return float(psnr), float(ssim)


delta = np.zeros((3, 3))
delta[1, 1] = 1.0
cases = []
for photograph, (row, column) in CORNERS.items():
    picture = io.imread(VENDOR / f"{photograph}.png")
    picture = picture / 255 if picture.ndim == 2 else color.rgb2gray(picture)
    truth = picture[row:row + SIDE, column:column + SIDE]
    for blur in ("Gaussian blur", "motion blur"):
        psf = odd(kernel(blur))
        for sigma in NOISES:
            seen = convolve(truth, psf, mode="wrap") + sigma * noise(SIDE * SIDE).reshape(SIDE, SIDE)
            mean = seen.mean()
            case = {"photograph": photograph, "corner": [row, column], "side": SIDE, "blur": blur, "sigma": sigma,
                    "seen": dict(zip(("psnr", "ssim"), quality(truth, seen)))}
            for name, reg in (("identity", delta), ("Laplacian", None)):
                rows = []
                for balance in BALANCES:
                    found = restoration.wiener(seen - mean, psf, balance, reg=reg, clip=False) + mean
                    psnr, ssim = quality(truth, found)
                    rows.append({"balance": balance, "psnr": psnr, "ssim": ssim, "first": found[0, :3].tolist()})
                case[name] = rows
            found, _ = restoration.unsupervised_wiener(seen - mean, psf, clip=False, rng=0)
            case["unsupervised"] = dict(zip(("psnr", "ssim"), quality(truth, found + mean)))
            cases.append(case)
            best = max(case["Laplacian"], key=lambda r: r["psnr"])
            print(photograph, blur, sigma, case["seen"]["psnr"], "identity", max(r["psnr"] for r in case["identity"]), "Laplacian", best["psnr"], best["balance"],
                  "unsupervised", case["unsupervised"])
versions = {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "scikit-image")}
(HERE / "scikit-image.json").write_text(json.dumps({"libraries": versions, "cases": cases}, indent=1) + "\n")
