"""Runs the requests of a page in one shell, as a reader would paste them, and holds the answers against the page.

A `sh` block is run. A `graphql` block is posted to the gateway; `as NAME` behind the word says which shell variable
holds the token. The block behind either, if it is `json`, `jsonl`, `http` or `text`, is what must be answered: `…`
stands for any value, and as a key for any further keys.
"""

import fnmatch
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docs.pages import Block, blocks
from tests.running_stack import RunningStack

RUN, ANSWERS = ("sh", "graphql"), ("json", "jsonl", "http", "text")
ANY = "…"
END = "\x1e"
PORTS = {"gateway": 8000, "incidents": 8001, "training": 8002, "reporting": 8004}


@dataclass(frozen=True, slots=True)
class Step:
    """One block that is run, and what the page says that it answers."""

    block: Block
    expected: Block | None


def steps(page: Path) -> list[Step]:
    """The blocks of a page that are run, each with its answer. Fails for an answer to nothing."""
    found: list[Step] = []
    previous: Block | None = None
    for block in blocks(page):
        if block.language in RUN:
            found.append(Step(block, None))
        elif block.language in ANSWERS:
            assert previous is not None, f"{page.name}:{block.line} answers nothing"
            assert previous.language in RUN, f"{page.name}:{block.line} answers nothing"
            found[-1] = Step(previous, block)
        previous = block
    return found


def run(page: Path, stack: RunningStack, folder: Path) -> list[str]:
    """Run a page's requests against a stack, in an empty folder; where the answers differ from what the page says."""
    wanted = steps(page)
    script = "\n".join(["set -eu", *(_shell(step.block, stack, folder) for step in wanted)])
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=90)
    said = done.stdout.split(END)
    assert done.returncode == 0, f"{page.name}: {done.stderr}\n{said[-1]}"
    return [
        f"{page.name}:{step.expected.line}: {difference}\n{answer}"
        for step, answer in zip(wanted, said, strict=False)
        if step.expected
        for difference in differences(step.expected, answer)
    ]


def differences(expected: Block, answer: str) -> Iterator[str]:
    """Where an answer is not as its block says."""
    if expected.language in ("http", "text"):
        lines = [line.strip().lower() for line in answer.splitlines()]
        for wanted in filter(None, expected.text.splitlines()):
            if not fnmatch.filter(lines, wanted.strip().lower().replace(ANY, "*")):
                yield f"no line is like {wanted}"
    elif expected.language == "jsonl":
        wanted_lines, found_lines = _lines(expected.text), _lines(answer)
        yield from _differ([json.loads(line) for line in wanted_lines], [json.loads(line) for line in found_lines], "")
    else:
        yield from _differ(json.loads(expected.text), json.loads(answer), "")


def _differ(wanted: Any, found: Any, place: str) -> Iterator[str]:
    if wanted == ANY:
        return
    if isinstance(wanted, dict) and isinstance(found, dict):
        open_ended = ANY in wanted
        for name in wanted.keys() - {ANY}:
            if name not in found:
                yield f"{place}/{name} is missing"
            else:
                yield from _differ(wanted[name], found[name], f"{place}/{name}")
        if not open_ended and (more := found.keys() - wanted.keys()):
            yield f"{place} has more: {sorted(more)}"
    elif isinstance(wanted, list) and isinstance(found, list):
        open_ended = bool(wanted) and wanted[-1] == ANY
        wanted = wanted[:-1] if open_ended else wanted
        if len(found) < len(wanted) or (len(found) > len(wanted) and not open_ended):
            yield f"{place} has {len(found)} elements"
        for index, (one, other) in enumerate(zip(wanted, found, strict=False)):
            yield from _differ(one, other, f"{place}/{index}")
    elif isinstance(wanted, str) and ANY in wanted and isinstance(found, str):
        if not fnmatch.fnmatchcase(found, wanted.replace("[", "[[]").replace(ANY, "*")):
            yield f"{place} is {found}"
    elif wanted != found or isinstance(wanted, bool) != isinstance(found, bool):
        yield f"{place} is {found}"


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _shell(block: Block, stack: RunningStack, folder: Path) -> str:
    text = block.text
    if block.language == "graphql":
        query = folder / f"{block.line}.json"
        query.write_text(json.dumps({"query": text}))
        token = f'-H "Authorization: Bearer ${block.rest.removeprefix("as ")}"' if block.rest else ""
        text = f"curl -sS {stack.addresses['gateway']}/graphql {token} -H 'Content-Type: application/json' -d @{query}"
    for name, port in PORTS.items():
        text = text.replace(f"http://127.0.0.1:{port}", stack.addresses[name])
    program = Path(sys.executable).with_name("daylight")
    for command in ("token", "import"):
        text = text.replace(f".venv/bin/daylight {command}", f"{program} {command} --data {stack.data}")
    text = text.replace(".daylight/", f"{stack.data}/")
    return f"{text}\nprintf '{END}'"
