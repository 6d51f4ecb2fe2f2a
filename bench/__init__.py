"""How fast the product is, beside other servers that answer the same: `make bench`. What is measured and how: docs/performance.md."""
