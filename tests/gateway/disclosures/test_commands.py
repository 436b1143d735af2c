"""What people run to verify the disclosure record: the installation's command, and a script for anybody."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from docs.verify_disclosures import canonical as canonical_of_script
from gateway.disclosures import store
from gateway.disclosures.entry import canonical
from gateway.disclosures.sealing import DetailsSeal
from gateway.disclosures.store import append
from shared.settings import Settings
from tests.docs.pages import DOCS
from tests.gateway.conftest import View
from tests.gateway.disclosures.entries import DISTRICT, asked
from tests.servers import environment

SCRIPT = DOCS / "verify_disclosures.py"
THREAT = "„Ein Messer“, \\ and\n\t🧭"


def verify(settings: Settings, folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """Run `daylight verify disclosures` as in a container, where the environment names every address."""
    addresses = {
        "DAYLIGHT_DATABASE_URL": settings.database_url,
        "DAYLIGHT_NATS_URL": settings.nats_url,
        "DAYLIGHT_SECRETS_DIRECTORY": str(settings.secrets_directory),
    }
    return subprocess.run(
        [sys.executable, "-m", "daylight", "verify", "disclosures", "--data", str(folder), *more],
        env=environment(**addresses),
        capture_output=True,
        text=True,
        check=False,
    )


def run_script(
    answer: dict[str, Any], folder: Path, kept: list[dict[str, Any]] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run the script alone, without any package, on an answer of the gateway and the heads that were kept."""
    path, heads = folder / "answer.json", folder / "heads.json"
    path.write_text(json.dumps(answer))
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(path)]
    if kept is not None:
        heads.write_text(json.dumps(kept))
        command.append(str(heads))
    return subprocess.run(command, capture_output=True, text=True, check=False)


async def an_answer(view: View, seal: DetailsSeal) -> dict[str, Any]:
    """What the gateway answers about an incident that was asked for twice."""
    for number in ("2026-1", "2026-2", "2026-3", "2026-1", "2026-4"):
        await append(view.reader, seal, asked(number=number, threat=THREAT))
    found = await store.about(view.reader, seal, [DISTRICT], "XX0000100/2026-1")
    return found.model_dump(mode="json")


async def test_the_command_says_that_every_chain_holds(
    view: View, seal: DetailsSeal, settings: Settings, tmp_path: Path
) -> None:
    await append(view.reader, seal, asked())
    done = verify(settings, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{DISTRICT}: 1 entries, 0 erased, root ")
    assert done.stdout.endswith("1 chains hold, 0 broken\n")


async def test_the_command_names_the_first_broken_entry(
    view: View, seal: DetailsSeal, settings: Settings, tmp_path: Path
) -> None:
    for _ in range(3):
        await append(view.reader, seal, asked())
    connection = await view.owner()
    await connection.execute("alter table disclosure disable trigger all")
    await connection.execute("update disclosure set content = replace(content, 'granted', 'refused') where number = 2")
    await connection.close()
    done = verify(settings, tmp_path)
    assert done.returncode == 1
    assert f"{DISTRICT}: broken at entry 2: its hash is not that of its content\n" in done.stdout


async def test_heads_that_were_kept_find_a_tail_that_was_cut_off(
    view: View, seal: DetailsSeal, settings: Settings, tmp_path: Path
) -> None:
    for _ in range(3):
        await append(view.reader, seal, asked())
    kept = str(tmp_path / "heads.json")
    assert verify(settings, tmp_path, "--keep", kept).returncode == 0
    connection = await view.owner()
    await connection.execute("delete from disclosure where number = 3")
    await connection.close()
    assert verify(settings, tmp_path).returncode == 0
    done = verify(settings, tmp_path, "--heads", kept)
    assert done.returncode == 1
    assert "broken at entry 3: it is missing" in done.stdout


def test_a_file_without_heads_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "heads.json").write_text("[]x")
    done = verify(settings, tmp_path, "--heads", str(tmp_path / "heads.json"))
    assert done.returncode == 1
    assert "does not hold the heads" in done.stderr


async def test_the_script_needs_nothing_but_python(view: View, seal: DetailsSeal, tmp_path: Path) -> None:
    done = run_script(await an_answer(view, seal), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("all of it holds\n")


@hypothesis.settings(max_examples=150, deadline=None, derandomize=True)
@hypothesis.given(
    texts=st.dictionaries(st.text("abc_xyz", min_size=1), st.text() | st.none() | st.integers(0, 2**53 - 1))
)
def test_the_script_writes_the_same_canonical_form(texts: dict[str, Any]) -> None:
    assert canonical_of_script(texts) == canonical(texts)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("disclosures", 0, "entry", "outcome"), "refused", "its hash"),
        (("disclosures", 1, "entry", "number"), 3, "its hash"),
        (("disclosures", 1, "hash"), "0" * 64, "its hash"),
        (("disclosures", 0, "details", "incident_number"), "2026-9", "its details"),
        (("disclosures", 0, "salt"), "00", "its details"),
        (("disclosures", 1, "proof", 0), "0" * 64, "its proof"),
        (("disclosures", 1, "proof"), [], "its proof"),
        (("heads", 0, "root"), "0" * 64, "its proof"),
        (("heads", 0, "size"), 3, "its chain"),
        (("heads", 0, "custodian"), "9900002", "its chain"),
    ],
)
async def test_the_script_finds_whatever_was_changed(
    view: View, seal: DetailsSeal, tmp_path: Path, place: tuple[str | int, ...], value: Any, said: str
) -> None:
    answer = await an_answer(view, seal)
    holder: Any = answer
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    done = run_script(answer, tmp_path)
    assert done.returncode == 1
    assert said in done.stdout


async def test_the_script_proves_that_a_chain_goes_on_from_a_head_that_was_kept(
    view: View, seal: DetailsSeal, tmp_path: Path
) -> None:
    kept = (await an_answer(view, seal))["heads"]
    for _ in range(8):
        await append(view.reader, seal, asked())
    found = await store.about(view.reader, seal, [DISTRICT], "XX0000100/2026-1", kept_size=kept[0]["size"])
    answer = found.model_dump(mode="json")
    assert answer["heads"][0]["size"] == 13
    done = run_script(answer, tmp_path, kept)
    assert (done.returncode, done.stdout.endswith("all of it holds\n")) == (0, True)


@pytest.mark.parametrize(
    ("kept_size", "head", "said"),
    [
        (5, {"root": "0" * 64}, "does not go on from its first 5 entries"),
        (3, {}, "does not go on from its first 5 entries"),
        (None, {}, "ask with kept_size=5"),
        (5, {"size": 20}, "once had 20 entries"),
    ],
    ids=["another history", "a proof from another head", "no proof", "a tail that is gone"],
)
async def test_the_script_finds_that_a_chain_does_not_go_on_from_it(
    view: View, seal: DetailsSeal, tmp_path: Path, kept_size: int | None, head: dict[str, Any], said: str
) -> None:
    (kept,) = (await an_answer(view, seal))["heads"]
    for _ in range(8):
        await append(view.reader, seal, asked())
    found = await store.about(view.reader, seal, [DISTRICT], "XX0000100/2026-1", kept_size=kept_size)
    done = run_script(found.model_dump(mode="json"), tmp_path, [kept | head])
    assert done.returncode == 1
    assert said in done.stdout
