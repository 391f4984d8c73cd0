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
import selectors
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from csp_config.render import pages
from csp_config.schema import KINDS
from csp_config.schema.fitting import fitting
from csp_config.targets.transport import default_trust
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
_LATE = ("decimal", "filelock", "httpcore", "importlib.readers")
"""Of others, what many runs import where they first need it."""


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
    """Make a run for each connection, until standard input ends."""
    for module in pkgutil.walk_packages(import_module("csp_config").__path__, "csp_config."):
        if not module.name.startswith(_WITHOUT):
            import_module(module.name)
    for name in _LATE:
        import_module(name)
    default_trust()
    templates = pages._environment()  # noqa: SLF001 - each run would compile them
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
    for kind in KINDS:
        fitting(kind)
    gc.freeze()
    with selectors.DefaultSelector() as waiting:
        waiting.register(0, selectors.EVENT_READ)
        waiting.register(listening, selectors.EVENT_READ, partial(_begin, listening, waiting))
        while True:
            for key, _ in waiting.select():
                if key.fd == 0:
                    return
                if key.fd in waiting.get_map():  # and has not been ended with another of these
                    key.data()


def _begin(listening: socket.socket, waiting: selectors.BaseSelector) -> None:
    """Begin the run that is asked for; it is ended where whoever asked for it has gone."""
    if sys.platform != "linux":
        raise NotImplementedError(_LINUX)
    connection, _ = listening.accept()
    request, streams, *_ = socket.recv_fds(connection, _LONGEST, 3)
    number = os.fork()
    if number == 0:
        _run(request, streams)
    for stream in streams:
        os.close(stream)
    running = os.pidfd_open(number)
    waiting.register(connection, selectors.EVENT_READ, partial(os.kill, number, signal.SIGKILL))
    waiting.register(running, selectors.EVENT_READ, partial(_answer, waiting, running, number, connection))


def _answer(waiting: selectors.BaseSelector, running: int, number: int, connection: socket.socket) -> None:
    """Send the exit code of a run that has ended."""
    _, status = os.waitpid(number, 0)
    waiting.unregister(running)
    os.close(running)
    waiting.unregister(connection)
    with connection, suppress(OSError):  # nobody may wait any more
        connection.send(CODE.pack(os.waitstatus_to_exitcode(status)))


def _run(request: bytes, streams: list[int]) -> NoReturn:
    """Make a run in this process, which has nothing else of the server's, and end with its exit code."""
    if sys.platform != "linux":
        raise NotImplementedError(_LINUX)
    code = 1
    try:
        for number, descriptor in enumerate(streams):
            os.dup2(descriptor, number)
        os.closerange(3, max(os.sysconf("SC_OPEN_MAX"), 3))
        asked = json.loads(request)
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        sys.argv = ["csp_config", *asked["arguments"]]
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
