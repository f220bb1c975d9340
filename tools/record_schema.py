"""Writes the schema of the copy that people take away, made of the tables, to selfcare/leaving/record.schema.json.

python -m tools.record_schema
"""

from selfcare import migrations
from selfcare.leaving import record_json

if __name__ == "__main__":
    migrations.models()
    record_json.SCHEMA.write_text(record_json.lines(), encoding="utf-8")
