"""Writes pyarrow.parquet and int96.parquet into a folder: types and encodings that DuckDB does not write.

    pip install pyarrow numpy
    python3 test/golden/parquet_files.py test/golden/parquet_files
"""
import datetime
import sys
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
table = pa.table(
    {
        "u64": pa.array([2**64 - 1, None, 3], pa.uint64()),
        "u32": pa.array([2**32 - 1, None, 3], pa.uint32()),
        "i8": pa.array([-128, None, 127], pa.int8()),
        "half": pa.array(np.array([1.5, -65504, 0.00006103515625], np.float16)),
        "money": pa.array([Decimal("0.30"), None, Decimal("-123456789012345678901234567890.12")], pa.decimal128(38, 2)),
        "price": pa.array([Decimal("0.1"), Decimal("0.7"), None], pa.decimal128(5, 1)),
        "cents": pa.array([Decimal("12345678901234.6789"), Decimal("0.0003"), None], pa.decimal128(18, 4)),
        "code": pa.array(["b", "ä", "b"]).dictionary_encode(),
        "day": pa.array([datetime.date(1969, 12, 31), None, datetime.date(2024, 2, 29)]),
        "ms": pa.array([0, -1, None], pa.timestamp("ms")),
        "ns": pa.array([1, -1, 1709164800000000001], pa.timestamp("ns", "UTC")),
        "nothing": pa.nulls(3),
        "a.b": pa.array([1.0, float("nan"), None]),
        'q"': pa.array([True, None, False]),
        "__proto__": pa.array([7, 8, 9], pa.int16()),
    }
)
encodings = {"i8": "DELTA_BINARY_PACKED", "u32": "DELTA_BINARY_PACKED", "half": "BYTE_STREAM_SPLIT"}
pq.write_table(
    table,
    f"{folder}/pyarrow.parquet",
    compression="zstd",
    store_decimal_as_integer=True,
    use_dictionary=["code"],
    column_encoding=encodings,
    data_page_version="2.0",
    write_statistics=False,
    store_schema=False,
)
times = table.select(["ms", "ns"])
pq.write_table(times, f"{folder}/int96.parquet", use_deprecated_int96_timestamps=True, store_schema=False)
