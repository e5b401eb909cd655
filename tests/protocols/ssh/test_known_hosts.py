"""Pinned host keys, in files as OpenSSH writes and reads them."""

import fcntl
import multiprocessing
import os
import resource
import subprocess
from pathlib import Path

import pytest

from protocols.ssh.host_key import BadHostKey, HostKey
from protocols.ssh.known_hosts import (
    Conflict,
    KnownHosts,
    KnownHostsError,
    Pin,
    Revoked,
    Verdict,
)

RSA, ED25519, ECDSA = "ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256"
HASHED_PAIR = 2


def key(algorithm: str = ED25519, seed: bytes = b"a") -> HostKey:
    """Make a blob of the right form; nobody verifies a signature with it here."""
    name = algorithm.encode()
    return HostKey(algorithm, len(name).to_bytes(4, "big") + name + b"\0\0\0\x20" + seed * 32)


@pytest.fixture
def hosts(tmp_path: Path) -> KnownHosts:
    return KnownHosts(tmp_path / "known_hosts")


def written(hosts: KnownHosts, *lines: str) -> KnownHosts:
    hosts.path.write_text("".join(f"{line}\n" for line in lines))
    return hosts


def test_missing_file_pins_nothing(hosts: KnownHosts) -> None:
    assert hosts.verdict("192.0.2.1", 22, key()) is Verdict.UNKNOWN
    assert not hosts.path.exists()


def test_pinned_key_is_trusted_for_its_host_and_port_only(hosts: KnownHosts) -> None:
    hosts.trust([Pin("192.0.2.1", 2222, (key(),))])
    assert hosts.verdict("192.0.2.1", 2222, key()) is Verdict.TRUSTED
    assert hosts.verdict("192.0.2.1", 22, key()) is Verdict.UNKNOWN
    assert hosts.verdict("192.0.2.2", 2222, key()) is Verdict.UNKNOWN
    assert hosts.path.read_text() == f"[192.0.2.1]:2222 {ED25519} {key().text}\n"


@pytest.mark.parametrize(
    "spelling", ["2001:DB8:0:0::1", "2001:db8::1", " 2001:0db8::0001 ", "2001:Db8::1"]
)
def test_ipv6_address_is_one_host_in_all_spellings(hosts: KnownHosts, spelling: str) -> None:
    written(hosts, f"2001:db8:0::1 {ED25519} {key().text}")
    assert hosts.verdict(spelling, 22, key()) is Verdict.TRUSTED


def test_other_key_of_the_same_type_is_a_change(hosts: KnownHosts) -> None:
    hosts.trust([Pin("sw", 22, (key(),))])
    assert hosts.verdict("sw", 22, key(seed=b"b")) is Verdict.CHANGED


def test_key_of_another_type_does_not_pass_for_a_first_contact(hosts: KnownHosts) -> None:
    hosts.trust([Pin("sw", 22, (key(),))])
    assert hosts.verdict("sw", 22, key(RSA)) is Verdict.CHANGED


def test_revoked_key_is_refused_even_where_it_is_pinned(hosts: KnownHosts) -> None:
    written(hosts, f"sw {ED25519} {key().text}", f"@revoked * {ED25519} {key().text}")
    assert hosts.verdict("sw", 22, key()) is Verdict.REVOKED
    assert hosts.keys("sw") == ()
    with pytest.raises(Revoked, match="other: the key is revoked"):
        hosts.trust([Pin("other", 22, (key(),))])


def test_certificate_authority_is_no_host_key(hosts: KnownHosts) -> None:
    written(hosts, f"@cert-authority * {ED25519} {key().text}")
    assert hosts.verdict("sw", 22, key()) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("names", "host", "port"),
    [
        ("a,sw-1,b", "sw-1", 22),
        ("SW-1", "sw-1", 22),
        ("*.example", "sw-1.example", 22),
        ("sw-?", "sw-1", 22),
        ("[192.0.2.*]:830", "192.0.2.7", 830),
    ],
)
def test_names_match_as_sshd_8_says(hosts: KnownHosts, names: str, host: str, port: int) -> None:
    written(hosts, f"{names} {ED25519} {key().text} a comment")
    assert hosts.verdict(host, port, key()) is Verdict.TRUSTED


@pytest.mark.parametrize("names", ["!sw-1,sw-*", "sw-11", "[sw-1]:2222", "sw", "?sw-1"])
def test_names_that_mean_somebody_else_do_not_match(hosts: KnownHosts, names: str) -> None:
    written(hosts, f"{names} {ED25519} {key().text}")
    assert hosts.verdict("sw-1", 22, key()) is Verdict.UNKNOWN


@pytest.mark.peer
def test_names_hashed_by_ssh_keygen_are_found_and_forgotten(hosts: KnownHosts) -> None:
    hosts.trust([Pin("192.0.2.1", 22, (key(),)), Pin("2001:db8::1", 2222, (key(RSA),))])
    subprocess.run(
        ["ssh-keygen", "-H", "-f", hosts.path], check=True, capture_output=True, timeout=30
    )
    assert hosts.path.read_text().count("|1|") == HASHED_PAIR
    assert hosts.verdict("192.0.2.1", 22, key()) is Verdict.TRUSTED
    assert hosts.verdict("2001:DB8::1", 2222, key(RSA)) is Verdict.TRUSTED
    assert hosts.verdict("2001:db8::1", 22, key(RSA)) is Verdict.UNKNOWN
    hosts.forget([("192.0.2.1", 22)])
    assert hosts.verdict("192.0.2.1", 22, key()) is Verdict.UNKNOWN
    assert hosts.verdict("2001:db8::1", 2222, key(RSA)) is Verdict.TRUSTED


@pytest.mark.peer
def test_ssh_keygen_finds_what_was_pinned_with_the_same_fingerprint(
    hosts: KnownHosts, tmp_path: Path
) -> None:
    private = tmp_path / "host_key"
    generate = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", private]
    subprocess.run(generate, check=True, timeout=30)
    algorithm, text, _comment = private.with_suffix(".pub").read_text().split()
    real = HostKey.of(algorithm, text)
    hosts.trust([Pin("2001:DB8::5", 2222, (real,))])
    find = ["ssh-keygen", "-l", "-F", "[2001:db8::5]:2222", "-f", hosts.path]
    found = subprocess.run(find, check=True, capture_output=True, text=True, timeout=30).stdout
    assert real.fingerprint in found


def test_lines_that_cannot_be_read_are_named_passed_over_and_kept(hosts: KnownHosts) -> None:
    lines = [
        "# switches of Hexi",
        "",
        "sw-1",
        f"@trusted sw-1 {ED25519} {key().text}",
        f"sw-1 {ED25519} not-base64!",
        f"sw-1 {RSA} {key().text}",
        f"sw-1 {ED25519} AAAA",
        f"sw-2 {ED25519} {key().text}\r",
    ]
    written(hosts, *lines)
    assert [(one.number, one.problem) for one in hosts.problems()] == [
        (3, "expected names, a type and a key"),
        (4, "unknown marker"),
        (5, "not base64: 'not-base64!'"),
        (6, "a key of type 'ssh-ed25519', not 'ssh-rsa'"),
        (7, "too short for a key"),
    ]
    assert hosts.verdict("sw-2", 22, key()) is Verdict.TRUSTED
    hosts.trust([Pin("sw-3", 22, (key(),))])
    assert hosts.path.read_bytes().decode().split("\n")[:-2] == lines


def test_other_bytes_than_utf_8_survive_a_change(hosts: KnownHosts) -> None:
    gbk = "# 河西区交换机\n".encode("gbk")
    hosts.path.write_bytes(gbk)
    hosts.trust([Pin("sw", 22, (key(),))])
    assert hosts.path.read_bytes().startswith(gbk)


def test_changed_key_is_pinned_only_with_replace(hosts: KnownHosts) -> None:
    hosts.trust([Pin("sw", 22, (key(), key(RSA)))])
    before = hosts.path.read_bytes()
    with pytest.raises(Conflict, match="sw: another key is pinned"):
        hosts.trust([Pin("ok", 22, (key(),)), Pin("sw", 22, (key(), key(RSA, b"b")))])
    assert hosts.path.read_bytes() == before
    result = hosts.trust([Pin("sw", 22, (key(), key(RSA, b"b")))], replace=True)
    assert result.added == (("sw", key(RSA, b"b")),)
    assert result.removed == (("sw", key(RSA)),)
    assert hosts.keys("sw") == (key(), key(RSA, b"b"))


def test_further_type_of_key_joins_when_another_is_the_pinned_one(hosts: KnownHosts) -> None:
    hosts.trust([Pin("sw", 22, (key(),))])
    hosts.trust([Pin("sw", 22, (key(), key(ECDSA)))])
    assert hosts.algorithms("sw") == (ED25519, ECDSA)
    with pytest.raises(Conflict):
        hosts.trust([Pin("sw", 22, (key(RSA),))])


def test_pinning_again_writes_nothing(hosts: KnownHosts) -> None:
    hosts.trust([Pin("sw", 22, (key(),))])
    inode = hosts.path.stat().st_ino
    result = hosts.trust([Pin("sw", 22, (key(),)), Pin("sw", 22, (key(),))])
    assert (result.added, result.removed) == ((), ())
    assert hosts.path.stat().st_ino == inode


def test_forgetting_one_name_leaves_the_others_of_its_line(hosts: KnownHosts) -> None:
    line = f"sw-1,192.0.2.1,sw-* {ED25519} {key().text} core"
    written(hosts, line, f"@revoked sw-1 {RSA} {key(RSA).text}")
    result = hosts.forget([("192.0.2.1", 22)])
    assert result.removed == (("192.0.2.1", key()),)
    assert hosts.path.read_text().splitlines()[0] == f"sw-1,sw-* {ED25519} {key().text} core"
    hosts.forget([("sw-1", 22)])
    assert hosts.keys("sw-1") == (key(),), "a pattern that means other hosts as well stays"
    assert hosts.verdict("sw-1", 22, key(RSA)) is Verdict.REVOKED


def test_file_that_everyone_can_write_is_refused(hosts: KnownHosts) -> None:
    hosts.trust([Pin("sw", 22, (key(),))])
    hosts.path.chmod(0o666)
    with pytest.raises(KnownHostsError, match=r"known_hosts: can be written by others"):
        hosts.verdict("sw", 22, key())


def test_change_by_another_process_is_seen(hosts: KnownHosts) -> None:
    hosts.trust([Pin("sw", 22, (key(),))])
    assert hosts.verdict("sw", 22, key()) is Verdict.TRUSTED
    KnownHosts(hosts.path).trust([Pin("sw", 22, (key(seed=b"b"),))], replace=True)
    assert hosts.verdict("sw", 22, key()) is Verdict.CHANGED


def test_mode_of_the_file_and_a_link_to_it_are_kept(hosts: KnownHosts, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "hosts"
    real.parent.mkdir()
    real.touch(mode=0o600)
    hosts.path.symlink_to(real)
    hosts.trust([Pin("sw", 22, (key(),))])
    assert hosts.path.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o600
    assert list(real.parent.iterdir()) == [real]


def _trust_some(path: Path, name: str, start: "multiprocessing.synchronize.Barrier") -> None:
    start.wait(30)
    for number in range(20):
        KnownHosts(path).trust([Pin(f"{name}-{number}", 22, (key(),))])


def test_two_processes_writing_at_once_lose_nothing(hosts: KnownHosts) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    writers = [
        context.Process(target=_trust_some, args=(hosts.path, name, start)) for name in ("a", "b")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    pinned = {f"{name}-{number}" for name in ("a", "b") for number in range(20)}
    assert {line.split()[0] for line in hosts.path.read_text().splitlines()} == pinned


def test_lock_that_somebody_keeps_is_not_waited_for_for_ever(
    hosts: KnownHosts, tmp_path: Path
) -> None:
    holder = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(KnownHostsError, match="another process keeps it locked"):
            KnownHosts(hosts.path, lock_wait_s=0.0).trust([Pin("sw", 22, (key(),))])
    finally:
        os.close(holder)


def _trust_without_room(path: Path, results: "multiprocessing.queues.SimpleQueue[str]") -> None:
    """Let every file of this process end after 64 bytes, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
    try:
        KnownHosts(path).trust([Pin("sw-2", 22, (key(),))])
    except KnownHostsError as error:
        results.put(str(error))
    else:
        results.put("written")


def test_write_that_fails_leaves_the_old_file(hosts: KnownHosts, tmp_path: Path) -> None:
    hosts.trust([Pin("sw", 22, (key(),))])
    before = hosts.path.read_bytes()
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    writer = context.Process(target=_trust_without_room, args=(hosts.path, results))
    writer.start()
    writer.join(60)
    assert results.get() == f"{hosts.path}: File too large"
    assert hosts.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [hosts.path]


def test_folder_that_cannot_be_made_is_an_error_with_the_path(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KnownHostsError, match="file/known_hosts: File exists"):
        KnownHosts(tmp_path / "file" / "known_hosts").trust([Pin("sw", 22, (key(),))])


@pytest.mark.parametrize(
    ("text", "problem"),
    [("AAAAC3NzaC1lZDI1NTE5", "cut off"), ("AAAAAA==", "cut off"), ("AAAAAQAB", "no type in it")],
)
def test_blob_that_is_no_key_is_refused(text: str, problem: str) -> None:
    with pytest.raises(BadHostKey, match=problem):
        HostKey.of(ED25519, text)


def test_five_thousand_hosts_are_pinned_in_one_go(hosts: KnownHosts) -> None:
    pins = [Pin(f"sw-{number}", 22, (key(), key(RSA))) for number in range(5000)]
    assert len(hosts.trust(pins).added) == 10_000
    assert len(hosts.forget([(pin.host, pin.port) for pin in pins]).removed) == 10_000
    assert hosts.path.read_bytes() == b""
