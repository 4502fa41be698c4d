"""The pages of certboard: one reader of published snapshots, and nothing that writes."""
