"""Lists of products, whose price hardly depends on how many products there are.

A list walks the index of its order and looks at one row after the other until the page is full. That takes long only
if few rows are wanted, and those are found at once by an index of what makes them few. Either way the planner of the
database is not left to guess, because a wrong guess reads the whole table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from chassis.errors import InvalidArgument, Violation
from products import search
from products.models import Product, ProductQuerySet

# As many as can be read and sorted in the time of a page. Were it less, walking to the matches would take longer.
FEW = 2000

Shortlist: TypeAlias = QuerySet[Product, Any] | RawSQL  # A subquery for ids.

NEWEST = ("-created_at", "-id")

# For conditions that look at each row: no index is about an expression, so these tempt no planner to use one.
UNINDEXED = {
    "each_category": Coalesce(F("category"), Value("")),
    "each_price_minor": Coalesce(F("price_minor"), Value(0)),
    "each_available": Coalesce(F("available"), Value(0)),
}


def list_products(
    *,
    query: str = "",
    category: str = "",
    in_stock: bool = False,
    min_price: int | None = None,
    max_price: int | None = None,
    order: Sequence[str] = NEWEST,
    few: int = FEW,
) -> ProductQuerySet:
    """What is on sale, to be paged in `order`; prices are in minor units.

    Each word of `query` is in the name or the description. Letters match in either case: on SQLite the 26 of ASCII,
    on PostgreSQL all. Raises InvalidArgument if nothing can cost that little and that much.
    """
    if min_price is not None and max_price is not None and min_price > max_price:
        raise InvalidArgument(
            "min_price: is more than max_price", violations=[Violation("min_price", "is more than max_price")]
        )
    wanted = _Wanted(query.split(), category, in_stock, min_price, max_price)
    on_sale = Product.objects.on_sale().alias(**UNINDEXED)
    for shortlist in wanted.shortlists(few, order):
        if shortlist is not None:
            return on_sale.filter(wanted.of_each_row() & Q(id__in=shortlist))
    return on_sale.filter(wanted.along_index(order))


@dataclass(frozen=True, slots=True)
class _Wanted:
    words: Sequence[str]
    category: str
    in_stock: bool
    min_price: int | None
    max_price: int | None

    def of_each_row(self) -> Q:
        return self._category("each_") & self._prices("each_") & self._stock("each_") & self._text()

    def along_index(self, order: Sequence[str]) -> Q:
        """The same as `of_each_row`, but what the index of the order begins with says where to walk."""
        prices = self._prices("" if _by_price(order) else "each_")
        return self._category() & prices & self._stock("each_") & self._text()

    def shortlists(self, few: int, order: Sequence[str]) -> Iterator[Shortlist | None]:
        """Ids that include all wanted ones, by one condition each; None where they are more than `few`."""
        on_sale = Product.objects.on_sale()
        if self.words:
            # A word also says where in the order of names its products are: at the far end, and the walk is long.
            yield search.few_with(self.words, few * 10 if order[0] == "name" else few, using=on_sale.db)
        if self._prices() and not _by_price(order):
            yield _if_few(on_sale.filter(self._category() & self._prices()), few)
        if self.in_stock:
            # Every product has a category; saying so finds the index.
            yield _if_few(on_sale.filter((self._category() or Q(category__gt="")) & self._stock()), few)

    def _category(self, prefix: str = "") -> Q:
        return Q(**{f"{prefix}category": self.category}) if self.category else Q()

    def _prices(self, prefix: str = "") -> Q:
        limits = {"gte": self.min_price, "lte": self.max_price}
        given = {f"{prefix}price_minor__{name}": limit for name, limit in limits.items() if limit is not None}
        return Q(**given)

    def _stock(self, prefix: str = "") -> Q:
        return Q(**{f"{prefix}available__gt": 0}) if self.in_stock else Q()

    def _text(self) -> Q:
        wanted = Q()
        for word in self.words:
            wanted &= Q(name__icontains=word) | Q(description__icontains=word)
        return wanted


def _by_price(order: Sequence[str]) -> bool:
    return order[0].removeprefix("-") == "price_minor"


def _if_few(products: ProductQuerySet, few: int) -> Shortlist | None:
    return None if products[few:].exists() else products.values("id")
