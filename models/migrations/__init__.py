"""How the database came to be what it is: state for Tortoise, DDL by hand."""
