"""Real git repositories for tests: one on disk that people push to, and a server that git itself stands behind."""

from __future__ import annotations

import base64
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pygit2
import pytest

PERSON = {"GIT_AUTHOR_NAME": "王小明", "GIT_AUTHOR_EMAIL": "ming@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
SETTING = {
    **os.environ,
    **PERSON,
    "GIT_COMMITTER_NAME": "王小明",
    "GIT_COMMITTER_EMAIL": "ming@example.org",
    "GIT_ALLOW_PROTOCOL": "file",
}


def git(place: Path, *arguments: str, stdin: bytes | None = None) -> str:
    """Run git in a folder and give what it said; the test fails where git does."""
    done = subprocess.run(
        ["git", "-C", str(place), *arguments], check=False, input=stdin, capture_output=True, env=SETTING
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


class Remote:
    """A bare repository, and a checkout from which somebody pushes to it."""

    def __init__(self, place: Path, folder: str = "docs/commitments") -> None:
        self.bare = place / "remote.git"
        self.checkout = place / "checkout"
        self.folder = folder
        place.mkdir(parents=True, exist_ok=True)
        git(place, "init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))
        git(place, "clone", "--quiet", str(self.bare), str(self.checkout))
        git(self.checkout, "checkout", "--quiet", "-B", "main")

    @property
    def address(self) -> str:
        return f"git+file://{self.bare}#{self.folder}"

    @property
    def records(self) -> Path:
        return self.checkout / self.folder

    def put(self, path: str, text: str | bytes) -> None:
        """Write a record into the checkout."""
        file = self.records / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def push(self, *files: tuple[str, str | bytes], message: str = "change") -> str:
        """Commit the checkout as it stands with these records, push it, and give the commit's id."""
        for path, text in files:
            self.put(path, text)
        git(self.checkout, "add", "--all")
        git(self.checkout, "commit", "--quiet", "--allow-empty", "--message", message)
        git(self.checkout, "push", "--quiet", "--force", "origin", "HEAD")
        return git(self.checkout, "rev-parse", "HEAD")

    def pull(self) -> None:
        """Take over what others pushed."""
        git(self.checkout, "pull", "--quiet", "--rebase", "origin", "main")

    def tip(self) -> str:
        return git(self.bare, "rev-parse", "HEAD")

    def text(self, path: str) -> str:
        """A record as the newest commit has it, byte for byte."""
        repository = pygit2.Repository(str(self.bare))
        found = repository.revparse_single(f"HEAD:{self.folder}/{path}")
        return found.peel(pygit2.Blob).data.decode()

    def count(self) -> int:
        return int(git(self.bare, "rev-list", "--count", "HEAD"))

    def hook(self, name: str, script: str) -> None:
        """Install a hook; only a server runs it, a push to a path does not."""
        file = self.bare / "hooks" / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)


def _certify(place: Path) -> tuple[Path, Path]:
    """A key and a certificate for this machine, in files below a folder."""
    key, certificate = place / "key.pem", place / "certificate.pem"
    wanted = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate)]
    subject = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*wanted, *subject], check=True, capture_output=True)
    return key, certificate


@contextmanager
def served(  # noqa: C901 (one branch for each kind of server)
    place: Path,
    root: Path,
    token: str = "",
    *,
    writable: bool = True,
    vouched: bool = True,
    leads_to: str = "",
    certified: tuple[Path, Path] | None = None,
) -> Iterator[str]:
    """`https://localhost:…` with the repositories below `root`, by `git http-backend`; with a token only for who has it.

    One that `leads_to` another server sends everybody there; one `certified` already has a key and a certificate.
    """
    backend = Path(git(place, "--exec-path")) / "git-http-backend"
    if shutil.which("openssl") is None or not backend.exists():
        pytest.skip("a server needs openssl, and a git that brings git-http-backend")
    key, certificate = certified or _certify(place)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(b"")

        def do_POST(self) -> None:
            if self.headers.get("Transfer-Encoding") == "chunked":
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                self.answer(b"".join(parts))
            else:
                self.answer(self.rfile.read(int(self.headers["Content-Length"])))

        def answer(self, body: bytes) -> None:
            if leads_to:
                self.say(302, "Location", f"{leads_to}{self.path}")
                return
            given = self.headers.get("Authorization", "").removeprefix("Basic ")
            if token and base64.b64decode(given).decode().partition(":")[2] != token:
                self.say(401, "WWW-Authenticate", 'Basic realm="git"')
                return
            path, _, query = self.path.partition("?")
            if "git-receive-pack" in self.path and not writable:
                self.say(403, "Content-Length", "0")
                return
            environment = {
                **SETTING,
                "GIT_PROJECT_ROOT": str(root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "REMOTE_USER": "somebody",
                "REMOTE_ADDR": "127.0.0.1",
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            }
            done = subprocess.run([str(backend)], check=False, input=body, capture_output=True, env=environment)
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def say(self, status: int, field: str, value: str) -> None:
            """Answer with a status and one field alone."""
            self.send_response(status)
            for name, said in {"Content-Length": "0", field: value}.items():
                self.send_header(name, said)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("localhost", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    if vouched:  # a certificate that is trusted once stays so until the process ends
        pygit2.settings.set_ssl_cert_locations(str(certificate), None)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
