"""GET /v1/products/{id} as Django REST Framework is commonly written, on the table of product_service.

A WSGI application; $PRODUCT_DATABASE is the file. No middleware, no authentication and no log line: less than the
shop's edge does.
"""

import os
from pathlib import Path
from typing import ClassVar

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from chassis.settings import sqlite

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": sqlite(Path(os.environ["PRODUCT_DATABASE"]))},
    INSTALLED_APPS=["rest_framework"],
    LOGGING_CONFIG=None,
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
    ROOT_URLCONF=__name__,
    TIME_ZONE="UTC",
    USE_TZ=True,
)
django.setup()

from django.db import models  # noqa: E402  Only now are there settings.
from django.urls import path  # noqa: E402
from rest_framework import generics, serializers  # noqa: E402


class Product(models.Model):
    """The columns that are shown."""

    id = models.UUIDField(primary_key=True)
    sku = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    description = models.TextField()
    category = models.CharField(max_length=50)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    available = models.BigIntegerField()
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Product"]] = models.Manager()

    class Meta:
        app_label = "products"
        managed = False
        db_table = "products_product"

    def __str__(self) -> str:
        return self.sku


# The framework publishes no types.
class MoneySerializer(serializers.Serializer):  # type: ignore[misc]
    """An amount, as proto JSON writes it."""

    currency_code = serializers.CharField(source="currency")
    minor_units = serializers.CharField(source="price_minor")


# The framework publishes no types.
class ProductSerializer(serializers.ModelSerializer):  # type: ignore[misc]
    """A product, as the shop's edge writes it."""

    product_id = serializers.UUIDField(source="id")
    price = MoneySerializer(source="*")
    available_quantity = serializers.CharField(source="available")
    archived = serializers.SerializerMethodField()
    create_time = serializers.DateTimeField(source="created_at")
    update_time = serializers.DateTimeField(source="updated_at")

    class Meta:
        model = Product
        fields: ClassVar = [
            "product_id",
            "sku",
            "name",
            "description",
            "category",
            "price",
            "available_quantity",
            "archived",
            "create_time",
            "update_time",
        ]

    def get_archived(self, product: Product) -> bool:
        """Whether it is off sale."""
        return product.archived_at is not None


# The framework publishes no types.
class ProductView(generics.RetrieveAPIView):  # type: ignore[misc]
    """One product."""

    queryset = Product.objects.all()
    serializer_class = ProductSerializer


urlpatterns = [path("v1/products/<uuid:pk>", ProductView.as_view())]
application = get_wsgi_application()
