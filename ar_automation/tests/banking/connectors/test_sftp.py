"""SFTP pick-up against a real server: each file once, never half, never lost."""

import io
import logging
import os
import socket
import threading

import paramiko
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ....banking.connectors.contract import Document
from ....banking.connectors.sftp.connector import SftpConnector
from ....banking.connectors.sftp.folder import Found, is_plain, is_wanted, parse_reference
from .feed_case import context_of, refusal, window
from .sftp_server import PASSWORD, serving_files


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def server(out):
    with serving_files(out.parent) as running:
        yield running


def put(folder, name, content=b"<Document/>", written_at=1_772_445_600):
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (written_at, written_at))
    return path


def open_folder(server, wait=lambda _seconds: None, **changes):
    return SftpConnector(context_of(**server.settings(**changes)), wait)


def fetch(connector):
    """Return the documents that are there."""
    pages = list(connector.fetch(window()))
    assert [page.is_last for page in pages] == [False] * (len(pages) - 1) + [True]
    return [document for page in pages for document in page.documents]


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_files_come_oldest_first_with_their_content(server, out):
    put(out, "b.xml", b"second", written_at=1_772_445_600)
    put(out, "a.XML", b"third", written_at=1_772_445_601)
    put(out, "c.sta", b"first", written_at=1_772_445_000)
    documents = fetch(open_folder(server))
    assert [(each.filename, each.content) for each in documents] == [
        ("c.sta", b"first"),
        ("b.xml", b"second"),
        ("a.XML", b"third"),
    ]


def test_what_is_no_finished_statement_is_left_alone(server, out):
    for name in ("a.xml.part", "b.tmp", "c.xml.filepart", ".d.xml", "e.exe", "empty.xml"):
        put(out, name, b"" if name == "empty.xml" else b"x")
    (out / "folder.xml").mkdir()
    (out / "link.xml").symlink_to(put(out.parent, "secret"))
    assert fetch(open_folder(server)) == []


def test_a_file_that_still_grows_is_left_for_later(server, out):
    put(out, "whole.xml")
    growing = put(out, "growing.xml", b"half")

    def wait(_seconds):
        with growing.open("ab") as file:
            file.write(b" and half")

    assert [each.filename for each in fetch(open_folder(server, wait))] == ["whole.xml"]
    assert len(fetch(open_folder(server))) == 2


def test_a_large_file_is_complained_of_after_the_others_were_read(server, out):
    put(out, "good.xml")
    with put(out, "huge.xml").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    pages = open_folder(server).fetch(window())
    assert next(pages).documents[0].filename == "good.xml"
    error = refusal("config", list, pages)
    assert "huge.xml has 68,157,440 bytes" in str(error)


def test_files_are_moved_by_what_became_of_them(server, out):
    put(out, "good.xml")
    put(out, "bad.xml")
    connector = open_folder(server)
    for page in connector.fetch(window()):
        for document in page.documents:
            connector.acknowledge(document, is_accepted=document.filename == "good.xml")
    assert names(out) == []
    assert (names(out / "processed"), names(out / "failed")) == (["good.xml"], ["bad.xml"])
    assert server.sessions == 1  # one connection for all of it


def test_telling_twice_moves_once(server, out):
    put(out, "a.xml")
    connector = open_folder(server)
    [document] = fetch(connector)
    for _time in range(3):
        connector.acknowledge(document, is_accepted=True)
    assert names(out / "processed") == ["a.xml"]


def test_a_file_that_was_stored_before_a_crash_is_met_again_and_moved(server, out):
    put(out, "a.xml")
    [document] = fetch(open_folder(server))  # stored, and then the process died
    [again] = fetch(open_folder(server))
    assert again == document
    open_folder(server).acknowledge(again, is_accepted=True)
    assert fetch(open_folder(server)) == []


def test_a_new_file_of_the_same_name_is_not_moved_unread(server, out):
    put(out, "a.xml", b"old")
    connector = open_folder(server)
    [document] = fetch(connector)
    put(out, "a.xml", b"new", written_at=1_772_445_999)
    connector.acknowledge(document, is_accepted=True)
    [new] = fetch(connector)
    assert new.content == b"new"


def test_a_name_that_is_taken_gets_a_number(server, out):
    for number, content in enumerate((b"one", b"two", b"three")):
        put(out, "a.xml", content, written_at=1_772_445_600 + number)
        connector = open_folder(server)
        [document] = fetch(connector)
        connector.acknowledge(document, is_accepted=True)
    assert names(out / "processed") == ["a-2.xml", "a-3.xml", "a.xml"]
    assert (out / "processed" / "a.xml").read_bytes() == b"one"


def test_the_account_is_the_folder(server, out):
    [account] = open_folder(server).list_accounts()
    assert account.identifier == "/out"


def test_a_key_opens_the_door(out):
    key = paramiko.ECDSAKey.generate()
    text = io.StringIO()
    key.write_private_key(text, password="phrase")
    put(out, "a.xml")
    with serving_files(out.parent, client_key=key) as server:
        values = {"private_key": text.getvalue(), "password": "phrase"}
        assert len(fetch(open_folder(server, **values))) == 1
        refusal("config", open_folder(server, private_key="no key").fetch, window())
        other = io.StringIO()
        paramiko.ECDSAKey.generate().write_private_key(other)
        values = {"private_key": other.getvalue(), "password": ""}
        refusal("auth", open_folder(server, **values).fetch, window())


def test_a_wrong_password_is_refused(server, out):
    error = refusal("auth", open_folder(server, password="wr0ng").fetch, window(), secret="wr0ng")
    assert "acme" in str(error)


@pytest.mark.parametrize("host_key", ["", "SHA256:" + "A" * 43, "nonsense"])
def test_an_unknown_server_hears_no_password(server, out, host_key):
    error = refusal("config", open_folder(server, host_key=host_key).list_accounts)
    assert server.fingerprint in str(error)
    assert server.door.tried == []


def test_a_server_that_is_not_there_is_unavailable(server, out):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    refusal("unavailable", open_folder(server, port=port).list_accounts)


def test_a_server_that_is_no_sftp_server_is_unavailable(server):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        connector = open_folder(server, port=port)
        listener.settimeout(5)

        def hang_up():
            connection, _address = listener.accept()
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        refusal("unavailable", connector.list_accounts)
        thread.join()


def test_a_folder_that_is_not_there_is_named(server):
    refusal("config", open_folder(server, folder="/nowhere").list_accounts)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": ""},
        {"username": ""},
        {"port": "0"},
        {"port": "ssh"},
        {"password": ""},
        {"processed_folder": "../other"},
    ],
)
def test_settings_that_are_wrong_are_named(server, changes):
    refusal("config", lambda: open_folder(server, **changes))


@pytest.mark.parametrize("reference", ["", "a.xml", "1:2:", "1:2:../a.xml", "x:2:a.xml"])
def test_a_reference_that_names_no_file_moves_nothing(server, reference):
    document = Document(reference, "a.xml", b"")
    refusal("config", lambda: open_folder(server).acknowledge(document, is_accepted=True))


@given(name=st.text(max_size=30), size=st.integers(0, 10**9), written_at=st.integers(0, 10**10))
@settings(deadline=None)
def test_a_reference_names_its_file(name, size, written_at):
    file = Found(name, size, written_at)
    if is_plain(name):
        assert parse_reference(file.reference) == file
    else:
        assert not is_wanted(name, ["*"])


def test_no_secret_is_logged(server, out, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="odoo.addons.ar_automation")
    put(out, "a.xml")
    fetch(open_folder(server))
    assert PASSWORD not in caplog.text
