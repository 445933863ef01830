from notifications.money import Money
from notifications.rendering import Message, render
from notifications.values import PaidLine, PaidOrder
from tests.fakes import a_paid_order


def order_paid(order: PaidOrder, name: str = "Ada") -> Message:
    return render("order_paid", {"order": order, "name": name})


def test_the_message_says_what_was_bought_and_charged() -> None:
    order = a_paid_order(
        PaidLine(product_name="Mug", quantity=2, unit_price=Money("EUR", 625)),
        PaidLine(product_name="Teapot", quantity=1, unit_price=Money("EUR", 123_456)),
    )

    message = order_paid(order)

    assert message.subject == "Your order is paid: EUR 1,247.06"
    assert "2 x Mug, EUR 6.25 each: EUR 12.50\n" in message.text
    assert "1 x Teapot, EUR 1,234.56 each: EUR 1,234.56\n" in message.text
    for body in (message.text, message.html):
        assert str(order.order_id) in body
        assert "EUR 1,247.06" in body
        assert "Hello Ada," in body


def test_html_escapes_what_people_wrote() -> None:
    line = PaidLine(product_name="<img src=x onerror=alert(1)>", quantity=1, unit_price=Money("EUR", 1))

    html = order_paid(a_paid_order(line), name='<script>"&').html

    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<script>" not in html
    assert "&lt;script&gt;&quot;&amp;" in html


def test_plain_text_is_not_escaped() -> None:
    line = PaidLine(product_name="Salt & <Pepper>", quantity=1, unit_price=Money("EUR", 1))

    text = order_paid(a_paid_order(line), name="O'Hara").text

    assert "Salt & <Pepper>" in text
    assert "Hello O'Hara," in text


def test_the_subject_is_one_unescaped_line() -> None:
    order = a_paid_order(PaidLine(product_name="Mug", quantity=1, unit_price=Money("A&\r\nBcc: x", 1)))
    strange = PaidOrder(order.order_id, order.user_id, order.lines, order.lines[0].total)

    assert order_paid(strange).subject == "Your order is paid: A& Bcc: x 0.01"
