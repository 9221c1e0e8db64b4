"""Ports: chosen, and kept from then on."""

import socket

import pytest

from visiomatic.cli.network import choose_port, held

ADDRESS = "127.0.0.1"


@pytest.mark.skipif(not hasattr(socket, "SO_REUSEPORT"), reason="workers share no port here")
def test_a_port_is_taken_for_others_from_the_moment_it_was_chosen_but_not_for_workers() -> None:
    port = choose_port(ADDRESS, 20_000, exactly=False)
    with held(ADDRESS, port):
        assert choose_port(ADDRESS, port, exactly=False) > port
        with socket.socket() as worker:
            for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
                worker.setsockopt(socket.SOL_SOCKET, option, 1)
            worker.bind((ADDRESS, port))
            worker.listen()
            with socket.create_connection((ADDRESS, port)) as client:
                accepted, _ = worker.accept()
                assert accepted.getpeername() == client.getsockname()
                accepted.close()
    assert choose_port(ADDRESS, port, exactly=True) == port
