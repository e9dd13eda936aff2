"""Records read from a repository's commits, and decisions committed to it."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pygit2
import pytest

from records.edit import EditError, write_decision
from records.git import Git
from records.source import MAX_BYTES, Reading, SourceError
from tests.records.made import decision, read_folder
from tests.records.remote import Remote, git, served
from tests.sample import progress, record_text

TEXT = record_text(entries=progress())
TOKEN = "ghp_never-to-be-seen"
BUNDLE = Path(__file__).parents[3] / "shared" / "corpus" / "brighterarc.bundle"


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path / "remotes")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def source(remote: Remote, cache: Path) -> Git:
    return Git(remote.address, cache)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server that asks for the token, and the folder whose repositories it serves."""
    place = tmp_path_factory.mktemp("served")
    with served(place, place, token=TOKEN) as address:
        yield address, place


@pytest.fixture
def private(url: tuple[str, Path], tmp_path: Path) -> tuple[str, Remote]:
    """The address of a private repository, and the repository."""
    address, place = url
    remote = Remote(place / tmp_path.name)
    return f"git+{address}/{tmp_path.name}/remote.git#docs/commitments", remote


class Reader:
    """Whoever reads a source again and again and keeps what it read, as the store does."""

    def __init__(self, source: Git) -> None:
        self.source = source
        self.revision: str | None = None
        self.known: dict[str, str] = {}

    def read(self) -> tuple[list[str], list[str]]:
        """Read what differs; the paths that were read, and those that went."""
        snapshot = self.source.read(self.revision, self.known)
        readings = list(snapshot.readings)
        for path in snapshot.gone:
            del self.known[path]
        self.known |= {reading.path: reading.digest for reading in readings}
        self.revision = snapshot.revision
        return [reading.path for reading in readings], list(snapshot.gone)


@pytest.fixture
def reader(source: Git) -> Reader:
    return Reader(source)


def everything(source: Git) -> list[Reading]:
    return list(source.read(None, {}).readings)


def codes(source: Git) -> dict[str, list[str]]:
    return {reading.path: [problem.code for problem in reading.problems] for reading in everything(source)}


# reading


def test_every_markdown_file_of_the_folder_is_read_by_path(remote: Remote, source: Git) -> None:
    remote.push(*((path, TEXT) for path in ("乙/b.md", "甲/深/a.md", "c.md", "index.json", "../outside.md")))
    assert [reading.path for reading in everything(source)] == sorted(["c.md", "乙/b.md", "甲/深/a.md"])


def test_a_repository_reads_as_the_folder_that_is_checked_out_from_it(remote: Remote, source: Git) -> None:
    remote.push(("甲/a.md", TEXT), ("b.md", TEXT.replace("\n", "\r\n")), ("c.md", "不是紀錄"), ("d.md", b"\xff"))
    folder = [(reading.path, reading.text, reading.problems) for reading in read_folder(remote.records)]
    assert [(reading.path, reading.text, reading.problems) for reading in everything(source)] == folder


def test_a_file_is_known_by_the_id_of_its_content(remote: Remote, source: Git) -> None:
    remote.push(("a.md", TEXT))
    assert everything(source)[0].digest == git(remote.checkout, "rev-parse", "HEAD:docs/commitments/a.md")


def test_the_revision_is_the_newest_commit(remote: Remote, source: Git) -> None:
    commit = remote.push(("a.md", TEXT))
    assert source.read(None, {}).revision == commit


def test_what_is_in_no_commit_is_not_read(remote: Remote, source: Git) -> None:
    remote.push(("a.md", TEXT))
    remote.put("b.md", TEXT)
    assert list(codes(source)) == ["a.md"]


def test_a_checkout_is_read_from_its_newest_commit(remote: Remote, cache: Path) -> None:
    remote.push(("a.md", TEXT))
    remote.put("a.md", "half-writt")
    checkout = Git(f"git+file://{remote.checkout}#docs/commitments", cache)
    assert [reading.text for reading in everything(checkout)] == [TEXT]


def test_an_address_without_a_folder_is_the_whole_repository(remote: Remote, cache: Path) -> None:
    remote.push(("a.md", TEXT), ("../../top.md", TEXT))
    assert list(codes(Git(f"git+file://{remote.bare}", cache))) == ["docs/commitments/a.md", "top.md"]


def test_a_folder_may_have_a_chinese_name(tmp_path: Path, cache: Path) -> None:
    remote = Remote(tmp_path / "儲存庫", folder="資料/承諾")
    remote.push(("a.md", TEXT))
    assert list(codes(Git(remote.address, cache))) == ["a.md"]


def test_nothing_is_read_again_where_nothing_changed(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT), ("b.md", "不是紀錄"))
    reader.read()
    assert reader.read() == ([], [])


def test_only_the_changed_files_are_read_after_a_new_commit(remote: Remote, reader: Reader) -> None:
    remote.push(*((f"{name}.md", TEXT) for name in "abc"))
    reader.read()
    remote.push(("b.md", TEXT + "\n"), ("d/d.md", TEXT), ("index.json", "{}"))
    assert reader.read() == (["b.md", "d/d.md"], [])


def test_commits_in_between_are_one_difference(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    reader.read()
    remote.push(("a.md", TEXT + "\n"))
    remote.push(("b.md", TEXT + "\n"))
    remote.push(("b.md", TEXT))
    assert reader.read() == (["a.md"], [])


def test_a_deleted_file_is_gone(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    reader.read()
    (remote.records / "a.md").unlink()
    remote.push()
    assert reader.read() == ([], ["a.md"])


def test_a_moved_file_is_read_where_it_is_and_gone_where_it_was(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT + "\n"))
    reader.read()
    git(remote.records, "mv", "a.md", "c.md")
    remote.push()
    assert reader.read() == (["c.md"], ["a.md"])


def test_a_file_that_becomes_a_folder_is_gone(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT))
    reader.read()
    (remote.records / "a.md").unlink()
    remote.push(("a.md/b.md", TEXT))
    assert reader.read() == (["a.md/b.md"], ["a.md"])


def test_a_rewritten_history_is_another_difference(remote: Remote, reader: Reader) -> None:
    first = remote.push(("a.md", TEXT), ("b.md", TEXT))
    remote.push(("b.md", TEXT + "\n"), ("c.md", TEXT))
    reader.read()
    git(remote.checkout, "reset", "--quiet", "--hard", first)
    remote.push(("d.md", TEXT))
    assert reader.read() == (["b.md", "d.md"], ["c.md"])


def test_a_history_without_any_common_commit_is_another_difference(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    reader.read()
    git(remote.checkout, "checkout", "--quiet", "--orphan", "other")
    git(remote.checkout, "branch", "--quiet", "-M", "main")
    remote.push(("b.md", TEXT + "\n"))
    assert reader.read() == (["b.md"], [])


def test_a_commit_that_nobody_has_any_more_costs_a_look_at_everything(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    reader.read()
    for lost in ("0" * 40, "ab" * 20, "no commit", ""):
        reader.revision = lost
        remote.push(("b.md", f"{TEXT}{lost}\n"))
        assert reader.read() == (["b.md"], [])


def test_a_folder_that_came_later_is_read_whole(remote: Remote, cache: Path) -> None:
    first = remote.push(("../other/a.md", TEXT))
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    readings = Git(remote.address, cache).read(first, {"gone.md": "x"})
    assert ([reading.path for reading in readings.readings], readings.gone) == (["a.md", "b.md"], ["gone.md"])


def test_a_renamed_default_branch_is_followed(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT))
    reader.read()
    git(remote.bare, "branch", "-m", "main", "master")
    git(remote.checkout, "branch", "-m", "main", "master")
    remote.push(("b.md", TEXT))
    assert reader.read() == (["b.md"], [])


def test_another_default_branch_is_another_difference(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    reader.read()
    git(remote.checkout, "checkout", "--quiet", "-b", "next")
    (remote.records / "a.md").unlink()
    remote.push(("b.md", TEXT + "\n"))
    git(remote.bare, "symbolic-ref", "HEAD", "refs/heads/next")
    assert reader.read() == (["b.md"], ["a.md"])


def test_other_branches_do_not_matter(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT))
    reader.read()
    git(remote.checkout, "checkout", "--quiet", "-b", "draft")
    remote.push(("b.md", TEXT))
    assert reader.read() == ([], [])


def test_readings_are_read_as_they_are_asked_for(remote: Remote, source: Git, cache: Path) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    readings = iter(source.read(None, {}).readings)
    assert next(readings).path == "a.md"
    remote.push(("b.md", "newer"))
    assert everything(source)[1].text == "newer"
    assert next(readings).text == TEXT


# what is refused


def test_a_link_within_the_folder_is_read(remote: Remote, source: Git) -> None:
    remote.push(("甲/a.md", TEXT))
    (remote.records / "b.md").symlink_to("甲/a.md")
    (remote.records / "甲" / "c.md").symlink_to("../甲/a.md")
    remote.push()
    assert [(reading.path, reading.text) for reading in everything(source)] == [
        ("b.md", TEXT),
        ("甲/a.md", TEXT),
        ("甲/c.md", TEXT),
    ]


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../secret.md", "../../x", "none.md", "folder", ".", "b.md", "x" * 5000, "a.md/"]
)
def test_any_other_link_is_refused_and_reported(remote: Remote, source: Git, target: str) -> None:
    remote.push(("../secret.md", TEXT), ("folder/a.md", TEXT))
    blob = git(remote.checkout, "hash-object", "-w", "--stdin", stdin=target.encode())
    git(remote.checkout, "update-index", "--add", "--cacheinfo", f"120000,{blob},docs/commitments/b.md")
    git(remote.checkout, "commit", "--quiet", "-m", "link")
    git(remote.checkout, "push", "--quiet", "origin", "HEAD")
    assert codes(source) == {"b.md": ["link"], "folder/a.md": []}
    assert everything(source)[0].text == ""


def test_a_link_changes_with_the_file_that_it_leads_to(remote: Remote, reader: Reader) -> None:
    (remote.records / "x").mkdir(parents=True)
    (remote.records / "x" / "link.md").symlink_to("../a.md")
    (remote.records / "x" / "dangling.md").symlink_to("../b.md")
    remote.push(("a.md", TEXT))
    reader.read()
    assert reader.read() == ([], [])
    remote.push(("a.md", TEXT + "\n"), ("b.md", TEXT))
    assert reader.read() == (["a.md", "b.md", "x/dangling.md", "x/link.md"], [])
    (remote.records / "a.md").unlink()
    remote.push()
    assert reader.read() == (["x/link.md"], ["a.md"])


def test_a_linked_folder_is_not_entered(remote: Remote, source: Git) -> None:
    remote.push(("../outside/a.md", TEXT), ("b.md", TEXT))
    (remote.records / "linked").symlink_to("../outside")
    remote.push()
    assert codes(source) == {"b.md": [], "linked": ["link"]}


def test_a_submodule_is_refused_and_reported_once(remote: Remote, reader: Reader) -> None:
    commit = remote.push(("a.md", TEXT))
    git(remote.checkout, "update-index", "--add", "--cacheinfo", f"160000,{commit},docs/commitments/more")
    git(remote.checkout, "commit", "--quiet", "-m", "submodule")
    git(remote.checkout, "push", "--quiet", "origin", "HEAD")
    assert codes(reader.source) == {"a.md": [], "more": ["submodule"]}
    reader.read()
    assert reader.read() == ([], [])


def test_a_file_of_two_megabytes_is_refused(remote: Remote, source: Git) -> None:
    remote.push(("a.md", "長" * 700_000), ("b.md", TEXT))
    assert codes(source) == {"a.md": ["too_large"], "b.md": []}


def test_a_file_of_just_the_largest_size_is_read(remote: Remote, source: Git) -> None:
    padding = "x" * (MAX_BYTES - len(TEXT.encode()) - 1)
    remote.push(("a.md", TEXT.replace("## 追蹤紀錄", f"{padding}\n## 追蹤紀錄")))
    assert codes(source) == {"a.md": []}


def test_a_large_file_that_became_small_is_read(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", "長" * 700_000))
    reader.read()
    remote.push(("a.md", TEXT))
    assert reader.read() == (["a.md"], [])


def test_a_name_that_is_not_utf8_is_refused(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT))
    (remote.records / os.fsdecode(b"\xe8\xb7.md")).write_text(TEXT)
    remote.push()
    (remote.records / "\\xe8\\xb7.md").write_text(TEXT)
    remote.push()
    read = codes(reader.source)
    assert sorted(read.values()) == [[], [], ["file_name"]]
    assert {"a.md", "\\xe8\\xb7.md"} < read.keys()
    reader.read()
    assert reader.read() == ([], [])


def _commit(remote: Remote, tree: str) -> None:
    """Let the newest commit's records be a tree, whatever it holds."""
    docs = git(remote.bare, "mktree", stdin=f"040000 tree {tree}\tcommitments\n".encode())
    root = git(remote.bare, "mktree", stdin=f"040000 tree {docs}\tdocs\n".encode())
    commit = git(remote.bare, "commit-tree", root, "-m", "made")
    git(remote.bare, "update-ref", "refs/heads/main", commit)


def test_a_tree_that_holds_a_file_twice_is_read_once(remote: Remote, reader: Reader) -> None:
    blobs = [git(remote.bare, "hash-object", "-w", "--stdin", stdin=text.encode()) for text in (TEXT, f"{TEXT}\n")]
    entries = b"".join(b"100644 a.md\0" + bytes.fromhex(blob) for blob in blobs)
    _commit(remote, git(remote.bare, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=entries))
    assert reader.read() == (["a.md"], [])
    assert reader.read() == ([], [])


@pytest.mark.parametrize("at_first", [True, False])
def test_trees_that_hold_each_other_many_times_are_refused_before_they_are_listed(
    remote: Remote, reader: Reader, at_first: bool
) -> None:
    if not at_first:
        remote.push(("a.md", TEXT))
        reader.read()
    blob = git(remote.bare, "hash-object", "-w", "--stdin", stdin=TEXT.encode())
    tree = git(remote.bare, "mktree", stdin="".join(f"100644 blob {blob}\t{n}\n" for n in range(10)).encode())
    for _ in range(12):
        tree = git(remote.bare, "mktree", stdin="".join(f"040000 tree {tree}\t{n}\n" for n in range(10)).encode())
    _commit(remote, tree)
    with pytest.raises(SourceError, match="the folder holds more than"):
        reader.read()


def test_the_token_goes_to_no_server_that_another_one_leads_to(tmp_path: Path, cache: Path) -> None:
    place = tmp_path / "served"
    remote = Remote(place / "one")
    remote.push(("a.md", TEXT))
    folder = "/one/remote.git#docs/commitments"
    with served(place, place, token=TOKEN) as address:
        elsewhere = address.replace("localhost", "127.0.0.1")
        assert everything(Git(f"git+{elsewhere}{folder}", cache / "there", TOKEN))
        # trusted as well: one certificate is for both
        key = place / "key.pem", place / "certificate.pem"
        with served(place, place, leads_to=elsewhere, certified=key) as leading:
            source = Git(f"git+{leading}{folder}", cache / "led", TOKEN)
            with pytest.raises(SourceError, match=r"127\.0\.0\.1, which the token is not for"):
                source.read(None, {})


def test_folders_within_folders_without_end_stop_nothing(remote: Remote, cache: Path) -> None:
    remote.push(("a.md", TEXT))
    repository = pygit2.Repository(str(remote.bare))
    tree = repository.revparse_single("HEAD:docs/commitments").peel(pygit2.Tree)
    nested = tree.id
    for _ in range(1500):
        builder = repository.TreeBuilder(tree)
        builder.insert("x", nested, pygit2.enums.FileMode.TREE)
        nested = builder.write()
    commit = git(remote.bare, "commit-tree", "-m", "deep", str(nested))
    git(remote.bare, "update-ref", "refs/heads/main", commit)
    deep = Git(f"git+file://{remote.bare}", cache)
    assert len(list(codes(deep))) == 1501


# what can't be reached


def test_an_address_of_no_kind_says_how_one_is_written(cache: Path) -> None:
    for address in ("records", "https://x/y.git", "git+http://x/y", "git+https://", "git+ftp://x/y", "git+https://["):
        with pytest.raises(SourceError, match=r"write git\+https://"):
            Git(address, cache)


def test_a_repository_that_is_not_there_says_what_to_check(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(SourceError, match="check RECORDS and the network"):
        Git(f"git+file://{tmp_path}/none.git", cache).read(None, {})


def test_a_remote_that_was_there_and_is_not_now_can_be_read_again_when_it_returns(
    remote: Remote, reader: Reader
) -> None:
    remote.push(("a.md", TEXT))
    reader.read()
    remote.bare.rename(remote.bare.with_name("away.git"))
    with pytest.raises(SourceError, match="can't be fetched"):
        reader.read()
    remote.bare.with_name("away.git").rename(remote.bare)
    remote.push(("b.md", TEXT))
    assert reader.read() == (["b.md"], [])


def test_a_port_where_nobody_listens_says_so(cache: Path) -> None:
    with pytest.raises(SourceError, match=r"https://localhost:1/x.git can't be fetched \(failed to connect"):
        Git("git+https://localhost:1/x.git", cache).read(None, {})


def test_a_server_that_says_nothing_is_not_waited_for_without_end(cache: Path) -> None:
    usual = pygit2.settings.server_timeout
    assert usual == 30_000
    pygit2.settings.server_timeout = 300
    try:
        with socket.create_server(("localhost", 0)) as silent, pytest.raises(SourceError, match="can't be fetched"):
            Git(f"git+https://localhost:{silent.getsockname()[1]}/x.git", cache).read(None, {})
    finally:
        pygit2.settings.server_timeout = usual


def test_an_empty_repository_says_what_it_lacks(source: Git) -> None:
    with pytest.raises(SourceError, match="no commit on its default branch"):
        source.read(None, {})


def test_a_default_branch_that_is_not_there_says_what_to_set(remote: Remote, source: Git) -> None:
    remote.push(("a.md", TEXT))
    git(remote.bare, "symbolic-ref", "HEAD", "refs/heads/none")
    with pytest.raises(SourceError, match="set the default branch"):
        source.read(None, {})


@pytest.mark.parametrize("folder", ["docs/promises", "docs/commitments/a.md", "../x", "."])
def test_a_folder_that_is_not_in_the_commit_says_so(remote: Remote, cache: Path, folder: str) -> None:
    remote.push(("a.md", TEXT))
    with pytest.raises(SourceError, match="has no folder"):
        Git(f"git+file://{remote.bare}#{folder}", cache).read(None, {})


def test_a_cache_that_can_not_be_written_says_where(remote: Remote, tmp_path: Path) -> None:
    remote.push(("a.md", TEXT))
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match="file can't be written to"):
        Git(remote.address, tmp_path / "file").read(None, {})


# the clone


def test_an_emptied_cache_is_filled_again(remote: Remote, reader: Reader, cache: Path) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    reader.read()
    shutil.rmtree(cache)
    remote.push(("b.md", TEXT + "\n"))
    assert reader.read() == (["b.md"], [])


@pytest.mark.parametrize("part", ["HEAD", "config", "objects", "objects/pack", "refs"])
def test_a_clone_that_lost_a_part_is_made_anew(remote: Remote, reader: Reader, cache: Path, part: str) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    reader.read()
    (clone,) = (place for place in cache.iterdir() if place.is_dir())
    shutil.rmtree(clone / part) if (clone / part).is_dir() else (clone / part).unlink()
    remote.push(("b.md", TEXT + "\n"))
    assert reader.read() == (["b.md"], [])


def test_a_clone_that_a_crash_left_half_made_is_made_anew(remote: Remote, source: Git, cache: Path) -> None:
    remote.push(("a.md", TEXT))
    everything(source)
    (clone,) = (place for place in cache.iterdir() if place.is_dir())
    shutil.rmtree(clone)
    (clone / "objects" / "pack").mkdir(parents=True)
    (clone / "objects" / "pack" / "pack_git2_x1").write_bytes(b"PACK")
    (clone / "config").write_text("[core")
    assert list(codes(source)) == ["a.md"]


def test_each_address_has_a_clone_of_its_own(remote: Remote, tmp_path: Path, cache: Path) -> None:
    other = Remote(tmp_path / "others")
    remote.push(("a.md", TEXT))
    other.push(("b.md", TEXT))
    assert [list(codes(Git(each.address, cache))) for each in (remote, other, remote)] == [["a.md"], ["b.md"], ["a.md"]]


def test_folders_of_one_repository_share_a_clone(remote: Remote, cache: Path) -> None:
    remote.push(("a.md", TEXT))
    for address in (remote.address, f"git+file://{remote.bare}"):
        everything(Git(address, cache))
    assert sum(place.is_dir() for place in cache.iterdir()) == 1


def test_two_processes_may_read_at_once(remote: Remote, cache: Path) -> None:
    remote.push(*((f"{number}.md", TEXT) for number in range(50)))
    program = (
        "import sys; from pathlib import Path; from records.git import Git;"
        "print(len(list(Git(sys.argv[1], Path(sys.argv[2])).read(None, {}).readings)))"
    )
    command = [sys.executable, "-c", program, remote.address, str(cache)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    assert [process.communicate()[0].strip() for process in running] == [b"50"] * 3


def test_a_clone_without_the_content_of_a_file_says_what_to_remove(remote: Remote, source: Git, cache: Path) -> None:
    remote.push(("a.md", TEXT))
    blob = everything(source)[0].digest
    (pack,) = cache.glob("*/objects/pack/*.pack")
    content, clone = pack.read_bytes(), pack.parents[2]
    for file in pack.parent.iterdir():
        file.unlink()
    git(clone, "unpack-objects", "-q", stdin=content)
    (clone / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(SourceError, match=f"remove {clone}: it is made anew"):
        everything(source)


# the token


def test_a_private_repository_is_read_and_written_with_the_token(private: tuple[str, Remote], cache: Path) -> None:
    address, remote = private
    remote.push(("a.md", TEXT))
    source = Git(address, cache, TOKEN)
    assert list(codes(source)) == ["a.md"]
    source.write("a.md", decision())
    assert remote.text("a.md") == write_decision("a.md", TEXT, decision())


@pytest.mark.parametrize("user", [f"somebody:{TOKEN}@", f"{TOKEN}@", f":{TOKEN}@"])
def test_a_token_in_the_address_does_too(private: tuple[str, Remote], cache: Path, user: str) -> None:
    address, remote = private
    remote.push(("a.md", TEXT))
    assert list(codes(Git(address.replace("//", f"//{user}"), cache))) == ["a.md"]


def test_only_the_changed_files_are_read_over_the_network_too(private: tuple[str, Remote], cache: Path) -> None:
    address, remote = private
    first = remote.push(("a.md", TEXT), ("b.md", TEXT))
    reader = Reader(Git(address, cache, TOKEN))
    reader.read()
    remote.push(("b.md", TEXT + "\n"))
    assert reader.read() == (["b.md"], [])
    git(remote.checkout, "reset", "--quiet", "--hard", first)
    remote.push(("a.md", TEXT + "\n"))
    assert reader.read() == (["a.md", "b.md"], [])


@pytest.mark.parametrize("token", ["", "ghp_wrong"])
def test_without_the_right_token_nobody_gets_in(private: tuple[str, Remote], cache: Path, token: str) -> None:
    address, remote = private
    remote.push(("a.md", TEXT))
    with pytest.raises(SourceError, match="check that RECORDS_TOKEN"):
        Git(address, cache, token).read(None, {})


def test_the_token_is_never_shown(
    private: tuple[str, Remote], cache: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    address, remote = private
    remote.push(("a.md", TEXT))
    remote.hook("update", f"echo {TOKEN} >&2; exit 1")
    sources = [
        Git(address, cache, TOKEN),
        Git(address.replace("//", f"//somebody:{TOKEN}@"), cache),
        Git(address.replace("//", f"//somebody:{TOKEN}@").replace("remote.git", "none.git"), cache),
        Git(f"git+https://{TOKEN}@localhost:1/x.git", cache),
    ]
    said = []
    for source in sources:
        with pytest.raises(SourceError) as told:
            everything(source)
            source.write("a.md", decision())
        said += [str(told.value), repr(told.value.__cause__), *map(str, told.traceback)]
    files = [file.read_bytes() for file in cache.rglob("*") if file.is_file()]
    assert TOKEN not in "".join(said) + caplog.text + "".join(capfd.readouterr()) + repr(list(cache.rglob("*")))
    assert not any(TOKEN.encode() in content for content in files)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, remote: Remote, cache: Path) -> None:
    remote.push(("a.md", TEXT))
    with (
        served(tmp_path, remote.bare.parent, vouched=False) as address,
        pytest.raises(SourceError, match="certificate"),
    ):
        Git(f"git+{address}/remote.git", cache, TOKEN).read(None, {})


# writing back


def test_a_decision_is_one_commit_that_changes_its_file_only(remote: Remote, source: Git) -> None:
    remote.push(("甲/a.md", TEXT), ("b.md", TEXT), ("../../README", "x"))
    source.write("甲/a.md", decision())
    assert (remote.text("甲/a.md"), remote.count()) == (write_decision("a.md", TEXT, decision()), 2)
    assert git(remote.bare, "-c", "core.quotePath=no", "diff", "--name-only", "HEAD~", "HEAD") == (
        "docs/commitments/甲/a.md"
    )


def test_the_commit_tells_the_decision_and_its_reviewer(remote: Remote, cache: Path) -> None:
    remote.push(("a.md", TEXT))
    Git(remote.address, cache, name="諾言", email="bot@example.org").write(
        "a.md", decision(outcome="decline", by="複核人甲")
    )
    assert git(remote.bare, "log", "-1", "--format=%an <%ae>|%B").split("|") == [
        "諾言 <bot@example.org>",
        "複核：不採認 增設路燈\n\nDecision-Id: d-1\nReviewed-By: 複核人甲",
    ]
    assert git(remote.bare, "log", "-1", "--format=%(trailers:key=Reviewed-By,valueonly)") == "複核人甲"


def test_line_ends_and_the_files_mode_are_kept(remote: Remote, source: Git) -> None:
    windows = "\ufeff" + TEXT.replace("\n", "\r\n")
    remote.put("a.md", windows)
    (remote.records / "a.md").chmod(0o755)
    remote.push()
    source.write("a.md", decision())
    assert remote.text("a.md") == write_decision("a.md", windows, decision())
    assert git(remote.bare, "ls-tree", "HEAD", "docs/commitments/a.md").startswith("100755 ")


def test_nothing_is_written_twice(remote: Remote, source: Git) -> None:
    remote.push(("a.md", TEXT))
    source.write("a.md", decision())
    source.write("a.md", decision())
    assert remote.count() == 2


def test_what_was_written_is_read_back(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    reader.read()
    reader.source.write("b.md", decision())
    assert reader.read() == (["b.md"], [])


def test_a_decision_goes_on_top_of_what_others_pushed_since(remote: Remote, reader: Reader) -> None:
    remote.push(("a.md", TEXT))
    reader.read()
    remote.push(("a.md", TEXT.replace("增設路燈", "新設路燈")))
    reader.source.write("a.md", decision())
    assert remote.text("a.md") == write_decision("a.md", TEXT.replace("增設路燈", "新設路燈"), decision())


def test_a_status_that_is_no_longer_the_judged_one_is_not_written(remote: Remote, source: Git) -> None:
    remote.push(("a.md", record_text(status="無更新")))
    with pytest.raises(EditError, match="無更新"):
        source.write("a.md", decision())
    assert remote.count() == 1


@pytest.mark.parametrize("path", ["none.md", "../secret.md", "folder", "linked.md", "not-utf8.md", "no-record.md"])
def test_what_is_no_record_of_the_folder_is_not_written(remote: Remote, source: Git, path: str) -> None:
    (remote.records / "folder").mkdir(parents=True)
    (remote.records / "linked.md").symlink_to("../secret.md")
    remote.push(("../secret.md", TEXT), ("folder/a.md", TEXT), ("not-utf8.md", b"\xff"), ("no-record.md", "x"))
    may_be_mended = path in ("not-utf8.md", "no-record.md")
    with pytest.raises(SourceError if may_be_mended else EditError):
        source.write(path, decision())
    assert remote.count() == 1


def test_a_refused_push_fetches_applies_again_and_pushes(private: tuple[str, Remote], cache: Path) -> None:
    address, remote = private
    remote.push(("a.md", TEXT), ("b.md", TEXT))
    # the first push is refused, and meanwhile somebody else's commit is there
    git(remote.checkout, "commit", "--quiet", "--allow-empty", "-m", "somebody else's")
    git(remote.checkout, "push", "--quiet", "origin", "HEAD:refs/heads/waiting")
    remote.hook(
        "pre-receive",
        "unset GIT_QUARANTINE_PATH; if git rev-parse -q --verify refs/heads/waiting >&2; then"
        " git update-ref refs/heads/main refs/heads/waiting && git update-ref -d refs/heads/waiting; exit 1; fi",
    )
    Git(address, cache, TOKEN).write("a.md", decision())
    assert git(remote.bare, "log", "--format=%s", "-3").splitlines()[:2] == [
        "複核：採認達成 增設路燈",
        "somebody else's",
    ]
    assert (remote.text("a.md"), remote.count()) == (write_decision("a.md", TEXT, decision()), 3)


def test_a_push_that_lost_the_race_overwrites_nobody(private: tuple[str, Remote], cache: Path) -> None:
    address, remote = private
    remote.push(("a.md", TEXT))
    git(remote.checkout, "commit", "--quiet", "--allow-empty", "-m", "somebody else's")
    git(remote.checkout, "push", "--quiet", "origin", "HEAD:refs/heads/waiting")
    # the hook takes the push, but before it is done the branch moves under it
    remote.hook(
        "pre-receive",
        "unset GIT_QUARANTINE_PATH; if git rev-parse -q --verify refs/heads/waiting >&2; then"
        " git update-ref refs/heads/main refs/heads/waiting && git update-ref -d refs/heads/waiting; fi",
    )
    Git(address, cache, TOKEN).write("a.md", decision())
    assert git(remote.bare, "log", "--format=%s", "-3").splitlines()[:2] == [
        "複核：採認達成 增設路燈",
        "somebody else's",
    ]


def test_a_branch_that_always_moves_is_left_for_later(private: tuple[str, Remote], cache: Path) -> None:
    address, remote = private
    remote.push(("a.md", TEXT))
    remote.hook(
        "pre-receive",
        "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES;"
        ' git update-ref refs/heads/main "$(git commit-tree -p main -m "$(date +%N)" "main^{tree}")"; exit 1',
    )
    with pytest.raises(SourceError, match="try again later"):
        Git(address, cache, TOKEN).write("a.md", decision())
    assert remote.text("a.md") == TEXT


def test_a_remote_that_takes_no_commits_says_what_it_lacks(private: tuple[str, Remote], cache: Path) -> None:
    address, remote = private
    remote.push(("a.md", TEXT))
    remote.hook("update", "exit 1")
    with pytest.raises(SourceError, match=r"does not take the commit \(hook declined\): let RECORDS_TOKEN"):
        Git(address, cache, TOKEN).write("a.md", decision())


def test_a_token_that_may_only_read_says_so(tmp_path: Path, remote: Remote, cache: Path) -> None:
    remote.push(("a.md", TEXT))
    with served(tmp_path, remote.bare.parent, token=TOKEN, writable=False) as address:
        source = Git(f"git+{address}/remote.git#docs/commitments", cache, TOKEN)
        assert list(codes(source)) == ["a.md"]
        with pytest.raises(SourceError, match=r"403\): let RECORDS_TOKEN"):
            source.write("a.md", decision())


def test_a_repository_that_is_checked_out_is_not_committed_to(remote: Remote, cache: Path) -> None:
    remote.push(("a.md", TEXT))
    with pytest.raises(SourceError, match="WRITE_BACK=file"):
        Git(f"git+file://{remote.checkout}#docs/commitments", cache).write("a.md", decision())
    assert git(remote.checkout, "status", "--porcelain") == ""


def test_a_head_on_no_branch_is_read_and_not_written(remote: Remote, source: Git) -> None:
    commit = remote.push(("a.md", TEXT))
    (remote.bare / "HEAD").write_text(f"{commit}\n")
    assert list(codes(source)) == ["a.md"]
    with pytest.raises(SourceError, match="no branch to commit to"):
        source.write("a.md", decision())


def test_decisions_written_at_once_from_several_places_are_all_kept(remote: Remote, tmp_path: Path) -> None:
    remote.push(*((f"{number}.md", TEXT) for number in range(8)))

    def write(number: int) -> None:
        source = Git(remote.address, tmp_path / f"cache-{number % 4}")
        for _ in range(20):
            try:
                return source.write(f"{number}.md", decision(id=f"d-{number}"))
            except SourceError as reason:
                assert "try again later" in str(reason)
        raise AssertionError(number)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(8)))
    assert [f"d-{number}" in remote.text(f"{number}.md") for number in range(8)] == [True] * 8
    assert remote.count() == 9


def test_one_decision_written_by_two_at_once_is_there_once(remote: Remote, tmp_path: Path) -> None:
    remote.push(("a.md", TEXT))
    start = threading.Barrier(2)

    def write(number: int) -> None:
        start.wait()
        Git(remote.address, tmp_path / f"cache-{number}").write("a.md", decision())

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, range(2)))
    assert (remote.text("a.md").count("d-1"), remote.count()) == (1, 2)


# the real records


def test_the_real_history_is_read_commit_by_commit(tmp_path: Path, cache: Path) -> None:
    if not BUNDLE.exists():
        pytest.skip("the real records do not lie beside this checkout")
    bare = tmp_path / "real.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(BUNDLE), str(bare))
    reader = Reader(Git(f"git+file://{bare}#docs/commitments", cache))
    steps = []
    for commit in git(bare, "rev-list", "--reverse", "HEAD").splitlines():
        git(bare, "update-ref", "refs/heads/main", commit)
        read, gone = reader.read()
        listed = git(bare, "ls-tree", "-r", "--name-only", f"{commit}:docs/commitments").splitlines()
        assert len(reader.known) == sum(name.strip('"').endswith(".md") for name in listed)
        steps.append((len(read), len(gone)))
    assert steps == [(310, 0), (1208, 0), (0, 0), (131, 0), (536, 0), (1, 1), (207, 0)]
