"""The newest step of the real history, read through the git source and by bare pygit2: `python -m benchmarks.syncs`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pygit2
from pygit2.enums import DeltaStatus
from yaml12 import parse_yaml

from records.git import Git

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "brighterarc.bundle"
FOLDER = "docs/commitments"
ROUNDS = 9


def main() -> None:
    """Measure a sync of the last commit, and print it beside its anchor."""
    if not CORPUS.exists():
        sys.exit("the real records do not lie beside this checkout")
    with tempfile.TemporaryDirectory() as place:
        changed_files(Path(place))


def changed_files(place: Path) -> None:
    """What a sync costs that finds the files of one commit changed, against its diff, blobs and front matter alone."""
    bare = place / "real.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(CORPUS), str(bare)], check=True)
    repository = pygit2.Repository(str(bare))
    newest = repository.head.peel(pygit2.Commit)
    before = newest.parents[0]
    source = Git(f"git+file://{bare}#{FOLDER}", place / "cache")
    repository.references["refs/heads/main"].set_target(before.id)
    known = {reading.path: reading.digest for reading in source.read(None, {}).readings}
    repository.references["refs/heads/main"].set_target(newest.id)
    list(source.read(None, known).readings)  # fetched once, as the anchor has all it reads

    def bare_loop() -> int:
        clone = pygit2.Repository(str(bare))
        old, new = (clone[commit.id].peel(pygit2.Tree)[FOLDER].peel(pygit2.Tree) for commit in (before, newest))
        files = [delta.new_file for delta in old.diff_to_tree(new).deltas if delta.status != DeltaStatus.DELETED]
        texts = [clone[file.id].peel(pygit2.Blob).data.decode() for file in files if file.path.endswith(".md")]
        return len([parse_yaml(text.split("---", 2)[1]) for text in texts])

    def ours() -> int:
        return len(list(source.read(str(before.id), known).readings))

    (count, taken), (same, anchor) = _best(ours), _best(bare_loop)
    print(f"sync of {count} changed files of {len(known)}: {taken * 1000:.0f} ms", end="")
    print(f", bare pygit2 and parse_yaml on {same}: {anchor * 1000:.0f} ms, ratio {taken / anchor:.2f}")


def _best(function: Callable[[], int]) -> tuple[int, float]:
    """What the function gives, and its shortest time: the one with the least of others' work in it."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        given = function()
        times.append(time.perf_counter() - start)
    return given, min(times)


if __name__ == "__main__":
    main()
