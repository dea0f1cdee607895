"""Ports: which, whether free, and what a person is told otherwise."""

import socket

import pytest

import needs
import ports


def test_a_port_in_use_is_named_with_the_way_to_change_it() -> None:
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        number = other.getsockname()[1]
        with pytest.raises(needs.CannotStart) as caught:
            ports.check_free((ports.Port("SITE_PORT", number),))
    assert str(caught.value) == ports.in_use_line(ports.Port("SITE_PORT", number))
    assert ports.is_free(number)


def test_the_line_about_port_8000_is_the_documented_one() -> None:
    line = "Port 8000 is in use by another program. Free it, or run: SITE_PORT=8010 make start"
    assert ports.in_use_line(ports.DEFAULTS[0]) == line


@pytest.mark.parametrize("text", ["abc", "0", "80", "65536", "8000.5", "-1", "\u0668\u0660\u0660\u0660"])
def test_what_is_no_port_is_told(text: str) -> None:
    with pytest.raises(needs.CannotStart, match=r"LAB_PORT=.* is not a port"):
        ports.wanted_ports({"LAB_PORT": text})


def test_ports_come_from_the_environment_and_differ() -> None:
    wanted = ports.wanted_ports({"LAB_PORT": "9999", "SITE_PORT": ""})
    assert [port.number for port in wanted] == [8000, 9999, 8501]
    with pytest.raises(needs.CannotStart, match="asked for twice"):
        ports.wanted_ports({"LAB_PORT": "8000"})
