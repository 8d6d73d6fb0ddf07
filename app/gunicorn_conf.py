"""How gunicorn serves: one process, many threads, no traces.

``wsgi.py`` holds what each worker starts; here is only what gunicorn must know.
"""

import ctypes
import gc
import os
import resource
import signal
import ssl
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from app.certificate import files_of
from app.config import read_settings
from app.tls import TlsKeeper

_settings = read_settings()

bind = _settings.listens_at
worker_class = "app.worker.Worker"
logger_class = "app.worker.QuietLogger"
workers = 1
threads = _settings.web_threads
#: A viewer's connections are reset by the cutter, not by patience.
keepalive = 5
graceful_timeout = 1
timeout = 30
worker_tmp_dir = "/dev/shm" if sys.platform == "linux" else None  # noqa: S108  # heartbeat file, no content
control_socket_disable = True
#: Addresses and names would stand in it.
accesslog = None
errorlog = "-"
loglevel = "warning"
#: Forwarded addresses are for the application to believe or not.
forwarded_allow_ips = ""

_files = files_of(_settings)
#: By the wall clock of the moment: one that was wrong at the start is put right while we run.
_keeper = TlsKeeper(_files, _settings.hosts, partial(datetime.now, UTC)) if _files else None
if _files:
    certfile, keyfile = str(_files.chain), str(_files.key)


def ssl_context(conf: Any, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Say with what TLS the next connection is spoken."""
    del conf
    return _keeper.context if _keeper else usual()


#: Connections, and a few files of our own; gunicorn takes in a thousand connections at once.
_OPEN_FILES = 4096
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if _soft < _OPEN_FILES:
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_OPEN_FILES, _hard), _hard))

PR_SET_PDEATHSIG = 1
RUNNER = os.environ.get("PORTAL_RUNNER")


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def on_starting(server: Any) -> None:
    """In the arbiter: end with the runner that started it."""
    del server
    if RUNNER is not None:
        die_with_parent()
        if os.getppid() != int(RUNNER):  # it was gone before the kernel was asked
            sys.exit(1)


def post_fork(server: Any, worker: Any) -> None:
    """In the worker: end with the arbiter."""
    del worker
    die_with_parent()
    if os.getppid() != server.pid:
        sys.exit(1)


#: Of the threads that want the interpreter one has it for so long. At the usual five milliseconds sixty who
#: watch and a dozen who sign in had it change hands 13,000 times a second. The cutter looks every 100 ms.
SWITCH_SECONDS = 0.02


def post_worker_init(worker: Any) -> None:
    """In the worker, once the application is there: start its threads."""
    from wsgi import start_threads

    del worker
    start_threads()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()  # what is there now stays, so nobody need look through it again and again
    if _keeper:
        threading.Thread(
            target=_keeper.run, args=(threading.Event(),), name="certificate", daemon=True
        ).start()
