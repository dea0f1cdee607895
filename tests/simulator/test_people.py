"""Customers: people who do not exist, from words that a seeded Faker drew."""

import re
from collections import Counter

import pytest

from simulator import people
from simulator.chance import Chance
from simulator.edges import people_words

MANY = [people.customer(Chance(6), index) for index in range(2000)]
RESERVED = {"example.com", "example.org", "example.net"}


def test_the_words_are_those_that_the_seeded_faker_draws() -> None:
    """The dated pin of Faker stands in requirements.lock; another release may draw other words."""
    assert people_words.PATH.read_text(encoding="ascii") == people_words.text()


def test_mail_goes_to_domains_that_are_reserved_for_examples() -> None:
    """RFC 2606: example.com, .org, .net, and everything under .example."""
    for customer in MANY:
        domain = customer.email.rpartition("@")[2]
        assert domain in RESERVED or domain.endswith(".example")
    assert set(people.DOMAINS) == {customer.email.rpartition("@")[2] for customer in MANY}


def test_telephone_numbers_are_from_the_range_for_drama() -> None:
    """Ofcom: 07700 900000 to 900999 are given to nobody."""
    assert all(re.fullmatch(r"07700 900\d{3}", customer.phone) for customer in MANY)


def test_everything_is_plain_ascii_and_looks_like_what_it_is() -> None:
    for customer in MANY:
        assert (customer.name + customer.email + customer.address).isascii()
        assert re.fullmatch(r"[a-z.-]+@[a-z.]+", customer.email)
        assert re.fullmatch(r"\d\d .+, \d{5} .+", customer.address)


def test_the_same_request_has_the_same_customer_and_hardly_two_have_one() -> None:
    assert MANY[:50] == [people.customer(Chance(6), index) for index in range(50)]
    assert Counter(customer.email for customer in MANY).most_common(1)[0][1] <= 3
    assert people.customer(Chance(7), 0) != MANY[0]


@pytest.mark.parametrize("part", ["name", "email", "phone", "address"])
def test_lengths_are_known_without_the_texts(part: str) -> None:
    for index, customer in enumerate(MANY[:500]):
        assert people.lengths(Chance(6), index)[part] == len(getattr(customer, part))
