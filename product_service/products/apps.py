"""What is for sale and what is in stock."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Products, their stock, and the holds on it."""

    name = "products"
