"""Ports: the ones asked for, or free ones."""

import errno
import socket

from daylight.stack.trouble import CannotStart, of_system


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, `port` 0 for a free one; made before anything starts, so that a port in use is known at once.

    Raises CannotStart.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {port} is in use by another program: stop that, or give another port with --port (0 picks one)."
            ) from error
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise CannotStart(f"Only root may listen on port {port}: give another port with --port.") from error
        raise of_system(error) from error
    return listener
