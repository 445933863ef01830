"""Products, stock and holds, as the staff see them."""

import pytest
from django.test import Client
from django.utils import timezone

from products import reservations
from products.models import Product, StockMovement
from tests.examples import a_hold, a_product

pytestmark = pytest.mark.django_db

PRODUCTS = "/admin/products/product/"


def test_a_products_page_shows_what_moved_its_stock_and_who_holds_it(staff: Client) -> None:
    product = a_product(name="Assam", units=10)
    hold, paid = a_hold(product, quantity=2), a_hold(product)
    reservations.confirm_reservation(order_id=paid.order_id)

    page = staff.get(f"{PRODUCTS}{product.id}/change/").content.decode()

    received, *_ = StockMovement.objects.order_by("id")
    assert f'<a href="/admin/products/stockmovement/{received.id}/change/">+10</a>' in page
    assert "EUR 8.90" in page
    assert f'<a href="/admin/products/reservation/{hold.order_id}/change/">{hold.order_id}</a>' in page
    assert f'<a href="/admin/products/reservation/{paid.order_id}/change/">' not in page


def test_products_are_found_by_sku_name_and_whether_they_are_on_sale(staff: Client) -> None:
    a_product(sku="ASSAM-1", name="Assam")
    rooibos = a_product(sku="ROOIBOS-1", name="Rooibos")
    Product.objects.filter(id=rooibos.id).update(archived_at=timezone.now())

    for search in ({"q": "assam-1"}, {"q": "Assam"}, {"archived_at__isempty": "1"}):
        page = staff.get(PRODUCTS, search).content.decode()
        assert "ASSAM-1" in page
        assert "ROOIBOS-1" not in page


def test_a_reservation_is_found_by_its_order(staff: Client) -> None:
    hold = a_hold(a_product(name="Assam", units=1))

    assert "1 result" in staff.get("/admin/products/reservation/", {"q": str(hold.order_id)}).content.decode()
    page = staff.get(f"/admin/products/reservation/{hold.order_id}/change/").content.decode()
    assert ">Assam</a>" in page
    assert '<span class="badge open">held</span>' in page


def test_the_movements_of_an_order_are_found_by_its_id(staff: Client) -> None:
    hold = a_hold(a_product(units=5))

    assert "1 result" in staff.get("/admin/products/stockmovement/", {"q": str(hold.order_id)}).content.decode()
