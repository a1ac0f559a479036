"""The port that the chat window will listen on, found before anything slow begins."""

import socket

from qa.config import FootnoteError


class PortError(FootnoteError):
    """The port is in use, or the address is not this machine's."""


def free_port(host: str, port: int) -> int:
    """`port` if it can be listened on, any free one for 0. Raises PortError."""
    name = host.strip("[]")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise PortError(
            f"The chat window cannot listen on {host}, port {port}: {reason}. "
            "Choose another with --port (QA_PORT), 0 for any free one, or another address with --host (QA_HOST)."
        ) from error
