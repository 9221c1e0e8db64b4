"""Numbers to colours: what a style means (style), colour maps, and the pass over the pixels (pipeline)."""
