"""Downloads against a server of the tests' own: whole, wrong, cut off and continued, from the second mirror."""
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nanoae.cli import main
from nanoae.data import DataError
from nanoae.data.fetch import SOURCES, fetch

CONTENT = bytes(range(256)) * 4000    # 1,024,000 bytes
HASH = "md5:" + hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


class Server(BaseHTTPRequestHandler):
    """Paths: /whole/FILE, /wrong/FILE, /missing/FILE, /cut/FILE (a third of it, then the line is cut)."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        kind = self.path.split("/")[1]
        if kind == "missing":
            return self.send_error(404)
        start = int((self.headers.get("Range") or "bytes=0-")[6:].rstrip("-"))
        content = (b"x" * len(CONTENT) if kind == "wrong" else CONTENT)[start:]
        if not content:
            return self.send_error(416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:len(content) // 3] if kind == "cut" else content)
        return None

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    running.asked = []
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def from_(server, *kinds, known_hash=HASH):
    address = f"http://127.0.0.1:{server.server_port}"
    return {"set": (tuple(f"{address}/{kind}/" for kind in kinds), {"file.gz": known_hash})}


def quiet(text):
    pass


def test_a_file_arrives_whole_and_is_not_asked_for_twice(server, tmp_path):
    assert fetch("set", tmp_path, from_(server, "whole"), quiet) == tmp_path / "set"
    assert (tmp_path / "set" / "file.gz").read_bytes() == CONTENT
    fetch("set", tmp_path, from_(server, "whole"), quiet)
    assert len(server.asked) == 1
    assert [path.name for path in (tmp_path / "set").iterdir()] == ["file.gz"]


def test_a_wrong_file_is_never_kept_and_the_next_mirror_is_tried(server, tmp_path):
    with pytest.raises(DataError, match="its hash differs"):
        fetch("set", tmp_path, from_(server, "wrong"), quiet)
    assert not list((tmp_path / "set").iterdir())
    fetch("set", tmp_path, from_(server, "missing", "wrong", "whole"), quiet)
    assert (tmp_path / "set" / "file.gz").read_bytes() == CONTENT


def test_a_cut_connection_is_continued_where_it_stopped(server, tmp_path):
    with pytest.raises(DataError, match="Try again to go on where it stopped"):
        fetch("set", tmp_path, from_(server, "cut"), quiet)
    assert not (tmp_path / "set" / "file.gz").exists()
    fetch("set", tmp_path, from_(server, "whole"), quiet)
    assert (tmp_path / "set" / "file.gz").read_bytes() == CONTENT
    assert 0 < int(server.asked[-1][1].removeprefix("bytes=").rstrip("-")) <= len(CONTENT) // 3


def test_no_server_and_no_address(tmp_path):
    with pytest.raises(DataError, match="ConnectionError"):
        fetch("set", tmp_path, {"set": (("http://127.0.0.1:9/",), {"file.gz": HASH})}, quiet)
    with pytest.raises(DataError, match="no address of cifar"):
        fetch("cifar-10-batches-bin", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        fetch("set", tmp_path / "file", {"set": (("http://127.0.0.1:9/",), {"file.gz": HASH})}, quiet)


def test_the_command(server, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(SOURCES, "mnist", from_(server, "whole")["set"])
    assert main(["data", "fetch", "mnist", "--data-dir", str(tmp_path)]) == 0
    assert "file.gz: from http://127.0.0.1" in capsys.readouterr().out
    assert main(["data", "fetch", "--data-dir", str(tmp_path)]) == 2
    assert "name the sets to fetch" in capsys.readouterr().err


def test_hashes_of_the_real_sets(real_data):
    for name, (_, files) in SOURCES.items():
        for file, known in files.items():
            if "labels" in file:    # the published files, byte for byte
                content = (real_data / name / file).read_bytes()
                assert known == "md5:" + hashlib.md5(content, usedforsecurity=False).hexdigest()
