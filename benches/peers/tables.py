"""Prints the tables of docs/tables.md from docs/tables.csv, with Python's standard library alone.

    python3 benches/peers/tables.py

A row of the file is one fit: data, split, method, task, training rows, seconds, and the metrics on the test part (RMSE; NLL, accuracy,
calibration error of 15 bins, AUROC). Figures are means over splits; a ratio is the geometric mean over the tables that both have.
"""

import csv
import math
from collections import defaultdict
from pathlib import Path
from statistics import mean, median

NAMES = {
    "decay": "decay",
    "linear": "linear",
    "hgb": "HGB",
    "catboost": "CatBoost",
    "mlp": "MLP",
    "realmlp": "RealMLP-TD-S",
    "tabm": "TabM-D",
    "tabm": "TabM-D",
}


def figures(rows, metric):
    """Means over splits: figures[data][method]."""
    splits = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row[metric]:
            splits[row["data"]][row["method"]].append(float(row[metric]))
    return {data: {method: mean(values) for method, values in methods.items()} for data, methods in sorted(splits.items())}


def ratio(table, method):
    logs = [math.log(of["decay"] / of[method]) for of in table.values() if method in of]
    return math.exp(mean(logs)) if logs else None


def ranks(table):
    """Mean rank of each method that every table has, ties sharing the mean of their ranks."""
    methods = [method for method in NAMES if all(method in of for of in table.values())]
    rank = lambda of, method: 0.5 + sum(of[other] < of[method] for other in methods) + 0.5 * sum(of[other] == of[method] for other in methods)
    return {method: mean(rank(of, method) for of in table.values()) for method in methods}


def line(cells):
    print("| " + " | ".join(cells) + " |")


def show(rows, metric, title):
    table = figures(rows, metric)
    methods = [method for method in NAMES if any(method in of for of in table.values())]
    line([title, *(NAMES[method] for method in methods)])
    line(["---", *("--:" for _ in methods)])
    for data, of in table.items():
        best = min(of.values())
        cell = lambda value: "" if value is None else f"**{value:.4g}**" if value == best else f"{value:.4g}"
        line([data, *(cell(of.get(method)) for method in methods)])
    ratios = ["" if method == "decay" else f"{ratio(table, method):.3f}" for method in methods]
    line(["decay / other, geometric mean", *ratios])
    by_rank = sorted(ranks(table).items(), key=lambda pair: pair[1])
    print("\nMean rank: " + ", ".join(f"{NAMES[method]} {rank:.1f}" for method, rank in by_rank) + ".\n")


def main():
    with open(Path(__file__).parents[2] / "docs" / "tables.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    show(rows, "rmse", "RMSE")
    show(rows, "nll", "NLL")
    for metric in ["accuracy", "ece", "auroc"]:
        table = figures(rows, metric)
        methods = [method for method in NAMES if all(method in of for of in table.values())]
        print(f"{metric}, mean: " + ", ".join(f"{NAMES[method]} {mean(of[method] for of in table.values()):.3f}" for method in methods))
    seconds = defaultdict(list)
    for row in rows:
        if row.get("seconds"):
            seconds[row["method"]].append(float(row["seconds"]))
    print("seconds, median (largest): " + ", ".join(f"{NAMES[method]} {median(all):.1f} ({max(all):.0f})" for method, all in seconds.items()))


if __name__ == "__main__":
    main()
