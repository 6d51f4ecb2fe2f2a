"""The product on demo data of its own."""
