"""The git source: the records of a repository's default branch, read from its commits and never from a checkout.

A bare clone is kept; a sync fetches into it, compares the commit that was read last with the newest one, and reads the
files that differ. A decision goes back as a commit of its own on top of the newest one.
"""

from __future__ import annotations

import fcntl
import hashlib
import posixpath
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pygit2
from pygit2.enums import CredentialType, RepositoryOpenFlag

from records.decision import Decision, commit_message, one_line
from records.edit import MissingFileError, write_decision
from records.git_tree import Entry, check_size, differing, everything, file_of, read_entry, replaced
from records.parse import parse
from records.problems import UnreadableRecordError
from records.source import Reading, Snapshot, SourceError

TRIES = 5
"""How often a decision is put on top of somebody else's newer commit before it waits for another time."""

_TIP = "refs/nuoyan/tip"

# libgit2 waits without end unless told otherwise; a server that still works sends something every few seconds
pygit2.settings.server_connect_timeout = 15_000
pygit2.settings.server_timeout = 30_000
# records are small: the windows that it maps of a pack by default are a gigabyte, of which a tenth of a load's memory was
pygit2.settings.mwindow_size = 1 << 20
pygit2.settings.mwindow_mapped_limit = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tip:
    """The clone as it was just fetched: the default branch (None where HEAD stands on none) and its newest commit."""

    clone: pygit2.Repository
    branch: str | None
    commit: pygit2.Commit


class _Edit(NamedTuple):
    """A file as it is to be committed; `path` is the one in the repository."""

    path: str
    content: bytes
    message: str


class Git:
    """The records below a folder of a git repository."""

    def __init__(
        self,
        address: str,
        cache: Path,
        token: str | None = None,
        *,
        name: str = "諾言 Nuoyan",
        email: str = "nuoyan@localhost",
    ) -> None:
        """`address` is `git+https://…#sub/folder` (or `git+ssh://…`, `git+file://…`; without `#` the whole repository).

        The clone lies below `cache`, in a folder of the address's own. `token` opens a private repository over https;
        `name` and `email` are the author of what is written. Raises SourceError where the address is none.
        """
        url, _, folder = address.removeprefix("git+").partition("#")
        try:
            parts = urlsplit(url)
            known = address.startswith("git+") and parts.scheme in ("https", "ssh", "file")
            if not known or not parts.path.strip("/") or (parts.scheme != "file" and not parts.hostname):
                raise ValueError(parts.scheme)
        except ValueError:
            raise SourceError(
                "the records' address is none of git: write git+https://host/repository.git#folder, "
                "git+ssh://git@host/repository.git#folder or git+file:///path/repository.git#folder"
            ) from None
        if parts.query:  # it would be told wherever the address is
            raise SourceError("the records' address may hold no ?…: a token goes into RECORDS_TOKEN")
        user, _, host = parts.netloc.rpartition("@")
        self._user, _, password = user.partition(":")
        self._token = token or unquote(password) or (unquote(self._user) if parts.scheme == "https" else "")
        # what git is given and says again holds no secret: that is handed over only where a server asks for it
        shown_host = f"{self._user}@{host}" if parts.scheme == "ssh" and self._user else host
        self._url = parts._replace(netloc=shown_host).geturl()
        self._folder = folder.strip("/")
        self._signature = (name, email)
        stem = re.sub(r"[^\w.-]+", "-", Path(parts.path).name.removesuffix(".git"))
        self._place = cache / f"{stem}-{hashlib.sha256(self._url.encode()).hexdigest()[:12]}"

    @property
    def place(self) -> str:
        """The repository's address without secrets, and the folder."""
        return f"{self._url}#{self._folder}"

    def read(self, revision: str | None, known: Mapping[str, str]) -> Snapshot:
        """What differs from `known` at the commit `revision`; a commit that is there no more is as good as none.

        Raises SourceError where the repository can't be fetched, or holds no such folder.
        """
        with self._told("can't be read", f"check RECORDS, or remove {self._place}: it is made anew"):
            with self._locked():
                tip = self._fetch()
            folder = self._records(tip.commit)
            if folder is None:
                raise SourceError(
                    f"{self._url} has no folder {self._folder} in its newest commit {tip.commit.short_id}: "
                    "set RECORDS to git+…#folder with the folder that holds the records"
                )
            check_size(tip.clone, folder)
            before = self._records(_find(tip.clone, revision)) if known else None
            entries, gone = differing(before, folder, known) if before is not None else everything(folder, known)
        readings = self._readings(tip.clone, folder, entries, known)
        return Snapshot(revision=str(tip.commit.id), gone=gone, readings=readings)

    def write(self, path: str, decision: Decision) -> None:
        """Commit a decision on top of the default branch and push it, once; never forced.

        Raises EditError where it can't be written into the file as that stands now, SourceError where the repository
        can't be reached or takes no commit.
        """
        refused = None
        for _ in range(TRIES):
            # let go between two tries, so that two processes that write to one repository take turns
            with self._locked(), self._told("can't be written to", "check RECORDS"):
                tip = self._fetch()
                edit = self._edit(tip, path, decision)
                refusal = self._push(tip, edit) if edit else ""
            if not refusal:
                return
            if refused == tip.commit.id:  # nobody was in between, and it was no passing lock either
                raise SourceError(
                    f"{self._url} does not take the commit ({refusal}): let RECORDS_TOKEN (over ssh the agent's key) "
                    "write to its default branch, or set WRITE_BACK=off"
                )
            refused = tip.commit.id
        raise SourceError(f"{self._url} moved on {TRIES} times while a commit was made ({refusal}): try again later")

    def _fetch(self) -> _Tip:
        """Bring the clone up to date with the remote's default branch, whatever that is now and was before."""
        clone = self._open()
        remote = clone.remotes.create_anonymous(self._url)
        try:
            heads = remote.list_heads(callbacks=self._callbacks(), proxy=True)
            head = next((head for head in heads if head.name == "HEAD"), None)
            if head is not None:
                branch = head.symref_target
                remote.fetch([f"+{branch or 'HEAD'}:{_TIP}"], callbacks=self._callbacks(), proxy=True)
        except pygit2.AuthError as reason:
            raise SourceError(
                f"{self._url} lets nobody in so ({self._harmless(str(reason))}): "
                "check that RECORDS_TOKEN (over ssh the agent's key) is valid and may read it"
            ) from None
        except (pygit2.GitError, ValueError) as reason:
            raise SourceError(
                f"{self._url} can't be fetched ({self._harmless(str(reason))}): "
                "check RECORDS and the network; a private repository needs RECORDS_TOKEN"
            ) from None
        if head is None:
            raise SourceError(
                f"{self._url} has no commit on its default branch: push one, or set the default branch to one that has"
            )
        return _Tip(clone=clone, branch=branch, commit=clone.references[_TIP].peel(pygit2.Commit))

    def _open(self) -> pygit2.Repository:
        """The clone; made anew where it is not there, or where a crash or a hand left only a part of it."""
        try:
            clone = pygit2.Repository(str(self._place), RepositoryOpenFlag.BARE | RepositoryOpenFlag.NO_SEARCH)
            if _TIP in clone.references:
                clone.references[_TIP].peel(pygit2.Tree)
        except (pygit2.GitError, KeyError):
            shutil.rmtree(self._place, ignore_errors=True)
            return pygit2.init_repository(str(self._place), bare=True)
        return clone

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time fetches into the clone; a lock that a crash leaves behind is none."""
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            lock = self._place.with_name(f"{self._place.name}.lock").open("w")
        except OSError as reason:
            raise SourceError(f"{self._place.parent} can't be written to: {reason.strerror}") from reason
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _told(self, what: str, fix: str) -> Iterator[None]:
        try:
            yield
        except (pygit2.GitError, OSError, KeyError, ValueError) as reason:
            raise SourceError(f"{self._url} {what} ({self._harmless(str(reason))}): {fix}") from None

    def _harmless(self, said: str) -> str:
        """What went wrong, on one line and without the token."""
        text = one_line(said)
        return text.replace(self._token, "***") if self._token else text

    def _callbacks(self) -> _Callbacks:
        return _Callbacks(unquote(self._user), self._token, urlsplit(self._url).hostname or "")

    def _records(self, commit: pygit2.Commit | None) -> pygit2.Tree | None:
        """The records' folder in a commit; None where it is not there."""
        if commit is None:
            return None
        try:
            found = commit.tree[self._folder] if self._folder else commit.tree
        except KeyError:
            return None
        return found if isinstance(found, pygit2.Tree) else None

    def _readings(
        self, clone: pygit2.Repository, folder: pygit2.Tree, entries: Iterable[Entry], known: Mapping[str, str]
    ) -> Iterator[Reading]:
        with self._told("can't be read", f"remove {self._place}: it is made anew"):
            for entry in entries:
                was = known.get(entry.shown)
                if str(entry.id) != was and (reading := read_entry(clone, folder, entry)).digest != was:
                    yield reading

    def _edit(self, tip: _Tip, path: str, decision: Decision) -> _Edit | None:
        """A decision as it is to be committed; None where it stands there already."""
        folder = self._records(tip.commit)
        place = file_of(tip.clone, folder, path) if folder else None
        if folder is None or place is None:
            raise MissingFileError(f"儲存庫的最新版本裡讀不到 {path}，所以沒有寫入")
        try:
            text = tip.clone[folder[place].id].peel(pygit2.Blob).data.decode("utf-8")
            record = parse(path, text)
            edited = write_decision(path, text, decision)
        except (UnreadableRecordError, UnicodeDecodeError) as reason:
            raise SourceError(str(reason)) from reason  # a later commit may mend the file
        if edited == text:
            return None
        return _Edit(
            posixpath.join(self._folder, place), edited.encode("utf-8"), commit_message(record.title, decision)
        )

    def _push(self, tip: _Tip, edit: _Edit) -> str:
        """Put a commit on top of the tip, and only there; empty, or why the remote did not take it."""
        if tip.branch is None:
            raise SourceError(
                f"{self._url} stands on no branch to commit to: let its HEAD name one, or set WRITE_BACK=off"
            )
        try:
            if self._url.startswith("file:"):
                # libgit2's push to a path moves the branch even where somebody was there in between; a commit made in
                # the repository itself moves it only away from its parent
                repository = pygit2.Repository(unquote(urlsplit(self._url).path))
                if not repository.is_bare:
                    raise SourceError(
                        f"{self._url} is checked out, and a commit would leave its files behind: "
                        "set RECORDS to a bare repository, or to the folder itself with WRITE_BACK=file"
                    )
                self._commit(repository, tip, edit, tip.branch)
                return ""
            callbacks = self._callbacks()
            commit = self._commit(tip.clone, tip, edit, None)
            remote = tip.clone.remotes.create_anonymous(self._url)
            remote.push([f"{commit}:{tip.branch}"], callbacks=callbacks, proxy=True)
        except pygit2.GitError as reason:
            return self._harmless(str(reason))
        return self._harmless(callbacks.refusal)

    def _commit(self, repository: pygit2.Repository, tip: _Tip, edit: _Edit, branch: str | None) -> pygit2.Oid:
        """Make the commit with the one changed file; `branch` then moves from the tip to it, or GitError is raised."""
        blob = repository.create_blob(edit.content)
        tree = replaced(repository, repository[tip.commit.tree_id].peel(pygit2.Tree), edit.path.split("/"), blob)
        author = pygit2.Signature(*self._signature)
        return repository.create_commit(branch, author, author, edit.message, tree, [tip.commit.id])


class _Callbacks(pygit2.RemoteCallbacks):
    """What a remote asks and answers."""

    def __init__(self, user: str, token: str, host: str) -> None:
        super().__init__()
        self._host = host
        self._user = user
        self._token = token
        self._asked = False
        self.refusal = ""

    def credentials(
        self, url: str, username_from_url: str | None, allowed_types: CredentialType
    ) -> pygit2.Username | pygit2.UserPass | pygit2.Keypair:
        """The token over https, the agent's key over ssh; once, since a server that refuses them only asks again."""
        user = username_from_url or self._user
        if self._token and urlsplit(url).hostname not in (self._host, None):
            raise pygit2.AuthError(f"it leads to {urlsplit(url).hostname}, which the token is not for")
        if allowed_types & CredentialType.USERNAME:
            return pygit2.Username(user or "git")
        if self._asked:
            raise pygit2.AuthError("the credentials were refused")
        self._asked = True
        if allowed_types & CredentialType.SSH_KEY:
            return pygit2.KeypairFromAgent(user or "git")
        if allowed_types & CredentialType.USERPASS_PLAINTEXT and self._token:
            return pygit2.UserPass(user or "x-access-token", self._token)
        raise pygit2.AuthError("it asks for credentials, and there are none")

    def push_update_reference(self, refname: str, message: str | None) -> None:
        """A push that is refused raises nothing: this is where the remote says so."""
        if message:
            self.refusal = message


def _find(clone: pygit2.Repository, revision: str | None) -> pygit2.Commit | None:
    """A commit by its id; None where the clone does not have it."""
    try:
        found = clone.get(revision) if revision else None
    except ValueError:
        return None
    return found if isinstance(found, pygit2.Commit) else None
