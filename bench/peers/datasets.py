"""Writes a data set that scikit-learn ships: X by rows and y, 64-bit floats, and their shape.

  python3 datasets.py NAME FOLDER
"""
import json
import sys
from pathlib import Path

from sklearn import datasets

name, folder = sys.argv[1], Path(sys.argv[2])
data = getattr(datasets, f"load_{name}")()
y = data.target if data.target.ndim == 1 else data.target[:, 0]
data.data.astype("<f8").tofile(folder / "X.bin")
y.astype("<f8").tofile(folder / "y.bin")
print("RESULT " + json.dumps(dict(nSamples=data.data.shape[0], nFeatures=data.data.shape[1])))
