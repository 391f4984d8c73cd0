"""Runs of the program as forks of a process that has imported it, since imports are most of a short run.

A run is a process of its own, with its own working folder, environment and standard streams, and begins from
the same memory each time: nothing of an earlier run is left. It differs from a new interpreter in that its
modules are loaded already, so tests of the start, of signals and of broken streams begin one
(tests/test_start.py, tests/faults). Elsewhere than on Linux, and where variables concern the interpreter
itself, one is begun here, too. `command` is the same for shells, hooks and editors.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import runpy
import select
import shlex
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OF_THE_INTERPRETER = ("PYTHON", "LC_", "LANG", "LD_", "DYLD_")
_LINUX = "run asks for Linux, whose sockets keep requests apart and hand over files"
_LONGEST = 1 << 20  # bytes of a request: arguments and environment
_CODE = struct.Struct("i")
_WITHOUT = (
    "csp_config.emulator",
    "csp_config.lsp",
    "csp_config.__main__",
)  # need extras, or are the run itself


def run(
    arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m csp_config ARGUMENTS`, with `given` as its standard input."""
    command = [sys.executable, "-m", "csp_config", *arguments]
    if sys.platform != "linux" or _concerns_the_interpreter(env):
        return subprocess.run(command, cwd=cwd, env=env, input=given, capture_output=True, check=False)
    request = json.dumps({"arguments": [*arguments], "cwd": str(cwd), "env": dict(env)}).encode()
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as errors,
    ):
        stdin.write(given)
        stdin.seek(0)
        told, code = os.pipe()
        streams: list[BinaryIO] = [stdin, out, errors]
        socket.send_fds(_parent(), [request], [*(stream.fileno() for stream in streams), code])
        os.close(code)
        with os.fdopen(told, "rb") as ended:
            (number,) = _CODE.unpack(ended.read())
        out.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(command, number, out.read(), errors.read())


def command(folder: Path) -> Path:
    """An executable file `csp-config` in `folder`. Its runs read and write UTF-8."""
    path = folder / "csp-config"
    begin = [sys.executable, "-m", "csp_config"]
    if sys.platform == "linux":
        begin = [sys.executable, "-I", "-S", str(Path(__file__).with_name("forked_command.py")), _listening()]
    path.write_text(f'#!/bin/sh\nexec {shlex.join(begin)} "$@"\n')
    path.chmod(0o755)
    return path


def _concerns_the_interpreter(env: Mapping[str, str]) -> bool:
    names = {name for name in (*env, *os.environ) if name.startswith(_OF_THE_INTERPRETER)}
    return any(env.get(name) not in (None, os.environ.get(name)) for name in names)


@cache
def _listening() -> str:
    """The address at which a process of its own waits for runs of the command, until this one ends."""
    if sys.platform != "linux":
        raise NotImplementedError(_LINUX)
    folder = tempfile.TemporaryDirectory(prefix="forked-")
    atexit.register(folder.cleanup)
    path = f"{folder.name}/runs"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(path)
        listening.listen(64)
        _start(listening)
    return path


@cache
def _parent() -> socket.socket:
    """The end of a connection to the process that forks, which ends when this one does."""
    return _start(None)


def _start(listening: socket.socket | None) -> socket.socket:
    """Start a process that forks for what is asked over the connection returned, or at an address."""
    if sys.platform != "linux":
        raise NotImplementedError(_LINUX)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        descriptors = [one.fileno() for one in (theirs, listening) if one is not None]
        process = subprocess.Popen(
            [sys.executable, __file__, *map(str, descriptors)],
            pass_fds=descriptors,
            env={**os.environ, "LC_ALL": "C.UTF-8"} if listening else None,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(asked: socket.socket, listening: socket.socket | None = None) -> None:
    """Fork for each request. Between us and a run stands a process that waits for it alone."""
    if sys.platform != "linux":
        raise NotImplementedError(_LINUX)
    _load(editors=listening is not None)
    gc.freeze()
    while True:
        waiting = [asked] if listening is None else [asked, listening]
        ready, _, _ = select.select(waiting, [], [])
        if asked in ready:
            request, descriptors, *_ = socket.recv_fds(asked, _LONGEST, 4)
            if not request:
                return
            if os.fork() == 0:
                asked.close()
                _wait_for_a_run(request, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
        elif listening is not None:
            connection, _ = listening.accept()
            with connection:
                if os.fork() == 0:
                    asked.close()
                    listening.close()
                    _answer_a_command(connection)
        _reap()


def _load(*, editors: bool) -> None:
    """Import all modules of the program; those for `editors`, which need an extra, only if it is there."""
    without = tuple(
        name for name in _WITHOUT if name != "csp_config.lsp" or not (editors and find_spec("pygls"))
    )
    for module in pkgutil.walk_packages(import_module("csp_config").__path__, "csp_config."):
        if not module.name.startswith(without):
            import_module(module.name)


def _reap() -> None:
    """Forget the processes that have done with waiting."""
    if sys.platform != "linux":
        raise NotImplementedError(_LINUX)
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if ended == 0:
            return


def _wait_for_a_run(request: bytes, descriptors: list[int]) -> NoReturn:
    if sys.platform != "linux":
        raise NotImplementedError(_LINUX)
    *streams, code = descriptors
    running = os.fork()
    if running == 0:
        os.close(code)
        _run(json.loads(request), streams)
    _, status = os.waitpid(running, 0)
    os.write(code, _CODE.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _answer_a_command(connection: socket.socket) -> NoReturn:
    """Run what a command asks for and send the exit code back; the run ends if the command does."""
    if sys.platform != "linux":
        raise NotImplementedError(_LINUX)
    request, streams, *_ = socket.recv_fds(connection, _LONGEST, 3)
    running = os.fork()
    if running == 0:
        connection.close()
        _run(json.loads(request), streams)
    for stream in streams:
        os.close(stream)
    ended = os.pidfd_open(running)
    ready, _, _ = select.select([ended, connection.fileno()], [], [])
    if ended not in ready:
        os.kill(running, signal.SIGKILL)
    _, status = os.waitpid(running, 0)
    if ended in ready:
        connection.send(_CODE.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _run(request: dict[str, object], streams: list[int]) -> NoReturn:
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    env, arguments = request["env"], request["arguments"]
    assert isinstance(env, dict)
    assert isinstance(arguments, list)
    os.chdir(str(request["cwd"]))
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["csp_config", *arguments]
    code = 1
    try:
        runpy.run_module("csp_config", run_name="__main__", alter_sys=True)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(*(socket.socket(fileno=int(descriptor)) for descriptor in sys.argv[1:]))
