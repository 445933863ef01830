"""Words in names and descriptions: what is found, and that the index of them is never behind."""

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from products import search
from products.listing import list_products
from products.models import Product
from products.operations import archive_product, update_product
from tests.examples import a_product

pytestmark = pytest.mark.django_db


def found(query: str) -> set[str]:
    """Names of the products that a search finds, by the index and also without it."""
    names, walked = ({product.name for product in list_products(query=query, few=few)} for few in (2000, 0))
    assert names == walked
    return names


def narrows(*words: str, limit: int = 2000) -> bool:
    return search.few_with(words, limit, using="default") is not None


def test_every_word_is_in_the_name_or_the_description() -> None:
    a_product(name="Assam", description="Black tea, malty")
    a_product(name="Darjeeling", description="Black tea, flowery")
    a_product(name="Teapot", description="For assam and others")

    assert found("  BLACK assam ") == {"Assam"}
    assert found("assam") == {"Assam", "Teapot"}
    assert found("pot") == {"Teapot"}
    assert found("assam sencha") == set()


@pytest.mark.parametrize("query", ["%", "_", "100_", "\\", "1%0", "10*", '"100', "100 OR", "NEAR(100", "name:100"])
def test_operators_of_the_database_are_plain_letters(query: str) -> None:
    a_product(name="1000 leaves")

    assert found(query) == set()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=3, max_size=9), data=st.data())
# Letters whose other case is another number of letters, an accent of its own, and faces joined by nothing visible.
@example(name="\u1e9e\u00df\u0130\u0131\u017f\u212a", data=None)
@example(name="e\u0301te\u0301", data=None)
@example(name="\U0001f469\u200d\U0001f467\U0001f3fd", data=None)
def test_any_piece_of_a_name_finds_it(name: str, data: st.DataObject | None) -> None:
    start = data.draw(st.integers(0, len(name) - 3)) if data else 0
    piece = name[start : start + 5]
    product = a_product(name=name)

    assert name in found(piece)
    assert name in found("".join(letter.upper() if letter.isascii() else letter for letter in piece))

    product.movements.all().delete()
    product.delete()


def test_a_new_name_is_found_and_the_old_one_is_not() -> None:
    product = a_product(name="Assam", description="malty")

    update_product(product_id=product.id, changes={"name": "Sencha"})

    assert (found("sencha"), found("assam"), found("malty")) == ({"Sencha"}, set(), {"Sencha"})
    assert (narrows("sencha", limit=0), narrows("assam", limit=0)) == (False, True)


def test_what_is_deleted_or_archived_is_not_found() -> None:
    a_product(name="Assam Gold").delete()
    archive_product(product_id=a_product(name="Assam Silver").id)
    a_product(name="Assam")

    assert found("assam") == {"Assam"}
    assert narrows("gold", limit=0)


def test_only_few_are_a_shortlist() -> None:
    for _ in range(3):
        a_product(name="Assam")

    assert narrows("assam", limit=3)
    assert not narrows("assam", limit=2)


def test_two_letters_are_too_short_to_narrow_anything_down() -> None:
    a_product(name="Assam")

    assert not narrows("as", "ss")
    assert found("as ss") == {"Assam"}
    assert narrows("as", "gold")


@pytest.mark.django_db(transaction=True)
def test_tidying_the_database_up_loses_no_product() -> None:
    products = [a_product(name=name) for name in ("Assam", "Sencha", "Gyokuro")]
    products[0].delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")

    update_product(product_id=products[1].id, changes={"name": "Hojicha"})

    assert (found("hojicha"), found("sencha"), found("gyokuro")) == ({"Hojicha"}, set(), {"Gyokuro"})


@pytest.mark.django_db(transaction=True)
def test_without_the_index_a_search_finds_the_same() -> None:
    a_product(name="Assam")
    try:
        call_command("migrate", "products", "0002", verbosity=0)
        assert not narrows("assam")
        assert found("assam") == {"Assam"}
        a_product(name="Assam Gold")
    finally:
        call_command("migrate", "products", verbosity=0)

    assert narrows("assam")
    assert found("assam") == {"Assam", "Assam Gold"}
    assert Product.objects.count() == 2
