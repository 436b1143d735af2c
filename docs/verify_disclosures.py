"""Verifies what `GET /v1/disclosures` answered, on any machine, with nothing but Python's standard library.

    python3 verify_disclosures.py ANSWER.json

Each entry is hashed again, its details are held against their digest, and its proof is followed to the head of its
chain (RFC 9162, section 2.1.3). Compare the heads that are printed with those that you or anybody else kept: for one
size, a chain has one root. Exit code 0 if all of it holds, 1 if not.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical(plain: object) -> bytes:
    """Canonical JSON (RFC 8785) of what an entry is made of: texts, whole numbers, null, and names in ASCII."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root that a proof leads to from a leaf at its place; None for a proof of the wrong length."""
    node, place, last = hashlib.sha256(b"\0" + leaf).digest(), index, size - 1
    for sibling in proof:
        if last == 0:
            return None
        if place % 2 or place == last:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        place, last = place // 2, last // 2
    return node if last == 0 else None


def fault(disclosure: dict[str, Any], heads: dict[str, dict[str, Any]]) -> str:
    """What is wrong with an entry; empty where it holds."""
    entry, digest = disclosure["entry"], sha256(canonical(disclosure["entry"]))
    if digest != disclosure["hash"]:
        return "its hash is not that of its content"
    if disclosure["details"] is not None:
        details = {"details": disclosure["details"], "salt": disclosure["salt"]}
        if sha256(canonical(details)) != entry["details_digest"]:
            return "its details are not those that were recorded"
    head = heads.get(entry["custodian"])
    if head is None or not 0 < entry["number"] <= head["size"]:
        return "its chain has no such place"
    proof = [bytes.fromhex(node) for node in disclosure["proof"]]
    root = root_of(bytes.fromhex(digest), entry["number"] - 1, head["size"], proof)
    return "" if root == bytes.fromhex(head["root"]) else "its proof does not lead to the head of its chain"


def main(path: str) -> int:
    """Verify an answer; print each entry, each head, and the verdict."""
    answer = json.loads(Path(path).read_bytes())
    heads = {head["custodian"]: head for head in answer["heads"]}
    faults = 0
    for disclosure in answer["disclosures"]:
        entry, found = disclosure["entry"], fault(disclosure, heads)
        faults += bool(found)
        say(f"{entry['custodian']} {entry['number']}: {found or 'holds'}")
    for head in heads.values():
        say(f"{head['custodian']}: {head['size']} entries, root {head['root']}")
    say(f"{len(answer['disclosures']) - faults} entries hold, {faults} do not")
    return 1 if faults else 0


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 verify_disclosures.py ANSWER.json")
    sys.exit(main(sys.argv[1]))
