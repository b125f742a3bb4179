"""What pandas and Python's csv read from untidy tables: writes golden.json beside this file, files included.

    python3 -m venv v && v/bin/pip install pandas==3.1.* && v/bin/python tests/tables/golden.py

`crates/data/tests/suite/golden_tables.rs` reads the same bytes and compares. Nothing of decay is used here.
"""

import base64
import csv
import io
import json
from pathlib import Path

import numpy
import pandas

rng = numpy.random.default_rng(7)
N = 40
X = rng.normal(size=(N, 3)).round(3)
BIG = rng.integers(1000, 9_999_999, size=N)
CITY = rng.choice(["Rome", "Łódź, centre", 'the "Hague"', "Köln"], size=N)
DAYS = pandas.Timestamp("2019-12-25 13:30") + pandas.to_timedelta(rng.integers(0, 10**6, size=N), unit="min")


def rows(cells, delimiter, end="\n", quoting=csv.QUOTE_MINIMAL, quotechar='"'):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting, quotechar=quotechar).writerows(cells)
    return out.getvalue()


def comma(x):
    return str(x).replace(".", ",")


def thousands(n, sign):
    return f"{n:,}".replace(",", sign)


def iso(frame):
    """Columns as lists; missing is null; dates as decay's parts."""
    out = {}
    for name, column in frame.items():
        if pandas.api.types.is_datetime64_any_dtype(column):
            parts = {
                "year": column.dt.year,
                "month": column.dt.month,
                "weekday": column.dt.day_of_week + 1,
                "hour": (column.dt.hour * 3600 + column.dt.minute * 60 + column.dt.second) / 3600,
                "instant": (column - pandas.Timestamp(0)) / pandas.Timedelta(seconds=1),
            }
            if not parts["hour"].any():
                del parts["hour"]
            for part, values in parts.items():
                out[f"{name}.{part}"] = [None if pandas.isna(v) else float(v) for v in values]
        else:
            out[str(name)] = [None if pandas.isna(v) else v for v in column.tolist()]
    return out


CASES = {}


def case(name, text, encoding="utf-8", **how):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    frame = pandas.read_csv(io.BytesIO(data), encoding=encoding, **how)
    frame = frame.rename(columns=str)
    CASES[name] = {"base64": base64.b64encode(data).decode(), "columns": iso(frame)}


head = ["a", "b", "c", "city"]
plain = [head] + [[*map(str, x), c] for x, c in zip(X, CITY)]
german = [head] + [[*map(comma, x), c] for x, c in zip(X, CITY)]
case("comma", rows(plain, ","))
case("semicolon_decimal_comma", rows(german, ";"), sep=";", decimal=",")
case("tab_crlf", rows(plain, "\t", end="\r\n"), sep="\t")
case("bar", rows(plain, "|"), sep="|")
case("all_quoted", rows(plain, ",", quoting=csv.QUOTE_ALL))
case("single_quotes", rows(plain, ",", quoting=csv.QUOTE_ALL, quotechar="'"), quotechar="'")
case("utf16", rows(plain, "\t"), encoding="utf-16", sep="\t")
case("utf8_bom", rows(plain, ","), encoding="utf-8-sig")
latin = [[cell.replace("Ł", "L").replace("ó", "o").replace("ź", "z") for cell in row] for row in plain]
case("latin_1", rows(latin, ";"), encoding="latin-1", sep=";")
blanks = "\n".join("  " + "   ".join(f"{v:8.3f}" for v in x) for x in X) + "\n"
case("runs_of_blanks", blanks, sep=r"\s+", header=None, names=["c0", "c1", "c2"])
case("years_above", rows([["2019", "2020", "2021"]] + [list(map(str, x)) for x in X], ","))
case("comments", "# made by hand\n# twice\n" + rows(plain, ","), comment="#")
amounts = [["n", "x", "city"]] + [[thousands(n, ","), x, c] for n, x, c in zip(BIG, X[:, 0], CITY)]
case("thousands", rows(amounts, ","), thousands=",")
swiss = [["n", "x", "city"]] + [[thousands(n, "."), comma(x), c] for n, x, c in zip(BIG, X[:, 0], CITY)]
case("thousands_points", rows(swiss, ";"), sep=";", thousands=".", decimal=",")
holes = [list(row) for row in plain]
for k, token in enumerate(["<NA>", "-", "#N/A", "n.a.", ".", "\\N", "NaN", "(null)", "", "#DIV/0!"]):
    holes[3 * k + 2][k % 3] = token
case("missing", rows(holes, ","), na_values=["-", "n.a.", ".", "\\N", "(null)", "#DIV/0!"])
dated = [["when", "x"]] + [[d.strftime("%Y-%m-%d %H:%M"), x] for d, x in zip(DAYS, X[:, 0])]
case("iso_times", rows(dated, ","), parse_dates=["when"])
dated = [["when", "x"]] + [[d.strftime("%d/%m/%Y"), x] for d, x in zip(DAYS, X[:, 0])]
case("days_first", rows(dated, ","), parse_dates=["when"], date_format="%d/%m/%Y")
dated = [["when", "x"]] + [[d.strftime("%b %d, %Y"), x] for d, x in zip(DAYS, X[:, 0])]
case("month_names", rows(dated, ","), parse_dates=["when"], date_format="%b %d, %Y")
case("repeated_names", rows([["a", "a", "a"]] + [list(map(str, x)) for x in X], ","))
exact = [["x"]] + [[repr(float(v))] for v in rng.normal(size=N) * 10.0 ** rng.integers(-300, 300, size=N)]
case("digits", rows(exact, ","))

path = Path(__file__).with_name("golden.json")
path.write_text(json.dumps({"pandas": pandas.__version__, "cases": CASES}, ensure_ascii=False, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
