"""Everything a place must not lose, in one file: taken while the service runs, and put back whole or not at all.

A backup is a .tar.gz: the database at one moment (SQLite's own copy, or pg_dump's), the files, the secret behind the
cookies, and a manifest with the SHA-256 of each. The data key is not in it: whoever finds a backup must not be able to
read the phone numbers in it.
"""

import gzip
import hashlib
import io
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from sqlalchemy.engine import URL

from bot.errors import Worded

Tick = Callable[[int], object]

MANIFEST = "manifest.json"
SQLITE, DUMP, SECRET = "database.sqlite", "database.dump", "secret"
_FILE = re.compile(r"files/([0-9a-f]{2})/([0-9a-f]{62})")
_CHUNK = 1024 * 1024
_ASIDE = "replaced_"


class BadBackup(Worded):
    """A backup that cannot be made or put back."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service keeps what it knows: its database and its data folder."""

    url: URL
    folder: Path

    @property
    def sqlite(self) -> Path | None:
        """The SQLite file, None for PostgreSQL."""
        return Path(str(self.url.database)) if self.url.get_backend_name() == "sqlite" else None

    def kept(self) -> list[Path]:
        """Every kept photo and recording."""
        return sorted(path for path in (self.folder / "files").glob("??/*") if not path.name.startswith("."))


def back_up(place: Place, into: Path, now: datetime, revision: str, tick: Tick = lambda _bytes: None) -> Path:
    """Write a backup into a folder and return its path; `tick` gets the bytes as they are read. Raises BadBackup.

    The database is copied first: every file that its rows name was on disk before the row was.
    """
    into.mkdir(parents=True, exist_ok=True)
    path = into / f"yingshao-{now:%Y%m%d-%H%M%S}.tar.gz"
    if path.exists():
        raise BadBackup("care.backup_exists", path=path)
    with tempfile.TemporaryDirectory(dir=into, prefix=".backup-") as scratch:  # 0700, and gone whatever happens
        partial = Path(scratch) / path.name
        database = _copied(place, Path(scratch))
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _pack(file, place, database, {"made_at": now.isoformat(), "revision": revision}, tick)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    return path


def _copied(place: Place, scratch: Path) -> Path:
    if (source := place.sqlite) is not None:
        if not source.is_file():
            raise BadBackup("care.no_database", path=source)
        return _copied_sqlite(source, scratch / SQLITE)
    copy = scratch / DUMP
    _postgres("pg_dump", place.url, "--format=custom", "--no-owner", f"--exclude-schema={_ASIDE}*", f"--file={copy}")
    return copy


def _copied_sqlite(source: Path, copy: Path) -> Path:
    try:
        live = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
        with closing(live), closing(sqlite3.connect(copy)) as made:
            # All pages in one step: a step more would begin anew each time the service writes.
            live.backup(made, pages=-1)
            made.execute("PRAGMA journal_mode=DELETE")
            if made.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BadBackup("care.database_damaged")
    except sqlite3.OperationalError as error:  # It cannot be reached, or there is no room: nobody knows what is in it.
        raise BadBackup("care.program_failed", program="SQLite", words=str(error)) from error
    except sqlite3.DatabaseError as error:
        raise BadBackup("care.database_damaged") from error
    return copy


def _pack(out: io.BufferedIOBase, place: Place, database: Path, about: dict[str, str], tick: Tick) -> None:
    sums: dict[str, str] = {}
    members = [(database.name, database), *((f"files/{path.parent.name}/{path.name}", path) for path in place.kept())]
    if (secret := place.folder / "secret").is_file():
        members.append((SECRET, secret))
    # Photos do not get smaller, so the quickest compression serves: what shrinks is the database.
    squeezed = gzip.GzipFile(fileobj=out, mode="wb", compresslevel=3, mtime=0)
    with squeezed, tarfile.open(fileobj=squeezed, mode="w|") as archive:
        for name, path in members:
            with closing(_Summed(path, tick)) as content:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = path.stat().st_size, 0o600
                archive.addfile(entry, content)
            sums[name] = content.sum()
        body = orjson.dumps(about | {"sums": sums}, option=orjson.OPT_INDENT_2)
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(body)
        archive.addfile(entry, io.BytesIO(body))


class _Summed(io.RawIOBase):
    """A file that is summed while it is read."""

    def __init__(self, path: Path, tick: Tick) -> None:
        self._file = path.open("rb")
        self._hash = hashlib.sha256()
        self._tick = tick

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._hash.update(content)
        self._tick(len(content))
        return content

    def sum(self) -> str:
        return self._hash.hexdigest()

    def close(self) -> None:
        self._file.close()
        super().close()


def restore(path: Path, place: Place, now: datetime, *, force: bool, tick: Tick = lambda _bytes: None) -> Path | None:
    """Put a backup back in the stopped place; where what stood there before was put, None where nothing stood.

    Everything is unpacked and checked beside its place first. Only then is it moved in; if that fails half-way, what
    stood there is moved back. `tick` gets the bytes as they are read. Raises BadBackup.
    """
    place.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.folder, prefix=".restoring-") as scratch:
        staged = Path(scratch)
        sums = _unpacked(path, staged, tick)
        wanted = SQLITE if place.sqlite is not None else DUMP
        if wanted not in sums:
            raise BadBackup("care.other_database")
        moves = _moves(staged, place)
        taken = any(_stands(target) for target in moves)
        if (taken or not _empty(place)) and not force:
            raise BadBackup("care.not_empty", path=place.folder)
        if place.sqlite is not None and place.sqlite.exists():
            _shut(place.sqlite)
        aside = place.folder / f"replaced-{now:%Y%m%d-%H%M%S}"
        _exchange(moves, aside, lambda: _load(place, staged / DUMP, f"{_ASIDE}{now:%Y%m%d_%H%M%S}"))
        return aside if taken else None


def _moves(staged: Path, place: Place) -> dict[Path, Path | None]:
    """By target, what comes there; None where only what stood there must go."""
    (staged / "files").mkdir(exist_ok=True)
    moves: dict[Path, Path | None] = {place.folder / "files": staged / "files"}
    if (staged / SECRET).is_file():
        moves[place.folder / "secret"] = staged / SECRET
    if place.sqlite is not None:
        # A journal left by a damaged database must never be played into the new one.
        moves |= dict.fromkeys(place.sqlite.with_name(f"{place.sqlite.name}{end}") for end in ("-wal", "-shm"))
        moves[place.sqlite] = staged / SQLITE
    return moves


def _stands(target: Path) -> bool:
    return any(target.iterdir()) if target.is_dir() else target.exists()


def _exchange(moves: dict[Path, Path | None], aside: Path, last: Callable[[], object]) -> None:
    """Old things aside, new things in, then `last`; back to where it was when any of it fails."""
    done: list[tuple[Path, Path]] = []
    try:
        for target, new in moves.items():
            if target.exists():
                aside.mkdir(exist_ok=True)
                shutil.move(target, aside / target.name)
                done.append((aside / target.name, target))
            if new is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(new, target)
                done.append((target, new))
        last()
    except BaseException:
        for there, back in reversed(done):
            shutil.move(there, back)
        if aside.is_dir():
            aside.rmdir()
        raise


def _unpacked(path: Path, staged: Path, tick: Tick) -> dict[str, str]:
    """Unpack next to the place and compare every sum; the manifest's. Raises BadBackup, with nothing moved."""
    found: dict[str, str] = {}
    body = b""
    try:
        with tarfile.open(path, "r|gz") as archive:
            for entry, content in _entries(archive):
                if entry.name == MANIFEST:
                    body = content.read()
                    continue
                if entry.size > shutil.disk_usage(staged).free:
                    raise BadBackup("care.no_room")
                found[entry.name] = _written(content, staged / entry.name, tick)
        sums = orjson.loads(body)["sums"]
    except FileNotFoundError as error:
        raise BadBackup("care.no_backup", path=path) from error
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError, TypeError) as error:
        raise BadBackup("care.backup_damaged", name=path.name) from error
    if sums != found:
        wrong = sorted(name for name in {*sums, *found} if sums.get(name) != found.get(name))
        raise BadBackup("care.backup_damaged", name=wrong[0])
    return found


def _entries(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, io.BufferedIOBase]]:
    for entry in archive:
        # Only what we pack ourselves is ever written, under names of our own.
        known = entry.name in {MANIFEST, SQLITE, DUMP, SECRET} or _FILE.fullmatch(entry.name)
        content = archive.extractfile(entry) if entry.isreg() else None
        if not known or content is None:
            raise BadBackup("care.backup_damaged", name=entry.name)
        yield entry, content  # type: ignore[misc]  # IO[bytes], which is what we read


def _written(content: io.BufferedIOBase, target: Path, tick: Tick) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    total = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := content.read(_CHUNK):
            file.write(chunk)
            total.update(chunk)
            tick(len(chunk))
        file.flush()
        os.fsync(file.fileno())
    return total.hexdigest()


def _shut(database: Path) -> None:
    """Fold SQLite's journal into its file, which only works when nobody has it open. Raises BadBackup."""
    try:
        with closing(sqlite3.connect(database, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise BadBackup("care.still_running") from error
    except sqlite3.DatabaseError:
        return  # What stands there is no database: it is put aside as it is.


def _empty(place: Place) -> bool:
    if place.sqlite is not None:
        return True  # Its file is among what is moved.
    return _asked(place.url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").strip() == "0"


def _load(place: Place, dump: Path, aside: str) -> None:
    """Into PostgreSQL: the schema of before is renamed, not dropped, and comes back when the dump will not go in."""
    if place.sqlite is not None:
        return
    _asked(place.url, f"BEGIN; ALTER SCHEMA public RENAME TO {aside}; CREATE SCHEMA public; COMMIT")
    try:
        _postgres("pg_restore", place.url, "--no-owner", "--single-transaction", str(dump))
    except BaseException:
        _asked(place.url, f"BEGIN; DROP SCHEMA public CASCADE; ALTER SCHEMA {aside} RENAME TO public; COMMIT")
        raise


def _asked(url: URL, statements: str) -> str:
    options = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")
    return _postgres("psql", url, *options, f"--command={statements}")


def _postgres(program: str, url: URL, *arguments: str) -> str:
    """Run one of PostgreSQL's own programs; what it printed. Raises BadBackup with its words."""
    found = shutil.which(program)
    if found is None:
        raise BadBackup("care.no_postgres_program", program=program)
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603 - the program is PostgreSQL's and the address the operator's
        [found, f"--dbname={plain}", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BadBackup("care.program_failed", program=program, words=done.stderr.strip()[:500])
    return done.stdout
