"""The rules, one file per family; ``table`` lists them."""
