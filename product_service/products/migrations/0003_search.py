"""The index that products/search.py looks into: on SQLite, where it is a table of its own."""

import sqlite3

from django.db import migrations

# A product has a number for the index, whose rows have no other names. SQLite's own number of a row, `rowid`, would
# not do: VACUUM may change it.
TABLES = [
    "CREATE TABLE product_search_number (number integer PRIMARY KEY, product_id char(32) NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE product_search USING fts5(text, content='', detail='none', tokenize='trigram')",
]

# An index without texts of its own must be told the old one to forget it.
FORGET = """
    INSERT INTO product_search(product_search, rowid, text)
    SELECT 'delete', number, OLD.name || char(10) || OLD.description
    FROM product_search_number WHERE product_id = OLD.id;
"""
LEARN = """
    INSERT INTO product_search(rowid, text)
    SELECT number, NEW.name || char(10) || NEW.description
    FROM product_search_number WHERE product_id = NEW.id;
"""
NUMBER = "INSERT INTO product_search_number(product_id) VALUES (NEW.id);"
UNNUMBER = "DELETE FROM product_search_number WHERE product_id = OLD.id;"

TRIGGERS = [
    f"CREATE TRIGGER product_search_insert AFTER INSERT ON products_product BEGIN {NUMBER} {LEARN} END",
    f"CREATE TRIGGER product_search_update AFTER UPDATE OF name, description ON products_product BEGIN {FORGET} {LEARN} END",
    f"CREATE TRIGGER product_search_delete AFTER DELETE ON products_product BEGIN {FORGET} {UNNUMBER} END",
]

FILL = [
    "INSERT INTO product_search_number(product_id) SELECT id FROM products_product",
    """
    INSERT INTO product_search(rowid, text) SELECT number, name || char(10) || description
    FROM product_search_number JOIN products_product ON products_product.id = product_id
    """,
]

DROP = [
    "DROP TRIGGER IF EXISTS product_search_insert",
    "DROP TRIGGER IF EXISTS product_search_update",
    "DROP TRIGGER IF EXISTS product_search_delete",
    "DROP TABLE IF EXISTS product_search",
    "DROP TABLE IF EXISTS product_search_number",
]


def add(apps, schema_editor):
    # The tokenizer came with 3.34; before it, every search compares texts one by one.
    if schema_editor.connection.vendor == "sqlite" and sqlite3.sqlite_version_info >= (3, 34):
        run(schema_editor, TABLES + TRIGGERS + FILL)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        run(schema_editor, DROP)


def run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("products", "0002_list_indexes")]

    operations = [migrations.RunPython(add, remove)]
