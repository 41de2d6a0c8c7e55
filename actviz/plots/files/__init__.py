"""Figures as files: PNG, SVG, PDF, GIF and MP4, the record in them, and a figure drawn again from it."""
