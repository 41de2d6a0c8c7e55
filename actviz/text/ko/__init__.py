"""Korean, in the terms of its textbooks."""
