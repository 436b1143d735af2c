"""`daylight verify`: holds the disclosure record against itself, and against heads of it that somebody kept."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from pydantic import TypeAdapter, ValidationError

from daylight.stack.folders import Folders
from daylight.stack.running import settings_of
from daylight.stack.trouble import CannotStart
from gateway.database import DATABASE, PROJECTOR
from gateway.disclosures.sealing import DetailsSeal
from gateway.disclosures.store import ChainReport, verify_all
from shared.contracts.disclosures import TreeHead
from shared.records.database import Database
from shared.secrets import MissingSecret, Secrets
from shared.settings import Settings

HEADS = TypeAdapter(tuple[TreeHead, ...])


class NoHeads(Exception):
    """A file does not hold the heads of chains; the message is one sentence."""


def verify_disclosures(folders: Folders, *, heads: Path | None, keep: Path | None) -> int:
    """Print of each custodian's chain its head, or its first broken entry; exit code 0 if every chain holds.

    `heads` is a file that an earlier `keep` has written: what a chain was then, it must still begin with.
    """
    try:
        kept = _read(heads) if heads else ()
        reports = asyncio.run(_verify(settings_of(folders), kept))
        if keep and not any(report.broken for report in reports):
            keep.write_bytes(HEADS.dump_json(tuple(report.head for report in reports), indent=2) + b"\n")
    except (CannotStart, MissingSecret, NoHeads) as trouble:
        print(f"Nothing was verified: {trouble}", file=sys.stderr)
        return 1
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        print(f"Not verified: PostgreSQL or a file does not answer ({type(error).__name__}).", file=sys.stderr)
        return 1
    for report in reports:
        print(_line(report))
    broken = sum(report.broken is not None for report in reports)
    print(f"{len(reports) - broken} chains hold, {broken} broken")
    return 1 if broken else 0


async def _verify(settings: Settings, kept: Sequence[TreeHead]) -> list[ChainReport]:
    secrets = Secrets(settings.secrets_directory)
    seal = DetailsSeal(secrets.disclosure_key())
    database = await Database.open(settings, secrets, role=PROJECTOR, database=DATABASE.name)
    try:
        return [report async for report in verify_all(database, seal, kept)]
    finally:
        await database.close()


def _read(path: Path) -> tuple[TreeHead, ...]:
    try:
        return HEADS.validate_json(path.read_bytes())
    except ValidationError as error:
        raise NoHeads(f"{path} does not hold the heads of chains, as --keep writes them.") from error


def _line(report: ChainReport) -> str:
    if report.broken:
        return f"{report.custodian}: broken at entry {report.broken.number}: {report.broken.fault}"
    return f"{report.custodian}: {report.head.size} entries, {report.erased} erased, root {report.head.root}"
