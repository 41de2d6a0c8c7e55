"""Everything that has a name, a table each; ``names`` turns a name into its object, ``checks`` refuses values."""
