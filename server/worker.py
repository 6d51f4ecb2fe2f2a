"""The process that does what was left to be done later."""
