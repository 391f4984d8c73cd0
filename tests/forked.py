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
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tests.forked_command import CODE, hand_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OF_THE_INTERPRETER = ("PYTHON", "LC_", "LANG", "LD_", "DYLD_")
_LINUX = "forked runs ask for Linux"
_LONGEST = 1 << 20  # bytes of a request: arguments and environment
_ROOT = Path(__file__).parent.parent
_WITHOUT = (
    "csp_config.emulator",  # needs an extra
    *(() if find_spec("pygls") else ("csp_config.lsp",)),
    "csp_config.__main__",  # the run itself
)


def run(
    arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m csp_config ARGUMENTS`, with `given` as its standard input."""
    command = [sys.executable, "-m", "csp_config", *arguments]
    if sys.platform != "linux" or _concerns_the_interpreter(env):
        return subprocess.run(command, cwd=cwd, env=env, input=given, capture_output=True, check=False)
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as errors,
    ):
        stdin.write(given)
        stdin.seek(0)
        streams = [stream.fileno() for stream in (stdin, out, errors)]
        code = hand_over(str(_folder() / "runs"), [*arguments], str(cwd), dict(env), streams)
        out.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(command, code, out.read(), errors.read())


@cache
def command() -> Path:
    """An executable file `csp-config`, alone in its folder."""
    folder = _folder() / "bin"
    folder.mkdir()
    path = folder / "csp-config"
    begin = [sys.executable, "-m", "csp_config"]
    if sys.platform == "linux":
        begin = [sys.executable, "-I", "-S", str(_ROOT / "tests/forked_command.py"), str(_folder() / "runs")]
    path.write_text(f'#!/bin/sh\nexec {shlex.join(begin)} "$@"\n')
    path.chmod(0o755)
    return path


def _concerns_the_interpreter(env: Mapping[str, str]) -> bool:
    names = {name for name in (*env, *os.environ) if name.startswith(_OF_THE_INTERPRETER)}
    return any(env.get(name) not in (None, os.environ.get(name)) for name in names)


@cache
def _folder() -> Path:
    """A folder of this process, in which on Linux another one waits at `runs`, until this one ends."""
    folder = tempfile.TemporaryDirectory(prefix="forked-")
    atexit.register(folder.cleanup)
    if sys.platform == "linux":
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
            listening.bind(f"{folder.name}/runs")
            listening.listen(64)
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.forked", str(listening.fileno())],
                cwd=_ROOT,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                stdin=subprocess.PIPE,
                pass_fds=[listening.fileno()],
            )
        atexit.register(process.communicate)
    return Path(folder.name)


def _serve(listening: socket.socket) -> None:
    """Fork for each connection, until standard input ends."""
    if sys.platform != "linux":
        raise NotImplementedError(_LINUX)
    for module in pkgutil.walk_packages(import_module("csp_config").__path__, "csp_config."):
        if not module.name.startswith(_WITHOUT):
            import_module(module.name)
    gc.freeze()
    while True:
        ready, _, _ = select.select([0, listening.fileno()], [], [])
        if 0 in ready:
            return
        connection, _ = listening.accept()
        with connection:
            if os.fork() == 0:
                listening.close()
                _answer(connection)
        _reap()


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


def _answer(connection: socket.socket) -> NoReturn:
    """Make the run that is asked for and send its exit code; the run ends if whoever asked does."""
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
        connection.send(CODE.pack(os.waitstatus_to_exitcode(status)))
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


def main(listening: socket.socket) -> None:
    """Serve; the folder goes here, too, for whoever was killed leaves it."""
    _serve(listening)
    shutil.rmtree(Path(listening.getsockname()).parent)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
