"""From a recipe back: to its result, and to the command that measures it."""
