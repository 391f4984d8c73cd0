"""How the program ends."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End with a code, and leave it to the system to take everything back.

    To take apart what many documents were made of, value by value, would be a tenth of a run. Where somebody
    else wants to be told of the end, or something still runs, the interpreter ends as it always does.
    """
    threading = sys.modules.get("threading")
    alone = threading is None or threading.active_count() == 1
    if alone and not atexit._ncallbacks():  # noqa: SLF001 - nothing else tells whether there are any
        with suppress(OSError, ValueError):  # the interpreter tells it
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
            os._exit(code)
    gc.freeze()  # the interpreter collects once more when it ends, with as little to find
    sys.exit(code)
