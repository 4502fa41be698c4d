"""Where models run: one module per engine, each with the same small prelude of functions."""
