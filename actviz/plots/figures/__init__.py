"""The figures, one file a family; ``table`` joins them."""
