"""From a result to a verdict on every pairing, with its cause, its layer and a remedy that was tried."""
