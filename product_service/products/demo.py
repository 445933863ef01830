"""What a development database has for sale."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoProduct:
    """A product whose id never changes, so that an example can name it. The price is in euro cents."""

    product_id: UUID
    sku: str
    name: str
    category: str
    price_minor: int
    units: int
    description: str


PRODUCTS = (
    DemoProduct(
        product_id=UUID("7ea00000-0000-4000-8000-000000000001"),
        sku="TEA-ASSAM-100",
        name="Assam Second Flush, 100 g",
        category="tea",
        price_minor=890,
        units=200,
        description="Black tea from the Brahmaputra valley: malty, strong, and at ease with milk.",
    ),
    DemoProduct(
        product_id=UUID("7ea00000-0000-4000-8000-000000000002"),
        sku="TEA-DARJEELING-100",
        name="Darjeeling First Flush, 100 g",
        category="tea",
        price_minor=1450,
        units=120,
        description="Black tea of the first spring picking: light, flowery, with a hint of muscat.",
    ),
    DemoProduct(
        product_id=UUID("7ea00000-0000-4000-8000-000000000003"),
        sku="TEA-SENCHA-100",
        name="Sencha, 100 g",
        category="tea",
        price_minor=1290,
        units=150,
        description="Steamed green tea from Shizuoka: fresh, grassy, a little sweet.",
    ),
    DemoProduct(
        product_id=UUID("7ea00000-0000-4000-8000-000000000004"),
        sku="TEA-GYOKURO-50",
        name="Gyokuro, 50 g",
        category="tea",
        price_minor=2480,
        # So little that a few orders sell it out.
        units=3,
        description="Green tea grown in the shade for three weeks. Brew it at 60 degrees and take your time.",
    ),
    DemoProduct(
        product_id=UUID("7ea00000-0000-4000-8000-000000000005"),
        sku="TEA-OOLONG-100",
        name="Tie Guan Yin Oolong, 100 g",
        category="tea",
        price_minor=1690,
        units=80,
        description="Half-fermented tea from Anxi: orchid in the cup, good for five infusions.",
    ),
    DemoProduct(
        product_id=UUID("7ea00000-0000-4000-8000-000000000006"),
        sku="TEA-ROOIBOS-100",
        name="Rooibos, 100 g",
        category="herbal",
        price_minor=590,
        units=300,
        description="Red bush from the Cederberg, without caffeine and without bitterness.",
    ),
    DemoProduct(
        product_id=UUID("7ea00000-0000-4000-8000-000000000007"),
        sku="TEA-MINT-50",
        name="Nana Mint, 50 g",
        category="herbal",
        price_minor=490,
        units=250,
        description="Whole leaves of Moroccan mint. Also good cold.",
    ),
    DemoProduct(
        product_id=UUID("c0b00000-0000-4000-8000-000000000001"),
        sku="CUP-STONE-250",
        name="Stoneware Cup, 250 ml",
        category="cups",
        price_minor=1600,
        units=90,
        description="Thrown by hand, glazed in grey-blue. Keeps tea warm and survives the dishwasher.",
    ),
    DemoProduct(
        product_id=UUID("c0b00000-0000-4000-8000-000000000002"),
        sku="CUP-GLASS-300",
        name="Double-Walled Glass, 300 ml",
        category="cups",
        price_minor=1250,
        units=140,
        description="Borosilicate glass in two layers: hot inside, cool in the hand.",
    ),
    DemoProduct(
        product_id=UUID("90700000-0000-4000-8000-000000000001"),
        sku="POT-KYUSU-300",
        name="Kyusu Teapot, 300 ml",
        category="pots",
        price_minor=4900,
        units=25,
        description="Side-handled pot of red Tokoname clay with a strainer of its own, made for green tea.",
    ),
    DemoProduct(
        product_id=UUID("90700000-0000-4000-8000-000000000002"),
        sku="POT-CAST-800",
        name="Cast-Iron Teapot, 800 ml",
        category="pots",
        price_minor=6900,
        units=18,
        description="Enamelled inside, with a steel infuser. Heavy, and warm for an hour.",
    ),
    DemoProduct(
        product_id=UUID("700100d0-0000-4000-8000-000000000001"),
        sku="TOOL-WHISK-100",
        name="Bamboo Matcha Whisk",
        category="tools",
        price_minor=1890,
        units=60,
        description="A hundred tines cut from one piece of bamboo, for foam that stands.",
    ),
)
