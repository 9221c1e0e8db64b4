"""Running the server: worker processes under Granian, watched and replaced."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import sys
import threading
import webbrowser
from typing import Any

from visiomatic import __version__
from visiomatic.cli.arguments import warn
from visiomatic.cli.network import choose_port, has_display, held, is_loopback, page_url, resolve, wait_until_ready
from visiomatic.cli.worker import load_application
from visiomatic.errors import ConfigurationError
from visiomatic.settings import Settings
from visiomatic.tray import make_folder
from visiomatic.web.outside import services

SETTINGS_VARIABLE = "VISIOMATIC_SETTINGS_JSON"
START_SECONDS = 120.0
STOP_SECONDS = 5


def serve(settings: Settings, *, open_browser: bool, start: str = "") -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit code.

    *start* is what to look at first, as the query of an address; empty for the page as it is.
    """
    if not settings.data_dir.is_dir():
        raise ConfigurationError(f"option data-dir: there is no directory {settings.data_dir}")
    # What cannot be imported is told once, here, not by every worker; where workers are forked, they share it.
    importlib.import_module("visiomatic.web.app")
    services(settings.outside_services)
    address = resolve(settings.host)
    port = choose_port(address, settings.port, exactly="port" in settings.model_fields_set)
    if port != settings.port:
        warn(f"port {settings.port} is taken, using the next free one: {port}")
    open_browser = open_browser and has_display()
    takes_files = settings.dropped_files == "yes" or (
        settings.dropped_files == "auto" and open_browser and is_loopback(address)
    )
    folder = make_folder() if takes_files else None
    settings = settings.model_copy(update={"port": port, "drop_dir": folder})
    try:
        with held(address, port):
            return _serve(settings, Announcer(settings, address, open_browser, start), address)
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _serve(settings: Settings, announcer: Announcer, address: str) -> int:
    os.environ[SETTINGS_VARIABLE] = settings.model_dump_json()
    # A worker that dies again and again ends Granian; a server that was up is started anew all the same.
    while not (interrupted := _run_granian(settings, address, announcer)) and announcer.ready.is_set():
        warn("a worker keeps failing: starting all of them anew")
    return 0 if interrupted else 1


class Announcer:
    """Says once, when the server answers, where it is; opens the browser if wanted."""

    def __init__(self, settings: Settings, address: str, open_browser: bool, start: str) -> None:
        self.ready = threading.Event()
        self._settings = settings
        self._address = address
        self._open_browser = open_browser
        self._start = start
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        port = self._settings.port
        if not wait_until_ready(self._address, port, f"{self._settings.api_path}/v1/", START_SECONDS):
            warn(f"the server has not answered for {START_SECONDS:.0f} seconds")
            return
        self.ready.set()
        page = page_url(self._settings.host, port)
        url = f"{page}?{self._start}" if self._start else page
        print(f"VisiOmatic {__version__} is ready: {url}   (Ctrl-C stops it)", flush=True)
        if self._start:
            print(f"All images: {page}", flush=True)
        if self._open_browser:
            webbrowser.open(url)


def _run_granian(settings: Settings, address: str, announcer: Announcer) -> bool:
    """True when it was asked to end (Ctrl-C, SIGTERM, closed terminal), False when workers failed."""
    server = _make_server(settings, address)
    hangup = signal.getsignal(signal.SIGHUP) if hasattr(signal, "SIGHUP") else None

    def started() -> None:
        if hangup is not None:  # Granian would reload; a closed terminal ends the server, unless under nohup
            signal.signal(signal.SIGHUP, hangup if hangup is signal.SIG_IGN else server.signal_handler_interrupt)
        announcer.start()

    server.on_startup(started)
    try:
        server.serve(target_loader=load_application, wrap_loader=False)
    except SystemExit as end:
        if not server.interrupt_signal:
            return False
        sys.stderr.write("" if not end.code else "visiomatic: a worker had to be ended by force\n")
    return bool(server.interrupt_signal)


def _make_server(settings: Settings, address: str) -> Any:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    return Granian(
        "visiomatic.web.app:application",
        address=address,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        log_access=settings.access_log,
        reload=settings.reload,
    )
