"""`csp-config` on a PATH: hands a run over to the process that forks, and leaves with its exit code.

Run by `python -I -S forked_command.py SOCKET [arguments]`, which imports next to nothing. If it is killed,
so is the run.
"""

import json
import os
import socket
import struct
import sys


def main(path: str, arguments: list[str]) -> int:
    """Arguments, working folder, environment and standard streams go over; the exit code comes back."""
    if sys.platform != "linux":
        raise NotImplementedError
    request = {"arguments": arguments, "cwd": os.getcwd(), "env": dict(os.environ)}  # noqa: PTH109 - quick
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked:
        asked.connect(path)
        socket.send_fds(asked, [json.dumps(request).encode()], [0, 1, 2])
        answer = asked.recv(4)
    code: int = struct.unpack("i", answer)[0]
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
