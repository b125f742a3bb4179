"""What pyarrow, pandas, numpy and scipy read from files that carry types: writes typed.json beside this file, files included.

    python3 -m venv v && v/bin/pip install pandas==3.1.* pyarrow==26.* numpy==2.4.* scipy==1.17.* && v/bin/python tests/tables/typed.py

`crates/data/tests/suite/golden_typed.rs` reads the same bytes and compares. Nothing of decay is used here.
"""

import base64
import decimal
import io
import json
import math
from pathlib import Path

import numpy
import pandas
import pyarrow
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import scipy
from scipy.io import arff

rng = numpy.random.default_rng(11)
N = 40


def plain(value):
    """A value as JSON has it; missing is null, a boolean its word."""
    if value is None or value is pandas.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (bool, numpy.bool_)):
        return str(bool(value)).lower()
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.decode()
    return value.item() if isinstance(value, numpy.generic) else value


def moments(name, column):
    """Dates as decay's parts: the clock of the column's zone, instants of UTC."""
    utc = column.dt.tz_convert("UTC").dt.tz_localize(None) if column.dt.tz is not None else column
    parts = {
        "year": column.dt.year,
        "month": column.dt.month,
        "weekday": column.dt.day_of_week + 1,
        "hour": (column.dt.hour * 3600 + column.dt.minute * 60 + column.dt.second) / 3600,
        "instant": (utc - pandas.Timestamp(0)) / pandas.Timedelta(seconds=1),
    }
    if not parts["hour"].any():
        del parts["hour"]
    return {f"{name}.{part}": [None if pandas.isna(v) else float(v) for v in values] for part, values in parts.items()}


def columns_of(table):
    """The columns of a pyarrow table, each in the way that pyarrow or pandas shows it."""
    out = {}
    for name, column in zip(table.column_names, table.columns):
        kind = column.type
        if pyarrow.types.is_date(kind) or pyarrow.types.is_timestamp(kind):
            out |= moments(name, pandas.to_datetime(column.to_pandas()))
        elif pyarrow.types.is_time(kind):
            hours = [None if t is None else (t.hour * 3600 + t.minute * 60 + t.second) / 3600 for t in column.to_pylist()]
            out[f"{name}.hour"] = hours
        elif pyarrow.types.is_duration(kind):
            out[name] = [None if t is None else t.total_seconds() for t in column.to_pylist()]
        elif pyarrow.types.is_fixed_size_list(kind) or pyarrow.types.is_list(kind):
            rows = column.to_pylist()
            width = len(next(row for row in rows if row is not None))
            for place in range(width):
                out[f"{name}.{place}"] = [None if row is None else plain(row[place]) for row in rows]
        else:
            out[name] = [plain(v) for v in column.to_pylist()]
    return out


CASES = {}


def case(name, ending, data, columns):
    CASES[name] = {"ending": ending, "base64": base64.b64encode(data).decode(), "columns": columns}


def holes(values, share=0.1):
    return [None if rng.random() < share else v for v in values]


def typed(n=N):
    """A column of every type that becomes features."""
    days = numpy.datetime64("1969-11-05") + rng.integers(0, 30000, n)
    seconds = rng.integers(-10**9, 2 * 10**9, n)
    whole = lambda low, high: holes([int(v) for v in rng.integers(low, high, n)])
    return pyarrow.table(
        {
            "i8": pyarrow.array(whole(-128, 128), pyarrow.int8()),
            "i64": pyarrow.array(whole(-(2**50), 2**50), pyarrow.int64()),
            "u16": pyarrow.array(whole(0, 2**16), pyarrow.uint16()),
            "f16": pyarrow.array(rng.normal(size=n).astype(numpy.float16)),
            "f32": pyarrow.array(rng.normal(size=n).astype(numpy.float32)),
            "f64": pyarrow.array(holes(rng.normal(size=n) * 10.0 ** rng.integers(-200, 200, n)), pyarrow.float64()),
            "yes": pyarrow.array(holes([bool(v) for v in rng.integers(0, 2, n)])),
            "price": pyarrow.array(holes([decimal.Decimal(int(v)).scaleb(-2) for v in rng.integers(-(10**12), 10**12, n)]), pyarrow.decimal128(20, 2)),
            "city": pyarrow.array(holes(rng.choice(["Łódź", "Köln", "Rome, centre"], n).tolist())),
            "grade": pyarrow.array(holes(rng.choice(["low", "high"], n).tolist())).dictionary_encode(),
            "rank": pyarrow.array(rng.choice([10, 20, 30], n)).dictionary_encode(),
            "day": pyarrow.array(days.astype("datetime64[D]")),
            "when": pyarrow.array(holes([int(v) for v in seconds]), pyarrow.timestamp("s")),
            "ms": pyarrow.array([int(v) * 1000 for v in seconds], pyarrow.timestamp("ms")),
            "utc": pyarrow.array([int(v) * 10**6 for v in seconds], pyarrow.timestamp("us", tz="UTC")),
            "east": pyarrow.array([int(v) * 10**9 for v in seconds], pyarrow.timestamp("ns", tz="+05:30")),
            "clock": pyarrow.array([int(v) * 10**6 for v in rng.integers(0, 86400, n)], pyarrow.time64("us")),
            "took": pyarrow.array(whole(-(10**6), 10**6), pyarrow.duration("ms")),
            "point": pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(rng.normal(size=3 * n).astype(numpy.float32)), 3),
            "embedding": pyarrow.array(holes([list(map(float, row)) for row in rng.normal(size=(n, 4)).round(3)]), pyarrow.list_(pyarrow.float64())),
        }
    )


def parquet(table, **how):
    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out, **how)
    return out.getvalue()


def read_parquet(data):
    return columns_of(pyarrow.parquet.read_table(io.BytesIO(data)))


# half floats and lists with holes are of the newest versions alone
TABLE = typed()
for codec in ["none", "snappy", "gzip", "zstd", "lz4"]:
    data = parquet(TABLE, compression=codec)
    case(f"parquet_{codec}", "parquet", data, read_parquet(data))
data = parquet(TABLE, compression="zstd", data_page_version="2.0", row_group_size=13, use_dictionary=False)
case("parquet_pages_of_version_2", "parquet", data, read_parquet(data))
data = parquet(TABLE, compression="snappy", store_schema=False, data_page_size=64, version="1.0")
case("parquet_without_arrow_schema", "parquet", data, read_parquet(data))

frame = pandas.DataFrame({"x": rng.normal(size=N), "kind": pandas.Categorical(rng.choice(["a", "b"], N)), "n": rng.integers(0, 9, N)})
frame.loc[3, "x"] = numpy.nan
out = io.BytesIO()
frame.to_parquet(out)
case("pandas_to_parquet", "parquet", out.getvalue(), {name: [plain(v) for v in column] for name, column in frame.items()})

out = io.BytesIO()
pyarrow.feather.write_feather(TABLE, out, compression="lz4")
case("feather_lz4", "feather", out.getvalue(), columns_of(pyarrow.feather.read_table(io.BytesIO(out.getvalue()))))
for name, writer, ending in [("arrow_file", pyarrow.ipc.new_file, "arrow"), ("arrow_stream", pyarrow.ipc.new_stream, "arrows")]:
    out = io.BytesIO()
    with writer(out, TABLE.schema) as sink:
        for batch in TABLE.to_batches(max_chunksize=17):
            sink.write_batch(batch)
    case(name, ending, out.getvalue(), columns_of(TABLE))

ARFF = """% made by hand
@RELATION 'iris, or so'
@ATTRIBUTE length NUMERIC
@attribute 'the width' real
@attribute count integer % petals
@attribute colour {red,dark-blue,green}
@attribute seen date "yyyy-MM-dd HH:mm:ss"
@attribute class {Iris-setosa, Iris-virginica}

@data
""".replace(" % petals", "")
for k in range(N):
    width = "?" if k % 7 == 2 else repr(round(float(rng.normal()), 3))
    colour = ["red", "dark-blue", "green"][k % 3]
    seen = f'"{2001 + k:04d}-{1 + k % 12:02d}-{1 + k % 28:02d} {k % 24:02d}:30:15"'
    ARFF += f"{round(float(rng.normal()), 4)!r}, {width}, {k * k}, {colour}, {seen}, {'Iris-setosa' if k % 2 else 'Iris-virginica'}\n"
    if k == 5:
        ARFF += "% in between\n"
rows, meta = arff.loadarff(io.StringIO(ARFF))
found = {}
for name in meta.names():
    if meta[name][0] == "date":
        found |= moments(name, pandas.Series(rows[name]))
    else:
        found[name] = [plain(v) for v in rows[name]]
case("arff", "arff", ARFF.encode(), found)

lines = frame.assign(city=rng.choice(["Łódź", 'a "quoted" one'], N), day=[f"2024-{1 + k % 12:02d}-15" for k in range(N)], yes=rng.integers(0, 2, N) == 1)
lines["x"] *= 10.0 ** rng.integers(-250, 250, N)
text = "".join(json.dumps({k: plain_ for k, v in row.items() if (plain_ := (bool(v) if isinstance(v, (bool, numpy.bool_)) else plain(v))) is not None}, ensure_ascii=bool(n % 2)) + "\n" for n, row in enumerate(lines.to_dict("records")))
read = pandas.read_json(io.StringIO(text), lines=True, precise_float=True)
exact = [json.loads(line) for line in text.splitlines()]
found = {name: [plain(row.get(name)) for row in exact] for name in read.columns if name != "day"}
found |= moments("day", pandas.to_datetime(read["day"]))
case("json_lines", "jsonl", text.encode(), found)

base = rng.normal(size=(N, 3)) * 50
MATRICES = {
    "f2": base.astype(numpy.float16),
    "f4_fortran": numpy.asfortranarray(base.astype("<f4")),
    "f8_big_endian": base.astype(">f8"),
    "i2_big_endian": base.astype(">i2"),
    "u1": base.astype(numpy.int64).astype(numpy.uint8),
    "u8": base.astype(numpy.int64).astype(numpy.uint16).astype(numpy.uint64),
    "bool_fortran": numpy.asfortranarray(base > 0),
}


def matrix_columns(matrix):
    return {f"c{k}": [float(v) for v in matrix[:, k]] for k in range(matrix.shape[1])}


for name, matrix in MATRICES.items():
    out = io.BytesIO()
    numpy.save(out, matrix)
    back = numpy.load(io.BytesIO(out.getvalue()))
    case(f"npy_{name}", "npy", out.getvalue(), matrix_columns(back))
for name, save in [("npz", numpy.savez), ("npz_compressed", numpy.savez_compressed)]:
    out = io.BytesIO()
    classes = rng.integers(0, 3, N)
    save(out, x=base, y=numpy.eye(3, dtype=numpy.int8)[classes])
    back = numpy.load(io.BytesIO(out.getvalue()))
    case(name, "npz", out.getvalue(), matrix_columns(back["x"]) | {"label": [float(v) for v in back["y"].argmax(axis=1)]})

# for the tests of the command: what pandas writes of a frame whose rows were shuffled, with an index, dates, categories and embeddings
n = 150
height, kind = rng.normal(170, 9, n).round(1), rng.choice(["a", "b", "c"], n)
people = pandas.DataFrame(
    {
        "height": height,
        "member": rng.integers(0, 2, n) == 1,
        "kind": pandas.Categorical(kind),
        "since": pandas.Timestamp("2020-02-28") + pandas.to_timedelta(rng.integers(0, 1000, n), unit="D"),
        "face": list(rng.normal(size=(n, 4)).astype(numpy.float32)),
        "left": numpy.where(height + 6 * (kind == "a") > 172, "yes", "no"),
    }
).sample(frac=1, random_state=3)
people.loc[people.index[::11], "height"] = numpy.nan
people.to_parquet(Path(__file__).with_name("people.parquet"), compression="zstd")

versions = {own.__name__: own.__version__ for own in (numpy, pandas, pyarrow, scipy)}
path = Path(__file__).with_name("typed.json")
path.write_text(json.dumps({"versions": versions, "cases": CASES}, ensure_ascii=False, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
