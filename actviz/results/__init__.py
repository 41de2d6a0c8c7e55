"""The one result type: what its variables are, how it is put together, saved, loaded and laid over another."""
