"""Names of people, as several systems spell them."""

import pytest

from grader.people.names import same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jörg Müller", "Joerg Mueller"),
        ("Jörg Müller", "Jorg Muller"),
        ("Søren Ødegård", "Soren Odegard"),
        ("Søren Ødegård", "Soeren Oedegaard"),
        ("Łukasz Żak", "Zak, Lukasz"),
        ("Zoë O'Neill", "zoe oneill"),
        ("Anna-Lena Groß", "GROSS, Anna Lena"),
    ],
)
def test_one_name_in_two_spellings_is_one_name(one, other):
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Byron", "Ada Augusta Byron"),
        ("Bob Builder", "Robert Builder"),
        ("Jörg Müller", "Jörg Möller"),
        ("Sam Poe", "Sam Po"),
    ],
)
def test_another_name_is_another(one, other):
    assert not same_name(one, other)
