"""Prints a table of two labels that two of its three numbers decide, but for noise."""

import random

random.seed(3)
print("a,b,c,hot,wet")
for _ in range(300):
    a, b, c = (random.gauss(0, 1) for _ in range(3))
    hot, wet = a + random.gauss(0, 0.5) > 0, b - a + random.gauss(0, 1) > 0.3
    print(f"{a:.4f},{b:.4f},{c:.4f},{int(hot)},{'yes' if wet else 'no'}")
