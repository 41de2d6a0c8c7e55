"""What a figure is drawn on and with."""
