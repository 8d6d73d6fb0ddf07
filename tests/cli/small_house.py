"""`portal` with its real scripts, in a house so small that installing takes seconds.

The one package it needs comes from a package index on this machine, which can hold its
answer back: that is where a test presses Ctrl-C, or calls a second time.
"""

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]
WHEEL = "tiny-1.0-py3-none-any.whl"
WAITS_SECONDS = 90
#: How soon the index notices that it is to end.
POLL_SECONDS = 0.01

#: All that the scripts call, but what they look for: Python, apt-get, flock.
TOOLS = (
    *("awk", "cat", "cksum", "cut", "df", "dirname", "env", "grep", "head", "id", "ls", "mkdir", "rm"),
    *("sed", "sh", "sort", "stat", "tail", "tr", "uname"),
)


class PackageIndex:
    """A package index on 127.0.0.1 with one small wheel, from ``with`` to its end."""

    def __init__(self, directory: Path) -> None:
        self.wheel = _tiny_wheel(directory)
        #: How often the wheel was asked for; a call that installs asks once.
        self.asked = 0
        self.is_asked = threading.Event()
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True)

    def __enter__(self) -> "PackageIndex":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.answer()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """Return what pip is told."""
        return f"http://127.0.0.1:{self._server.server_port}/simple"

    def hold(self) -> None:
        """Answer no request for the wheel until told to."""
        self._may_answer.clear()

    def answer(self) -> None:
        """Answer again."""
        self._may_answer.set()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.endswith(WHEEL):
                    index.asked += 1
                    index.is_asked.set()
                    index._may_answer.wait(WAITS_SECONDS)
                    body, kind = index.wheel.read_bytes(), "application/octet-stream"
                else:
                    body, kind = f'<a href="/{WHEEL}">{WHEEL}</a>'.encode(), "text/html"
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        return Handler


class Call:
    """One call of ``./portal``, in a terminal of its own."""

    def __init__(self, house: "SmallHouse", words: tuple[str, ...], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [*house.before, "./portal", *words],
            cwd=house.place,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            user=house.user,
            start_new_session=True,
        )
        self.said = ""

    def presses_ctrl_c(self) -> None:
        """Interrupt everything in the terminal."""
        os.killpg(self._process.pid, signal.SIGINT)

    def is_killed(self) -> None:
        """Be killed with everything in the terminal, as when the machine loses its power."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(WAITS_SECONDS)
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe
            pipe.close()

    def is_waiting_for_another(self) -> bool:
        """Read what it says next on its error output; say whether it waits for its turn."""
        assert self._process.stderr
        line = self._process.stderr.readline()
        self.said += line
        return "by another ./portal" in line

    def end(self) -> tuple[int, str]:
        """Wait for its end; return its code and all that it printed, errors first."""
        out, err = self._process.communicate(timeout=WAITS_SECONDS)
        return self._process.returncode, self.said + err + out


class SmallHouse:
    """The scripts, one lock with one package, and a command that needs it.

    Args:
        place: an empty directory.
        index: where the package comes from.
        path: the programs that there are; None for all of this machine's.
    """

    def __init__(self, place: Path, index: PackageIndex, path: Path | None = None) -> None:
        self.place = place
        self.path = path
        self.user: int | None = None
        #: What each call is started by, such as a namespace of its own.
        self.before: tuple[str, ...] = ()
        self._index = index.address
        shutil.copy(ROOT / "portal", place)
        shutil.copytree(ROOT / "setup", place / "setup")
        for folder in ("app", "home", "static/vendor", "translations/zh/LC_MESSAGES", "docs/reference"):
            (place / folder).mkdir(parents=True)
        shutil.copy(ROOT / "docs/reference/commands.md", place / "docs/reference")
        digest = hashlib.sha256(index.wheel.read_bytes()).hexdigest()
        for lock in ("", "-demo", "-dev", "-node"):
            (place / f"requirements{lock}.txt").write_text(f"tiny==1.0 --hash=sha256:{digest}\n")
        (place / "app/__init__.py").touch()
        (place / "app/cli.py").write_text("import sys, tiny\nprint(tiny.WORDS, *sys.argv[1:])\n")
        (place / "app/assets.py").touch()
        (place / "package-lock.json").write_text("{}")
        (place / "translations/zh/LC_MESSAGES/messages.po").touch()
        stamps = (
            ". ./setup/bring.sh",
            "sum_of package-lock.json app/assets.py >static/vendor/.stamp",
            "sum_of translations/*/*/*.po >translations/.stamp",
        )
        subprocess.run(["sh", "-c", "; ".join(stamps)], cwd=place, check=True)

    @property
    def venv(self) -> Path:
        """Return where it installs."""
        return self.place / ".venv"

    def makes_venv(self) -> None:
        """Make a virtual environment by the very function that a first call does, and install nothing."""
        scripts = "say() { :; }; . ./setup/system.sh; . ./setup/bring.sh; make_venv"
        subprocess.run(["sh", "-c", scripts], cwd=self.place, env=_own_environment(), check=True)

    def takes_venv_of(self, other: "SmallHouse") -> None:
        """Have what *other* made, as if it had been made here; nobody changes its files."""
        shutil.copytree(other.venv, self.venv, symlinks=True, copy_function=os.link)

    def call(self, *words: str, index: str | None = None) -> Call:
        """Call ``./portal`` with *words*; wait for nothing."""
        return Call(
            self,
            words,
            _own_environment()
            | {
                "PATH": str(self.path or os.environ["PATH"]),
                "HOME": str(self.place / "home"),
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_INDEX_URL": index or self._index,
                "PIP_RETRIES": "1",
                "no_proxy": "127.0.0.1",
            },
        )


def _own_environment() -> dict[str, str]:
    """Return ours, but for what would be told to pip, and where else compiled code would be kept."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    kept.pop("PYTHONPYCACHEPREFIX", None)
    return kept


def some_programs(directory: Path, *more: str) -> Path:
    """Return a directory with the everyday programs and *more* of this machine, and no others."""
    directory.mkdir()
    for name in (*TOOLS, *more):
        # Ours is in a virtual environment; it can be run by the name of its file only.
        found = str(Path(sys.executable).resolve()) if name == "python3" else shutil.which(name)
        assert found, name
        (directory / name).symlink_to(found)
    return directory


def _tiny_wheel(directory: Path) -> Path:
    """Make a wheel with one module, as PEP 427 wants it."""
    files = {
        "tiny.py": 'WORDS = "tiny ran"\n',
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},"
        for name, text in files.items()
    ]
    files["tiny-1.0.dist-info/RECORD"] = "\n".join([*lines, "tiny-1.0.dist-info/RECORD,,"]) + "\n"
    wheel = directory / WHEEL
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel
