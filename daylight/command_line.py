"""The `daylight` command."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it did what it says, 1 when not, 2 for a command that is not one."""
    chosen = _parser().parse_args(arguments)
    code: int = chosen.run(chosen)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="daylight", description="Open records for School Resource Officer programs.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    stack = argparse.ArgumentParser(add_help=False)
    stack.add_argument("--data", type=Path, metavar="DIR", help="the stack's data folder (default: .daylight here)")

    up = commands.add_parser("up", parents=[stack], help="start PostgreSQL, NATS and Daylight's services")
    up.add_argument("--port", type=int, default=8000, help="the gateway's port; 0 picks free ones (default: 8000)")
    up.add_argument("--detach", action="store_true", help="return once everything is ready")
    up.add_argument("--no-demo", dest="demo", action="store_false", help="leave an empty database empty")
    up.set_defaults(run=_up)

    down = commands.add_parser("down", parents=[stack], help="stop a stack that was started with --detach")
    down.set_defaults(run=_down)

    status = commands.add_parser("status", parents=[stack], help="how every process is; exit code 1 unless all is well")
    status.add_argument("--json", dest="as_json", action="store_true", help="for programs")
    status.set_defaults(run=_status)

    token = commands.add_parser("token", parents=[stack], help="print an access token of a client")
    token.add_argument("client", metavar="CLIENT", help="its secret lies in the secrets directory")
    token.add_argument("--purpose", metavar="CODE", help="what the data is asked for (default: the client's own)")
    token.set_defaults(run=_token)

    _add_import(commands, stack)
    _add_mending(commands, stack)
    return parser


def _add_mending(commands: Any, stack: argparse.ArgumentParser) -> None:
    rebuild = commands.add_parser(
        "rebuild",
        parents=[stack],
        help="rebuild a read model from the services' logs",
        description="Rebuild the gateway's documents, or what reporting counts, from the services' logs.",
    )
    rebuild.add_argument("model", choices=["gateway", "reporting"], help="which read model")
    rebuild.add_argument(
        "--compare", action="store_true", help="build beside the live one and print the differences; change nothing"
    )
    rebuild.set_defaults(run=_rebuild)

    verify = commands.add_parser("verify", help="hold what nobody may have changed against itself")
    what = verify.add_subparsers(required=True, metavar="disclosures")
    disclosures = what.add_parser("disclosures", parents=[stack], help="the chains; names the first broken entry")
    disclosures.add_argument("--heads", type=Path, metavar="FILE", help="heads that were kept earlier must still hold")
    disclosures.add_argument("--keep", type=Path, metavar="FILE", help="write the heads as they are now, to be kept")
    disclosures.set_defaults(run=_verify_disclosures)

    letters = commands.add_parser("dead-letters", help="what could not be applied, why, and again")
    actions = letters.add_subparsers(required=True, dest="action", metavar="list|show|replay|drop")
    of = argparse.ArgumentParser(add_help=False)
    of.add_argument("--of", choices=["gateway", "reporting"], default="gateway", help="which read model's letters")
    actions.add_parser("list", parents=[stack, of], help="every letter: name, when, why").set_defaults(names=())
    for action, does in (
        ("show", "all that is known of some letters"),
        ("replay", "ask their service for the events again and apply them"),
        ("drop", "give letters up: what they would have changed stays unchanged"),
    ):
        parser = actions.add_parser(action, parents=[stack, of], help=does)
        parser.add_argument("names", nargs="+", metavar="LETTER", help="as `list` names it, or `all`")
    letters.set_defaults(run=_dead_letters)


def _add_import(commands: Any, stack: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("import", parents=[stack], help="bring in a file through the public API")
    parser.add_argument("file", type=Path, metavar="FILE", help="a NIBRS flat file, CSV or NDJSON; .gz is understood")
    parser.add_argument("--mapping", required=True, metavar="NAME|PATH", help="how the file is read, for example nibrs")
    parser.add_argument("--client", default="demo-rms", metavar="NAME", help="who sends it (default: demo-rms)")
    parser.add_argument("--agency", metavar="ORI", help="take this agency's incidents alone")
    parser.add_argument("--time-zone", metavar="TZ", help="the agency's, as in America/Chicago")
    parser.add_argument("--dry-run", action="store_true", help="check everything and store nothing")
    parser.set_defaults(run=_import)


# Each command imports its own part: `daylight token` is not to wait for every service to be imported.


def _up(chosen: argparse.Namespace) -> int:
    from daylight.stack.up import Options, up  # noqa: PLC0415

    return up(Options(chosen.data, chosen.port, chosen.demo), detach=chosen.detach)


def _down(chosen: argparse.Namespace) -> int:
    from daylight.stack.down import down  # noqa: PLC0415
    from daylight.stack.folders import Folders  # noqa: PLC0415

    return down(Folders.at(chosen.data))


def _status(chosen: argparse.Namespace) -> int:
    from daylight.stack.folders import Folders  # noqa: PLC0415
    from daylight.stack.status import status  # noqa: PLC0415

    return status(Folders.at(chosen.data), as_json=chosen.as_json)


def _token(chosen: argparse.Namespace) -> int:
    from daylight.stack.folders import Folders  # noqa: PLC0415
    from daylight.stack.token import token  # noqa: PLC0415

    return token(Folders.at(chosen.data), chosen.client, chosen.purpose)


def _rebuild(chosen: argparse.Namespace) -> int:
    from daylight.rebuilding import rebuild  # noqa: PLC0415
    from daylight.stack.folders import Folders  # noqa: PLC0415

    return rebuild(Folders.at(chosen.data), chosen.model, compare=chosen.compare)


def _verify_disclosures(chosen: argparse.Namespace) -> int:
    from daylight.stack.folders import Folders  # noqa: PLC0415
    from daylight.verifying import verify_disclosures  # noqa: PLC0415

    return verify_disclosures(Folders.at(chosen.data), heads=chosen.heads, keep=chosen.keep)


def _dead_letters(chosen: argparse.Namespace) -> int:
    from daylight.dead_letters import dead_letters  # noqa: PLC0415
    from daylight.stack.folders import Folders  # noqa: PLC0415

    return dead_letters(Folders.at(chosen.data), chosen.of, chosen.action, chosen.names)


def _import(chosen: argparse.Namespace) -> int:
    from daylight.importing.command import run  # noqa: PLC0415
    from daylight.importing.stack import StackAddress  # noqa: PLC0415
    from daylight.stack.folders import Folders  # noqa: PLC0415
    from daylight.stack.trouble import CannotStart  # noqa: PLC0415

    folders = Folders.at(chosen.data)
    try:
        addresses = folders.read_addresses()
    except CannotStart as trouble:
        print(f"Nothing was imported: {trouble}", file=sys.stderr)
        return 2
    return run(
        chosen.file,
        chosen.mapping,
        client=chosen.client,
        agency=chosen.agency,
        time_zone=chosen.time_zone,
        dry_run=chosen.dry_run,
        stack=StackAddress(**addresses, secrets_directory=folders.secrets),
    )
