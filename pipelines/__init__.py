"""certboard's pipelines: from landed exports to one published snapshot."""

__version__ = "0.1.0"
