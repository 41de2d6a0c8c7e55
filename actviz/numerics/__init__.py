"""Arrays, keyed random streams, mergeable histograms, moments, work on all cores; nothing here knows a network."""
