"""What a test process makes once instead of once for each test: code out of SQL, templates, addresses.

An engine remembers the statements it has put together, an application its templates and how
an address is built; and a test has an engine and an application of its own. Making the same code again
took half of the time. Each is remembered here under what it was made of, so what is asked
and answered stays as it is.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

#: More statements than there are in all of the portal.
STATEMENTS = 4_000


class _OfOneKind:
    """A dialect that is equal to every other of its class, as a part of what is remembered."""

    memory: ClassVar[LRUCache[Any, Any]]

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let a new engine remember with the others; called by SQLAlchemy."""
        engine.update_execution_options(compiled_cache=cls.memory)


class OneSqlite(_OfOneKind, SQLiteDialect_pysqlite):
    """SQLite, as the portal asks it."""

    memory: ClassVar[LRUCache[Any, Any]] = LRUCache(STATEMENTS)
    supports_statement_cache = True


class OnePostgresql(_OfOneKind, PGDialect_psycopg):
    """PostgreSQL, as the portal asks it."""

    memory: ClassVar[LRUCache[Any, Any]] = LRUCache(STATEMENTS)
    supports_statement_cache = True


class OneTemplates(BytecodeCache):
    """Templates by what is written in them."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was made of the same text."""
        if code := self._code.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember what was made."""
        self._code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class OneRule(Rule):
    """An address whose builder, a function of what the rule says, is made once."""

    _builders: ClassVar[dict[Any, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        said = (self.rule, tuple(self._trace), append_unknown)
        if said not in self._builders:
            self._builders[said] = super()._compile_builder(append_unknown)
        return self._builders[said]


def make_once() -> None:
    """Let the engines and applications that this process makes from now on share what they make."""
    registry.register("sqlite", __name__, OneSqlite.__name__)
    registry.register("postgresql.psycopg", __name__, OnePostgresql.__name__)
    Flask.jinja_options = {"bytecode_cache": OneTemplates()}
    Flask.url_rule_class = OneRule
