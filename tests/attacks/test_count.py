"""How many attacks there are: a list that is made from the routes and the schema could shrink unseen."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
LEAST = {
    "test_foreign_nodes.py": 250,
    "test_foreign_records.py": 700,
    "test_graphql.py": 100,
    "test_mass_assignment.py": 50,
    "test_requests.py": 200,
    "test_row_security.py": 50,
    "test_tokens.py": 150,
}
"""How many attacks each file has at least."""
LEAST_OF_ALL = 300


def test_there_are_as_many_named_attacks_as_are_promised() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    said = subprocess.run([*command, str(HERE)], capture_output=True, text=True, check=True, cwd=HERE.parents[1]).stdout
    names = re.findall(r"/(test_\w+\.py)::(.+)$", said, re.MULTILINE)
    found = Counter(file for file, _ in names)
    assert len(names) == len(set(names))
    assert len(names) >= LEAST_OF_ALL
    assert {file: number for file, number in LEAST.items() if found[file] < number} == {}
