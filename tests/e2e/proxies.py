"""Reverse proxies in front of the server: real programs with the configuration of the manual, and one as Jupyter's."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

from servers import answering

HOP = {"connection", "keep-alive", "transfer-encoding", "host"}
MODULES = Path("/usr/lib/apache2/modules")
APACHE = ("mpm_event", "authz_core", "alias", "proxy", "proxy_http")
NGINX_HEAD = """
daemon off; pid {folder}/pid; error_log stderr; events {{ }}
http {{
    access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port};
{sample}
    }}
}}
"""
APACHE_HEAD = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/log
{modules}
{sample}
"""
CADDY_HEAD = "{{\n admin off\n auto_https off\n}}\nhttp://127.0.0.1:{port} {{\n{sample}\n}}\n"
PROGRAMS = {
    "nginx": (NGINX_HEAD, "nginx", ("-c", "{file}")),
    "apache": (APACHE_HEAD, "apache2", ("-DFOREGROUND", "-f", "{file}")),
    "caddy": (CADDY_HEAD, "caddy", ("run", "--adapter", "caddyfile", "--config", "{file}")),
}


def find(program: str) -> str | None:
    """Where the program is; servers lie in directories that a person's PATH may not have."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


def sample(manual: str, language: str, port: int) -> str:
    """The configuration that the manual gives, for a server at this port."""
    block = re.search(rf"```{language}\n(.*?)```", manual, re.DOTALL)
    assert block is not None
    assert "127.0.0.1:8009" in block[1]
    return block[1].replace("127.0.0.1:8009", f"127.0.0.1:{port}")


@contextmanager
def running(name: str, text: str, port: int, folder: Path) -> Iterator[None]:
    """The program *name* with the configuration *text* inside, listening at *port*."""
    head, program, options = PROGRAMS[name]
    modules = "\n".join(f"LoadModule {one}_module {MODULES}/mod_{one}.so" for one in APACHE)
    file = folder / "configuration"
    file.write_text(head.format(folder=folder, port=port, sample=text, modules=modules))
    log = (folder / "output").open("w+")
    command = [find(program) or program, *(option.format(file=file) for option in options)]
    environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    try:
        _wait_for(port, process, folder / "output")
        yield
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


class JupyterProxy(ThreadingHTTPServer):
    """Takes a prefix away and spells the rest of the path anew, as jupyter-server-proxy does."""

    daemon_threads = True

    def __init__(self, prefix: str, target: int) -> None:
        super().__init__(("127.0.0.1", 0), _Forward)
        self.prefix, self.target = prefix, target
        self.lost: list[str] = []


class _Forward(BaseHTTPRequestHandler):
    server: JupyterProxy
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if not path.startswith(self.server.prefix):
            self.server.lost.append(self.path)
            self.send_error(404)
            return
        inner = quote(unquote("/" + path[len(self.server.prefix) :]), safe=":/?#[]@!$&'()*+,;=-._~")
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        length = int(self.headers.get("Content-Length", 0))
        line = http.client.HTTPConnection("127.0.0.1", self.server.target)
        line.request(self.command, f"{inner}?{query}" if query else inner, self.rfile.read(length) or None, headers)
        self._pass_on(line.getresponse())
        line.close()

    def do_POST(self) -> None:
        self.do_GET()

    def _pass_on(self, answer: http.client.HTTPResponse) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP | {"date", "server"}:
                self.send_header(name, value)
        self.end_headers()
        try:
            while part := answer.read1(65536):
                self.wfile.write(part)
                self.wfile.flush()
        except OSError:
            self.close_connection = True  # the browser went away

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def jupyter(prefix: str, target: int) -> Iterator[JupyterProxy]:
    """A proxy as JupyterHub's, for the server at the port *target*."""
    with answering(JupyterProxy(prefix, target)) as proxy:
        yield proxy
