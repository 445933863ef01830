"""What messages say, in both languages."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.template.loader import get_template

from notifications.models import Channel, Kind
from notifications.money import Money
from notifications.rendering import LANGUAGES, Message, language_for, render
from notifications.values import CancelledOrder, LowStock, News, PaidLine, PaidOrder
from tests.fakes import a_paid_order, some_news

PARTS = ["subject.txt", "body.txt", "body.html", "sms.txt"]


def mail(news: News, language: str = "en") -> Message:
    return render(Channel.EMAIL, news, language=language)


def sms(news: News, language: str = "en") -> str:
    return render(Channel.SMS, news, language=language).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("part", PARTS)
def test_every_kind_has_every_part_in_every_language(language: str, kind: Kind, part: str) -> None:
    engine = "django" if part.endswith(".html") else "text"
    assert get_template(f"notifications/{language}/{kind.lower()}/{part}", using=engine)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_message_is_complete_and_says_where_it_comes_from(language: str, kind: Kind) -> None:
    news = some_news(kind)

    message, text = mail(news, language), sms(news, language)

    assert f'<html lang="{language}">' in message.html
    assert len(message.subject.splitlines()) == len(text.splitlines()) == 1
    for said in (message.subject, message.text, message.html, text):
        assert "{{" not in said
        assert "None" not in said
    assert all("shop" in said.lower() for said in (message.text, message.html, text))
    assert "\n\n\n" not in message.text


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.STOCK_LOW])
def test_mails_to_customers_greet_by_name_in_their_language(kind: Kind) -> None:
    for language, greeting in [("en", "Hello,"), ("de", "Guten Tag,")]:
        message = mail(some_news(kind), language)
        assert message.text.startswith(greeting)
        assert greeting in message.html


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("en-GB", "en"), ("de", "de"), ("de-AT", "de"), ("fr", "en"), ("fr-CH", "en"), ("", "en")],
)
def test_a_reader_gets_the_nearest_language_there_is(tag: str, language: str) -> None:
    assert language_for(tag) == language
    assert f'<html lang="{language}">' in mail(a_paid_order(), tag).html


def test_the_receipt_says_what_was_bought_and_charged() -> None:
    order = a_paid_order(
        PaidLine(product_name="Mug", quantity=2, unit_price=Money("EUR", 625)),
        PaidLine(product_name="Teapot", quantity=1, unit_price=Money("EUR", 123_456)),
    )

    message = mail(order)

    assert message.subject == "Your order is paid: EUR 1,247.06"
    assert "2 x Mug, EUR 6.25 each: EUR 12.50\n" in message.text
    assert "1 x Teapot, EUR 1,234.56 each: EUR 1,234.56\n" in message.text
    for said in (message.text, message.html):
        assert str(order.order_id) in said
        assert "EUR 1,247.06" in said
        assert "Nov. 22, 2026" in said


def test_the_german_receipt_writes_amounts_and_dates_as_germans_do() -> None:
    order = a_paid_order(PaidLine(product_name="Teekanne", quantity=2, unit_price=Money("EUR", 123_456)))

    message = mail(order, "de-AT")

    assert message.subject == "Ihre Bestellung ist bezahlt: 2.469,12 EUR"
    assert "2 x Teekanne zu je 1.234,56 EUR: 2.469,12 EUR\n" in message.text
    for said in (message.text, message.html):
        assert "22. November 2026" in said
        assert "2.469,12 EUR" in said
        assert "EUR 2" not in said


def test_a_receipt_without_lines_and_date_leaves_them_out() -> None:
    order = PaidOrder(order_id=uuid4(), total=Money("EUR", 1250))

    for language in LANGUAGES:
        message = mail(order, language)
        assert "<thead>" not in message.html
        assert "12" in message.html
        assert " x " not in message.text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Your card was declined."), ("de", "Ihre Karte wurde abgelehnt.")]
)
def test_a_cancellation_says_why_in_words(language: str, words: str) -> None:
    news = CancelledOrder(order_id=uuid4(), reason="PAYMENT_DECLINED")

    message = mail(news, language)

    for said in (message.text, message.html, sms(news, language)):
        assert words in said
        assert "PAYMENT_DECLINED" not in said
        assert str(news.order_id) in said


@pytest.mark.parametrize(("language", "words"), [("en", "could not be completed"), ("de", "nicht ausgeführt")])
def test_a_reason_that_nobody_put_into_words_is_not_shown(language: str, words: str) -> None:
    news = CancelledOrder(order_id=uuid4(), reason="<SOMETHING_NEW>")

    message = mail(news, language)

    for said in (message.text, message.html, sms(news, language)):
        assert words in said
        assert "SOMETHING_NEW" not in said


@pytest.mark.parametrize(("language", "amount"), [("en", "EUR 1,250.00"), ("de", "1.250,00 EUR")])
def test_a_refund_says_how_much(language: str, amount: str) -> None:
    news = some_news(Kind.ORDER_REFUNDED)

    message = mail(news, language)

    assert all(amount in said for said in (message.subject, message.text, message.html, sms(news, language)))


def test_low_stock_says_what_and_how_many() -> None:
    news = LowStock(product_name="Mug", available_quantity=3)

    for language in LANGUAGES:
        message = mail(news, language)
        for said in (message.text, message.html, sms(news, language)):
            assert "Mug" in said
            assert "3" in said


def test_html_escapes_what_people_wrote() -> None:
    line = PaidLine(product_name="<img src=x onerror=alert(1)>", quantity=1, unit_price=Money("EUR", 1))

    for language in LANGUAGES:
        html = mail(a_paid_order(line), language).html
        assert "<img" not in html
        assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_plain_text_is_not_escaped() -> None:
    line = PaidLine(product_name="Salt & <Pepper>", quantity=1, unit_price=Money("EUR", 1))
    low = LowStock(product_name="Salt & <Pepper>", available_quantity=1)

    for language in LANGUAGES:
        assert "Salt & <Pepper>" in mail(a_paid_order(line), language).text
        assert "Salt & <Pepper>" in sms(low, language)


def test_the_subject_is_one_unescaped_line_of_bounded_length() -> None:
    strange = replace(a_paid_order(), total=Money("A&\r\nBcc: x", 1))
    long = LowStock(product_name="x" * 1000, available_quantity=1)

    assert mail(strange).subject == "Your order is paid: A& Bcc: x 0.01"
    assert len(mail(long).subject) == 200
