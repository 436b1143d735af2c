"""One running stack: the steps from a data folder to services that answer."""

import gc
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from daylight.house import NATS_USERS, SERVERS, WORKERS, Server, Worker, roles
from daylight.stack.folders import Folders
from daylight.stack.nats_server import NatsServer
from daylight.stack.ports import free_port, listen
from daylight.stack.postgres_server import SUPERUSER, PostgresServer, home_for
from daylight.stack.prepare import prepare
from daylight.stack.processes import call_this_process, fork, unprivileged_account
from daylight.stack.state import ProcessState, StackState, this_process
from daylight.stack.status import CONSUMER, is_projecting, readiness
from daylight.stack.supervisor import Supervisor
from daylight.stack.trouble import CannotStart, of_system
from gateway.oauth.clients import Registration, demo_clients
from shared.secrets import Secrets
from shared.settings import Settings

LARGEST_PORT = 65_535 - max(server.offset for server in SERVERS)
EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104  compared with, never bound to
PROGRAM_SECONDS = 60
READY_SECONDS = 60
SERVICES_FIRST, PROGRAMS_LAST = 0, 1


@dataclass(slots=True)
class Stack:
    """A stack that is being started or runs. `settings` are the environment's; each step puts in what it has started.
    `given` names those that the environment has set.

    `superuser_url` leads to PostgreSQL with the rights to prepare it, and is handed to no service.
    """

    folders: Folders
    settings: Settings
    supervisor: Supervisor
    demo: bool
    superuser_url: str = ""
    listeners: dict[str, socket.socket] = field(default_factory=dict)
    ready: bool = False
    given: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.given = frozenset(self.settings.model_fields_set)

    @property
    def secrets(self) -> Secrets:
        """The secrets of this installation."""
        return Secrets(self.settings.secrets_directory)

    @property
    def addresses(self) -> dict[str, str]:
        """Base URL of each server."""
        host = "127.0.0.1" if self.settings.host in EVERY_ADDRESS else self.settings.host
        return {name: f"http://{host}:{listener.getsockname()[1]}" for name, listener in self.listeners.items()}

    def listen(self, port: int) -> None:
        """Take the ports: the gateway's and those counted from it, or free ones for port 0. Raises CannotStart."""
        if not 0 <= port <= LARGEST_PORT:
            raise CannotStart(f"A port is a number from 0 to {LARGEST_PORT}.")
        for server in SERVERS:
            self.listeners[server.name] = listen(self.settings.host, port + server.offset if port else 0)
        if "public_url" not in self.given:
            self._settle(public_url=self.addresses["gateway"])

    @property
    def clients(self) -> Sequence[Registration]:
        """The demo's clients; none in a database of someone else's, unless the demo was asked for."""
        return demo_clients() if self.demo or "database_url" not in self.given else ()

    def make_secrets(self) -> None:
        """Make the secrets that are missing. Raises CannotStart."""
        clients = [registration.client for registration in self.clients]
        self._settle(secrets_directory=self.folders.secrets)
        try:
            self.secrets.create(
                roles=[SUPERUSER, *roles()], bus_users=[user.name for user in NATS_USERS], clients=clients
            )
        except OSError as error:
            raise of_system(error) from error

    def start_programs(self) -> None:
        """Start PostgreSQL and NATS, unless the settings name others; wait until they answer. Raises CannotStart."""
        for what, answers in [self._start_postgres(), self._start_nats()]:
            self.supervisor.wait_until(answers, seconds=PROGRAM_SECONDS, what=f"{what} does not answer")
            self.supervisor.mark_ready(what)

    def prepare_databases(self) -> None:
        """Roles, databases and migrations, in a process of its own. Raises CannotStart."""
        with_rights = self.settings.model_copy(update={"database_url": self.superuser_url})
        errand = partial(prepare, with_rights, clients=self.clients)
        self.supervisor.run_errand(errand, log=self.folders.log("prepare"))

    def start_services(self) -> None:
        """Fork every process of Daylight, and wait until all of them are ready. Raises CannotStart."""
        gc.collect()
        gc.freeze()
        for process in (*SERVERS, *WORKERS):
            log = self.folders.log(process.name)
            start = partial(fork, partial(self._run, process), log=log)
            self.supervisor.add(process.name, start, log=log, ends_by=signal.SIGTERM, turn=SERVICES_FIRST)
        for name, address in self.addresses.items():
            self.supervisor.wait_until(partial(_is_ready, address), seconds=READY_SECONDS, what=f"{name} is not ready")
            self.supervisor.mark_ready(name)
        projecting = partial(is_projecting, self.settings.database_url, self.secrets)
        self.supervisor.wait_until(projecting, seconds=READY_SECONDS, what=f"{CONSUMER} is not ready")
        self.supervisor.mark_ready(CONSUMER)

    def note(self, states: Sequence[ProcessState]) -> None:
        """Write down the processes as they now are. A full disk must not end what runs."""
        where = self.settings.database_url, self.settings.nats_url
        state = StackState(this_process("supervisor"), self.ready, *where, tuple(states))
        try:
            state.write(self.folders.state)
        except OSError as error:
            if not self.ready:
                raise of_system(error) from error
            self.supervisor.say(str(of_system(error)))

    def _settle(self, **values: object) -> None:
        self.settings = self.settings.model_copy(update=values)

    def _start_postgres(self) -> tuple[str, Callable[[], bool]]:
        if "database_url" in self.given:
            self.superuser_url = self.settings.database_url
            self._settle(database_url=_without_user(self.settings.database_url))
            return "postgres", lambda: True
        account = unprivileged_account()
        home = home_for(self.folders.data, account)
        log = self.folders.log("postgres")
        server = PostgresServer(home, free_port(), account, self.secrets.database_password(SUPERUSER), log)
        self.superuser_url = server.url
        self._settle(database_url=_without_user(server.url))
        process = self.supervisor.add("postgres", server.start, log=log, ends_by=signal.SIGINT, turn=PROGRAMS_LAST)
        return "postgres", lambda: server.ready(process.pid)

    def _start_nats(self) -> tuple[str, Callable[[], bool]]:
        if "nats_url" in self.given:
            return "nats", lambda: True
        server = NatsServer(self.folders.nats, free_port(), self.folders.log("nats"))
        self._settle(nats_url=server.url)
        passwords = [self.secrets.nats_password(user.name) for user in NATS_USERS]
        start = partial(server.start, NATS_USERS, passwords)
        self.supervisor.add("nats", start, log=server.log, ends_by=signal.SIGTERM, turn=PROGRAMS_LAST)
        return "nats", server.ready

    def _run(self, process: Server | Worker) -> None:
        """What a fork does: it lets go of what is not its own, and works until it is told to end."""
        call_this_process(f"dl-{process.name}")
        for name, listener in self.listeners.items():
            if name != process.name:
                listener.close()
        if isinstance(process, Server):
            process.run(self.settings, self.listeners[process.name])
        else:
            process.run(self.settings)


def _is_ready(address: str) -> bool:
    return readiness(address) is not None


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
