"""Reads the SQL of `test/support/written-sql.ts` by sqlglot's grammars: each query must be one statement of known functions."""

import json
import sys

import sqlglot
from sqlglot import exp

GRAMMARS = {"duckdb": "duckdb", "postgresql": "postgres", "spark": "spark", "clickhouse": "clickhouse", "trino": "trino"}
# Functions of a database that sqlglot has no class for.
KNOWN = {"isnan", "is_nan", "from_base", "totypename", "sumkahan", "reinterpretasuint32", "tofloat64", "tostring", "fsum",
         "md5_number_lower", "pg_typeof", "conv"}

for dialect, queries in json.load(sys.stdin).items():
    assert len(queries) >= 19, f"{dialect}: only {len(queries)} queries"
    for query in queries:
        statements = sqlglot.parse(query, read=GRAMMARS[dialect], error_level=sqlglot.ErrorLevel.RAISE)
        assert len(statements) == 1 and isinstance(statements[0], exp.Select), query
        for function in statements[0].find_all(exp.Anonymous):
            assert function.name.lower() in KNOWN, f"{dialect}: unknown function {function.name}"
        tables = {part for table in statements[0].find_all(exp.Table) for part in (table.name, table.db)}
        assert tables == {'claims"of`all', "a schema"}, f"{dialect}: {tables}"
    print(f"{dialect}: {len(queries)} queries of {max(map(len, queries))} characters at most")
