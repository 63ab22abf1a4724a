"""Whether a column is one of many values, as one parameter: the same text of a statement for however many there are.

`IN` with a parameter for each value is spelled anew by SQLAlchemy, and prepared anew by the database, for each new number
of them; batches of messages differ in it nearly every time.
"""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import ARRAY, Boolean, ColumnElement, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


def one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """That the column (of numbers or texts) is in the list that the statement is given as `name`. An empty list has none."""
    return _OneOf(column, bindparam(name, type_=_List(column.type)))


class _List(TypeDecorator[list[Any]]):
    """A list of numbers or texts: an array for PostgreSQL, JSON for SQLite."""

    impl = ARRAY
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__(of)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """For SQLite text, for PostgreSQL what its driver takes."""
        return _as_json if dialect.name == "sqlite" else list


def _as_json(values: Any) -> str:
    return orjson.dumps(list(values)).decode()


class _OneOf(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002
        """As it is: SQLite looks into no index for what is compared with 1, as SQLAlchemy does for it by default."""
        return self


@compiles(_OneOf, "sqlite")
def _by_json(element: _OneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **more)} IN (SELECT value FROM json_each({compiler.process(values, **more)}))"  # noqa: S608 - of SQLAlchemy's making


@compiles(_OneOf, "postgresql")
def _by_array(element: _OneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **more)} = ANY ({compiler.process(values, **more)})"
