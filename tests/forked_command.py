"""`csp-config` on a PATH: hands a run over to the process that forks, and leaves with its exit code.

Run by `python -I -S forked_command.py SOCKET [arguments]`, and imports next to nothing.
"""

import json
import os
import socket
import struct
import sys

CODE = struct.Struct("i")


def hand_over(
    address: str, arguments: list[str], folder: str, variables: dict[str, str], streams: list[int]
) -> int:
    """Have a run made at an address, and wait for it; its exit code, negative for a signal.

    `streams`: the descriptors of its standard input, output and error. If this process ends first, so does
    the run.
    """
    if sys.platform != "linux":
        raise NotImplementedError("sockets that keep requests apart and hand over files are Linux's")
    request = json.dumps({"arguments": arguments, "cwd": folder, "env": variables})
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked:
        asked.connect(address)
        socket.send_fds(asked, [request.encode()], streams)
        code: int = CODE.unpack(asked.recv(CODE.size))[0]
        return code


def main(address: str, arguments: list[str]) -> int:
    """The exit code as shells have it."""
    code = hand_over(address, arguments, os.getcwd(), dict(os.environ), [0, 1, 2])  # noqa: PTH109 - quick
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
