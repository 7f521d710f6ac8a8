"""Answers queries for ClickHouse by the engine of the package chdb: a line of JSON in, one line of JSON out."""

import json
import sys

from chdb.session import Session

session = Session()
for line in sys.stdin:
    sql = json.loads(line)
    try:
        if sql.startswith("SELECT"):
            text = session.query(sql, "JSONCompact").bytes().decode()
            answer = {"rows": json.loads(text)["data"]}
        else:
            session.query(sql)
            answer = {"rows": []}
    except Exception as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
