"""The `daylight` command."""

import argparse
from collections.abc import Sequence
from pathlib import Path


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
    return parser


# Each command imports its own part: `daylight token` is not to wait for every service to be imported.


def _up(chosen: argparse.Namespace) -> int:
    from daylight.stack.up import Options, up  # noqa: PLC0415

    return up(Options(chosen.data, chosen.port, chosen.demo), detach=chosen.detach)


def _down(chosen: argparse.Namespace) -> int:
    from daylight.stack.down import down  # noqa: PLC0415
    from daylight.stack.folders import Folders  # noqa: PLC0415

    return down(Folders.at(chosen.data))
