"""Verifiers that we did not write, for what the log hands out.

Go's own libraries for notes and transparency logs come as packages of Debian. A small
program, `go/verify.go`, is compiled against them once and asked line by line.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

#: As `setup/system.sh` asks for them.
GO_PACKAGES = "golang-go golang-golang-x-mod-dev"
LIBRARIES = Path("/usr/share/gocode")
PROGRAM = Path(__file__).parent / "go" / "verify.go"
OK = "ok"

Case: TypeAlias = dict[str, Any]


class GoVerifier:
    """The compiled program."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def answers(self, cases: Iterable[Case]) -> list[str]:
        """Return what Go says of each case: ``ok``, or what is wrong with it."""
        asked = [json.dumps(case) for case in cases]
        ran = subprocess.run(
            [self._program], input="\n".join([*asked, ""]), capture_output=True, text=True, check=True
        )
        answers = ran.stdout.splitlines()
        assert len(answers) == len(asked) > 0
        return answers


def compile_verifier(directory: Path) -> GoVerifier:
    """Compile the program into *directory*; nothing is fetched and nothing left elsewhere."""
    go = shutil.which("go")
    assert go, f"the tests need Go: apt-get install {GO_PACKAGES}"
    assert LIBRARIES.exists(), f"the tests need Go's libraries: apt-get install {GO_PACKAGES}"
    program = directory / "verify"
    # Only this: whatever somebody has set for Go is about other programs.
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "GOCACHE": str(directory / "cache"),
        "GOPATH": str(LIBRARIES),
        "GO111MODULE": "off",
        "GOTOOLCHAIN": "local",
        "GOENV": "off",
        "CGO_ENABLED": "0",
    }
    subprocess.run([go, "build", "-o", program, PROGRAM], env=environment, cwd=directory, check=True)
    return GoVerifier(program)


@cache
def spelled(data: bytes) -> str:
    """Return bytes as the program reads them, base64."""
    return base64.b64encode(data).decode()


def inclusion(number: int, size: int, leaf_hash: bytes, root: bytes, proof: Sequence[bytes]) -> Case:
    """Ask whether a proof shows that a leaf is in a tree."""
    return {
        "Ask": "inclusion",
        "Number": number,
        "Size": size,
        "LeafHash": spelled(leaf_hash),
        "Root": spelled(root),
        "Proof": [spelled(one) for one in proof],
    }


def consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> Case:
    """Ask whether a proof shows that a tree has only grown."""
    return {
        "Ask": "consistency",
        "Old": old,
        "Size": new,
        "OldRoot": spelled(old_root),
        "Root": spelled(new_root),
        "Proof": [spelled(one) for one in proof],
    }
