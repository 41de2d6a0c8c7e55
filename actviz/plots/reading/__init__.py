"""What a figure reads off a result; nothing here draws."""
