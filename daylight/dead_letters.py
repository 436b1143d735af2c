"""`daylight dead-letters`: what a read model could not apply, why, and again."""

import asyncio
import sys
from collections.abc import Sequence

import asyncpg
from nats.errors import Error as NatsError

from daylight.read_models import READ_MODELS, Place
from daylight.stack.folders import Folders
from daylight.stack.running import settings_of
from daylight.stack.trouble import CannotStart
from shared.records.database import Database
from shared.records.dead_letters import DeadLetter, drop_dead_letters, list_dead_letters, replay_dead_letters
from shared.secrets import MissingSecret, Secrets
from shared.settings import Settings

LIST, SHOW, REPLAY, DROP = ACTIONS = ("list", "show", "replay", "drop")
EVERY = "all"


class NoSuchLetter(Exception):
    """A name that no dead letter has; the message is one sentence."""


def dead_letters(folders: Folders, model: str, action: str, names: Sequence[str]) -> int:
    """Do what `action` says with those letters of a read model that are named, `all` for every one.

    Exit code 0 if it did what it says; of `replay` it is 1 while one of the letters still cannot be applied.
    """
    try:
        return asyncio.run(_act(READ_MODELS[model], settings_of(folders), action, names))
    except (CannotStart, MissingSecret, NoSuchLetter) as trouble:
        print(f"Nothing was done: {trouble}", file=sys.stderr)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, NatsError) as error:
        print(
            f"Not done: PostgreSQL, NATS or the service does not answer ({type(error).__name__}).",
            file=sys.stderr,
        )
    return 1


async def _act(model: Place, settings: Settings, action: str, names: Sequence[str]) -> int:
    secrets = Secrets(settings.secrets_directory)
    database = await Database.open(settings, secrets, role=model.role, database=model.database)
    try:
        letters = await list_dead_letters(database)
        if action == LIST:
            return _list(letters)
        chosen = _chosen(letters, names)
        if action == SHOW:
            return _show(chosen)
        if action == DROP:
            await drop_dead_letters(chosen, database)
            print(f"{len(chosen)} dropped")
            return 0
        applied = await replay_dead_letters(chosen, model.apply, database, settings, secrets, reader=model.reader)
        print(f"{len(applied)} applied, {len(chosen) - len(applied)} still cannot be")
        return 0 if len(applied) == len(chosen) else 1
    finally:
        await database.close()


def _list(letters: Sequence[DeadLetter]) -> int:
    for letter in letters:
        print(f"{letter.name:<24} {letter.died_at:%Y-%m-%dT%H:%M:%SZ}  {letter.reason:<28} {letter.subject}")
    print(f"{len(letters)} dead letters")
    return 0


def _show(letters: Sequence[DeadLetter]) -> int:
    for letter in letters:
        facts = {
            "reason": letter.reason,
            "subject": letter.subject,
            "event": letter.event_id,
            "record": letter.record_id,
            "attempts": letter.attempts,
            "died at": f"{letter.died_at:%Y-%m-%dT%H:%M:%SZ}",
        }
        print(letter.name)
        for name, fact in facts.items():
            print(f"  {name:<9} {'-' if fact is None else fact}")
    return 0


def _chosen(letters: Sequence[DeadLetter], names: Sequence[str]) -> list[DeadLetter]:
    if EVERY in names:
        return list(letters)
    by_name = {letter.name: letter for letter in letters}
    if unknown := [name for name in names if name not in by_name]:
        raise NoSuchLetter(f"{', '.join(unknown)}: no dead letter has this name; `daylight dead-letters list`.")
    return [by_name[name] for name in dict.fromkeys(names)]
