"""Verifies what `GET /v1/disclosures` answered, on any machine, with nothing but Python's standard library.

    python3 verify_disclosures.py ANSWER.json [HEADS.json]

Each entry is hashed again, its details are held against their digest, and its proof is followed to the head of its
chain (RFC 9162, section 2.1.3). HEADS.json holds heads that were kept earlier, as `daylight verify disclosures --keep`
writes them: each chain must go on from its own (section 2.1.4), which needs an answer to a request with `kept_size`.
Exit code 0 if all of it holds, 1 if not.
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


def goes_on(older: bytes, first: int, newer: bytes, second: int, proof: list[bytes]) -> bool:
    """Whether a proof shows that a chain of `first` entries is the beginning of one of `second`."""
    if first == second:
        return older == newer
    nodes = [older, *proof] if first & (first - 1) == 0 else proof
    if not nodes or first > second:
        return False
    place, last = first - 1, second - 1
    while place % 2:
        place, last = place // 2, last // 2
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = (hashlib.sha256(b"\1" + node + one).digest() for one in (old, new))
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            new = hashlib.sha256(b"\1" + new + node).digest()
        place, last = place // 2, last // 2
    return last == 0 and old == older and new == newer


def fault_of_head(head: dict[str, Any], kept: dict[str, Any]) -> str:
    """What is wrong between the head of a chain and one that was kept of it; empty where it goes on from that."""
    if head["size"] < kept["size"]:
        return f"it once had {kept['size']} entries"
    if head["size"] > kept["size"] and head["consistency"] is None:
        return f"ask with kept_size={kept['size']}"
    proof = [bytes.fromhex(node) for node in head["consistency"] or ()]
    roots = bytes.fromhex(kept["root"]), bytes.fromhex(head["root"])
    holds = goes_on(roots[0], kept["size"], roots[1], head["size"], proof)
    return "" if holds else f"it does not go on from its first {kept['size']} entries as they were"


def main(answer_file: str, heads_file: str | None = None) -> int:
    """Verify an answer; print each entry, each head, and the verdict."""
    answer = json.loads(Path(answer_file).read_bytes())
    kept = {head["custodian"]: head for head in json.loads(Path(heads_file).read_bytes())} if heads_file else {}
    heads = {head["custodian"]: head for head in answer["heads"]}
    faults = 0
    for disclosure in answer["disclosures"]:
        entry, found = disclosure["entry"], fault(disclosure, heads)
        faults += bool(found)
        say(f"{entry['custodian']} {entry['number']}: {found or 'holds'}")
    for head in heads.values():
        found = fault_of_head(head, kept[head["custodian"]]) if head["custodian"] in kept else ""
        faults += bool(found)
        say(f"{head['custodian']}: {head['size']} entries, root {head['root']}{found and ': '}{found}")
    say("all of it holds" if not faults else f"{faults} do not hold")
    return 1 if faults else 0


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python3 verify_disclosures.py ANSWER.json [HEADS.json]")
    sys.exit(main(*sys.argv[1:]))
